import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { runstate } from '../../../src/abi/index.js'
import type { Output } from '../../../src/abi/index.js'
import type { Operation } from '../../../src/abi/index.js'
import type { ScriptPhase } from '../../../src/guest/index.js'
import { guestAt, vcpuTotals } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { BitSet, Table } from '../../../src/prelude/index.js'
import { addToPerfetto, emptyPerfetto, perfettoJson } from '../../../src/trace/report/Perfetto.js'
import { addOutputs, emptyReport, sliceEndNs } from '../../../src/trace/report/Report.js'
import { reportTable } from '../../../src/trace/report/reportTable.js'
import { summarise } from '../../../src/trace/report/summarise.js'
import type { ReportSummary, WaitSummary } from '../../../src/trace/report/Summary.js'
import { addToTimeline, emptyTimeline } from '../../../src/trace/report/Timeline.js'
import { timelineSvg } from '../../../src/trace/report/timelineSvg.js'
import { waterFill } from '../../../src/trace/report/waterFill.js'
import { boot, ms, operate, planOf, planned, run } from '../../unit/trace/report/laboratory.js'
import type { DomainSketch, Laboratory } from '../../unit/trace/report/laboratory.js'
import { parseXml } from '../../unit/trace/report/xml.js'
import { unitAt, vcpuAt } from '../../../src/sched/index.js'

const { running, runnable, offline } = runstate

// Scenarios

interface Scenario {
  readonly sockets: number
  readonly cores: number
  readonly domains: ReadonlyArray<DomainSketch>
  readonly controls: ReadonlyArray<{ readonly atNs: number; readonly operation: Operation }>
  readonly toNs: number
  readonly sliceNs: number
}

const phase: fc.Arbitrary<ScriptPhase> = fc.record({
  runNs: fc.integer({ min: 20_000, max: 12 * ms }),
  then: fc.oneof(
    fc.record({ _tag: fc.constant('Block' as const), ns: fc.integer({ min: 10_000, max: 15 * ms }) }),
    fc.constantFrom({ _tag: 'Go' as const }, { _tag: 'Yield' as const })
  )
})

