import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { schedulers } from '../../../src/sched/index.js'
import { conform, traceLines } from '../../../src/trace/index.js'
import type { GoldenHeader } from '../../../src/trace/index.js'

/**
 * Every line of every golden trace of the five schedulers recorded from Xen 4.22. The project keeps its own
 * copies; where the full collection is at hand, traces that are not among the copies are compared too.
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
  expect(conform(path, text, schedulers)).toMatchObject({ _tag: 'Conforms' })
}

describe.each([
  ['credit2', 193],
  ['credit', 91],
  ['rtds', 73],
  ['null', 42],
  ['arinc653', 17],
  ['cpupools', 16],
  ['switchcost', 47],
  ['coresched', 17]
])('golden traces: %s, line by line', (folder, total) => {
  const found = traces(folder, /\.jsonl\.gz$/)
  it(`has all ${total} of them`, () => expect(found.length).toBeGreaterThanOrEqual(total))
  it.each(found.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => check(path))
})

describe('larger loads, by the digest of all decisions and the totals', () => {
  it.each(['credit2-4x8', 'credit2-64x512', 'rtds-4x8', 'rtds-64x512'])('%s (pCPUs x vCPUs)', (name) => {
    const { header, expected } = JSON.parse(
      gunzipSync(readFileSync(join(own, `../perf/${name}.json.gz`))).toString()
    ) as {
      readonly header: GoldenHeader
      readonly expected: { readonly decisionLinesSha256: string; readonly end: object }
    }
    const decisions = createHash('sha256')
    let last = ''
    for (const line of traceLines(header, schedulers)) {
      if (line.startsWith('{"t"')) decisions.update(`${line}\n`)
      last = line
    }
    expect(decisions.digest('hex')).toBe(expected.decisionLinesSha256)
    expect(JSON.parse(last)).toEqual(expected.end)
  })
})

describe('a trace that was tampered with', () => {
  const [first = ''] = traces('credit2', /^002-/)
  const text = gunzipSync(readFileSync(first)).toString()
  const lines = text.split('\n')

  it('is found out at the line', () => {
    const changed = lines.slice()
    changed[20] = (changed[20] ?? '').replace(/"slice":(\d)/, '"slice":9$1')
    expect(conform('tampered', changed.join('\n'), schedulers)).toMatchObject({ _tag: 'Differs', line: 21 })
  })
  it('is found out when lines are missing at the end', () => {
    const cut = lines.slice(0, 30).join('\n')
    expect(conform('cut', cut, schedulers)).toMatchObject({ _tag: 'Differs', expected: 'end of file' })
  })
  it('is found out when lines follow the end', () => {
    const longer = `${text}{"more":1}\n`
    expect(conform('longer', longer, schedulers)).toMatchObject({ _tag: 'Differs', got: 'end of trace' })
  })
  it('is refused when it is no trace at all', () => {
    expect(conform('no trace', 'hello', schedulers)).toMatchObject({ _tag: 'Unreadable' })
    expect(conform('no trace', '{"format":"other"}', schedulers)).toMatchObject({ _tag: 'Unreadable' })
  })
})
