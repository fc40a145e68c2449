/**
 * Laws of rtds about what units are given: no overrun (T3), no miss under the stated bounds (T4, T5).
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'

import { boots, everyInstant, isMoved, isSwitchFree } from './hostRows.js'
import type { Law } from './Law.js'
import { hasExtratime, plannedRealTime, rtdsPeriodDefaultNs, rtdsUnits } from './rtdsRows.js'
import type { RtdsEntry } from './rtdsRows.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * T3: between two replenishments a unit without extra time runs at most for the budget of the first, or, if
 * it was running then, for what was left of its slice.
 *
 * The specification has the budget only, and speaks of periods. But a replenishment does not touch the slice
 * under way: whoever runs on a larger budget of old, for one the default, has the smaller one overrun until
 * that slice ends, through as many periods as it takes. While parameters stay, what is left of a slice is
 * not more than the budget. And where others have extra time, a replenishment can come late (T6).
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsNoOverrun: Law = {
  id: 'RT-T3',
  statement: 'a unit without extra time runs at most for its budget, or to the end of the slice under way',
  appliesTo: (run) => boots(run, 'rtds') && isSwitchFree(run),
  violations: (run) => overruns(run, true)
}

/**
 * T3 as the specification words it, for the time between replenishments: the budget and nothing more. It does
 * not hold; see {@link rtdsNoOverrun}.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsNoOverrunAsWorded: Law = {
  ...rtdsNoOverrun,
  id: 'RT-T3-as-worded',
  violations: (run) => overruns(run, false)
}

/**
 * Section 1.4: a replenished unit has its whole budget before it, whatever it ran before, and what it runs is
 * taken from its budget, to the nanosecond. With extra time the budget comes back in a step when it is used
 * up.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsBudgetExact: Law = {
  id: 'RT-1.4',
  statement: 'a replenishment gives the whole budget, and running takes from it what it lasts',
  appliesTo: (run) => boots(run, 'rtds') && isSwitchFree(run),
  violations: (run) => {
    const since = new Map<string, Period>()
    return everyInstant(run, (instant) => {
      if (isMoved(run, instant)) since.clear()
      return rtdsUnits(instant.host).flatMap((unit) => {
        const { row, key, name } = unit
        const old = since.get(key)
        const left = budgetLeft(unit, instant.host.nowNs)
        if (old === undefined || old.deadlineNs !== row.deadlineNs) {
          since.set(key, periodOf(unit, instant.host.nowNs))
          const given = instant.outputs.some(({ _tag }) => _tag === 'ControlDone') ? left : row.budgetNs
          return left === given ? [] : [`${name} is replenished and has ${left} of ${given} ns`]
        }
        if (hasExtratime(row)) old.isJudged = false
        const expected = Math.max(0, old.budgetNs - (unit.ranNs - old.ranNs))
        return !old.isJudged || Math.max(0, left) === expected
          ? []
          : [`${name} has ${left} ns left, not ${expected}`]
      })
    })
  }
}

/**
 * Where nobody has extra time, a runnable unit is replenished at its deadline, not later.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsReplenishedInTime: Law = {
  id: 'RT-T1b',
  statement: 'without extra time, who is runnable is replenished at its deadline',
  appliesTo: (run) => boots(run, 'rtds') && isSwitchFree(run) && isWithoutExtratime(run),
  violations: (run) =>
    everyInstant(run, ({ host }) =>
      rtdsUnits(host)
        .filter(({ row, isRunnable }) => isRunnable && row.deadlineNs <= host.nowNs)
        .map(({ name, row }) => `${name} should have been replenished at ${row.deadlineNs} ns`)
    )
}

/**
 * T4 and T5: no deadline miss. On m pCPUs without extra time, affinities or operations, if nobody sleeps and
 * `sum U <= m - (m - 1) x max U` (U = budget / period), every unit gets its full budget in every period.
 *
 * With m = 1 this is the optimality of EDF (Liu and Layland, 1973), else the bound of Goossens, Funk and
 * Baruah (2003) for global EDF. Both are about units that only ever had these parameters. In rtds the first
 * period, up to 10 ms, has the default ones, and slices of it go on afterwards (see {@link rtdsNoOverrun}):
 * so the law is about laboratories in which nobody runs before 10 ms.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsNoMiss: Law = {
  id: 'RT-T4',
  statement: 'inside the utilisation bound nobody misses a deadline',
  appliesTo: (run) =>
    boots(run, 'rtds') &&
    isSwitchFree(run) &&
    isSynchronous(run) &&
    isWithoutExtratime(run) &&
    isInBound(run),
  violations: missesOf
}

/**
 * T6 is the law that does not hold: the same with extra time for all. `wording.test.ts` has the
 * counter-example.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsNoMissWithExtratime: Law = {
  id: 'RT-T6-as-not-worded',
  statement: 'inside the utilisation bound nobody misses a deadline, extra time or not',
  appliesTo: (run) => boots(run, 'rtds') && isSwitchFree(run) && isSynchronous(run) && isInBound(run),
  violations: missesOf
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A unit since its last replenishment. */
interface Period {
  readonly deadlineNs: number
  readonly ranNs: number
  readonly budgetNs: number
  /** What was left of the slice of a unit that was running at that time. */
  readonly sliceLeftNs: number
  isJudged: boolean
}

