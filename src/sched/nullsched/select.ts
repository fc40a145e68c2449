/**
 * What null runs next on a pCPU: the unit that has it, whatever else waits.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import { assign, fits, steps, stopWaiting } from './assign.js'
import { traceSchedule } from './events.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** The hook: a pCPU without a unit first looks for one that waits. */
export const schedule = (x: SchedEdit, pcpu: PcpuId): void => {
  const { pool } = x.pcpus.read(pcpu)
  let choice = M.readPcpu(x, pcpu).unit
  if (x.events !== null) traceSchedule(x, pcpu, choice)
  if (choice < 0) choice = takeWaiting(x, pool, pcpu)
  if (choice < 0 && !BitSet.has(M.readInstance(x, pool).free, pcpu))
    BitSet.setIn(M.writeInstance(x, pool).free, pcpu)
  x.nextUnit = choice >= 0 && x.isUnitRunnable(choice) ? choice : pcpu
  x.nextSliceNs = -1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/**
 * Gives the pCPU to the first waiting unit that fits, and names it; -1 when there is none.
 *
 * A unit bound to this very pCPU can't be taken: taking one needs the lock of the pCPU it is bound to, and
 * the caller holds that already. When nothing else fits either, the pCPU reschedules, so that another free
 * pCPU can take the unit meanwhile. In real Xen it does so for ever if there is no such pCPU, and the unit
 * never runs; here it then takes the unit itself, which is a difference from Xen.
 */
const takeWaiting = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number => {
  let locked = -1
  let isAwaited = false
  for (const step of steps) {
    for (const unit of M.readInstance(x, pool).waitq) {
      if (!fits(x, unit, pcpu, step)) continue
      if (x.units.read(unit).master !== pcpu) return take(x, unit, pcpu)
      if (locked < 0) locked = unit
      if (step === 'hard') isAwaited = isAwaited || mayBeTaken(x, unit, pcpu)
    }
  }
  if (locked < 0) return -1
  if (!isAwaited) return take(x, locked, pcpu)
  x.raise(pcpu)
  return -1
}

const take = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): number => {
  stopWaiting(x, unit)
  assign(x, unit, pcpu)
  return unit
}

/**
 * Whether another pCPU of the pool is about to be served that may take a unit off the queue: a free one that
 * fits, or one that has, or still runs, a unit which it may lose. Serving it ends that, so two pCPUs never
 * wait for each other for ever.
 */
const mayBeTaken = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): boolean => {
  const pool = x.poolOfUnit(unit)
  const { free } = M.readInstance(x, pool)
  for (const other of BitSet.toArray(x.poolCpusOf(unit))) {
    if (other === pcpu || !x.isRaised(other)) continue
    const isSettled = BitSet.has(free, other) && x.isIdleUnit(x.pcpus.read(other).curr)
    if (!isSettled || fits(x, unit, other, 'hard')) return true
  }
  return false
}
