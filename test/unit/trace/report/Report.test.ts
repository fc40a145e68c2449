import { describe, expect, it } from 'vitest'

import { runstate } from '../../../../src/abi/index.js'
import type { Output } from '../../../../src/abi/index.js'
import { addOutputs, emptyReport, sliceEndNs } from '../../../../src/trace/report/Report.js'
import type { Report } from '../../../../src/trace/report/Report.js'
import { summarise } from '../../../../src/trace/report/summarise.js'
import type { DomainSummary, ReportSummary } from '../../../../src/trace/report/Summary.js'
import { boot, build, flat, hog, ms, operate, planned, run, sleeper } from './laboratory.js'
import type { DomainSketch, Laboratory } from './laboratory.js'

const { running, runnable, blocked } = runstate

/** Builds the domains and reports on `toNs` of their life, in slices of 50 ms or up to the next operation. */
const reportOn = (lab: Laboratory, sketches: ReadonlyArray<DomainSketch>, toNs: number): ReportSummary => {
  const report = emptyReport(lab.host)
  for (const sketch of sketches) addOutputs(report, build(lab, sketch), lab.host)
  return follow(lab, report, toNs)
}

const follow = (lab: Laboratory, report: Report, toNs: number): ReportSummary => {
  while (lab.host.nowNs < toNs) addOutputs(report, run(lab, sliceEndNs(lab.host, toNs, 50 * ms)), lab.host)
  return summarise(report, lab.host)
}

const domain = (summary: ReportSummary, domid: number): DomainSummary =>
  summary.domains.find((other) => other.domid === domid) as DomainSummary

/** Domains whose vCPUs sleep for ever: what happens is what a test writes by hand. */
const asleep = (domid: number, vcpus: number, more: Partial<DomainSketch> = {}): DomainSketch => ({
  domid,
  vcpus: Array.from({ length: vcpus }, () => [{ runNs: 1, then: { _tag: 'Halt' } as const }]),
  ...more
})

const handWritten = (
  pcpus: number,
  sketches: ReadonlyArray<DomainSketch>,
  changes: ReadonlyArray<readonly [atMs: number, domid: number, vcpu: number, to: number, pcpu: number]>,
  gridMs = 100
): { readonly summary: ReportSummary; readonly startNs: number } => {
  const lab = boot(flat(pcpus), { ratelimitUs: 0 })
  for (const sketch of sketches) build(lab, sketch)
  run(lab, 100 * ms)
  const startNs = lab.host.nowNs
  const report = emptyReport(lab.host, { gridNs: gridMs * ms })
  run(lab, startNs + 100 * ms)
  const states = new Map<string, number>()
  const outputs = changes.map(([atMs, domid, vcpu, to, pcpu]): Output => {
    const name = `${domid}.${vcpu}`
    const from = states.get(name) ?? blocked
    states.set(name, to)
    return { _tag: 'RunstateChange', atNs: startNs + atMs * ms, domid, vcpu, from, to, pcpu }
  })
  addOutputs(report, outputs, lab.host)
  return { summary: summarise(report, lab.host), startNs }
}

