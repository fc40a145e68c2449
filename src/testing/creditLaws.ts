/**
 * Laws of credit2 about credits, resets, slices and the rate limit.
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'
import { Table } from '../prelude/index.js'

import {
  credit2Units,
  creditIdle,
  creditInit,
  creditMax,
  creditMin,
  flagYield,
  isCredit2,
  isReset,
  migrateCompensation,
  schedulesOf,
  sliceMaxNs,
  sliceMinNs,
  unitRow,
  viewOf
} from './credit2Rows.js'
import type { Law, Violation } from './Law.js'
import type { Instant, Run } from './Run.js'
import type { ScheduleView } from './View.js'
import { unitRowAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * P1: `-10 ms <= credit <= 10.5 ms + 50 us x k`, where k counts the unit's starts on another pCPU since its
 * last reset; the credit of idle units never changes.
 *
 * @category constants
 * @since 0.1.0
 */
export const creditBounds: Law = {
  id: 'C2-P1',
  statement: 'credit stays within its bounds, that of idle units does not change',
  appliesTo: isCredit2,
  violations: (run) => {
    const starts = new Map<string, number>()
    return run.instants.flatMap((instant) => {
      countStarts(starts, instant)
      return [...creditsOutOfBounds(starts, instant), ...idleCreditsChanged(run, instant)]
    })
  }
}

/**
 * P13: a reset leaves every unit of the run queue with credit in [0, 10.5 ms], and the chosen unit with
 * credit above 0.
 *
 * @category constants
 * @since 0.1.0
 */
export const creditReset: Law = {
  id: 'C2-P13',
  statement: 'a reset leaves nobody in debt, and the chosen unit with credit',
  appliesTo: (run) => isCredit2(run) && schedulesOf(run).some(isReset),
  violations: (run) => schedulesOf(run).filter(isReset).flatMap(resetViolations)
}

/**
 * Section 8: no decision for a guest leaves both the chosen unit and the head of the queue without credit:
 * then it resets the credits. It looks at the head too, since the chosen unit can have less credit than one
 * that was passed over.
 *
 * @category constants
 * @since 0.1.0
 */
export const creditResetInTime: Law = {
  id: 'C2-8b',
  statement: 'credits are reset as soon as neither the chosen unit nor the first that waits has any',
  appliesTo: (run) => schedulesOf(run).length > 0,
  violations: (run) =>
    schedulesOf(run).flatMap((view) => {
      const next = viewOf(view.after.units, view.next)
      const head = viewOf(view.after.units, view.after.list[0] ?? -1)
      if (next === null || Math.max(next.row.credit, head?.row.credit ?? creditMin) > 0) return []
      const name = `${next.domid}.${next.unitId}`
      return [
        { atNs: view.atNs, text: `${name} runs with credit ${next.row.credit} and nobody was given more` }
      ]
    })
}

/**
 * P6: every slice s satisfies `min(10 ms, max(0.5 ms, what is left of the rate limit)) <= s <= max(10 ms,
 * rate limit)`.
 *
 * The specification has no `min(10 ms, ...)`. But by its section 8.2 a time that is not shorter than the
 * least one is cut at 10 ms, also when the least one is longer: credit above 10 ms beside what is left of a
 * long rate limit.
 *
 * @category constants
 * @since 0.1.0
 */
export const sliceBounds: Law = {
  id: 'C2-P6',
  statement:
    'a slice is not shorter than 0.5 ms or what is left of the rate limit, and not longer than 10 ms or it',
  appliesTo: isCredit2,
  violations: (run) =>
    schedulesOf(run).flatMap((view) => {
      const { sliceNs, ratelimitNs, atNs } = view
      const next = viewOf(view.before.units, view.next)
      if (next === null)
        return sliceNs === -1 ? [] : [{ atNs, text: `pCPU ${view.pcpu} idles for ${sliceNs} ns` }]
      const left = next.isRunning ? next.stateEntryNs + ratelimitNs - atNs : ratelimitNs
      const least = Math.min(sliceMaxNs, Math.max(sliceMinNs, ratelimitNs === 0 ? 0 : left))
      const most = Math.max(sliceMaxNs, ratelimitNs)
      if (sliceNs >= least && sliceNs <= most) return []
      return [{ atNs, text: `slice of ${sliceNs} ns on pCPU ${view.pcpu} is not in [${least}, ${most}]` }]
    })
}

