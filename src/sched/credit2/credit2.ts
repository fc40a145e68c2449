/**
 * The `credit2` scheduler ("SMP Credit Scheduler rev2", Xen's default): weights and caps over run queues
 * shared by several pCPUs. Implements `spec/scheduling-credit2.md`; decision for decision what Xen 4.22 does.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { eventClass, schedulerTimerKind } from '../../abi/index.js'
import type { DomainPlace, Errno, PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'
import type { DomainParams, PoolParams, Scheduler } from '../Scheduler.js'

import { replenish, returnBudget, unpark } from './budget.js'
import * as M from './model.js'
import { moveTo, pickResource } from './place.js'
import {
  assign,
  burn,
  deassign,
  insertIntoQueue,
  removeFromQueue,
  tickleCpu,
  tickNow,
  tickleQueue,
  updateLoad,
  updateMaxWeight
} from './queue.js'
import { schedule } from './select.js'
import { poolSnapshot, unitSnapshot } from './snapshot.js'
import { activatePcpu, allocPcpu, removePcpu } from './topology.js'

// -------------------------------------------------------------------------------------
// transitions: hooks
// -------------------------------------------------------------------------------------

const init = (x: SchedEdit): M.Instance => ({
  ratelimitNs: x.params.ratelimitUs * 1000,
  runqueues: [],
  domains: []
})

const allocDomain = (x: SchedEdit, domain: DomainPlace): void => {
  const { domid } = x.domains.read(domain)
  const timer = x.timers.allocate(eventClass.scheduler, schedulerTimerKind.credit2Replenish, domid, domain)
  x.domainPrivate.set(domain, M.domainRow(timer))
  const { pool } = x.domains.read(domain)
  M.changeInstance(x, pool, { domains: [...M.readInstance(x, pool).domains, domain] })
}

const freeDomain = (x: SchedEdit, domain: DomainPlace): void => {
  x.timers.release(M.readDomain(x, domain).timer)
  const { pool } = x.domains.read(domain)
  const domains = M.readInstance(x, pool).domains.filter((other) => other !== domain)
  M.changeInstance(x, pool, { domains })
}

const allocUnit = (x: SchedEdit, unit: UnitPlace): void => {
  grow(x.unitPrivate, unit)
  if (x.isIdleUnit(unit)) {
    x.unitPrivate.set(unit, M.unitRow(0, M.creditIdle, 0, 0))
    return
  }
  const { weight } = M.readDomain(x, x.units.read(unit).domain)
  const half = 2 ** (x.params.credit2LoadPrecisionShift - 1)
  x.unitPrivate.set(unit, M.unitRow(weight, M.creditInit, half, tickNow(x)))
}

const insert = (x: SchedEdit, unit: UnitPlace): void => {
  x.insertingPcpu = x.units.read(unit).master
  const pcpu = pickResource(x, unit)
  x.insertingPcpu = -1
  bind(x, unit, pcpu)
  assign(x, unit, M.queueOfMaster(x, unit))
  M.writeDomain(x, x.units.read(unit).domain).unitsTotal++
}

const remove = (x: SchedEdit, unit: UnitPlace): void => {
  deassign(x, unit)
  M.writeDomain(x, x.units.read(unit).domain).unitsTotal--
}

const wake = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.readUnit(x, unit)
  if (x.isCurrent(unit) || s.isQueued) return
  if ((s.flags & M.flag.scheduled) !== 0) {
    M.writeUnit(x, unit).flags |= M.flag.delayedAdd
    return
  }
  if (s.runqueue < 0) assign(x, unit, M.queueOfMaster(x, unit))
  updateLoad(x, M.readUnit(x, unit).runqueue, unit, 1)
  insertIntoQueue(x, unit)
  tickleQueue(x, unit)
}

const sleep = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.readUnit(x, unit)
  if (x.isCurrent(unit)) {
    tickleCpu(x, x.units.read(unit).master)
  } else if (s.isQueued) {
    updateLoad(x, s.runqueue, unit, -1)
    removeFromQueue(x, unit)
  } else {
    M.writeUnit(x, unit).flags &= ~M.flag.delayedAdd
  }
}

const yieldUnit = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).flags |= M.flag.yield
}

const nobody: ReadonlyArray<number> = []

const contextSaved = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isIdleUnit(unit)) return
  const s = M.writeUnit(x, unit)
  s.flags &= ~M.flag.scheduled
  const freed = M.isCapped(s) && s.budget > 0 ? returnBudget(x, unit) : nobody
  const isDelayed = (s.flags & M.flag.delayedAdd) !== 0
  s.flags &= ~M.flag.delayedAdd
  if (isDelayed && x.isUnitRunnable(unit)) {
    insertIntoQueue(x, unit)
    tickleQueue(x, unit)
  } else {
    updateLoad(x, s.runqueue, unit, -1)
  }
  if (freed.length > 0) unpark(x, freed)
}

const migrate = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  const target = M.readPcpu(x, pcpu).runqueue
  if (target === M.readUnit(x, unit).runqueue) bind(x, unit, pcpu)
  else moveTo(x, unit, target)
}

const adjustAffinity = (x: SchedEdit, unit: UnitPlace, hard: BitSet.BitSet | null): void => {
  if (hard === null) return
  const s = M.writeUnit(x, unit)
  s.flags = BitSet.count(hard) === 1 ? s.flags | M.flag.pinned : s.flags & ~M.flag.pinned
}

// -------------------------------------------------------------------------------------
// transitions: parameters
// -------------------------------------------------------------------------------------

const setDomainParams = (x: SchedEdit, domain: DomainPlace, params: DomainParams): Either<Errno, void> => {
  const { units } = x.domains.read(domain)
  const d = M.writeDomain(x, domain)
  const weight = params.weight ?? 0
  if (weight !== 0) {
    const old = d.weight
    d.weight = weight
    for (const unit of units) {
      const s = M.writeUnit(x, unit)
      s.weight = weight
      updateMaxWeight(x, s.runqueue, weight, old)
    }
  }
  const cap = params.cap ?? d.cap
  if (cap > 100 * d.unitsTotal) return E.left('EINVAL')
  if (cap !== 0) setCap(x, domain, cap)
  else if (d.cap !== 0) clearCap(x, domain)
  return E.right(undefined)
}

const setCap = (x: SchedEdit, domain: DomainPlace, cap: number): void => {
  const { units } = x.domains.read(domain)
  const d = M.writeDomain(x, domain)
  const periodNs = x.params.credit2CapPeriodMs * 1_000_000
  d.totalBudget = Math.floor((periodNs * cap) / 100)
  const quota = Math.max(Math.floor(d.totalBudget / d.unitsTotal), M.sliceMinNs)
  for (const unit of units) M.writeUnit(x, unit).budgetQuota = quota
  if (d.cap === 0) {
    d.budget = d.totalBudget
    d.nextReplenishNs = x.nowNs + periodNs
    x.timers.set(d.timer, d.nextReplenishNs)
    for (const unit of units) {
      if (x.units.read(unit).isRunning) {
        const { master } = x.units.read(unit)
        const queue = M.readPcpu(x, master).runqueue
        burn(x, queue, unit)
        const q = M.writeQueue(x, queue)
        q.tickled = BitSet.withBit(q.tickled, master)
        x.raise(master)
      }
      M.writeUnit(x, unit).budget = 0
    }
  }
  d.cap = cap
}

const clearCap = (x: SchedEdit, domain: DomainPlace): void => {
  const d = M.writeDomain(x, domain)
  x.timers.stop(d.timer)
  for (const unit of x.domains.read(domain).units) {
    const s = M.writeUnit(x, unit)
    s.budget = 0
    s.budgetQuota = 0
  }
  d.cap = 0
  const parked = d.parked
  d.parked = []
  unpark(x, parked)
}

const setPoolParams = (x: SchedEdit, pool: PoolPlace, params: PoolParams): Either<Errno, void> => {
  const us = params.ratelimitUs
  if (us !== 0 && (us < 100 || us > 500_000)) return E.left('EINVAL')
  M.changeInstance(x, pool, { ratelimitNs: us * 1000 })
  return E.right(undefined)
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The scheduler, to be put into an environment's registry.
 *
 * @category constructors
 * @since 0.1.0
 */
export const credit2: Scheduler = {
  name: 'credit2',
  id: 6,
  version: 1,
  fullName: 'SMP Credit Scheduler rev2',
  init,
  allocPcpu,
  switchPcpu: (x, _pool, pcpu) => activatePcpu(x, pcpu),
  freePcpu: removePcpu,
  allocDomain,
  freeDomain,
  allocUnit,
  insert,
  remove,
  wake,
  sleep,
  yield: yieldUnit,
  schedule,
  contextSaved,
  pickResource,
  migrate,
  adjustAffinity,
  setDomainParams,
  getDomainParams: (x, domain) => ({
    weight: M.readDomain(x, domain).weight,
    cap: M.readDomain(x, domain).cap
  }),
  setPoolParams,
  getPoolParams: (x, pool) => ({ ratelimitUs: Math.floor(M.readInstance(x, pool).ratelimitNs / 1000) }),
  poolSnapshot,
  unitSnapshot,
  timer: (x, _kind, _owner, domain) => {
    // Xen keeps the timer on any pCPU of the pool; only a trace tells which.
    x.executingPcpu = BitSet.first(x.pools.read(x.domains.read(domain).pool).cpus)
    replenish(x, domain)
  }
}
