/**
 * Records of credit2's events. Callers look whether `x.events` is there to take them: these paths are hot.
 *
 * @since 0.1.0
 */
import { credit2Event } from '../../abi/index.js'
import type { PcpuId, QueuePlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { pair, traceWords, unitWord, wide } from '../events.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions: decisions
// -------------------------------------------------------------------------------------

/** The begin of a decision. */
export const traceSchedule = (
  x: SchedEdit,
  pcpu: PcpuId,
  queue: QueuePlace,
  given: { readonly curr: UnitPlace; readonly wasTickled: boolean }
): void => {
  const q = M.readQueue(x, queue)
  const flags =
    (x.isIdleUnit(given.curr) ? 0x100 : 0) +
    (BitSet.has(q.smtIdle, pcpu) ? 0x1_0000 : 0) +
    (given.wasTickled ? 0x100_0000 : 0)
  traceWords(x, credit2Event.schedule, pair(pcpu, q.id), flags)
}

/** The unit that a scan of the queue ended with. */
export const traceCandidate = (x: SchedEdit, unit: UnitPlace): void => {
  const { tickledPcpu, credit } = M.readUnit(x, unit)
  traceWords(x, credit2Event.runqCandidate, unitWord(x, unit), tickledPcpu, credit)
}

/** A unit that a scan of the queue looks at. */
export const traceCandCheck = (x: SchedEdit, unit: UnitPlace): void => {
  traceWords(x, credit2Event.runqCandCheck, unitWord(x, unit))
}

/** The running unit may not be preempted yet. */
export const traceRatelimit = (x: SchedEdit, unit: UnitPlace): void => {
  const ranNs = x.nowNs - x.units.read(unit).stateEntryNs
  traceWords(x, credit2Event.ratelimit, unitWord(x, unit), ranNs)
}

// -------------------------------------------------------------------------------------
// transitions: queue and credit
// -------------------------------------------------------------------------------------

/** A unit was queued at a place. */
export const traceRunqPos = (x: SchedEdit, unit: UnitPlace, position: number): void => {
  traceWords(x, credit2Event.runqPos, unitWord(x, unit), position)
}

/** A unit was charged for a time, which may be none or less. */
export const traceBurn = (x: SchedEdit, unit: UnitPlace, deltaNs: number): void => {
  const s = M.readUnit(x, unit)
  const budget = M.isCapped(s) ? s.budget : budgetNone
  traceWords(x, credit2Event.creditBurn, unitWord(x, unit), s.credit, budget, deltaNs)
}

/** A unit got new credit. */
export const traceReset = (x: SchedEdit, unit: UnitPlace, before: number): void => {
  traceWords(x, credit2Event.creditReset, unitWord(x, unit), before, M.readUnit(x, unit).credit)
}

/** A unit that was just queued looks for a pCPU. */
export const traceTickleNew = (x: SchedEdit, unit: UnitPlace): void => {
  const { master } = x.units.read(unit)
  traceWords(x, credit2Event.tickleNew, unitWord(x, unit), master, M.readUnit(x, unit).credit)
}

/** A running unit was compared with one that was just queued. */
export const traceTickleCheck = (x: SchedEdit, running: number, score: number): void => {
  traceWords(x, credit2Event.tickleCheck, unitWord(x, running), M.readUnit(x, running).credit, score)
}

/** A pCPU was chosen to look at a unit that was just queued. */
export const traceTickle = (x: SchedEdit, pcpu: PcpuId): void => {
  traceWords(x, credit2Event.tickle, pcpu)
}

// -------------------------------------------------------------------------------------
// transitions: load
// -------------------------------------------------------------------------------------

/** Loads are about to be brought up to now because one has changed. */
export const traceUpdateLoad = (x: SchedEdit): void => {
  traceWords(x, credit2Event.updateLoad)
}

/** A queue's load and averages, as they are now. */
export const traceQueueLoad = (x: SchedEdit, queue: QueuePlace): void => {
  const { id, load, avgload, balanceAvgload } = M.readQueue(x, queue)
  const shift = x.params.credit2LoadPrecisionShift
  const facts = ((shift & 0xff) << 24) | ((id & 0xff) << 16) | (load & 0xffff)
  traceWords(x, credit2Event.updateRunqLoad, ...wide(avgload), ...wide(balanceAvgload), facts, 0)
}

/** A unit's average load, as it is now. */
export const traceUnitLoad = (x: SchedEdit, unit: UnitPlace): void => {
  const { avgload } = M.readUnit(x, unit)
  const shift = x.params.credit2LoadPrecisionShift
  traceWords(x, credit2Event.updateUnitLoad, ...wide(avgload), unitWord(x, unit), shift)
}

// -------------------------------------------------------------------------------------
// transitions: queues and moves
// -------------------------------------------------------------------------------------

/** A unit was assigned to a queue. */
export const traceAssign = (x: SchedEdit, unit: UnitPlace, queue: QueuePlace): void => {
  traceWords(x, credit2Event.runqAssign, unitWord(x, unit), pair(M.readQueue(x, queue).id, 0))
}

/** The largest weight of a queue was looked at. */
export const traceMaxWeight = (x: SchedEdit, queue: QueuePlace): void => {
  const { id, maxWeight } = M.readQueue(x, queue)
  traceWords(x, credit2Event.runqMaxWeight, pair(id, maxWeight))
}

/** A unit is to go to another queue. */
export const traceMigrate = (x: SchedEdit, unit: UnitPlace, target: number): void => {
  const from = M.readQueue(x, M.readUnit(x, unit).runqueue).id
  traceWords(x, credit2Event.migrate, unitWord(x, unit), pair(from, M.readQueue(x, target).id))
}

/** The balancer compares its queue with the last one of the list. */
export const traceLoadCheck = (x: SchedEdit, local: number, last: number, difference: number): void => {
  const ids = pair(M.readQueue(x, local).id, M.readQueue(x, last).id)
  traceWords(x, credit2Event.loadCheck, ids, difference)
}

/** The balancer goes to work on two queues. */
export const traceLoadBalance = (x: SchedEdit, local: number, other: number): void => {
  const l = M.readQueue(x, local)
  const o = M.readQueue(x, other)
  const loads = [...wide(l.balanceAvgload), ...wide(o.balanceAvgload)]
  traceWords(x, credit2Event.loadBalance, ...loads, pair(l.id, o.id), 0)
}

/** A pCPU was picked; `queue` is that of the least load, -1 on request of the balancer. */
export const tracePicked = (
  x: SchedEdit,
  unit: UnitPlace,
  picked: { readonly queue: QueuePlace; readonly load: number; readonly pcpu: PcpuId }
): void => {
  const id = picked.queue < 0 ? queueUnknown : M.readQueue(x, picked.queue).id
  const load = picked.load === Infinity ? loadMax : wide(picked.load)
  traceWords(x, credit2Event.pickedCpu, ...load, unitWord(x, unit), pair(id, picked.pcpu))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** How a trace writes the budget of a unit without a cap. */
const budgetNone = 0x8000_0000
/** A queue that has no number. */
const queueUnknown = 0xffff
/** No queue was found: 2^63 - 1. */
const loadMax: readonly [number, number] = [0xffff_ffff, 0x7fff_ffff]