const scenario: fc.Arbitrary<Scenario> = fc
  .record({ sockets: fc.integer({ min: 1, max: 2 }), cores: fc.integer({ min: 1, max: 3 }) })
  .chain(({ sockets, cores }) => {
    const pcpus = sockets * cores
    const sketch = (domid: number): fc.Arbitrary<DomainSketch> =>
      fc.record(
        {
          domid: fc.constant(domid),
          weight: fc.integer({ min: 1, max: 2_000 }),
          cap: fc.integer({ min: 10, max: 100 }),
          hard: fc.subarray(
            Array.from({ length: pcpus }, (_, pcpu) => pcpu),
            { minLength: 1 }
          ),
          vcpus: fc.array(fc.array(phase, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
        },
        { requiredKeys: ['domid', 'vcpus'] }
      )
    const operation = fc.oneof(
      fc.record({ _tag: fc.constant('DomainPause' as const), domid: fc.constantFrom(1, 2) }),
      fc.record({ _tag: fc.constant('DomainUnpause' as const), domid: fc.constantFrom(1, 2) }),
      fc.record({
        _tag: fc.constant('DomainDestroy' as const),
        domid: fc.constantFrom(2, 3),
        inPlace: fc.boolean()
      }),
      fc.record({
        _tag: fc.constant('SchedDomainParams' as const),
        domid: fc.constantFrom(1, 2, 3),
        scheduler: fc.constant(null),
        weight: fc.option(fc.integer({ min: 1, max: 2_000 })),
        cap: fc.option(fc.integer({ min: 0, max: 100 }))
      }),
      fc.record({
        _tag: fc.constant('VcpuAffinity' as const),
        domid: fc.constantFrom(1, 2, 3),
        vcpu: fc.constantFrom(0, 1),
        kind: fc.constant('hard' as const),
        pcpus: fc.subarray(
          Array.from({ length: pcpus }, (_, pcpu) => pcpu),
          { minLength: 1 }
        )
      }),
      sketch(3).map((given) => ({ _tag: 'DomainBuild' as const, plan: planOf(given) }))
    )
    const toNs = fc.integer({ min: 5 * ms, max: 400 * ms })
    const control = fc.record({ atNs: fc.integer({ min: 0, max: 300 * ms }), operation })
    return fc.record({
      sockets: fc.constant(sockets),
      cores: fc.constant(cores),
      domains: fc.tuple(sketch(1), sketch(2)),
      controls: fc.array(control, { maxLength: 4 }),
      toNs,
      sliceNs: fc.integer({ min: ms, max: 60 * ms })
    })
  })

/** A slice: what happened in it, and the hosts around it. */
interface Slice {
  readonly before: Host
  readonly outputs: ReadonlyArray<Output>
  readonly after: Host
}

const slicesOf = (given: Scenario): readonly [Laboratory, ReadonlyArray<Slice>] => {
  const { sockets, cores } = given
  const lab = boot({ sockets, coresPerSocket: cores, threadsPerCore: 1, nodesTotal: sockets })
  const slices: Slice[] = []
  const slice = (act: () => ReadonlyArray<Output>): void => {
    const before = lab.host
    const outputs = act()
    slices.push({ before, outputs, after: lab.host })
  }
  for (const sketch of given.domains) slice(() => operate(lab, { _tag: 'DomainBuild', plan: planOf(sketch) }))
  for (const { atNs, operation } of given.controls) planned(lab, atNs, operation)
  while (lab.host.nowNs < given.toNs) slice(() => run(lab, sliceEndNs(lab.host, given.toNs, given.sliceNs)))
  return [lab, slices]
}

const summaryOf = (slices: ReadonlyArray<Slice>): ReportSummary => {
  const report = emptyReport((slices[0] as Slice).before)
  for (const { outputs, after } of slices) addOutputs(report, outputs, after)
  return summarise(report, (slices[slices.length - 1] as Slice).after)
}

// The naive twin: everything at once, from lists.

interface Living {
  state: number
  pcpu: number
  sinceNs: number
  waitNs: number
  readonly waits: number[]
}

interface Naive {
  idleWhileRunnableNs: number
  readonly waits: Map<number, number[]>
}

const allowedBy = (host: Host, domid: number, vcpu: number): ReadonlyArray<number> => {
  for (const slot of host.sched.domainOrder) {
    const domain = Table.get(host.sched.domains, slot)
    const row = domain.vcpus[vcpu]
    if (domain.domid !== domid || row === undefined) continue
    const { hard } = unitAt(host.sched, vcpuAt(host.sched, row).unit)
    return BitSet.toArray(BitSet.and(hard, Table.get(host.sched.pools, domain.pool).cpus))
  }
  return []
}

/** Between any two outputs: does a runnable vCPU stand beside an idle pCPU that it may use? */
const naiveOf = (slices: ReadonlyArray<Slice>, pcpus: number): Naive => {
  const vcpus = new Map<string, Living>()
  const naive: Naive = { idleWhileRunnableNs: 0, waits: new Map() }
  let nowNs = (slices[0] as Slice).before.nowNs
  const pass = (toNs: number, host: Host): void => {
    const busy = new Set([...vcpus.values()].filter(({ state }) => state === running).map(({ pcpu }) => pcpu))
    const idle = Array.from({ length: pcpus }, (_, pcpu) => pcpu).filter((pcpu) => !busy.has(pcpu))
    const isWaiting = [...vcpus].some(([name, { state }]) => {
      const [domid, vcpu] = name.split('.').map(Number) as [number, number]
      return state === runnable && allowedBy(host, domid, vcpu).some((pcpu) => idle.includes(pcpu))
    })
    if (isWaiting) naive.idleWhileRunnableNs += toNs - nowNs
    nowNs = toNs
  }
  for (const { before, outputs, after } of slices) {
    for (const output of outputs) {
      pass(output.atNs, before)
      if (output._tag === 'DomainDestroyed')
        for (const name of [...vcpus.keys()]) if (name.startsWith(`${output.domid}.`)) vcpus.delete(name)
      if (output._tag === 'RunstateChange') noteState(vcpus, naive, output)
    }
    pass(after.nowNs, before)
  }
  return naive
}

/** A wait is from becoming runnable to running; one that passes through offline in no time is one wait. */
const noteState = (
  vcpus: Map<string, Living>,
  naive: Naive,
  output: Extract<Output, { readonly _tag: 'RunstateChange' }>
): void => {
  const { domid, vcpu, from, to, atNs, pcpu } = output
  const name = `${domid}.${vcpu}`
  const old = vcpus.get(name) ?? { state: offline, pcpu: -1, sinceNs: -1, waitNs: 0, waits: [] }
  const isMove = old.state === offline && old.sinceNs === atNs
  const waitedNs = from === runnable ? old.waitNs + atNs - old.sinceNs : isMove ? old.waitNs : 0
  if (to === running && from === runnable) {
    const list = naive.waits.get(domid) ?? []
    list.push(waitedNs)
    naive.waits.set(domid, list)
  }
  vcpus.set(name, { state: to, pcpu, sinceNs: atNs, waitNs: to === running ? 0 : waitedNs, waits: [] })
}

const nearestRank = (sorted: ReadonlyArray<number>, percent: number): number =>
  sorted[Math.max(1, Math.ceil((sorted.length * percent) / 100)) - 1] as number

// Properties

describe('a report on any run', () => {
  it('accounts for every nanosecond: shares and idle time are the whole, states are the life', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [lab, slices] = slicesOf(given)
        const s = summaryOf(slices)
        expect(s.mismatchesTotal).toBe(0)
        expect(s.busyNs + s.idleNs).toBe(s.pcpusTotal * s.windowNs)
        expect(s.domains.reduce((sum, { runningNs }) => sum + runningNs, 0)).toBe(s.busyNs)
        expect(s.pools.reduce((sum, { receivedNs }) => sum + receivedNs, 0)).toBe(s.busyNs)
        for (const { busyNs, idleNs } of s.pcpus) expect(busyNs + idleNs).toBe(s.windowNs)
        for (const { vcpus, bornNs, endedNs } of s.domains)
          for (const { runningNs, runnableNs, blockedNs, offlineNs } of vcpus)
            expect(runningNs + runnableNs + blockedNs + offlineNs).toBe((endedNs ?? s.toNs) - bornNs)
        const shares = s.domains.reduce((sum, { share }) => sum + share, 0) / s.pcpusTotal
        expect(shares + s.idleNs / (s.pcpusTotal * s.windowNs)).toBeCloseTo(1, 9)
        expect(lab.host.nowNs).toBe(s.toNs)
      })
    )
  })

  it('agrees with the accounts that the machine keeps itself', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [{ host, outputs }, slices] = slicesOf(given)
        const s = summaryOf(slices)
        for (const slot of host.sched.domainOrder) {
          const domain = Table.get(host.sched.domains, slot)
          const ours = s.domains.find(({ domid, endedNs }) => domid === domain.domid && endedNs === null)
          domain.vcpus.forEach((row, id) => {
            const theirs = vcpuTotals(vcpuAt(host.sched, row), guestAt(host, row), host.nowNs)
            const { phasesTotal: _, lostNs: __, ...totals } = theirs
            expect(ours?.vcpus[id]).toMatchObject(totals)
          })
        }
        const decisions = outputs.filter(({ _tag }) => _tag === 'Decision').length
        // The decisions at boot were before the window.
        expect(s.decisionsTotal).toBe(decisions - s.pcpusTotal)
      })
    )
  })

  it('finds the idle-while-runnable time that looking between any two outputs finds', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [, slices] = slicesOf(given)
        const s = summaryOf(slices)
        expect(s.idleWhileRunnable.ns).toBe(naiveOf(slices, s.pcpusTotal).idleWhileRunnableNs)
        expect(s.idleWhileRunnable.cappedOnlyNs).toBeLessThanOrEqual(s.idleWhileRunnable.ns)
      })
    )
  })

  it('gives percentiles in order, and within 1/64 of those of the sorted list of waits', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [, slices] = slicesOf(given)
        const s = summaryOf(slices)
        const { waits } = naiveOf(slices, s.pcpusTotal)
        const lives = new Set(s.domains.map(({ domid }) => domid))
        for (const domain of s.domains) {
          const { all, wakeUps, preempted } = domain.waits
          for (const wait of [all, wakeUps, preempted]) expectInOrder(wait)
          expect(wakeUps.count + preempted.count).toBe(all.count)
          const isOnly = s.domains.filter(({ domid }) => domid === domain.domid).length === 1
          if (!isOnly) continue
          const sorted = (waits.get(domain.domid) ?? []).sort((a, b) => a - b)
          expect(all.count).toBe(sorted.length)
          if (sorted.length === 0) continue
          expect(all.maxNs).toBe(sorted[sorted.length - 1])
          const pairs = [
            [all.p50Ns, 50],
            [all.p90Ns, 90],
            [all.p99Ns, 99]
          ] as const
          for (const [got, percent] of pairs) {
            const exact = nearestRank(sorted, percent)
            expect(Math.abs(got - exact) * 64).toBeLessThanOrEqual(exact)
          }
        }
        expect([...waits.keys()].every((domid) => lives.has(domid))).toBe(true)
      })
    )
  })

  it('keeps entitlement and fairness within their bounds', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [, slices] = slicesOf(given)
        const s = summaryOf(slices)
        // Sums are rounded to whole nanoseconds once a domain or vCPU.
        const slack = 1 + s.domains.length
        for (const pool of s.pools) {
          const members = s.domains.filter(({ poolId }) => poolId === pool.poolId)
          const entitled = members.reduce((sum, { entitledNs }) => sum + entitledNs, 0)
          expect(entitled).toBeLessThanOrEqual(pool.capacityNs + slack)
        }
        for (const { entitledNs, runningNs, runnableNs, parkedNs, lagMaxNs, lagEndNs, vcpus } of s.domains) {
          expect(entitledNs).toBeLessThanOrEqual(runningNs + runnableNs + parkedNs + slack)
          expect(lagMaxNs).toBeGreaterThanOrEqual(Math.max(0, lagEndNs))
          const sum = vcpus.reduce((total, vcpu) => total + vcpu.entitledNs, 0)
          expect(Math.abs(sum - entitledNs)).toBeLessThanOrEqual(1 + vcpus.length)
        }
        for (const fairness of [s.fairness, ...s.pools.map((pool) => pool.fairness)])
          for (const index of [fairness.contending, fairness.all]) {
            if (index === null) continue
            expect(index).toBeGreaterThan(0)
            expect(index).toBeLessThanOrEqual(1)
          }
      })
    )
  })

  it('is written as a table of at most 100 columns without holes', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const text = reportTable(summaryOf(slicesOf(given)[1]))
        expect(text.split('\n').every((line) => line.length <= 100)).toBe(true)
        expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
      }),
      { numRuns: 30 }
    )
  })

  const expectInOrder = (wait: WaitSummary): void => {
    const times = [0, wait.p50Ns, wait.p90Ns, wait.p99Ns, wait.maxNs]
    expect([...times].sort((a, b) => a - b)).toEqual(times)
  }
})

