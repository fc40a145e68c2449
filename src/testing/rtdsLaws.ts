/**
 * Laws of rtds about its queues, budgets and tickles: T1, T2, T7 and T8 of its specification, and what its
 * section 1.2 says of the replenishment queue.
 *
 * @since 0.1.0
 */
import { BitSet } from '../prelude/index.js'

import { decisionsOf, nameOf, stateOf } from './decisionLaws.js'
import { boots, everyInstant, isSwitchFree, lawOfHosts } from './hostRows.js'
import type { Law } from './Law.js'
import {
  hasExtratime,
  isMoreUrgent,
  rtdsBudgetDefaultNs,
  rtdsQueues,
  rtdsScheduled,
  rtdsUnits,
  runqIn,
  waitsInDepletedq,
  waitsInRunq
} from './rtdsRows.js'
import type { RtdsEntry, RtdsQueues, RtdsUnit } from './rtdsRows.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * T1: the run queue is in the order of urgency. While nobody was ever demoted for extra time, the
 * replenishment queue is in the order of deadlines.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsQueueOrder: Law = {
  id: 'RT-T1',
  statement:
    'the run queue is in the order of urgency; without extra time replenishments are in that of deadlines',
  appliesTo: isRtds,
  violations: (run) => {
    const demoted = new Set<number>()
    return everyInstant(run, ({ host }) => {
      const units = rtdsUnits(host)
      for (const { pool, row } of units) if (row.level > 0) demoted.add(pool)
      return rtdsQueues(host).flatMap(({ pool, runq, replq }) => {
        const texts: string[] = []
        const waiting = rowsAt(units, runq)
        if (waiting.some((row, i) => i > 0 && isMoreUrgent(row, waiting[i - 1] as RtdsUnit)))
          texts.push(`the run queue of pool ${pool.id} is not in the order of urgency`)
        const deadlines = rowsAt(units, replq).map(({ deadlineNs }) => deadlineNs)
        if (!demoted.has(pool.slot) && deadlines.some((deadline, i) => deadline < (deadlines[i - 1] ?? 0)))
          texts.push(`replenishments of pool ${pool.id} come at ${deadlines.join()}`)
        return texts
      })
    })
  }
}

