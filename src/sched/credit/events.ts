/**
 * Records of credit's events. Callers look whether `x.events` is there to take them: these paths are hot.
 *
 * @since 0.1.0
 */
import { creditEvent } from '../../abi/index.js'
import type { PcpuId, UnitPlace } from '../../abi/index.js'

import { domidOf, traceWords, unitWord } from '../events.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** The begin of a decision. */
export const traceSchedule = (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace): void => {
  traceWords(x, creditEvent.schedule, (pcpu & 0xffff) + (x.isIdleUnit(curr) ? 0x100_0000 : 0))
}

/** The running unit may not be preempted yet. */
export const traceRatelimit = (x: SchedEdit, unit: UnitPlace, ranNs: number): void => {
  traceWords(x, creditEvent.ratelimit, unitWord(x, unit), ranNs)
}

/** A unit begins, or stops, to earn credit; with how many units of its domain do now. */
export const traceAccount = (x: SchedEdit, unit: UnitPlace, isStart: boolean): void => {
  const event = isStart ? creditEvent.accountStart : creditEvent.accountStop
  const { domain } = x.units.read(unit)
  traceUnit(x, event, unit, M.readDomain(x, domain).activeUnits.length)
}

/** A unit is boosted because it woke, or no longer. */
export const traceBoost = (x: SchedEdit, unit: UnitPlace, isStart: boolean): void => {
  traceUnit(x, isStart ? creditEvent.boostStart : creditEvent.boostEnd, unit)
}

/** A pCPU was picked for a unit. */
export const tracePicked = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  traceUnit(x, creditEvent.pickedCpu, unit, pcpu)
}

/** A pCPU hears of a unit that was just queued. */
export const traceTickle = (x: SchedEdit, pcpu: PcpuId): void => {
  traceWords(x, creditEvent.tickle, pcpu)
}

/** The queue of another pCPU is looked into, or is known to have nothing. */
export const traceStealCheck = (x: SchedEdit, peer: number, isExamined: boolean): void => {
  traceWords(x, creditEvent.stealCheck, peer, isExamined ? 1 : 0)
}

/** A unit was taken from the queue of another pCPU. */
export const traceStolen = (x: SchedEdit, unit: UnitPlace, peer: number): void => {
  const { domain, unitId } = x.units.read(unit)
  traceWords(x, creditEvent.stolenUnit, peer, domidOf(x, domain), unitId)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const traceUnit = (x: SchedEdit, event: number, unit: UnitPlace, ...words: ReadonlyArray<number>): void => {
  const { domain, unitId } = x.units.read(unit)
  traceWords(x, event, domidOf(x, domain), unitId, ...words)
}