describe('pictures and traces of any run', () => {
  it('show as much running as the report counts', () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const [, slices] = slicesOf(given)
        const first = (slices[0] as Slice).before
        const timeline = emptyTimeline(first)
        const perfetto = emptyPerfetto(first)
        for (const { outputs, after } of slices) {
          addToTimeline(timeline, outputs, after)
          addToPerfetto(perfetto, outputs, after)
        }
        const { busyNs } = summaryOf(slices)
        const drawn = timeline.rows.reduce(
          (sum, { intervals, buckets }) =>
            sum +
            intervals.reduce((total, { fromNs, toNs }) => total + toNs - fromNs, 0) +
            buckets.flat().reduce((total, { ns }) => total + ns, 0),
          0
        )
        expect(drawn).toBe(busyNs)
        const trace = JSON.parse(perfettoJson(perfetto)) as {
          readonly traceEvents: ReadonlyArray<{ readonly cat?: string; readonly dur?: number }>
        }
        const traced = trace.traceEvents
          .filter(({ cat }) => cat === 'pcpu')
          .reduce((sum, { dur = 0 }) => sum + Math.round(dur * 1_000), 0)
        expect(traced).toBe(busyNs)
        expect(parseXml(timelineSvg(timeline)).name).toBe('svg')
      })
    )
  })
})

describe('waterFill', () => {
  const claims = fc.array(
    fc.record({ weight: fc.integer({ min: 1, max: 65_535 }), limit: fc.integer({ min: 0, max: 1_000_000 }) }),
    { minLength: 1, maxLength: 12 }
  )

  it('gives all there is or all that is wanted, nobody more than its limit, the rest at one level', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000 }), claims, (capacity, given) => {
        const parts = waterFill(capacity, given)
        const limits = given.reduce((sum, { limit }) => sum + limit, 0)
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(Math.min(capacity, limits), 3)
        const level = Math.max(...given.map(({ weight }, i) => (parts[i] as number) / weight))
        given.forEach(({ weight, limit }, i) => {
          const part = parts[i] as number
          expect(part).toBeLessThanOrEqual(limit)
          // Who gets less than its limit gets as much for its weight as anybody.
          if (part < limit - 1e-3) expect(part / weight).toBeCloseTo(level, 6)
        })
      })
    )
  })
})
