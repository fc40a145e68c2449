import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { credit2 } from '../../../src/sched/index.js'
import { conform } from '../../../src/trace/index.js'

/**
 * Every line of every golden trace of credit2 recorded from Xen 4.22. The project keeps its own copies;
 * where the full collection is at hand, traces that are not among the copies are compared too.
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
  expect(conform(path, text, [credit2])).toMatchObject({ _tag: 'Conforms' })
}

describe('golden traces of credit2, line by line', () => {
  const credit2Traces = traces('credit2', /\.jsonl\.gz$/)
  it('has all 193 of them', () => expect(credit2Traces.length).toBeGreaterThanOrEqual(193))
  it.each(credit2Traces.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => check(path))
})

describe('golden traces of credit2 with context switches that cost time, line by line', () => {
  const switchTraces = traces('switchcost', /credit2/)
  it('has all 17 of them', () => expect(switchTraces.length).toBeGreaterThanOrEqual(17))
  it.each(switchTraces.map((path) => [path.replace(/.*\//, ''), path]))('%s', (_name, path) => check(path))
})

describe('a trace that was tampered with', () => {
  const [first = ''] = traces('credit2', /^002-/)
  const text = gunzipSync(readFileSync(first)).toString()
  const lines = text.split('\n')

  it('is found out at the line', () => {
    const changed = lines.slice()
    changed[20] = (changed[20] ?? '').replace(/"slice":(\d)/, '"slice":9$1')
    expect(conform('tampered', changed.join('\n'), [credit2])).toMatchObject({ _tag: 'Differs', line: 21 })
  })
  it('is found out when lines are missing at the end', () => {
    const cut = lines.slice(0, 30).join('\n')
    expect(conform('cut', cut, [credit2])).toMatchObject({ _tag: 'Differs', expected: 'end of file' })
  })
  it('is found out when lines follow the end', () => {
    const longer = `${text}{"more":1}\n`
    expect(conform('longer', longer, [credit2])).toMatchObject({ _tag: 'Differs', got: 'end of trace' })
  })
  it('is refused when it is no trace at all', () => {
    expect(conform('no trace', 'hello', [credit2])).toMatchObject({ _tag: 'Unreadable' })
    expect(conform('no trace', '{"format":"other"}', [credit2])).toMatchObject({ _tag: 'Unreadable' })
  })
})