/**
 * P7: a runnable unit that neither yields nor is parked is not replaced before it has run for the rate limit.
 *
 * @category constants
 * @since 0.1.0
 */
export const rateLimit: Law = {
  id: 'C2-P7',
  statement: 'a unit that goes on wanting to run is not replaced before it has run for the rate limit',
  appliesTo: (run) => schedulesOf(run).some(({ ratelimitNs }) => ratelimitNs > 0),
  violations: (run) =>
    schedulesOf(run).flatMap((view) => {
      const { atNs, curr, next, pcpu, ratelimitNs } = view
      const before = viewOf(view.before.units, curr)
      if (next === curr || before === null || !before.isRunnable) return []
      if ((before.row.flags & flagYield) !== 0 || viewOf(view.after.units, curr)?.row.isParked === true)
        return []
      const ranNs = atNs - before.stateEntryNs
      if (ranNs >= ratelimitNs) return []
      const name = `${before.domid}.${before.unitId}`
      return [{ atNs, text: `${name} is replaced on pCPU ${pcpu} after ${ranNs} of ${ratelimitNs} ns` }]
    })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Forgets at resets and births, then counts starts on another pCPU. */
const countStarts = (starts: Map<string, number>, { outputs, views }: Instant): void => {
  for (const view of views) {
    if (view._tag !== 'Schedule') continue
    if (isReset(view)) for (const { domid, unitId } of view.before.units) starts.set(`${domid}.${unitId}`, 0)
    const next = viewOf(view.before.units, view.next)
    if (next === null || !view.isMigrated) continue
    const name = `${next.domid}.${next.unitId}`
    starts.set(name, (starts.get(name) ?? 0) + 1)
  }
  for (const output of outputs)
    if (output._tag === 'DomainDestroyed')
      for (const { vcpu } of output.vcpus) starts.delete(`${output.domid}.${vcpu}`)
}

const creditsOutOfBounds = (
  starts: ReadonlyMap<string, number>,
  { host }: Instant
): ReadonlyArray<Violation> =>
  credit2Units(host).flatMap(({ name, row }) => {
    const most = creditMax + migrateCompensation * (starts.get(name) ?? 0)
    if (row.credit >= creditMin && row.credit <= most) return []
    return [{ atNs: host.nowNs, text: `credit ${row.credit} of ${name} is not in [${creditMin}, ${most}]` }]
  })

const idleCreditsChanged = (run: Run, { host }: Instant): ReadonlyArray<Violation> => {
  const violations: Violation[] = []
  for (let pcpu = 0; pcpu < pcpusTotal(run.laboratory.topology); pcpu++) {
    const { pool } = Table.get(host.sched.pcpus, pcpu)
    if (pool < 0 || Table.get(host.sched.pools, pool).scheduler !== 'credit2') continue
    if (unitRowAt(host.sched, pcpu) === null) continue
    const { credit } = unitRow(host, pcpu)
    if (credit !== creditIdle)
      violations.push({ atNs: host.nowNs, text: `the idle unit of pCPU ${pcpu} has credit ${credit}` })
  }
  return violations
}

/** Units that the balancer pulls in right after the reset had no part in it. */
const resetViolations = (view: ScheduleView): ReadonlyArray<Violation> =>
  view.after.units.flatMap(({ unit, domid, unitId, row }) => {
    if (viewOf(view.before.units, unit) === null) return []
    const isNext = unit === view.next
    const least = isNext ? 1 : 0
    const most = creditInit + 500_000 + (isNext && view.isMigrated ? migrateCompensation : 0)
    if (row.credit >= least && row.credit <= most) return []
    const text = `a reset leaves ${domid}.${unitId} with credit ${row.credit}, not in [${least}, ${most}]`
    return [{ atNs: view.atNs, text }]
  })
