/**
 * What runs next on a pCPU: the most urgent unit that may run there.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import { tracePick, traceSchedule } from './events.js'
import * as M from './model.js'
import { burn, dequeue, replRemove } from './queue.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** The `schedule` hook. The slice is the rest of the budget, whatever the deadline. */
export const schedule = (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace): void => {
  const { pool } = x.pcpus.read(pcpu)
  if (x.events !== null) traceSchedule(x, pcpu, curr)
  burn(x, curr)
  const isCurrRunnable = !x.isIdleUnit(curr) && x.isUnitRunnable(curr)
  const next = choose(x, pool, pcpu, isCurrRunnable ? curr : -1)
  if (next !== curr && isCurrRunnable) M.writeUnit(x, curr).flags |= M.flag.delayedAdd
  noteChoice(x, pool, pcpu, next < 0)
  if (next < 0) {
    x.nextUnit = pcpu
    x.nextSliceNs = -1
    return
  }
  const s = M.writeUnit(x, next)
  s.startNs = x.nowNs
  if (next !== curr) {
    dequeue(x, next)
    s.flags |= M.flag.scheduled
    if (x.units.read(next).master !== pcpu) {
      bind(x, next, pcpu)
      x.nextMigrated = true
    }
  }
  x.nextUnit = next
  x.nextSliceNs = s.currentBudgetNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The first of the run queue, or the unit that may stay if it is strictly more urgent; -1 for none. */
const choose = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, staying: number): number => {
  const queued = firstQueued(x, pool, pcpu)
  if (staying < 0) return queued
  const s = M.readUnit(x, staying)
  if (s.currentBudgetNs <= 0) return queued
  return queued < 0 || M.isBefore(s, M.readUnit(x, queued)) ? staying : queued
}

/** The first of the run queue that may run on the pCPU; those met that are not runnable are taken off. */
const firstQueued = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number => {
  const { runq } = M.readInstance(x, pool)
  if (!BitSet.has(x.mastersOf(pool), pcpu)) return -1
  for (let at = 0; at < x.lists.read(runq).length;) {
    const unit = x.lists.read(runq)[at] as number
    if (!BitSet.has(x.units.read(unit).hard, pcpu)) {
      at++
      continue
    }
    if (x.events !== null) tracePick(x, unit)
    if (x.isUnitRunnable(unit)) return unit
    dequeue(x, unit)
    replRemove(x, unit)
  }
  return -1
}

/** The pCPU has decided: it is no longer tickled, and it idles or not. */
const noteChoice = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, isIdle: boolean): void => {
  const own = M.readInstance(x, pool)
  if (!BitSet.has(own.tickled, pcpu) && BitSet.has(own.idlers, pcpu) === isIdle) return
  const { tickled, idlers } = M.writeInstance(x, pool)
  BitSet.clearIn(tickled, pcpu)
  if (isIdle) BitSet.setIn(idlers, pcpu)
  else BitSet.clearIn(idlers, pcpu)
}
