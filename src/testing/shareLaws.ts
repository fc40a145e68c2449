/**
 * Laws of credit2 about proportional shares (P5): one pCPU, one always-runnable vCPU per domain, no caps.
 *
 * Time is normalised by weight: `T x M / w` with M the largest weight. Differences of two domains are
 * judged over every interval, at the instants where they turn.
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'
import { guestAt, vcpuTotals } from '../machine/index.js'
import type { Host } from '../machine/index.js'
import { Table } from '../prelude/index.js'

import {
  credit2Queues,
  creditBurnt,
  creditInit,
  creditMax,
  creditMin,
  isCredit2,
  sliceMinNs,
  unitRow
} from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Instant, Run } from './Run.js'
import { vcpuAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P5, derived: while no unit is clamped at the lower bound or clipped at the upper one, normalised times of
 * two units differ by at most 41 ms over any interval.
 *
 * @category constants
 * @since 0.1.0
 */
export const shareDerived: Law = {
  id: 'C2-P5a',
  statement: 'while no credit is clamped or clipped, normalised pCPU times differ by at most 41 ms',
  appliesTo: isShareLab,
  violations: (run) => differenceViolations(run, { anyNs: 41_000_000, firstNs: Infinity, isCut: isCutAt })
}

/**
 * P5, measured: units of equal weight get the same time, up to `max(1 ms, S)` from the beginning on and up
 * to `S + 0.5 ms` over any interval, with `S = max(0.5 ms, rate limit)`.
 *
 * The specification has the first bound for any window of 50 ms to 1 s; one that begins while a slice is
 * under way can exceed it (two units at a rate limit of 5 ms differ by 5.5 ms).
 *
 * @category constants
 * @since 0.1.0
 */
export const shareEqual: Law = {
  id: 'C2-P5b',
  statement: 'units of equal weight get equal times, up to max(1 ms, rate limit)',
  appliesTo: (run) => isShareLab(run) && new Set(weightsOf(run)).size === 1,
  violations: (run) =>
    differenceViolations(run, {
      anyNs: shortestNs(run) + sliceMinNs,
      firstNs: Math.max(2 * sliceMinNs, shortestNs(run)),
      isCut: () => false
    })
}

/**
 * P5, measured: with weight ratios up to `10 ms / S`, `S = max(0.5 ms, rate limit)`, normalised times
 * differ by at most 12.5 ms from the beginning on, hence by at most 25 ms over any interval.
 *
 * The specification has 12.5 ms for ratios up to 15 at the default rate limit. Above `10 ms / S` a slice
 * can clamp a light unit's credit, and whether it does depends on how the numbers divide: 15:1 keeps its
 * share, 13:1 and 14:1 do not and the difference grows without bound.
 *
 * @category constants
 * @since 0.1.0
 */
export const shareWeighted: Law = {
  id: 'C2-P5c',
  statement: 'units whose slices cannot clamp their credit get times in proportion to weights, up to 12.5 ms',
  appliesTo: (run) => isShareLab(run) && weightRatio(run) * shortestNs(run) <= creditInit,
  violations: (run) =>
    differenceViolations(run, { anyNs: 25_000_000, firstNs: 12_500_000, isCut: () => false })
}

/**
 * P5, derived and measured: the ratio of the times of two units in the long run is the ratio r of their
 * weights up to `10 ms / S`, and `max(1, 20 ms / S)` from twice that on (`S = max(0.5 ms, rate limit)`).
 * Between the two it is at least `10 ms / S` and at most r. Judged from one second on, to within 5 per
 * cent.
 *
 * The specification has r up to `20 ms / S`; 13:1 at the default rate limit gives 12.5, 19:1 gives 15.
 *
 * @category constants
 * @since 0.1.0
 */
