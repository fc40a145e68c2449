/**
 * Records of rtds' events. Callers look whether `x.events` is there to take them: these paths are hot.
 *
 * @since 0.1.0
 */
import { rtdsEvent } from '../../abi/index.js'
import type { PcpuId, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { traceWords, unitWord, wide } from '../events.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** The begin of a decision. */
export const traceSchedule = (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace): void => {
  const isTickled = BitSet.has(M.readInstance(x, x.pcpus.read(pcpu).pool).tickled, pcpu)
  const flags = (isTickled ? 0x100_0000 : 0) + (x.isIdleUnit(curr) ? 0x1000_0000 : 0)
  traceWords(x, rtdsEvent.schedule, (pcpu & 0xffff) + flags)
}

/** A pCPU was chosen to look at a unit that waits. */
export const traceTickle = (x: SchedEdit, pcpu: PcpuId): void => {
  traceWords(x, rtdsEvent.tickle, pcpu)
}

/** The first unit of the run queue that may run on a pCPU. */
export const tracePick = (x: SchedEdit, unit: UnitPlace): void => {
  const { deadlineNs, currentBudgetNs } = M.readUnit(x, unit)
  traceWords(x, rtdsEvent.runqPick, unitWord(x, unit), ...wide(deadlineNs), ...wide(currentBudgetNs))
}

/** A running unit was charged for a time. */
export const traceBurn = (x: SchedEdit, unit: UnitPlace, deltaNs: number): void => {
  const s = M.readUnit(x, unit)
  const isExtra = (s.flags & M.flag.extratime) !== 0 ? 1 : 0
  const budget = wide(s.currentBudgetNs)
  traceWords(x, rtdsEvent.budgetBurn, unitWord(x, unit), ...budget, deltaNs, s.level, isExtra)
}

/** A unit began a period. */
export const traceReplenish = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.readUnit(x, unit)
  const times = [...wide(s.deadlineNs), ...wide(s.currentBudgetNs)]
  traceWords(x, rtdsEvent.budgetReplenish, unitWord(x, unit), s.level, ...times)
}
