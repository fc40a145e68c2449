/**
 * credit2's run queues: credits, weights, load averages, order of units, tickling.
 *
 * @since 0.1.0
 */
import type { PcpuId, QueuePlace, UnitPlace } from '../../abi/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import * as Trace from './events.js'
import type { Runqueue } from './model.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions: credits
// -------------------------------------------------------------------------------------

/** Charges the running unit for the time since it was charged last. */
export const burn = (x: SchedEdit, queue: QueuePlace, unit: UnitPlace): void => {
  if (x.isIdleUnit(unit)) return
  const delta = x.nowNs - M.readUnit(x, unit).startNs
  if (delta <= 0) {
    if (x.events !== null) Trace.traceBurn(x, unit, delta)
    return
  }
  const s = M.writeUnit(x, unit)
  const total = delta * M.readQueue(x, queue).maxWeight + s.residual
  invariant(total <= Number.MAX_SAFE_INTEGER, 'credit arithmetic stays exact')
  const burnt = Math.floor(total / s.weight)
  // Both fit 32 bits, which `| 0` tells the engine: such a field needs no box of its own.
  s.residual = (total - burnt * s.weight) | 0
  s.credit = Math.max(s.credit - burnt, M.creditMin) | 0
  if (M.isCapped(s)) s.budget -= delta
  s.startNs = x.nowNs
  if (x.events !== null) Trace.traceBurn(x, unit, delta)
}

/** Gives every unit of the queue new credit; `next` is the unit about to run. */
export const resetCredit = (x: SchedEdit, queue: QueuePlace, next: number): void => {
  const add = M.readUnit(x, next).credit === M.creditMin ? 2 * M.creditInit : M.creditInit
  for (const unit of M.readQueue(x, queue).svc) {
    if (x.isCurrent(unit)) {
      burn(x, queue, unit)
      if (M.isExhausted(M.readUnit(x, unit))) tickleCpu(x, x.units.read(unit).master)
    }
    const s = M.writeUnit(x, unit)
    const before = s.credit
    s.credit = Math.min(s.credit + add, M.creditInit + M.carryoverMax)
    s.startNs = x.nowNs
    if (x.events !== null) Trace.traceReset(x, unit, before)
  }
}

/** Keeps the largest weight of a queue when a unit's weight changes from `old` to `weight`. */
export const updateMaxWeight = (x: SchedEdit, queue: QueuePlace, weight: number, old: number): void => {
  const q = M.readQueue(x, queue)
  if (weight > q.maxWeight) {
    M.writeQueue(x, queue).maxWeight = weight
  } else if (old === q.maxWeight) {
    let max = 1
    for (const unit of q.svc) max = Math.max(max, M.readUnit(x, unit).weight)
    M.writeQueue(x, queue).maxWeight = max
  }
  if (x.events !== null) Trace.traceMaxWeight(x, queue)
}

// -------------------------------------------------------------------------------------
// transitions: load
// -------------------------------------------------------------------------------------

/** Now in ticks of 1,024 ns. */
export const tickNow = (x: SchedEdit): number => Math.floor(x.nowNs * (1 / 1024))

/** Brings a queue's averages up to now, then changes its load. */
export const updateQueueLoad = (x: SchedEdit, queue: QueuePlace, change: number): void => {
  const q = M.writeQueue(x, queue)
  const now = tickNow(x)
  const delta = now - q.loadUpdated
  if (delta > x.loadWindow) {
    q.avgload = q.load * x.loadOne
    q.balanceAvgload = q.avgload
  } else if (delta > 0) {
    const gain = M.mulScale(delta, q.load * x.loadOne, x.loadScale)
    q.avgload += gain - M.mulScale(delta, q.avgload, x.loadScale)
    q.balanceAvgload += gain - M.mulScale(delta, q.balanceAvgload, x.loadScale)
  }
  q.load += change
  q.loadUpdated = now
  if (x.events !== null) Trace.traceQueueLoad(x, queue)
}

