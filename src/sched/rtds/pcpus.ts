/**
 * How pCPUs come to an rtds instance and leave it, and with them its queues and its timer.
 *
 * @since 0.1.0
 */
import { eventClass, schedulerTimerKind } from '../../abi/index.js'
import type { PcpuId, PoolPlace } from '../../abi/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import { freeSlot } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** A pCPU, which runs its idle unit, comes. The first one brings the queues and the timer. */
export const addPcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const own = M.writeInstance(x, pool)
  if (!BitSet.has(own.tickled, pcpu)) BitSet.setIn(own.idlers, pcpu)
  if (own.timer >= 0) return
  own.runq = createQueue(x, { pool, role: 'run' })
  own.depletedq = createQueue(x, { pool, role: 'depleted' })
  own.replq = createQueue(x, { pool, role: 'replenish' })
  own.timer = createTimer(x, pool, pcpu)
  own.timerPcpu = pcpu
}

/**
 * A pCPU leaves. If the timer sits on it, the timer moves to the next pCPU of the pool; with the last pCPU it
 * goes, and so do the queues. Real Xen crashes in both cases.
 */
export const removePcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const own = M.writeInstance(x, pool)
  BitSet.clearIn(own.idlers, pcpu)
  if (own.timerPcpu !== pcpu) return
  x.timers.release(own.timer)
  const next = BitSet.cycle(x.mastersOf(pool), pcpu)
  own.timerPcpu = next
  if (next < 0) {
    own.timer = -1
    for (const queue of [own.runq, own.depletedq, own.replq]) destroyQueue(x, queue)
    own.runq = own.depletedq = own.replq = -1
    return
  }
  own.timer = createTimer(x, pool, next)
  if (own.timerAtNs >= 0) x.timers.set(own.timer, Math.max(own.timerAtNs, x.nowNs))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const createTimer = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number =>
  x.timers.allocate(eventClass.scheduler, schedulerTimerKind.rtdsReplenish, pcpu, pool)

const createQueue = (x: SchedEdit, queue: M.Queue): number => {
  const slot = freeSlot(x.queues, (row) => row === null)
  x.queues.set(slot, queue)
  x.lists.set(slot, [])
  return slot
}

const destroyQueue = (x: SchedEdit, slot: number): void => {
  invariant(x.lists.read(slot).length === 0, 'a pool without pCPUs has no units')
  x.queues.set(slot, null)
  x.lists.set(slot, [])
}
