/**
 * Where credit2 puts units: choice of a pCPU, moves between run queues, and the balancer.
 *
 * @since 0.1.0
 */
import { pauseFlag } from '../../abi/index.js'
import type { PoolPlace, QueuePlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind, setUnitFlag } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as Trace from './events.js'
import * as M from './model.js'
import {
  assign,
  deassign,
  insertIntoQueue,
  removeFromQueue,
  tickleCpu,
  tickleQueue,
  updateQueueLoad,
  updateUnitLoad
} from './queue.js'

// -------------------------------------------------------------------------------------
// transitions: choice of a pCPU
// -------------------------------------------------------------------------------------

/**
 * The pCPU on which a unit should be: on request of the balancer, else in the least loaded run queue it may
 * use.
 */
export const pickResource = (x: SchedEdit, unit: UnitPlace): number => {
  const u = x.units.read(unit)
  const allowed = BitSet.and(u.hard, x.poolCpusOf(unit))
  const requested = pickRequested(x, unit, allowed)
  if (requested >= 0) {
    if (x.events !== null) Trace.tracePicked(x, unit, { queue: -1, load: Infinity, pcpu: requested })
    return requested
  }
  const s = M.readUnit(x, unit)
  const useSoft = x.hasSoftAffinity(unit)
  const held = x.insertingPcpu < 0 ? -1 : M.readPcpu(x, x.insertingPcpu).runqueue
  let hardBest = -1
  let hardLoad = Infinity
  let softBest = -1
  let softLoad = Infinity
  for (const queue of M.readInstance(x, x.poolOfUnit(unit)).runqueues) {
    const q = M.readQueue(x, queue)
    if (!BitSet.intersects(q.active, allowed)) continue
    const load =
      queue === s.runqueue
        ? Math.max(q.balanceAvgload - s.avgload, 0)
        : queue === held
          ? Infinity
          : q.balanceAvgload
    if (load < hardLoad) {
      hardLoad = load
      hardBest = queue
    }
    if (useSoft && load < softLoad && BitSet.intersects3(q.active, allowed, u.soft)) {
      softLoad = load
      softBest = queue
    }
  }
  if (hardBest < 0) {
    const pcpu = fallbackPcpu(x, unit, useSoft)
    if (x.events !== null)
      Trace.tracePicked(x, unit, { queue: M.readPcpu(x, pcpu).runqueue, load: Infinity, pcpu })
    return pcpu
  }
  const mask =
    softBest >= 0
      ? BitSet.and(BitSet.and(allowed, u.soft), M.readQueue(x, softBest).active)
      : BitSet.and(allowed, M.readQueue(x, hardBest).active)
  const pcpu = takeNext(x, hardBest, mask)
  if (x.events !== null) Trace.tracePicked(x, unit, { queue: hardBest, load: hardLoad, pcpu })
  return pcpu
}

/** The pCPU after the queue's bias within the mask; it becomes the bias. */
const takeNext = (x: SchedEdit, queue: QueuePlace, mask: BitSet.BitSet): number => {
  const q = M.writeQueue(x, queue)
  q.pickBias = BitSet.cycle(mask, q.pickBias)
  return q.pickBias
}

const pickRequested = (x: SchedEdit, unit: UnitPlace, allowed: BitSet.BitSet): number => {
  if ((M.readUnit(x, unit).flags & M.flag.migrateRequest) === 0) return -1
  const s = M.writeUnit(x, unit)
  s.flags &= ~M.flag.migrateRequest
  const target = s.migrateTo
  if (x.queues.read(target) === null) return -1
  const mask = BitSet.and(allowed, M.readQueue(x, target).active)
  return BitSet.isEmpty(mask) ? -1 : takeNext(x, target, mask)
}

const fallbackPcpu = (x: SchedEdit, unit: UnitPlace, useSoft: boolean): number => {
  const u = x.units.read(unit)
  const pool = x.poolCpusOf(unit)
  const queue = M.readUnit(x, unit).runqueue
  const masks = [BitSet.and(u.hard, pool)]
  if (useSoft) masks.unshift(BitSet.and(BitSet.and(u.hard, u.soft), pool))
  for (const mask of masks) {
    if (BitSet.has(mask, u.master)) return u.master
    const near = queue < 0 ? -1 : BitSet.firstAnd(mask, M.readQueue(x, queue).active)
    if (near >= 0) return near
  }
  return BitSet.first(masks[masks.length - 1] as BitSet.BitSet)
}

// -------------------------------------------------------------------------------------
// transitions: moves
// -------------------------------------------------------------------------------------

