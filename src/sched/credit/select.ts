/**
 * credit's decision: which unit a pCPU runs next, and for how long. Section 5 of the specification.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import { traceRatelimit, traceSchedule } from './events.js'
import * as M from './model.js'
import { burn, dequeue, enqueue } from './queue.js'
import { steal } from './steal.js'

/** The `schedule` hook. */
export const schedule = (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace): void => {
  if (x.events !== null) traceSchedule(x, pcpu, curr)
  const { pool } = x.pcpus.read(pcpu)
  const instance = M.readInstance(x, pool)
  const isCurrIdle = x.isIdleUnit(curr)
  const s = M.writeUnit(x, curr)
  if (isCurrIdle) {
    s.priority = M.priority.idle
  } else {
    burn(x, curr)
    s.startNs -= x.nowNs
    s.lastSchedNs = x.nowNs
  }
  const isRunnable = x.isUnitRunnable(curr)
  const ranNs = Math.max(x.nowNs - x.units.read(curr).stateEntryNs, 0)
  const isLimited = !isCurrIdle && isRunnable && (s.flags & M.flag.yield) === 0
  if (isLimited && ranNs < instance.ratelimitNs) {
    s.startNs += x.nowNs
    if (x.events !== null) traceRatelimit(x, curr, ranNs)
    answer(x, curr, ranNs < M.sliceMinNs ? M.sliceMinNs : instance.ratelimitNs - ranNs)
    return
  }
  if (isRunnable) enqueue(x, curr)
  else M.writePcpu(x, pcpu).runnableTotal--
  const next = choose(x, pool, pcpu)
  const isNextIdle = x.isIdleUnit(next)
  markIdle(x, pool, pcpu, isNextIdle)
  if (!isNextIdle) M.writeUnit(x, next).startNs += x.nowNs
  answer(x, next, isNextIdle ? -1 : instance.timesliceMs * 1_000_000)
  if (isNextIdle !== isCurrIdle) switchTicker(x, pool, pcpu, isNextIdle)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const answer = (x: SchedEdit, next: number, sliceNs: number): void => {
  x.nextUnit = next
  x.nextSliceNs = sliceNs
}

/**
 * The head of the queue, or, if that has no credit and the pCPU has not looked around for a while, a better
 * unit of another pCPU. The choice leaves its queue.
 */
const choose = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number => {
  for (;;) {
    const head = M.readPcpu(x, pcpu).runq[0]
    invariant(head !== undefined, 'a queue ends with the idle unit')
    let next = head
    const idleNs = x.nowNs - M.readPcpu(x, pcpu).lastBalanceNs
    if (M.readUnit(x, head).priority <= M.priority.over && idleNs > x.params.loadBalanceRatelimitUs * 1000) {
      M.writePcpu(x, pcpu).lastBalanceNs = x.nowNs
      const stolen = steal(x, pool, pcpu, head)
      x.nextMigrated = stolen >= 0
      if (stolen >= 0) next = stolen
      else dequeue(x, head)
    } else {
      dequeue(x, head)
    }
    if (x.isUnitRunnable(next)) return next
    x.nextMigrated = false
  }
}

const markIdle = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, isIdle: boolean): void => {
  if (BitSet.has(M.readInstance(x, pool).idlers, pcpu) === isIdle) return
  const { idlers } = M.writeInstance(x, pool)
  if (isIdle) BitSet.setIn(idlers, pcpu)
  else BitSet.clearIn(idlers, pcpu)
}

/** An idle pCPU does not tick; a busy one ticks at multiples of the tick period. */
const switchTicker = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, isIdle: boolean): void => {
  const { ticker } = M.readPcpu(x, pcpu)
  const periodNs = M.tickNs(M.readInstance(x, pool))
  if (isIdle) x.timers.stop(ticker)
  else x.timers.set(ticker, x.nowNs + periodNs - (x.nowNs % periodNs))
}