/** Brings a unit's average up to now. */
export const updateUnitLoad = (x: SchedEdit, unit: UnitPlace, change: number): void => {
  const s = M.writeUnit(x, unit)
  const now = tickNow(x)
  const delta = now - s.loadUpdated
  if (delta > 0) {
    const isLoad = change === 0 ? x.isUnitRunnable(unit) : change === -1
    const full = isLoad ? x.loadOne : 0
    if (delta > x.loadWindow) s.avgload = full
    else s.avgload += M.mulScale(delta, full, x.loadScale) - M.mulScale(delta, s.avgload, x.loadScale)
  }
  s.loadUpdated = now
  if (x.events !== null) Trace.traceUnitLoad(x, unit)
}

/** Both: the queue's load, then the unit's. */
export const updateLoad = (x: SchedEdit, queue: QueuePlace, unit: UnitPlace, change: number): void => {
  if (x.events !== null) Trace.traceUpdateLoad(x)
  updateQueueLoad(x, queue, change)
  updateUnitLoad(x, unit, change)
}

// -------------------------------------------------------------------------------------
// transitions: order
// -------------------------------------------------------------------------------------

/**
 * Queues a unit behind all of equal or higher credit. The queue is sorted by credit at any time (queued
 * credit changes only in resets, which keep the order), so the place is found by halving.
 */
export const insertIntoQueue = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  invariant(!s.isQueued && (s.flags & M.flag.scheduled) === 0, 'a unit is queued once, and not while it runs')
  const queue = M.queueOfMaster(x, unit)
  const list = x.lists.write(queue)
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (M.readUnit(x, list[middle] as number).credit < s.credit) high = middle
    else low = middle + 1
  }
  let i = list.length
  list.push(unit)
  for (; i > low; i--) list[i] = list[i - 1] as number
  list[low] = unit
  s.isQueued = true
  if (x.events !== null) Trace.traceRunqPos(x, unit, low)
}

/** Takes a unit from the queue it is in. */
export const removeFromQueue = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  const list = x.lists.write(s.runqueue)
  const last = list.length - 1
  for (let i = list.indexOf(unit); i < last; i++) list[i] = list[i + 1] as number
  list.pop()
  s.isQueued = false
}

// -------------------------------------------------------------------------------------
// transitions: assignment
// -------------------------------------------------------------------------------------

/** Assigns a unit to a queue. */
export const assign = (x: SchedEdit, unit: UnitPlace, queue: QueuePlace): void => {
  const s = M.writeUnit(x, unit)
  const q = M.writeQueue(x, queue)
  q.svc = [...q.svc, unit]
  s.runqueue = queue
  updateMaxWeight(x, queue, s.weight, 0)
  q.balanceAvgload += s.avgload
  if (x.events !== null) Trace.traceAssign(x, unit, queue)
}

/** Takes a unit from its queue's assigned units. */
export const deassign = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  const q = M.writeQueue(x, s.runqueue)
  q.svc = q.svc.filter((other) => other !== unit)
  updateMaxWeight(x, s.runqueue, 0, s.weight)
  q.balanceAvgload = Math.max(q.balanceAvgload - s.avgload, 0)
  s.runqueue = -1
}

// -------------------------------------------------------------------------------------
// transitions: tickling
// -------------------------------------------------------------------------------------

/** Marks a core idle when all its threads are, none of them tickled. */
export const smtIdleSet = (x: SchedEdit, q: Runqueue, pcpu: PcpuId): void => {
  const siblings = M.readPcpu(x, pcpu).siblings
  if (BitSet.isSubset(siblings, q.idle) && !BitSet.intersects(siblings, q.tickled))
    q.smtIdle = BitSet.or(q.smtIdle, siblings)
}

/** Unmarks a core that was marked idle. */
export const smtIdleClear = (x: SchedEdit, q: Runqueue, pcpu: PcpuId): void => {
  const siblings = M.readPcpu(x, pcpu).siblings
  if (BitSet.isSubset(siblings, q.smtIdle)) q.smtIdle = BitSet.andNot(q.smtIdle, siblings)
}

/** Asks a pCPU to reschedule and remembers that it was asked. */
export const tickleCpu = (x: SchedEdit, pcpu: PcpuId): void => {
  const q = M.writeQueue(x, M.readPcpu(x, pcpu).runqueue)
  q.tickled = BitSet.withBit(q.tickled, pcpu)
  smtIdleClear(x, q, pcpu)
  x.raise(pcpu)
}

