import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { arinc653, credit2, nullScheduler } from '../../../src/sched/index.js'
import { conform } from '../../../src/trace/index.js'

/**
 * Every line of every golden trace of null and arinc653 recorded from Xen 4.22, alone and in a host with two
 * pools. The project keeps its own copies; where the full collection is at hand, traces that are not among
 * the copies are compared too.
 */
const own = join(import.meta.dirname, '../../fixtures/sched')
const full = join(import.meta.dirname, '../../../../shared/goldens/sched')

const tracesIn = (root: string, folder: string, wanted: RegExp): ReadonlyArray<string> => {
  const at = join(root, folder)
  if (!existsSync(at)) return []
  return readdirSync(at)
    .filter((name) => wanted.test(name))
    .sort()
    .map((name) => join(at, name))
}

const traces = (folder: string, wanted: RegExp): ReadonlyArray<string> => {
  const copies = tracesIn(own, folder, wanted)
  const names = new Set(copies.map((path) => path.slice(own.length)))
  return [...copies, ...tracesIn(full, folder, wanted).filter((path) => !names.has(path.slice(full.length)))]
}

const groups: ReadonlyArray<readonly [string, string, RegExp, number]> = [
  ['null', 'null', /\.jsonl\.gz$/, 42],
  ['arinc653', 'arinc653', /\.jsonl\.gz$/, 17],
  ['null with context switches that cost time', 'switchcost', /-null-/, 9],
  [
    'two pools among credit2, null and arinc653',
    'cpupools',
    /-(credit2|null|arinc653)-plus-(credit2|null|arinc653)\./,
    4
  ]
]

describe.each(groups)('golden traces of %s, line by line', (_title, folder, wanted, expectedTotal) => {
  const found = traces(folder, wanted)
  it(`has all ${expectedTotal} of them`, () => expect(found.length).toBeGreaterThanOrEqual(expectedTotal))
  it.each(found.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => {
    const text = gunzipSync(readFileSync(path)).toString()
    const result = conform(path, text, [credit2, nullScheduler, arinc653])
    expect(result).toMatchObject({ _tag: 'Conforms' })
  })
})