/** Moves a unit to another run queue: at once, or when it has left its pCPU if it is running. */
export const moveTo = (x: SchedEdit, unit: UnitPlace, target: number): void => {
  if (x.events !== null) Trace.traceMigrate(x, unit, target)
  const s = M.writeUnit(x, unit)
  if ((s.flags & M.flag.scheduled) !== 0) {
    s.migrateTo = target
    setUnitFlag(x, unit, pauseFlag.migrating, true)
    s.flags |= M.flag.migrateRequest
    tickleCpu(x, x.units.read(unit).master)
    return
  }
  const wasQueued = s.isQueued
  if (wasQueued) {
    removeFromQueue(x, unit)
    if (x.events !== null) Trace.traceUpdateLoad(x)
    updateQueueLoad(x, s.runqueue, -1)
  }
  deassign(x, unit)
  const allowed = BitSet.and(x.units.read(unit).hard, x.poolCpusOf(unit))
  bind(x, unit, takeNext(x, target, BitSet.and(allowed, M.readQueue(x, target).active)))
  assign(x, unit, target)
  if (!wasQueued) return
  if (x.events !== null) Trace.traceUpdateLoad(x)
  updateQueueLoad(x, target, 1)
  insertIntoQueue(x, unit)
  tickleQueue(x, unit)
}

// -------------------------------------------------------------------------------------
// transitions: balance
// -------------------------------------------------------------------------------------

/** Looks for the run queue that differs most in load from `local` and moves one unit, or exchanges two. */
export const balance = (x: SchedEdit, local: number, pool: PoolPlace): void => {
  const runqueues = M.readInstance(x, pool).runqueues
  updateQueueLoad(x, local, 0)
  const l = M.readQueue(x, local)
  let difference = 0
  let partner = -1
  let last = local
  for (const queue of runqueues) {
    last = queue
    if (queue === local) continue
    updateQueueLoad(x, queue, 0)
    const d = Math.abs(l.balanceAvgload - M.readQueue(x, queue).balanceAvgload)
    if (d > difference) {
      difference = d
      partner = queue
    }
  }
  if (partner < 0 || !isWorthwhile(x, local, last, difference)) return
  if (x.events !== null) Trace.traceLoadBalance(x, local, partner)
  const { push, pull } = chooseExchange(x, local, partner, difference)
  if (push >= 0) moveTo(x, push, partner)
  if (pull >= 0) moveTo(x, pull, local)
}

/** `last` is the run queue visited last, whichever the partner is; so the reference judges. */
const isWorthwhile = (x: SchedEdit, local: number, last: number, difference: number): boolean => {
  const l = M.readQueue(x, local)
  const z = M.readQueue(x, last)
  if (x.events !== null) Trace.traceLoadCheck(x, local, last, difference)
  const precision = x.params.credit2LoadPrecisionShift
  const isUnderloaded =
    Math.max(l.balanceAvgload, z.balanceAvgload) < Math.max(l.pcpusTotal, z.pcpusTotal) * 2 ** precision
  const shift = isUnderloaded ? x.params.credit2BalanceUnder : x.params.credit2BalanceOver
  return difference >= 2 ** (precision + shift)
}

const isMigratable = (x: SchedEdit, unit: UnitPlace, target: number): boolean =>
  (M.readUnit(x, unit).flags & M.flag.migrateRequest) === 0 &&
  BitSet.intersects3(x.units.read(unit).hard, x.poolCpusOf(unit), M.readQueue(x, target).active)

const chooseExchange = (
  x: SchedEdit,
  local: number,
  other: number,
  difference: number
): { readonly push: number; readonly pull: number } => {
  const localLoad = M.readQueue(x, local).balanceAvgload
  const otherLoad = M.readQueue(x, other).balanceAvgload
  let best = difference
  let push = -1
  let pull = -1
  const consider = (p: number, q: number): void => {
    const pushed = p < 0 ? 0 : M.readUnit(x, p).avgload
    const pulled = q < 0 ? 0 : M.readUnit(x, q).avgload
    const after = Math.abs(localLoad - pushed + pulled - (otherLoad + pushed - pulled))
    if (after >= best) return
    best = after
    push = p
    pull = q
  }
  const locals = M.readQueue(x, local).svc
  const others = M.readQueue(x, other).svc
  let areOthersFresh = false
  for (const p of locals) {
    updateUnitLoad(x, p, 0)
    if (!isMigratable(x, p, other)) continue
    for (const q of others) {
      if (!areOthersFresh) updateUnitLoad(x, q, 0)
      if (isMigratable(x, q, local)) consider(p, q)
    }
    areOthersFresh = true
    consider(p, -1)
  }
  for (const q of others) if (isMigratable(x, q, local)) consider(-1, q)
  return { push, pull }
}