export const shareLongRun: Law = {
  id: 'C2-P5d',
  statement: 'in the long run the ratio of times is that of weights, up to what the shortest slice permits',
  appliesTo: (run) =>
    isShareLab(run) && weightsOf(run).length === 2 && run.laboratory.durationNs >= 1_000_000_000,
  violations: (run) => {
    const last = run.instants.at(-1)
    if (last === undefined) return []
    const times = timesOf(last.host)
    const [light, heavy] = [Math.min(...times), Math.max(...times)]
    const ratio = weightRatio(run)
    const unclamped = creditInit / shortestNs(run)
    const most = Math.max(1, Math.min(ratio, 2 * unclamped))
    const least = Math.max(1, ratio <= unclamped || ratio >= 2 * unclamped ? most : unclamped)
    const got = heavy / Math.max(1, light)
    if (got >= least * 0.95 && got <= most * 1.05) return []
    return [{ atNs: last.host.nowNs, text: `the ratio of times is ${got}, not within ${least} and ${most}` }]
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The pCPU time that each live domain has had up to now, by ascending domid.
 *
 * @category queries
 * @since 0.1.0
 */
export const timesOf = (host: Host): ReadonlyArray<number> =>
  host.sched.domainOrder.map((slot) =>
    Table.get(host.sched.domains, slot)
      .vcpus.map((vcpu) => vcpuTotals(vcpuAt(host.sched, vcpu), guestAt(host, vcpu), host.nowNs).runningNs)
      .reduce((a, b) => a + b, 0)
  )

/**
 * What part of all pCPU time so far each live domain has had, by ascending domid.
 *
 * @category queries
 * @since 0.1.0
 */
export const sharesOf = (host: Host): ReadonlyArray<number> =>
  timesOf(host).map((timeNs) => timeNs / Math.max(1, host.nowNs * pcpusTotal(host.sched.topology)))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The preconditions of P5, read off the run: nobody ever blocked or was offline after time 0. */
export function isShareLab(run: Run): boolean {
  const { topology, params, operations, domains } = run.laboratory
  if (!isCredit2(run) || pcpusTotal(topology) > 1 || operations.length > 0 || params.contextSwitchNs > 0)
    return false
  const last = run.instants.at(-1)
  if (last === undefined || domains.length < 2) return false
  if (domains.some(({ cap, vcpus }) => cap !== null || vcpus.length > 1)) return false
  return last.host.sched.domainOrder.every((slot) =>
    Table.get(last.host.sched.domains, slot).vcpus.every((vcpu) => {
      const v = vcpuAt(last.host.sched, vcpu)
      const totals = vcpuTotals(v, guestAt(last.host, vcpu), last.host.nowNs)
      return totals.blockedNs === 0 && totals.offlineNs === 0
    })
  )
}

const weightsOf = (run: Run): ReadonlyArray<number> =>
  run.laboratory.domains.map(({ weight }) => weight ?? 256)

const weightRatio = (run: Run): number => Math.max(...weightsOf(run)) / Math.min(...weightsOf(run))

/** The time for which a unit runs at least when it is chosen: S. */
const shortestNs = (run: Run): number => Math.max(sliceMinNs, run.laboratory.params.ratelimitUs * 1000)

/** Whether a unit was clamped or clipped at an instant, or would be if it were charged now. */
const isCutAt = ({ host, views }: Instant): boolean =>
  credit2Queues(host).some(({ row }) =>
    row.svc.some((slot) => {
      const isCurrent = Table.get(host.sched.pcpus, 0).curr === slot
      const s = unitRow(host, slot)
      return (
        s.credit >= creditMax ||
        (isCurrent ? creditBurnt(s, row.maxWeight, host.nowNs) : s.credit) <= creditMin
      )
    })
  ) ||
  views.some(
    (view) =>
      view._tag === 'Schedule' &&
      view.before.units.some(
        ({ unit, row }) =>
          unit === view.curr && creditBurnt(row, view.before.row.maxWeight, view.atNs) <= creditMin
      )
  )

interface Bounds {
  /** Over any interval. */
  readonly anyNs: number
  /** Over intervals from the beginning on. */
  readonly firstNs: number
  /** Instants at which the comparison begins anew. */
  readonly isCut: (instant: Instant) => boolean
}

const differenceViolations = (run: Run, bounds: Bounds): ReadonlyArray<Violation> => {
  const weights = weightsOf(run)
  const cuts = run.instants.map(bounds.isCut)
  const times = run.instants.map(({ host }) => timesOf(host))
  return weights.flatMap((_, i) =>
    weights.slice(i + 1).flatMap((__, k) => pairViolations(run, bounds, { i, j: i + 1 + k, cuts, times }))
  )
}

/** A ten-thousandth of a nanosecond is forgiven: normalised times are fractions. */
const roundingNs = 0.0001

const pairViolations = (
  run: Run,
  bounds: Bounds,
  pair: {
    readonly i: number
    readonly j: number
    readonly cuts: ReadonlyArray<boolean>
    readonly times: ReadonlyArray<ReadonlyArray<number>>
  }
): ReadonlyArray<Violation> => {
  const weights = weightsOf(run)
  const heaviest = Math.max(...weights)
  const { i, j, cuts, times } = pair
  const normalised = (at: number, k: number): number => ((times[at]?.[k] ?? 0) * heaviest) / (weights[k] ?? 1)
  let least = Infinity
  let most = -Infinity
  for (const [at, { host }] of run.instants.entries()) {
    const difference = normalised(at, i) - normalised(at, j)
    if (cuts[at] === true) [least, most] = [Infinity, -Infinity]
    least = Math.min(least, difference)
    most = Math.max(most, difference)
    const isTooFar =
      most - least > bounds.anyNs + roundingNs || Math.abs(difference) > bounds.firstNs + roundingNs
    if (!isTooFar) continue
    const text = `times of domains ${i + 1} and ${j + 1} differ by ${Math.round(most - least)} ns`
    return [{ atNs: host.nowNs, text }]
  }
  return []
}