describe('a report on a machine', () => {
  it('gives two busy domains of weights 256 and 512 on one pCPU a third and two thirds', () => {
    const sketches = [
      { domid: 1, weight: 256, vcpus: [hog] },
      { domid: 2, weight: 512, vcpus: [hog] }
    ]
    const summary = reportOn(boot(flat(1)), sketches, 6_000 * ms)
    expect(domain(summary, 1).entitledNs).toBe(2_000 * ms)
    expect(domain(summary, 2).entitledNs).toBe(4_000 * ms)
    expect(domain(summary, 1).share).toBeCloseTo(1 / 3, 2)
    expect(domain(summary, 2).share).toBeCloseTo(2 / 3, 2)
    expect(summary.fairness.contendingDomids).toEqual([1, 2])
    expect(summary.fairness.contending).toBeGreaterThan(0.9999)
    expect(summary.idleNs).toBe(0)
    expect(summary.mismatchesTotal).toBe(0)
  })

  it('measures a domain alone exactly: three parts running, one part blocked', () => {
    const summary = reportOn(boot(flat(1)), [{ domid: 1, vcpus: [sleeper(3 * ms, ms)] }], 4_000 * ms)
    const [vcpu] = domain(summary, 1).vcpus
    expect(vcpu?.share).toBe(0.75)
    expect(vcpu?.blockedNs).toBe(1_000 * ms)
    expect(vcpu?.entitledNs).toBe(3_000 * ms)
    expect(vcpu?.lagMaxNs).toBe(0)
    // It wakes at 0, 4, 8 ... 4000 ms: the ends of the window are both in it.
    expect(vcpu?.waits.wakeUps).toMatchObject({ count: 1_001, maxNs: 0 })
    expect(vcpu?.switchesIn).toBe(1_001)
    expect(summary.fairness).toEqual({ contending: null, contendingDomids: [], all: 1, allTotal: 1 })
    expect(summary.idleWhileRunnable.ns).toBe(0)
  })

  it('limits entitlement by the cap and tells the time held back', () => {
    const summary = reportOn(boot(flat(2)), [{ domid: 1, cap: 50, vcpus: [hog] }], 2_000 * ms)
    const capped = domain(summary, 1)
    expect(capped.entitledNs).toBe(1_000 * ms)
    expect(capped.share).toBeCloseTo(0.5, 2)
    expect(capped.runningNs + capped.runnableNs + capped.parkedNs).toBe(2_000 * ms)
    expect(capped.parkedNs).toBeGreaterThan(990 * ms)
    expect(summary.fairness.contendingDomids).toEqual([1])
  })

  it('does not take a paused vCPU of a capped domain for held back', () => {
    const lab = boot(flat(2))
    const report = emptyReport(lab.host)
    addOutputs(report, build(lab, { domid: 1, cap: 100, vcpus: [sleeper(ms, 9 * ms)] }), lab.host)
    follow(lab, report, 500 * ms)
    addOutputs(report, operate(lab, { _tag: 'DomainPause', domid: 1 }), lab.host)
    const summary = follow(lab, report, 1_000 * ms)
    expect(domain(summary, 1).parkedNs).toBe(0)
    expect(domain(summary, 1).vcpus[0]?.offlineNs).toBe(500 * ms)
  })

  it('follows domains that come and go, and two that use one domid after the other', () => {
    const lab = boot(flat(1))
    const report = emptyReport(lab.host)
    addOutputs(report, build(lab, { domid: 1, name: 'first', vcpus: [hog] }), lab.host)
    follow(lab, report, 300 * ms)
    addOutputs(report, operate(lab, { _tag: 'DomainDestroy', domid: 1, inPlace: true }), lab.host)
    follow(lab, report, 400 * ms)
    addOutputs(report, build(lab, { domid: 1, name: 'second', vcpus: [hog] }), lab.host)
    const summary = follow(lab, report, 1_000 * ms)
    const life = ({ name, bornNs, endedNs, runningNs, entitledNs }: DomainSummary) => ({
      name,
      bornNs,
      endedNs,
      runningNs,
      entitledNs
    })
    expect(summary.domains.map(life)).toEqual([
      { name: 'first', bornNs: 0, endedNs: 300 * ms, runningNs: 300 * ms, entitledNs: 300 * ms },
      { name: 'second', bornNs: 400 * ms, endedNs: null, runningNs: 600 * ms, entitledNs: 600 * ms }
    ])
    expect(summary.idleNs).toBe(100 * ms)
    expect(summary.mismatchesTotal).toBe(0)
  })

  it('works out entitlement with the weights of the time', () => {
    const lab = boot(flat(1))
    planned(lab, 250 * ms, {
      _tag: 'SchedDomainParams',
      domid: 1,
      scheduler: null,
      weight: 768,
      cap: null
    })
    const sketches = [
      { domid: 1, weight: 256, vcpus: [hog] },
      { domid: 2, weight: 256, vcpus: [hog] }
    ]
    const summary = reportOn(lab, sketches, 650 * ms)
    // Half of 250 ms, three quarters of 400 ms.
    expect(domain(summary, 1).entitledNs).toBe(425 * ms)
    expect(domain(summary, 2).entitledNs).toBe(225 * ms)
    expect(domain(summary, 1).weight).toBe(768)
  })

  it('keeps pools apart: each has its own capacity and its own division', () => {
    const lab = boot(flat(3))
    const report = emptyReport(lab.host)
    const put = (outputs: ReadonlyArray<Output>) => addOutputs(report, outputs, lab.host)
    put(operate(lab, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 2 }))
    put(operate(lab, { _tag: 'PoolCreate', poolId: 1, scheduler: 'credit2' }))
    put(operate(lab, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 2 }))
    put(build(lab, { domid: 1, vcpus: [hog] }))
    put(build(lab, { domid: 2, poolId: 1, vcpus: [hog] }))
    put(build(lab, { domid: 3, poolId: 1, vcpus: [hog] }))
    const summary = follow(lab, report, 1_000 * ms)
    expect(
      summary.pools.map(({ poolId, capacityNs, receivedNs }) => [poolId, capacityNs, receivedNs])
    ).toEqual([
      [0, 2_000 * ms, 1_000 * ms],
      [1, 1_000 * ms, 1_000 * ms]
    ])
    expect(domain(summary, 1).entitledNs).toBe(1_000 * ms)
    expect(domain(summary, 2).entitledNs).toBe(500 * ms)
    expect(summary.pools[1]?.fairness.contendingDomids).toEqual([2, 3])
    expect(summary.idleWhileRunnable.ns).toBe(0)
    expect(summary.pcpus.map(({ poolId }) => poolId)).toEqual([0, 0, 1])
  })

  it('tells how long a wait that has not ended has lasted', () => {
    const lab = boot(flat(1))
    const sketches = [1, 2].map((domid) => ({ domid, vcpus: [hog] }))
    const summary = reportOn(lab, sketches, 1_003 * ms)
    const lastOf = (domid: number): Output | undefined =>
      lab.outputs.filter((output) => output._tag === 'RunstateChange' && output.domid === domid).pop()
    const unfinished = [1, 2].map((domid) => {
      const last = lastOf(domid)
      return last?._tag === 'RunstateChange' && last.to === runnable ? 1_003 * ms - last.atNs : 0
    })
    expect(Math.max(...unfinished)).toBeGreaterThan(0)
    expect(summary.domains.map(({ waits }) => waits.unfinishedNs)).toEqual(unfinished)
  })

  it('notices that outputs were left out', () => {
    const lab = boot(flat(1))
    const report = emptyReport(lab.host)
    build(lab, { domid: 1, vcpus: [hog] })
    addOutputs(report, run(lab, 10 * ms), lab.host)
    expect(summarise(report, lab.host).mismatchesTotal).toBeGreaterThan(0)
  })

  it('says the same however time is sliced', () => {
    const sketches = [
      { domid: 1, vcpus: [hog, sleeper(2 * ms, 3 * ms)] },
      { domid: 2, weight: 700, vcpus: [sleeper(5 * ms, ms), hog] }
    ]
    const inSlices = (sliceNs: number): ReportSummary => {
      const lab = boot(flat(2))
      const report = emptyReport(lab.host)
      for (const sketch of sketches) addOutputs(report, build(lab, sketch), lab.host)
      while (lab.host.nowNs < 730 * ms)
        addOutputs(report, run(lab, sliceEndNs(lab.host, 730 * ms, sliceNs)), lab.host)
      return summarise(report, lab.host)
    }
    expect(inSlices(7 * ms)).toEqual(inSlices(1_000 * ms))
  })

  it('is plain data, and so is its summary', () => {
    const lab = boot(flat(2))
    const report = emptyReport(lab.host)
    addOutputs(report, build(lab, { domid: 1, vcpus: [hog, hog, hog] }), lab.host)
    const summary = follow(lab, report, 100 * ms)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary)
  })
})

