/**
 * The `credit` scheduler ("SMP Credit Scheduler"): a run queue for each pCPU, priorities by credit, and work
 * stealing. Implements `spec/scheduling-credit.md`; decision for decision what Xen 4.22 does on x86-64.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { schedulerTimerKind } from '../../abi/index.js'
import type { DomainPlace, Errno, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'
import type { DomainParams, PoolParams, Scheduler } from '../Scheduler.js'

import { account, deactivate, tick, unpark } from './accounting.js'
import { traceBoost } from './events.js'
import * as M from './model.js'
import { allocPcpu, joinPcpu, removePcpu } from './pcpus.js'
import { pickPcpu, tickle } from './place.js'
import * as Queue from './queue.js'
import { schedule } from './select.js'
import { poolSnapshot, unitSnapshot } from './snapshot.js'

// -------------------------------------------------------------------------------------
// transitions: hooks
// -------------------------------------------------------------------------------------

const init = (x: SchedEdit): M.Instance => ({
  cpus: BitSet.make(x.pcpuCount),
  idlers: BitSet.copy(BitSet.make(x.pcpuCount)),
  balanceBias: new Array<number>(x.topology.nodesTotal).fill(0),
  runqSort: 0,
  timesliceMs: x.params.creditTimesliceMs,
  ratelimitNs: Math.min(x.params.ratelimitUs * 1000, x.params.creditTimesliceMs * 1_000_000),
  migrationDelayNs: x.params.vcpuMigrationDelayUs * 1000,
  activeDomains: [],
  creditBalance: 0,
  master: M.noMaster,
  timer: -1
})

const allocUnit = (x: SchedEdit, unit: UnitPlace): void => {
  grow(x.unitPrivate, unit)
  x.unitPrivate.set(unit, M.unitRow(x.isIdleUnit(unit) ? M.priority.idle : M.priority.under))
}

const insert = (x: SchedEdit, unit: UnitPlace): void => {
  bind(x, unit, pickResource(x, unit))
  if (!x.isUnitRunnable(unit) || x.units.read(unit).isRunning || M.isQueued(x, unit)) return
  Queue.insert(x, unit)
}

const remove = (x: SchedEdit, unit: UnitPlace): void => {
  if (M.hasFlag(x, unit, M.flag.parked)) {
    M.writeUnit(x, unit).flags &= ~M.flag.parked
    unpark(x, unit)
  }
  deactivate(x, unit)
}

const wake = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isCurrent(unit) || M.isQueued(x, unit)) return
  const { flags, priority } = M.readUnit(x, unit)
  if ((flags & M.flag.migrating) !== 0) M.writeUnit(x, unit).flags &= ~M.flag.migrating
  else if (priority === M.priority.under && (flags & M.flag.parked) === 0) {
    if (x.events !== null) traceBoost(x, unit, true)
    M.writeUnit(x, unit).priority = M.priority.boost
  }
  Queue.insert(x, unit)
  tickle(x, unit)
}

const sleep = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isCurrent(unit)) x.raise(x.units.read(unit).master)
  else if (M.isQueued(x, unit)) Queue.remove(x, unit)
}

const yieldUnit = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).flags |= M.flag.yield
}

const pickResource = (x: SchedEdit, unit: UnitPlace): number => {
  M.writeUnit(x, unit).flags |= M.flag.migrating
  return pickPcpu(x, unit, true)
}

const adjustAffinity = (x: SchedEdit, unit: UnitPlace, hard: BitSet.BitSet | null): void => {
  if (hard === null) return
  const s = M.writeUnit(x, unit)
  s.flags = BitSet.count(hard) === 1 ? s.flags | M.flag.pinned : s.flags & ~M.flag.pinned
}

/** Expects the kinds of timers that credit allocates; both run on a pCPU of their own. */
const timer = (x: SchedEdit, kind: number, _owner: number, payload: number): void =>
  kind === schedulerTimerKind.creditTick ? tick(x, payload) : account(x, payload)

// -------------------------------------------------------------------------------------
// transitions: parameters
// -------------------------------------------------------------------------------------

const setDomainParams = (x: SchedEdit, domain: DomainPlace, params: DomainParams): Either<Errno, void> => {
  const weight = params.weight ?? 0
  const cap = params.cap ?? M.capUnchanged
  if (!isWord(weight) || !isWord(cap)) return E.left('EINVAL')
  const d = M.writeDomain(x, domain)
  if (weight !== 0) d.weight = weight
  if (cap !== M.capUnchanged) d.cap = cap
  return E.right(undefined)
}

/** Whether a 16-bit field of Xen's interface can hold the value; there is no other check. */
const isWord = (value: number): boolean => value >= 0 && value <= 0xffff

const setPoolParams = (x: SchedEdit, pool: PoolPlace, params: PoolParams): Either<Errno, void> => {
  const { ratelimitUs } = params
  const old = M.readInstance(x, pool)
  const timesliceMs = params.timesliceMs ?? old.timesliceMs
  const migrationDelayNs =
    params.migrationDelayUs === undefined ? old.migrationDelayNs : params.migrationDelayUs * 1000
  if (timesliceMs < 1 || timesliceMs > M.timesliceMaxMs) return E.left('EINVAL')
  if (ratelimitUs !== 0 && (ratelimitUs < 100 || ratelimitUs > 500_000)) return E.left('EINVAL')
  if (ratelimitUs > timesliceMs * 1000) return E.left('EINVAL')
  if (migrationDelayNs < 0 || migrationDelayNs > 100_000_000) return E.left('EINVAL')
  const instance = M.writeInstance(x, pool)
  instance.timesliceMs = timesliceMs
  instance.ratelimitNs = ratelimitUs * 1000
  instance.migrationDelayNs = migrationDelayNs
  return E.right(undefined)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

const getDomainParams = (x: SchedEdit, domain: DomainPlace): DomainParams => {
  const { weight, cap } = M.readDomain(x, domain)
  return { weight, cap }
}

const getPoolParams = (x: SchedEdit, pool: PoolPlace): PoolParams => {
  const { ratelimitNs, timesliceMs, migrationDelayNs } = M.readInstance(x, pool)
  return { ratelimitUs: ratelimitNs / 1000, timesliceMs, migrationDelayUs: migrationDelayNs / 1000 }
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
export const credit: Scheduler = {
  name: 'credit',
  id: 5,
  version: 1,
  fullName: 'SMP Credit Scheduler',
  init,
  allocPcpu,
  switchPcpu: joinPcpu,
  freePcpu: removePcpu,
  allocDomain: (x, domain) => x.domainPrivate.set(domain, M.domainRow()),
  freeDomain: () => undefined,
  allocUnit,
  insert,
  remove,
  wake,
  sleep,
  yield: yieldUnit,
  schedule,
  pickResource,
  adjustAffinity,
  setDomainParams,
  getDomainParams,
  setPoolParams,
  getPoolParams,
  poolSnapshot,
  unitSnapshot,
  timer
}
