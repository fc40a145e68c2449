import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { Memory, memoryCodec } from '../../../src/memory/index.js'
import type { MemoryJson } from '../../../src/memory/index.js'

const sample = (): MemoryJson => ({
  heap: [{ node: 0, ranges: [[0, 100]], free: [[1, 59]] }],
  domains: [
    {
      domid: 1,
      maxPages: 50,
      outstandingClaim: 5,
      isDying: false,
      lastNode: 0,
      frames: [[70, 30]],
      overhead: [[60, 10]]
    }
  ],
  xenFrames: [[0, 1]],
  outstandingPages: 5
})
type Loose = Record<string, unknown>
const domainOf = (json: MemoryJson): Loose => json.domains[0] as unknown as Loose
const nodeOf = (json: MemoryJson): Loose => json.heap[0] as unknown as Loose

type Damage = (json: MemoryJson) => void
const free =
  (...pairs: ReadonlyArray<ReadonlyArray<number>>): Damage =>
  (json) =>
    Object.assign(nodeOf(json), { free: pairs })
const overhead =
  (...pairs: ReadonlyArray<ReadonlyArray<number>>): Damage =>
  (json) =>
    Object.assign(domainOf(json), { overhead: pairs })
const freeZero: Damage = (json) => {
  Object.assign(json, { xenFrames: [] })
  free([0, 60])(json)
}
const claimAll: Damage = (json) => {
  Object.assign(json, { outstandingPages: 60 })
  Object.assign(domainOf(json), { outstandingClaim: 60 })
}

test('a slice is written as ranges of frames and read back', () => {
  const read = memoryCodec.decode(sample())
  if (E.isLeft(read)) throw new Error('refused')
  expect(Memory.domainPages(read.right, 1)).toEqual({
    totPages: 30,
    maxPages: 50,
    outstandingClaim: 5,
    overheadPages: 10
  })
  expect(memoryCodec.encode(read.right)).toEqual(sample())
})

describe('a slice is refused', () => {
  test.each<[string, Damage, string]>([
    ['with an unknown key', (json) => Object.assign(json, { outstanding: 1 }), 'unknown key: outstanding'],
    [
      'with an unknown key of a domain',
      (json) => Object.assign(domainOf(json), { maxPage: 1 }),
      'unknown key: maxPage'
    ],
    ['with an unknown key of a node', (json) => Object.assign(nodeOf(json), { x: 1 }), 'unknown key: x'],
    ['without a key', (json) => delete domainOf(json)['lastNode'], ''],
    ['with a fraction', (json) => (domainOf(json)['maxPages'] = 1.5), 'not an integer'],
    ['with a number too large', (json) => (domainOf(json)['maxPages'] = 2 ** 53), 'not an integer'],
    ['with -0', (json) => (domainOf(json)['lastNode'] = -0), 'not an integer'],
    ['with text for a number', (json) => (domainOf(json)['domid'] = '1'), 'not an integer'],
    ['with an empty range', overhead([60, 0]), 'not ascending'],
    ['with ranges that touch', overhead([60, 5], [65, 5]), 'not ascending'],
    ['with ranges that descend', free([30, 30], [1, 28]), 'not ascending'],
    ['with a range of three numbers', free([1, 59, 1]), 'not a pair'],
    ['with a negative frame', free([-1, 60]), 'not ascending'],
    ['with a frame that is nowhere', free([1, 58]), 'MEM-02'],
    ['with a frame in two places', free([1, 60]), 'MEM-02'],
    ['with frame 0 free', freeZero, 'MEM-08'],
    ['with a wrong sum of claims', (json) => Object.assign(json, { outstandingPages: 4 }), 'MEM-04'],
    ['with a claim of a dying domain', (json) => (domainOf(json)['isDying'] = true), 'MEM-06'],
    ['with a node out of place', (json) => (nodeOf(json)['node'] = 1), 'MEM-01'],
    ['with a negative domain id', (json) => (domainOf(json)['domid'] = -1), 'MEM-03'],
    ['with a claim above what is free', claimAll, 'MEM-05']
  ])('%s', (_, damage, reason) => {
    const json = structuredClone(sample())
    damage(json)
    const read = memoryCodec.decode(json)
    expect(E.isLeft(read)).toBe(true)
    if (E.isLeft(read)) expect(read.left.map((error) => error.message ?? '').join('; ')).toContain(reason)
  })
})

test('the form of a file is not taken for a slice', () => {
  expect(memoryCodec.is(sample())).toBe(false)
  expect(memoryCodec.is(null)).toBe(false)
})