describe('a report on outputs written by hand', () => {
  it('tells wake-up waits from preempted ones, and an unfinished wait', () => {
    const { summary } = handWritten(
      1,
      [asleep(1, 2)],
      [
        [10, 1, 0, runnable, 0],
        [13, 1, 0, running, 0],
        [20, 1, 0, runnable, 0],
        [25, 1, 0, running, 0],
        [30, 1, 0, blocked, 0],
        [40, 1, 1, runnable, 0],
        [41, 1, 1, running, 0],
        [42, 1, 1, blocked, 0]
      ]
    )
    const { waits } = domain(summary, 1)
    expect(waits.wakeUps).toMatchObject({ count: 2, meanNs: 2 * ms, maxNs: 3 * ms })
    expect(waits.preempted).toMatchObject({ count: 1, meanNs: 5 * ms, maxNs: 5 * ms })
    expect(waits.all).toMatchObject({ count: 3, meanNs: 3 * ms, maxNs: 5 * ms })
    expect(waits.unfinishedNs).toBe(0)
    expect(domain(summary, 1)).toMatchObject({ switchesIn: 3, preemptionsTotal: 1, migrationsTotal: 0 })
    expect(summary).toMatchObject({ busyNs: 13 * ms, idleNs: 87 * ms, mismatchesTotal: 0 })
  })

  it('counts idle while runnable to the nanosecond, only where a pCPU is allowed', () => {
    // v0 may run on both pCPUs, d2 only on pCPU 0. pCPU 1 is idle all the time, pCPU 0 is d2's from 10 to 30.
    const { summary } = handWritten(
      2,
      [asleep(1, 1), asleep(2, 2, { hard: [0] })],
      [
        [10, 2, 0, runnable, 0],
        [10, 2, 0, running, 0],
        [12, 2, 1, runnable, 0],
        [15, 1, 0, runnable, 1],
        [19, 1, 0, running, 1],
        [20, 1, 0, blocked, 1],
        [30, 2, 0, blocked, 0],
        [37, 2, 1, running, 0],
        [38, 2, 1, blocked, 0]
      ]
    )
    // d1v0 waits beside the idle pCPU 1 from 15 to 19; d2v1 waits from 12 on, pCPU 0 is idle from 30 to 37.
    expect(domain(summary, 1).idleWhileRunnableNs).toBe(4 * ms)
    expect(domain(summary, 2).vcpus.map(({ idleWhileRunnableNs }) => idleWhileRunnableNs)).toEqual([
      0,
      7 * ms
    ])
    expect(summary.idleWhileRunnable).toEqual({ ns: 11 * ms, cappedOnlyNs: 0 })
  })

  it('counts migrations between sockets and nodes', () => {
    const lab = boot({ sockets: 4, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 2 })
    build(lab, asleep(1, 1, { hard: [0] }))
    run(lab, 50 * ms)
    const report = emptyReport(lab.host)
    run(lab, 100 * ms)
    const hop = (atMs: number, to: number, from: number, pcpu: number): Output => ({
      _tag: 'RunstateChange',
      atNs: (50 + atMs) * ms,
      domid: 1,
      vcpu: 0,
      from,
      to,
      pcpu
    })
    // 0 -> 1 stays in its socket, 1 -> 2 leaves it, 2 -> 7 leaves the node too, 7 -> 7 is none.
    const outputs = [1, 2, 7, 7].flatMap((pcpu, i) => [
      hop(4 * i, runnable, blocked, pcpu),
      hop(4 * i + 1, running, runnable, pcpu),
      hop(4 * i + 2, blocked, running, pcpu)
    ])
    addOutputs(report, outputs, lab.host)
    const summary = summarise(report, lab.host)
    expect(summary).toMatchObject({ migrationsTotal: 3, migrationsSocketTotal: 2, migrationsNodeTotal: 1 })
    expect(summary.pcpus[7]).toMatchObject({ migrationsInTotal: 1, busyNs: 2 * ms, socket: 3, node: 1 })
  })

  it('takes the largest lag at the ends of the cells', () => {
    // One pCPU, cells of 10 ms, equal weights, both always wanting: 5 ms a cell each. d1 gets the first two
    // cells, d2 the next two: d2 lags 5, 10, 5, 0.
    const { summary, startNs } = handWritten(
      1,
      [asleep(1, 1), asleep(2, 1)],
      [
        [0, 1, 0, runnable, 0],
        [0, 2, 0, runnable, 0],
        [0, 1, 0, running, 0],
        [20, 1, 0, runnable, 0],
        [20, 2, 0, running, 0],
        [40, 2, 0, blocked, 0],
        [40, 1, 0, running, 0],
        [40, 1, 0, blocked, 0]
      ],
      10
    )
    expect(domain(summary, 2)).toMatchObject({
      entitledNs: 20 * ms,
      runningNs: 20 * ms,
      lagMaxNs: 10 * ms,
      lagMaxAtNs: startNs + 20 * ms,
      lagEndNs: 0
    })
    expect(domain(summary, 1)).toMatchObject({ entitledNs: 20 * ms, lagMaxNs: 0, lagMaxAtNs: null })
  })

  it('goes on with a wait that a move to another pCPU interrupts for no time', () => {
    const { offline } = runstate
    const { summary } = handWritten(
      2,
      [asleep(1, 1)],
      [
        [10, 1, 0, runnable, 0],
        [14, 1, 0, offline, 0],
        [14, 1, 0, runnable, 1],
        [16, 1, 0, running, 1],
        [20, 1, 0, offline, 1],
        [20, 1, 0, runnable, 0],
        [23, 1, 0, running, 0],
        [24, 1, 0, blocked, 0]
      ]
    )
    const { waits } = domain(summary, 1)
    expect(waits.wakeUps).toMatchObject({ count: 1, maxNs: 6 * ms })
    expect(waits.preempted).toMatchObject({ count: 1, maxNs: 3 * ms })
  })

  it('counts jobs, missed deadlines and the worst lateness', () => {
    const lab = boot(flat(1))
    build(lab, asleep(1, 1))
    run(lab, 50 * ms)
    const report = emptyReport(lab.host)
    run(lab, 100 * ms)
    const job = (atMs: number, deadlineMs: number): Output => ({
      _tag: 'JobDone',
      atNs: atMs * ms,
      domid: 1,
      vcpu: 0,
      releasedNs: 50 * ms,
      deadlineNs: deadlineMs * ms
    })
    addOutputs(report, [job(60, 70), job(82, 80), job(90, 90)], lab.host)
    expect(domain(summarise(report, lab.host), 1).jobs).toEqual({
      released: 3,
      finished: 3,
      missed: 1,
      latenessMaxNs: 2 * ms
    })
  })

  it('knows a job that is under way, also when it is late already', () => {
    const lab = boot(flat(1))
    const report = emptyReport(lab.host)
    const then = { _tag: 'EndJob', atNs: 0, releasedNs: 0, deadlineNs: 20 * ms } as const
    addOutputs(report, build(lab, { domid: 1, vcpus: [[{ runNs: 900 * ms, then }]] }), lab.host)
    const early = follow(lab, report, 20 * ms)
    const late = follow(lab, report, 21 * ms)
    expect(domain(early, 1).jobs).toEqual({ released: 1, finished: 0, missed: 0, latenessMaxNs: null })
    expect(domain(late, 1).jobs).toEqual({ released: 1, finished: 0, missed: 1, latenessMaxNs: null })
  })
})

describe('sliceEndNs', () => {
  it('ends a slice where an operation is planned', () => {
    const lab = boot(flat(1))
    planned(lab, 30 * ms, { _tag: 'DomainPause', domid: 1 })
    expect(sliceEndNs(lab.host, 100 * ms, 50 * ms)).toBe(30 * ms)
    expect(sliceEndNs(lab.host, 100 * ms, 20 * ms)).toBe(20 * ms)
    expect(sliceEndNs(lab.host, 10 * ms, 20 * ms)).toBe(10 * ms)
  })
})