/**
 * T2: a queued unit has a budget between 0 and its parameter; in the run queue it is above 0, in the
 * depleted one 0, and no unit with extra time is there. The parameter is the largest that the unit has had,
 * the default included, with which it begins: a smaller one counts from the next period on.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsBudgets: Law = {
  id: 'RT-T2',
  statement: 'who waits to run has budget, at most what its parameter allows; who is depleted has none',
  appliesTo: isRtds,
  violations: (run) => {
    const most = new Map<string, number>()
    return everyInstant(run, ({ host }) => {
      const units = rtdsUnits(host)
      return units.flatMap((unit) => {
        const { key, name, row } = unit
        most.set(key, Math.max(most.get(key) ?? rtdsBudgetDefaultNs, row.budgetNs))
        if (row.waits === 0) return []
        const isPlaced =
          row.waits === waitsInRunq
            ? row.currentBudgetNs > 0
            : row.currentBudgetNs === 0 && !hasExtratime(row)
        if (isPlaced && row.currentBudgetNs <= (most.get(key) ?? 0)) return []
        const queue = row.waits === waitsInRunq ? 'run' : 'depleted'
        return [`${name} is in the ${queue} queue with a budget of ${row.currentBudgetNs} ns`]
      })
    })
  }
}

/**
 * Section 1.2: a unit is in at most one of run queue and depleted queue, exactly when it is runnable and not
 * scheduled; and in the replenishment queue exactly while it is runnable or scheduled. The rows say the same
 * as the queues.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsQueueContent: Law = lawOfHosts({
  id: 'RT-1.2',
  statement: 'who is runnable waits in one queue or runs, and has a replenishment to come; nobody else does',
  appliesTo: (run) => isRtds(run) && isSwitchFree(run),
  check: (host) => {
    const queues = rtdsQueues(host)
    return rtdsUnits(host).flatMap((unit) => {
      const own = queues.find(({ pool }) => pool.slot === unit.pool)
      return own === undefined ? [`${unit.name} is in a pool without queues`] : membershipWrong(unit, own)
    })
  }
})

/**
 * T7, at the decision: a pCPU does not idle while a runnable unit waits in the run queue that may run there.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsIdlesLast: Law = {
  id: 'RT-T7a',
  statement: 'a pCPU does not decide to idle while somebody in the run queue may run there',
  appliesTo: (run) => decisionsOf(run, 'rtds').length > 0,
  violations: (run) =>
    decisionsOf(run, 'rtds').flatMap(({ atNs, pcpu, next, pool }) => {
      if (next !== pcpu || !BitSet.has(pool.cpus, pcpu)) return []
      return runqIn(pool)
        .map((slot) => stateOf(pool, slot))
        .filter((unit) => unit !== null && unit.isRunnable && BitSet.has(unit.hard, pcpu))
        .map((unit) => ({ atNs, text: `pCPU ${pcpu} idles beside ${unit === null ? '' : nameOf(unit)}` }))
    })
}

/**
 * T7: after an instant no pCPU of a pool idles while somebody waits in the run queue, where everybody may
 * run everywhere.
 *
 * The specification asks for extra time for all. It is not needed for this: who waits in the run queue has
 * budget. But nobody is tickled when extra time is turned on for a depleted unit (section 1.6), so that
 * laboratories in which that happens are not judged.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsWorkConserving: Law = lawOfHosts({
  id: 'RT-T7b',
  statement: 'no pCPU idles while somebody with budget waits, if all may run everywhere',
  appliesTo: (run) =>
    isRtds(run) &&
    isSwitchFree(run) &&
    !hasAny(run, ['VcpuAffinity', 'SchedVcpuRealTime']) &&
    isUnpinned(run),
  check: (host) =>
    rtdsQueues(host).flatMap(({ pool, runq }) => {
      const idle = pool.pcpus.filter(({ pcpu, isIdle }) => isIdle && BitSet.has(pool.cpus, pcpu))
      return idle.length === 0 || runq.length === 0
        ? []
        : [`pCPUs ${idle.map(({ pcpu }) => pcpu).join()} idle and ${runq.length} units wait`]
    })
})

/**
 * T8: only pCPUs with a pending SCHEDULE are tickled: after an instant, none.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsTickled: Law = lawOfHosts({
  id: 'RT-T8',
  statement: 'a pCPU is tickled only until it has decided',
  appliesTo: (run) => isRtds(run) && isSwitchFree(run),
  check: (host) =>
    rtdsQueues(host).flatMap(({ pool, tickled }) => {
      const left = BitSet.toArray(tickled).filter((pcpu) => pool.pcpus.some((own) => own.pcpu === pcpu))
      return left.length === 0 ? [] : [`pCPUs ${left.join()} are tickled and decide nothing`]
    })
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

function isRtds(run: Run): boolean {
  return boots(run, 'rtds')
}

const hasAny = (run: Run, tags: ReadonlyArray<string>): boolean =>
  run.laboratory.operations.some(({ operation }) => tags.includes(operation._tag))

const isUnpinned = (run: Run): boolean =>
  [
    ...run.laboratory.domains,
    ...run.laboratory.operations.flatMap(({ operation }) =>
      operation._tag === 'DomainBuild' ? [operation.plan] : []
    )
  ]
    .flatMap(({ vcpus }) => vcpus)
    .every(({ hard }) => hard === null)

const rowsAt = (units: ReadonlyArray<RtdsEntry>, slots: ReadonlyArray<number>): ReadonlyArray<RtdsUnit> =>
  slots.flatMap((slot) => units.filter((unit) => unit.slot === slot).map(({ row }) => row))

const membershipWrong = (unit: RtdsEntry, { runq, depletedq, replq }: RtdsQueues): ReadonlyArray<string> => {
  const { name, slot, row, isRunnable, isCurrent } = unit
  const texts: string[] = []
  const [inRunq, inDepletedq] = [runq.includes(slot), depletedq.includes(slot)]
  if (inRunq !== (row.waits === waitsInRunq) || inDepletedq !== (row.waits === waitsInDepletedq))
    texts.push(`${name} says that it waits in queue ${row.waits}`)
  if (row.isInReplq !== replq.includes(slot)) texts.push(`${name} is wrong about its replenishment`)
  const isScheduled = (row.flags & rtdsScheduled) !== 0
  if (isScheduled !== isCurrent) texts.push(`${name} is marked as ${isScheduled ? '' : 'not '}scheduled`)
  if ((inRunq || inDepletedq) !== (isRunnable && !isCurrent))
    texts.push(`${name} is ${inRunq || inDepletedq ? '' : 'not '}queued`)
  const isExpected = isRunnable || isCurrent
  if (replq.includes(slot) !== isExpected)
    texts.push(`${name} is ${isExpected ? 'not ' : ''}in the replenishment queue`)
  return texts
}
