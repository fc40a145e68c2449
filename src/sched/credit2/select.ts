/**
 * credit2's decision: which unit a pCPU runs next, and for how long.
 *
 * @since 0.1.0
 */
import type { PcpuId, QueuePlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import { grabBudget } from './budget.js'
import * as Trace from './events.js'
import * as M from './model.js'
import { balance } from './place.js'
import {
  burn,
  removeFromQueue,
  resetCredit,
  smtIdleClear,
  smtIdleSet,
  updateLoad,
  updateQueueLoad
} from './queue.js'

/** The `schedule` hook. */
export const schedule = (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace): void => {
  const queue = M.readPcpu(x, pcpu).runqueue
  const wasTickled = BitSet.has(M.readQueue(x, queue).tickled, pcpu)
  if (wasTickled) {
    const q = M.writeQueue(x, queue)
    q.tickled = BitSet.withoutBit(q.tickled, pcpu)
    smtIdleSet(x, q, pcpu)
  }
  if (x.events !== null) Trace.traceSchedule(x, pcpu, queue, { curr, wasTickled })
  burn(x, queue, curr)
  if (M.isExhausted(M.readUnit(x, curr))) grabBudget(x, curr)
  const next = candidate(x, pcpu, queue, curr)
  const isCurrIdle = x.isIdleUnit(curr)
  if (next !== curr && !isCurrIdle && x.isUnitRunnable(curr)) M.writeUnit(x, curr).flags |= M.flag.delayedAdd
  if (x.isIdleUnit(next)) {
    goIdle(x, pcpu, queue)
    x.nextUnit = next
    x.nextSliceNs = -1
    return
  }
  take(x, pcpu, queue, curr, next)
  const inflight =
    !isCurrIdle && (M.readUnit(x, curr).flags & M.flag.delayedAdd) !== 0 ? M.readUnit(x, curr).credit : 0
  const n = M.writeUnit(x, next)
  n.startNs = x.nowNs
  n.tickledPcpu = -1
  if (x.units.read(next).master !== pcpu) {
    n.credit += M.migrateCompensation
    bind(x, next, pcpu)
    x.nextMigrated = true
  }
  x.nextUnit = next
  x.nextSliceNs = slice(x, pcpu, queue, next, inflight)
}

/** Takes the chosen unit out of the queue, and resets credits when nobody has any left. */
const take = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace, curr: UnitPlace, next: number): void => {
  if (next === curr) {
    updateLoad(x, queue, next, 0)
  } else {
    removeFromQueue(x, next)
    M.writeUnit(x, next).flags |= M.flag.scheduled
  }
  if (BitSet.has(M.readQueue(x, queue).idle, pcpu)) {
    const q = M.writeQueue(x, queue)
    q.idle = BitSet.withoutBit(q.idle, pcpu)
    smtIdleClear(x, q, pcpu)
  }
  const head = x.lists.read(queue)[0]
  const top = Math.max(
    M.readUnit(x, next).credit,
    head === undefined ? M.creditIdle : M.readUnit(x, head).credit
  )
  if (top > 0) return
  resetCredit(x, queue, next)
  balance(x, queue, x.pcpus.read(pcpu).pool)
}

const goIdle = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace): void => {
  const q = M.writeQueue(x, queue)
  if (!BitSet.has(q.idle, pcpu)) {
    q.idle = BitSet.withBit(q.idle, pcpu)
    smtIdleSet(x, q, pcpu)
  }
  if (x.events !== null) Trace.traceUpdateLoad(x)
  updateQueueLoad(x, queue, 0)
}

const candidate = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace, curr: UnitPlace): number => {
  if (x.isIdleUnit(curr)) return scan(x, pcpu, queue, curr, false)
  const isYielding = (M.readUnit(x, curr).flags & M.flag.yield) !== 0
  if (isYielding) M.writeUnit(x, curr).flags &= ~M.flag.yield
  const ratelimitNs = M.readInstance(x, x.pcpus.read(pcpu).pool).ratelimitNs
  const isRunnable = x.isUnitRunnable(curr)
  if (
    !isYielding &&
    ratelimitNs > 0 &&
    isRunnable &&
    x.nowNs - x.units.read(curr).stateEntryNs < ratelimitNs
  ) {
    if (x.events !== null) Trace.traceRatelimit(x, curr)
    return curr
  }
  const stays = isRunnable && !escapes(x, pcpu, queue, curr)
  return scan(x, pcpu, queue, stays ? curr : pcpu, isYielding)
}

/** Whether the running unit should leave for an idle pCPU that it prefers. */
const escapes = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace, curr: UnitPlace): boolean => {
  if (!x.hasSoftAffinity(curr)) return false
  const u = x.units.read(curr)
  const preferred = BitSet.and(u.soft, u.hard)
  if (BitSet.has(preferred, pcpu)) return false
  const q = M.readQueue(x, queue)
  return BitSet.firstAndNot(q.idle, q.tickled, BitSet.and(preferred, x.poolCpusOf(curr))) >= 0
}

/** The first unit of the queue that may and should run here instead of `start`. */
const scan = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace, start: number, isYielding: boolean): number => {
  const startCredit = M.readUnit(x, start).credit
  const resist = x.params.credit2MigrateResistUs * 1000
  let list = x.lists.read(queue)
  for (let i = 0; i < list.length;) {
    const unit = list[i] as number
    if (x.events !== null) Trace.traceCandCheck(x, unit)
    const e = M.readUnit(x, unit)
    if (!isYielding && e.credit <= startCredit) break
    if (!mayRun(x, pcpu, queue, unit, e, startCredit + resist)) {
      i++
    } else if (M.isCapped(e) && !grabBudget(x, unit)) {
      list = x.lists.read(queue)
    } else {
      if (x.events !== null) Trace.traceCandidate(x, unit)
      return unit
    }
  }
  if (x.events !== null) Trace.traceCandidate(x, start)
  return start
}

const mayRun = (
  x: SchedEdit,
  pcpu: PcpuId,
  queue: QueuePlace,
  unit: UnitPlace,
  e: M.UnitRow,
  creditToMove: number
): boolean => {
  const u = x.units.read(unit)
  if (!BitSet.has(u.hard, pcpu) || !x.isUnitRunnable(unit)) return false
  if (
    e.tickledPcpu >= 0 &&
    e.tickledPcpu !== pcpu &&
    BitSet.has(M.readQueue(x, queue).tickled, e.tickledPcpu)
  )
    return false
  return u.master === pcpu || creditToMove <= e.credit
}

const slice = (x: SchedEdit, pcpu: PcpuId, queue: QueuePlace, next: number, inflight: number): number => {
  const ratelimitNs = M.readInstance(x, x.pcpus.read(pcpu).pool).ratelimitNs
  const u = x.units.read(next)
  let least = M.sliceMinNs
  if (ratelimitNs > 0)
    least = Math.max(least, u.isRunning ? u.stateEntryNs + ratelimitNs - x.nowNs : ratelimitNs)
  const n = M.readUnit(x, next)
  const head = x.lists.read(queue)[0]
  const waiting = Math.max(head === undefined ? 0 : M.readUnit(x, head).credit, inflight, 0)
  const credit = n.credit - waiting
  let time = credit > 0 ? Math.floor((credit * n.weight) / M.readQueue(x, queue).maxWeight) : 0
  if (M.isCapped(n)) time = Math.min(time, n.budget)
  return time < least ? least : Math.min(time, M.sliceMaxNs)
}
