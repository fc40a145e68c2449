import { describe, expect, it } from 'vitest'

import { addOutputs, emptyReport, sliceEndNs } from '../../../../src/trace/report/Report.js'
import { reportJson, reportTable, tableWidth } from '../../../../src/trace/report/reportTable.js'
import { summarise } from '../../../../src/trace/report/summarise.js'
import type { ReportSummary } from '../../../../src/trace/report/Summary.js'
import { boot, build, flat, hog, ms, run, sleeper } from './laboratory.js'
import type { DomainSketch, Laboratory } from './laboratory.js'

const summaryOf = (lab: Laboratory, sketches: ReadonlyArray<DomainSketch>, toNs: number): ReportSummary => {
  const report = emptyReport(lab.host)
  for (const sketch of sketches) addOutputs(report, build(lab, sketch), lab.host)
  while (lab.host.nowNs < toNs) addOutputs(report, run(lab, sliceEndNs(lab.host, toNs, 50 * ms)), lab.host)
  return summarise(report, lab.host)
}

const lineOf = (text: string, start: string): ReadonlyArray<string> =>
  (text.split('\n').find((line) => line.trim().startsWith(start)) ?? '').trim().split(/ {2,}/)

describe('reportTable', () => {
  it('shows what was measured, a domain and a vCPU a line', () => {
    const sketches = [{ domid: 1, name: 'alone', weight: 300, vcpus: [sleeper(3 * ms, ms)] }]
    const text = reportTable(summaryOf(boot(flat(2)), sketches, 1_000 * ms))
    expect(text.split('\n')[0]).toBe('1.00 s of virtual time on 2 pCPUs')
    expect(lineOf(text, '1  alone')).toEqual([
      '1',
      'alone',
      '300',
      '-',
      '1',
      '75.0 %',
      '75.0 %',
      '0',
      '251',
      '0',
      '0'
    ])
    expect(lineOf(text, 'd1v0').slice(0, 4)).toEqual(['d1v0', '75.0 %', '75.0 %', '0'])
    expect(lineOf(text, 'pCPU time used')).toEqual(['pCPU time used', '37.5 %, idle 62.5 %'])
  })

  it('is at most 100 columns wide, also with many vCPUs, large numbers and long names', () => {
    const many = Array.from({ length: 30 }, (_, i) => (i % 3 === 0 ? sleeper(111_111, 77_777) : hog))
    const sketches = [
      { domid: 30_001, name: 'a-name-longer-than-any-column-has-room-for', weight: 65_535, vcpus: many },
      { domid: 30_002, name: 'x'.repeat(64), cap: 1_250, vcpus: many },
      { domid: 30_003, cap: 40, vcpus: many }
    ]
    const text = reportTable(summaryOf(boot(flat(16)), sketches, 2_000 * ms))
    expect(text.split('\n').filter((line) => line.length > tableWidth)).toEqual([])
    expect(text).toContain('Held back by a cap')
  })

  it('warns when outputs were left out', () => {
    const lab = boot(flat(1))
    const report = emptyReport(lab.host)
    build(lab, { domid: 1, vcpus: [hog] })
    addOutputs(report, run(lab, 10 * ms), lab.host)
    expect(reportTable(summarise(report, lab.host))).toContain('WARNING')
  })

  it('can be written of a window of no length', () => {
    const lab = boot(flat(1))
    const text = reportTable(summarise(emptyReport(lab.host), lab.host))
    expect(text).not.toMatch(/NaN|Infinity|undefined/)
  })
})

describe('reportJson', () => {
  it('is the summary, with format and version', () => {
    const summary = summaryOf(boot(flat(1)), [{ domid: 1, vcpus: [hog, hog] }], 100 * ms)
    const read: unknown = JSON.parse(reportJson(summary))
    expect(read).toEqual(summary)
    expect(read).toMatchObject({ format: 'xensim-report', version: 1 })
  })
})