/** Without `isSliceFree` a slice that is under way when its unit is replenished counts for nothing. */
const overruns = (run: Run, isSliceFree: boolean): ReturnType<Law['violations']> => {
  const since = new Map<string, Period>()
  const slices = new Map<string, number>()
  return everyInstant(run, (instant) => {
    const { host, outputs } = instant
    if (isMoved(run, instant)) since.clear()
    const texts = rtdsUnits(host).flatMap((unit) => {
      const old = since.get(unit.key)
      const isSame = old !== undefined && old.deadlineNs === unit.row.deadlineNs
      const sliceLeftNs = unit.isCurrent ? (slices.get(unit.name) ?? 0) - host.nowNs : 0
      const period = isSame ? old : periodOf(unit, host.nowNs, isSliceFree ? sliceLeftNs : 0)
      if (hasExtratime(unit.row)) period.isJudged = false
      since.set(unit.key, period)
      const ran = unit.ranNs - period.ranNs
      if (!period.isJudged || ran <= Math.max(period.budgetNs, period.sliceLeftNs)) return []
      return [`${unit.name} ran ${ran} ns of a budget of ${period.budgetNs} ns`]
    })
    for (const output of outputs)
      if (output._tag === 'Decision' && output.nextDomid >= 0)
        slices.set(`${output.nextDomid}.${output.nextUnit}`, output.atNs + output.sliceNs)
    return texts
  })
}

/** What is left of a budget; a running unit has used some that it was not charged for yet. */
const budgetLeft = ({ row, isCurrent }: RtdsEntry, nowNs: number): number =>
  row.currentBudgetNs - (isCurrent ? nowNs - row.startNs : 0)

const periodOf = (unit: RtdsEntry, nowNs: number, sliceLeftNs = 0): Period => ({
  deadlineNs: unit.row.deadlineNs,
  ranNs: unit.ranNs,
  budgetNs: budgetLeft(unit, nowNs),
  sliceLeftNs,
  isJudged: !hasExtratime(unit.row)
})

function isWithoutExtratime(run: Run): boolean {
  return (
    run.laboratory.domains.length > 0 &&
    run.instants.every(({ host }) => rtdsUnits(host).every(({ row }) => !hasExtratime(row)))
  )
}

/** Whether nobody ran in the first period, which has default parameters, and nobody slept after it. */
function isSynchronous(run: Run): boolean {
  const first = run.instants.find(({ host }) => host.nowNs >= rtdsPeriodDefaultNs)
  const last = run.instants.at(-1)
  if (first === undefined || last === undefined || run.laboratory.operations.length > 0) return false
  return (
    rtdsUnits(first.host).every(({ ranNs }) => ranNs === 0) &&
    rtdsUnits(last.host).every(({ blockedNs, offlineNs }) => blockedNs + offlineNs <= rtdsPeriodDefaultNs)
  )
}

/** In whole numbers: `sum b_i / p_i + (m - 1) x max b_i / p_i <= m`, over the product of the periods. */
function isInBound(run: Run): boolean {
  const params = plannedRealTime(run)
  const pcpus = BigInt(pcpusTotal(run.laboratory.topology))
  if (!run.laboratory.domains.flatMap(({ vcpus }) => vcpus).every(({ hard }) => hard === null)) return false
  let sum: Fraction = [0n, 1n]
  let most: Fraction = [0n, 1n]
  for (const one of params) {
    if (one === null) return false
    const use: Fraction = [BigInt(one.budgetUs), BigInt(one.periodUs)]
    sum = [sum[0] * use[1] + use[0] * sum[1], sum[1] * use[1]]
    if (use[0] * most[1] > most[0] * use[1]) most = use
  }
  return sum[0] * most[1] + (pcpus - 1n) * most[0] * sum[1] <= pcpus * sum[1] * most[1]
}

type Fraction = readonly [numerator: bigint, denominator: bigint]

function missesOf(run: Run): ReturnType<Law['violations']> {
  const since = new Map<
    string,
    { readonly deadlineNs: number; readonly ranNs: number; readonly isFirst: boolean }
  >()
  return everyInstant(run, ({ host }) =>
    rtdsUnits(host).flatMap(({ key, name, row, ranNs }) => {
      const old = since.get(key)
      if (old?.deadlineNs === row.deadlineNs) return []
      since.set(key, { deadlineNs: row.deadlineNs, ranNs, isFirst: old === undefined })
      if (old === undefined || old.isFirst) return []
      const got = ranNs - old.ranNs
      return got >= row.budgetNs
        ? []
        : [`${name} got ${got} of ${row.budgetNs} ns before ${old.deadlineNs} ns`]
    })
  )
}
