/**
 * Laws of credit2 about how soon a woken unit runs.
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'
import { Table } from '../prelude/index.js'

import {
  credit2Domains,
  credit2Queues,
  creditBurnt,
  creditMin,
  isCredit2,
  ratelimitToleranceNs,
  schedulesOf,
  sliceMaxNs,
  unitRow,
  viewOf
} from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Instant, Run } from './Run.js'
import type { WakeView } from './View.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P12, first half, on one pCPU without caps: a unit that wakes with strictly more credit than the running
 * unit has after being charged runs at once, or one of no less credit does, if the running unit has run for
 * the rate limit.
 *
 * The specification says so from 50 us before the rate limit on. But the tolerance only lets the pCPU be
 * tickled; its decision then keeps the running unit, with a slice of 0.5 ms (differs from the
 * specification; golden trace 118 at 181,429,589 ns).
 *
 * @category constants
 * @since 0.1.0
 */
export const wakePreempts: Law = {
  id: 'C2-P12a',
  statement:
    'a unit that wakes with more credit than the running one runs at once, the rate limit permitting',
  appliesTo: isSinglePcpuUncapped,
  violations: (run) => run.instants.flatMap((instant) => delayedWakes(instant, 0))
}

/**
 * The first half of P12 as the specification words it. It does not hold; see {@link wakePreempts}.
 *
 * @category constants
 * @since 0.1.0
 */
export const wakePreemptsAsWorded: Law = {
  ...wakePreempts,
  id: 'C2-P12a-as-worded',
  violations: (run) => run.instants.flatMap((instant) => delayedWakes(instant, ratelimitToleranceNs))
}

/**
 * P12, second half, on one pCPU: while a unit runs, the next decision is at most max(10 ms, rate limit) away.
 *
 * @category constants
 * @since 0.1.0
 */
export const wakeWaits: Law = {
  id: 'C2-P12b',
  statement: 'nobody who waits, waits longer than 10 ms or the rate limit for the next decision',
  appliesTo: isSinglePcpu,
  violations: (run) => {
    const views = schedulesOf(run)
    const endNs = run.instants.at(-1)?.host.nowNs ?? 0
    return views.flatMap((view, i) => {
      if (viewOf(view.before.units, view.next) === null) return []
      const untilNs = views[i + 1]?.atNs ?? endNs
      const most = Math.max(sliceMaxNs, view.ratelimitNs)
      if (untilNs - view.atNs <= most) return []
      return [{ atNs: untilNs, text: `no decision for ${untilNs - view.atNs} ns` }]
    })
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function isSinglePcpu(run: Run): boolean {
  const { topology, params } = run.laboratory
  return isCredit2(run) && pcpusTotal(topology) === 1 && params.contextSwitchNs === 0
}

function isSinglePcpuUncapped(run: Run): boolean {
  if (!isSinglePcpu(run)) return false
  return run.instants.every(({ host }) => credit2Domains(host).every(({ row }) => row.cap === 0))
}

/**
 * Units that still wait at the end of an instant although they woke with more credit than the unit that
 * runs on.
 */
const delayedWakes = ({ host, views }: Instant, toleranceNs: number): ReadonlyArray<Violation> =>
  views
    .filter((view) => view._tag === 'Wake')
    .filter((view) => isStronger(view, toleranceNs))
    .flatMap(({ unit, atNs }) => {
      const isWaiting = credit2Queues(host).some(({ list }) => list.includes(unit))
      const { curr } = Table.get(host.sched.pcpus, 0)
      if (!isWaiting || unitRow(host, curr).credit >= unitRow(host, unit).credit) return []
      return [{ atNs, text: `unit ${unit} waits, unit ${curr} with less credit runs` }]
    })

const isStronger = (
  { unit, curr, before, after, ratelimitNs, atNs }: WakeView,
  toleranceNs: number
): boolean => {
  const woken = viewOf(before.units, unit)
  const running = viewOf(before.units, curr)
  if (woken === null || before.list.includes(unit) || !after.list.includes(unit)) return false
  if (running === null) return true
  const credit = Math.max(creditMin, creditBurnt(running.row, before.row.maxWeight, atNs))
  const ranNs = atNs - running.stateEntryNs
  const hasRun = toleranceNs === 0 ? ranNs >= ratelimitNs : ranNs > ratelimitNs - toleranceNs
  return woken.row.credit > credit && hasRun
}