/** Finds a pCPU that should look at a unit just queued, and tickles it. */
export const tickleQueue = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.events !== null) Trace.traceTickleNew(x, unit)
  const chosen = chooseTickled(x, unit)
  if (chosen < 0) return
  if (x.events !== null) Trace.traceTickle(x, chosen)
  tickleCpu(x, chosen)
  M.writeUnit(x, unit).tickledPcpu = chosen
}

const chooseTickled = (x: SchedEdit, unit: UnitPlace): number => {
  const s = M.readUnit(x, unit)
  const u = x.units.read(unit)
  const q = M.readQueue(x, s.runqueue)
  const home = u.master
  if ((s.flags & M.flag.pinned) !== 0 && BitSet.has(q.idle, home) && !BitSet.has(q.tickled, home)) return home
  const online = x.poolCpusOf(unit)
  if (x.hasSoftAffinity(unit)) {
    const found = chooseIdle(x, q, home, BitSet.and(BitSet.and(u.soft, u.hard), online))
    if (found >= 0) return found
  }
  const allowed = u.hard === x.allPcpus ? online : BitSet.and(u.hard, online)
  const found = chooseIdle(x, q, home, allowed)
  return found >= 0 ? found : chooseBusy(x, unit, q, allowed)
}

/**
 * An idle pCPU of the mask: on a wholly idle core if possible (power savings: on a busy one), then any not
 * tickled.
 */
const chooseIdle = (x: SchedEdit, q: Runqueue, home: number, mask: BitSet.BitSet): number => {
  const onCore = x.params.smtPowerSavings
    ? BitSet.testOrCycleAndNot(q.idle, q.smtIdle, mask, home)
    : BitSet.testOrCycleAnd(q.smtIdle, mask, home)
  return onCore >= 0 ? onCore : BitSet.testOrCycleAndNot(q.idle, q.tickled, mask, home)
}

/** The busy pCPU whose unit is worth preempting most; the unit's own first. */
const chooseBusy = (x: SchedEdit, unit: UnitPlace, q: Runqueue, allowed: BitSet.BitSet): number => {
  const u = x.units.read(unit)
  const home = u.master
  const ratelimitNs = M.readInstance(x, x.pcpus.read(home).pool).ratelimitNs
  const isLimited = ratelimitNs > M.ratelimitToleranceNs
  const sinceNs = isLimited ? x.nowNs - ratelimitNs + M.ratelimitToleranceNs : Infinity
  let best = 0
  let chosen = -1
  if (isBusy(q, home) && BitSet.has(allowed, home)) {
    const score = tickleScore(x, unit, home, sinceNs)
    if (score > best) {
      best = score
      chosen = home
      if (BitSet.has(u.soft, home)) return chosen
    }
  }
  let pcpu = BitSet.firstAndNot(q.active, q.idle, allowed)
  for (; pcpu >= 0; pcpu = BitSet.nextAndNot(q.active, q.idle, allowed, pcpu)) {
    if (pcpu === home || BitSet.has(q.tickled, pcpu)) continue
    const score = tickleScore(x, unit, pcpu, sinceNs)
    if (score > best) {
      best = score
      chosen = pcpu
    }
  }
  return chosen
}

const isBusy = (q: Runqueue, pcpu: PcpuId): boolean =>
  BitSet.has(q.active, pcpu) && !BitSet.has(q.idle, pcpu) && !BitSet.has(q.tickled, pcpu)

/**
 * What would be gained by preempting the unit on `pcpu`, if it started before `sinceNs`; charges that unit as
 * a side effect.
 */
const tickleScore = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId, sinceNs: number): number => {
  const current = x.pcpus.read(pcpu).curr
  const c = x.units.read(current)
  if (c.stateEntryNs >= sinceNs || x.isIdleUnit(current)) return -1
  burn(x, M.readPcpu(x, pcpu).runqueue, current)
  const u = x.units.read(unit)
  let score = M.readUnit(x, unit).credit - M.readUnit(x, current).credit
  if (u.master !== pcpu) score -= x.params.credit2MigrateResistUs * 1000
  if (score > 0) {
    if (BitSet.has(u.soft, pcpu)) score += M.creditInit
    if (!BitSet.has(c.soft, pcpu)) score += M.creditInit
  }
  if (x.events !== null) Trace.traceTickleCheck(x, current, score)
  return score
}
