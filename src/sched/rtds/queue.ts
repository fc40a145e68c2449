/**
 * The three queues of an rtds instance and its replenishment timer, which is set for the deadline at the head
 * of the replenishment queue.
 *
 * The run queue is always in the order of urgency, since what a queued unit's place depends on changes only
 * with a new queueing: it is searched by halves. Units of the replenishment queue lose urgency where they
 * stand, so it is in no order but that of the search "before the first less urgent one".
 *
 * @since 0.1.0
 */
import type { PoolPlace, UnitPlace } from '../../abi/index.js'
import { invariant } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import { traceBurn, traceReplenish } from './events.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions: budget
// -------------------------------------------------------------------------------------

/** Begins the period that contains the present instant, with a full budget and the highest priority. */
export const newPeriod = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  invariant(s.deadlineNs <= x.nowNs, 'a period ends before the next one begins')
  s.deadlineNs += s.periodNs * (Math.floor((x.nowNs - s.deadlineNs) / s.periodNs) + 1)
  s.startNs = x.nowNs
  s.currentBudgetNs = s.budgetNs
  s.level = 0
  if (x.events !== null) traceReplenish(x, unit)
}

/** Charges a running unit for its time since the last charge. */
export const burn = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isIdleUnit(unit)) return
  const s = M.writeUnit(x, unit)
  const ranNs = x.nowNs - s.startNs
  s.startNs = x.nowNs
  if (ranNs < 0) return
  s.currentBudgetNs -= ranNs
  if (s.currentBudgetNs <= 0) exhaust(s)
  if (x.events !== null) traceBurn(x, unit, ranNs)
}

/** A used-up budget means the next level, with extra time, or none. */
const exhaust = (s: M.UnitRow): void => {
  if ((s.flags & M.flag.extratime) !== 0) {
    s.level = Math.min(s.level + 1, M.levelMax)
    s.currentBudgetNs = s.budgetNs
  } else {
    s.currentBudgetNs = 0
    s.flags |= M.flag.depleted
  }
}

// -------------------------------------------------------------------------------------
// transitions: run queue and depleted queue
// -------------------------------------------------------------------------------------

/** Puts a unit into the run queue or, without budget and extra time, to the front of the depleted one. */
export const enqueue = (x: SchedEdit, unit: UnitPlace): void => {
  const pool = M.readInstance(x, x.poolOfUnit(unit))
  const s = M.writeUnit(x, unit)
  invariant(s.waits === M.waiting.no && s.isInReplq, 'a unit queues once, and has a replenishment to come')
  if (s.currentBudgetNs > 0 || (s.flags & M.flag.extratime) !== 0) {
    s.waits = M.waiting.inRunq
    const runq = x.lists.write(pool.runq)
    runq.splice(placeInRunq(x, runq, s), 0, unit)
  } else {
    s.waits = M.waiting.inDepletedq
    x.lists.write(pool.depletedq).unshift(unit)
  }
}

/** Takes a unit off the queue it waits in. */
export const dequeue = (x: SchedEdit, unit: UnitPlace): void => {
  const pool = M.readInstance(x, x.poolOfUnit(unit))
  const s = M.writeUnit(x, unit)
  invariant(s.waits !== M.waiting.no, 'only a unit that waits is taken off')
  takeOut(x.lists.write(s.waits === M.waiting.inRunq ? pool.runq : pool.depletedq), unit)
  s.waits = M.waiting.no
}

// -------------------------------------------------------------------------------------
// transitions: replenishment queue
// -------------------------------------------------------------------------------------

/** Puts a unit into the replenishment queue without looking at the timer. */
export const placeInReplq = (x: SchedEdit, replq: number[], unit: UnitPlace): number => {
  const s = M.writeUnit(x, unit)
  s.isInReplq = true
  let at = 0
  while (at < replq.length && !M.isBefore(s, M.readUnit(x, replq[at] as number))) at++
  replq.splice(at, 0, unit)
  return at
}

/** Expects a replenishment of the unit. */
export const replInsert = (x: SchedEdit, unit: UnitPlace): void => {
  const pool = x.poolOfUnit(unit)
  invariant(!M.readUnit(x, unit).isInReplq, 'a unit is replenished once')
  const at = placeInReplq(x, x.lists.write(M.readInstance(x, pool).replq), unit)
  if (at === 0) setTimer(x, pool, M.readUnit(x, unit).deadlineNs)
}

/** Expects it no longer. */
export const replRemove = (x: SchedEdit, unit: UnitPlace): void => {
  if (!M.readUnit(x, unit).isInReplq) return
  const pool = x.poolOfUnit(unit)
  const replq = x.lists.write(M.readInstance(x, pool).replq)
  M.writeUnit(x, unit).isInReplq = false
  if (takeOut(replq, unit) === 0) setTimerToHead(x, pool)
}

/** Expects it at another time. */
export const replReinsert = (x: SchedEdit, unit: UnitPlace): void => {
  const pool = x.poolOfUnit(unit)
  const replq = x.lists.write(M.readInstance(x, pool).replq)
  const before = takeOut(replq, unit)
  const after = placeInReplq(x, replq, unit)
  if (before === 0 || after === 0) setTimerToHead(x, pool)
}

/** Sets the timer for the deadline at the head of the replenishment queue, or stops it. */
export const setTimerToHead = (x: SchedEdit, pool: PoolPlace): void => {
  const [head] = x.lists.read(M.readInstance(x, pool).replq)
  setTimer(x, pool, head === undefined ? -1 : M.readUnit(x, head).deadlineNs)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Sets the replenishment timer, or stops it when `atNs` is -1; the past counts as the present. */
const setTimer = (x: SchedEdit, pool: PoolPlace, atNs: number): void => {
  if (M.readInstance(x, pool).timerAtNs === atNs) return
  const own = M.writeInstance(x, pool)
  own.timerAtNs = atNs
  if (atNs < 0) x.timers.stop(own.timer)
  else x.timers.set(own.timer, Math.max(atNs, x.nowNs))
}

/** The place before the first unit that is strictly less urgent. */
const placeInRunq = (x: SchedEdit, runq: ReadonlyArray<number>, s: M.UnitRow): number => {
  let low = 0
  let high = runq.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (M.isBefore(s, M.readUnit(x, runq[middle] as number))) high = middle
    else low = middle + 1
  }
  return low
}

/** Takes a unit out of a list and gives the place where it was. */
const takeOut = (list: number[], unit: UnitPlace): number => {
  const at = list.indexOf(unit)
  invariant(at >= 0, 'a unit is in the queue that its row names')
  if (at === 0) list.shift()
  else list.splice(at, 1)
  return at
}
