/**
 * What rtds keeps: a private row for each unit and one for each instance, and three ordered lists for each
 * pool that has pCPUs.
 *
 * @since 0.1.0
 */
import type { PoolPlace, TimerId, UnitPlace } from '../../abi/index.js'
import type { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** One instance serves one cpupool. Places and the timer are -1 while the pool has no pCPU. */
export interface Instance {
  /** Places of its queues. */
  runq: number
  depletedq: number
  replq: number
  timer: TimerId
  /** The pCPU that the replenishment timer sits on. */
  timerPcpu: number
  /** What the timer is set for, -1 when it is not set. */
  timerAtNs: number
  /** pCPUs with a SCHEDULE that a queued unit is waiting for. */
  tickled: number[]
  /** pCPUs that run their idle unit and are not tickled. */
  idlers: number[]
}

/** The record of a queue; its ordered units are the list of the same place. */
export interface Queue {
  readonly pool: PoolPlace
  readonly role: 'run' | 'depleted' | 'replenish'
}

/** The private row of a unit. */
export interface UnitRow {
  periodNs: number
  budgetNs: number
  currentBudgetNs: number
  deadlineNs: number
  startNs: number
  /** 0 is the most urgent; each budget used up on extra time adds 1. */
  level: number
  flags: number
  /** Which of the two queues it waits in, see {@link waiting}. */
  waits: number
  isInReplq: boolean
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Parameters of a new unit. */
export const periodDefaultNs = 10_000_000
export const budgetDefaultNs = 4_000_000
/** Shortest period and smallest budget. */
export const periodMinUs = 10
export const budgetMinUs = 10
/** The interface carries microseconds in 32 bits. */
export const periodMaxUs = 4_294_967_295
/** Levels have 32 bits and do not wrap. */
export const levelMax = 4_294_967_295

/** Bits of {@link UnitRow.flags}, with the numbers the traces show. */
export const flag = { scheduled: 2, delayedAdd: 4, depleted: 8, extratime: 16 } as const

/** Values of {@link UnitRow.waits}. */
export const waiting = { no: 0, inRunq: 1, inDepletedq: 2 } as const

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

export const instance = (none: BitSet.BitSet): Instance => ({
  runq: -1,
  depletedq: -1,
  replq: -1,
  timer: -1,
  timerPcpu: -1,
  timerAtNs: -1,
  tickled: none.slice(),
  idlers: none.slice()
})

/** The row of a guest unit or, with a budget of 0, of an idle one. */
export const unitRow = (budgetNs: number): UnitRow => ({
  periodNs: periodDefaultNs,
  budgetNs,
  currentBudgetNs: 0,
  deadlineNs: 0,
  startNs: 0,
  level: 0,
  flags: flag.extratime,
  waits: waiting.no,
  isInReplq: false
})

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export const readInstance = (x: SchedEdit, pool: PoolPlace): Instance => x.instances.read(pool) as Instance
export const writeInstance = (x: SchedEdit, pool: PoolPlace): Instance =>
  x.instances.writeWith(pool, copyInstance)
export const readUnit = (x: SchedEdit, unit: UnitPlace): UnitRow => x.unitPrivate.read(unit) as UnitRow
export const writeUnit = (x: SchedEdit, unit: UnitPlace): UnitRow =>
  x.unitPrivate.writeWith(unit, copyUnitRow)

/** Whether `a` is strictly more urgent than `b`: a lower level or, on the same one, an earlier deadline. */
export const isBefore = (a: UnitRow, b: UnitRow): boolean =>
  a.level === b.level ? a.deadlineNs < b.deadlineNs : a.level < b.level

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const copyInstance = (i: Instance): Instance => ({
  runq: i.runq,
  depletedq: i.depletedq,
  replq: i.replq,
  timer: i.timer,
  timerPcpu: i.timerPcpu,
  timerAtNs: i.timerAtNs,
  tickled: i.tickled.slice(),
  idlers: i.idlers.slice()
})

const copyUnitRow = (u: UnitRow): UnitRow => ({
  periodNs: u.periodNs,
  budgetNs: u.budgetNs,
  currentBudgetNs: u.currentBudgetNs,
  deadlineNs: u.deadlineNs,
  startNs: u.startNs,
  level: u.level,
  flags: u.flags,
  waits: u.waits,
  isInReplq: u.isInReplq
})
