import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { credit, credit2 } from '../../../src/sched/index.js'
import { conform } from '../../../src/trace/index.js'

/**
 * Every line of every golden trace of credit recorded from Xen 4.22, snapshots included. The project keeps
 * its own copies; where the full collection is at hand, traces that are not copied are compared too.
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

const check = (path: string): void => {
  const text = gunzipSync(readFileSync(path)).toString()
  expect(conform(path, text, [credit2, credit])).toMatchObject({ _tag: 'Conforms' })
}

const named = (paths: ReadonlyArray<string>) => paths.map((path) => [path.replace(/.*\//, ''), path] as const)

describe('golden traces of credit, line by line', () => {
  const creditTraces = traces('credit', /\.jsonl\.gz$/)
  it('has all 91 of them', () => expect(creditTraces.length).toBeGreaterThanOrEqual(91))
  it.each(named(creditTraces))('%s', (_name, path) => check(path))
})

describe('golden traces of credit with context switches that cost time, line by line', () => {
  const switchTraces = traces('switchcost', /-credit-/)
  it('has all 9 of them', () => expect(switchTraces.length).toBeGreaterThanOrEqual(9))
  it.each(named(switchTraces))('%s', (_name, path) => check(path))
})

describe('golden traces of a pool of credit beside one of credit2, line by line', () => {
  const poolTraces = traces('cpupools', /-credit-plus-credit2|-credit2-plus-credit\./)
  it('has both of them', () => expect(poolTraces.length).toBeGreaterThanOrEqual(2))
  it.each(named(poolTraces))('%s', (_name, path) => check(path))
})
