import { describe, expect, it } from 'vitest'

import { addOutputs, emptyReport } from '../../../../src/trace/report/Report.js'
import { reportTable } from '../../../../src/trace/report/reportTable.js'
import { summarise } from '../../../../src/trace/report/summarise.js'
import type { ReportSummary } from '../../../../src/trace/report/Summary.js'
import { boot, build, hog, ms, run, sleeper } from './laboratory.js'
import type { DomainSketch, Laboratory } from './laboratory.js'

const reportOn = (lab: Laboratory, sketches: ReadonlyArray<DomainSketch>, toNs: number): ReportSummary => {
  const report = emptyReport(lab.host)
  for (const sketch of sketches) addOutputs(report, build(lab, sketch), lab.host)
  addOutputs(report, run(lab, toNs), lab.host)
  return summarise(report, lab.host)
}

describe('a report on core scheduling', () => {
  it('tells how long pCPUs are forced to idle beside one of their core that runs', () => {
    const topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }
    const sketches = [
      { domid: 1, vcpus: [hog] },
      { domid: 2, vcpus: [hog] }
    ]
    const shared = reportOn(boot(topology), sketches, 200 * ms)
    expect([shared.forcedIdleNs, shared.busyNs]).toEqual([0, 400 * ms])
    const cored = reportOn(boot(topology, { granularity: 'core' }), sketches, 200 * ms)
    expect([cored.forcedIdleNs, cored.idleNs, cored.busyNs]).toEqual([200 * ms, 200 * ms, 200 * ms])
    expect(cored.pcpus.map(({ forcedIdleNs }) => forcedIdleNs)).toEqual([0, 200 * ms])
    expect(cored.idleWhileRunnable.ns).toBe(0)
    expect(cored.mismatchesTotal).toBe(0)
    expect(reportTable(cored)).toContain('forced idle            50.0 %, with a busy pCPU beside it')
    expect(reportTable(shared)).not.toContain('forced idle')
  })

  it('does not call idling forced when the whole core idles', () => {
    const topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }
    const half = [{ domid: 1, vcpus: [sleeper(10 * ms, 10 * ms)] }]
    const summary = reportOn(boot(topology, { granularity: 'core' }), half, 200 * ms)
    expect([summary.forcedIdleNs, summary.idleNs]).toEqual([100 * ms, 300 * ms])
  })

  it('counts a cap for each pCPU of a scheduling resource', () => {
    const topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }
    const capped = [{ domid: 1, cap: 50, vcpus: [hog, hog] }]
    const summary = reportOn(boot(topology, { granularity: 'core' }), capped, 2_000 * ms)
    expect(summary.domains[0]?.entitledNs).toBe(2_000 * ms)
    expect(summary.domains[0]?.share).toBeCloseTo(1, 2)
  })
})
