import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { credit2, rtds } from '../../../src/sched/index.js'
import { conform, traceLines } from '../../../src/trace/index.js'
import type { GoldenHeader } from '../../../src/trace/index.js'

/**
 * Every line of every golden trace of rtds recorded from Xen 4.22. The project keeps its own copies; where
 * the full collection is at hand, traces that are not among the copies are compared too.
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
  expect(conform(path, text, [credit2, rtds])).toMatchObject({ _tag: 'Conforms' })
}

describe('golden traces of rtds, line by line', () => {
  const rtdsTraces = traces('rtds', /\.jsonl\.gz$/)
  it('has all 73 of them', () => expect(rtdsTraces.length).toBeGreaterThanOrEqual(73))
  it.each(rtdsTraces.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => check(path))
})

describe('golden traces of rtds with context switches that cost time, line by line', () => {
  const switchTraces = traces('switchcost', /rtds/)
  it('has all 12 of them', () => expect(switchTraces.length).toBeGreaterThanOrEqual(12))
  it.each(switchTraces.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => check(path))
})

describe('larger loads of rtds, by the digest of all decisions and the totals', () => {
  it.each(['4x8', '64x512'])(
    '%s (pCPUs x vCPUs)',
    (size) => {
      const path = join(own, `../perf/rtds-${size}.json.gz`)
      const { header, expected } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
        readonly header: GoldenHeader
        readonly expected: { readonly decisionLinesSha256: string; readonly end: object }
      }
      const decisions = createHash('sha256')
      let last = ''
      for (const line of traceLines(header, [rtds])) {
        if (line.startsWith('{"t"')) decisions.update(`${line}\n`)
        last = line
      }
      expect(decisions.digest('hex')).toBe(expected.decisionLinesSha256)
      expect(JSON.parse(last)).toEqual(expected.end)
    },
    120_000
  )
})
