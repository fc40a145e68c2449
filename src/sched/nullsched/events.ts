/**
 * Records of null's events. Callers look whether `x.events` is there to take them: these paths are hot.
 *
 * @since 0.1.0
 */
import { nullEvent } from '../../abi/index.js'
import type { PcpuId, UnitPlace } from '../../abi/index.js'

import { pair, traceWords, unitWord } from '../events.js'
import type { SchedEdit } from '../SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** The begin of a decision; `unit` is the one that has the pCPU, -1 for none. */
export const traceSchedule = (x: SchedEdit, pcpu: PcpuId, unit: UnitPlace): void => {
  traceWords(x, nullEvent.schedule, pair(0, pcpu), unit < 0 ? nobody : unitWord(x, unit))
}

/** A pCPU was given to a unit. */
export const traceAssign = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  traceWords(x, nullEvent.unitAssign, unitWord(x, unit), pcpu)
}

/** A pCPU was taken from a unit. */
export const traceDeassign = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  traceWords(x, nullEvent.unitDeassign, unitWord(x, unit), pcpu)
}

/** A pCPU was picked for a unit. */
export const tracePicked = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  traceWords(x, nullEvent.pickedCpu, unitWord(x, unit), pcpu)
}

/** A unit is to go to another pCPU. */
export const traceMigrate = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  traceWords(x, nullEvent.migrate, unitWord(x, unit), pair(x.units.read(unit).master, pcpu))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nobody = 0xffff_ffff
