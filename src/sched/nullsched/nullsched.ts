/**
 * The `null` scheduler: every pCPU is given to at most one unit, which keeps it until it goes offline, is
 * moved or dies. No slices, no timers, no parameters. Implements part 2 of
 * `spec/scheduling-rtds-null-arinc653.md`; decision for decision what Xen 4.22 does.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'
import type { Scheduler } from '../Scheduler.js'

import { assign, fits, isAssigned, isOffline, place, release, startWaiting, stopWaiting } from './assign.js'
import { traceMigrate } from './events.js'
import * as M from './model.js'
import { schedule } from './select.js'
import { poolSnapshot, unitSnapshot } from './snapshot.js'

// -------------------------------------------------------------------------------------
// transitions: hooks
// -------------------------------------------------------------------------------------

const addPcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  M.writePcpu(x, pcpu).unit = -1
  BitSet.setIn(M.writeInstance(x, pool).free, pcpu)
}

const removePcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void =>
  BitSet.clearIn(M.writeInstance(x, pool).free, pcpu)

const allocUnit = (x: SchedEdit, unit: UnitPlace): void => {
  grow(x.unitPrivate, unit)
  x.unitPrivate.set(unit, M.unitRow())
}

/** Units of a new domain are down: they get their pCPUs when they first wake. */
const insert = (x: SchedEdit, unit: UnitPlace): void => {
  if (isOffline(x, unit)) return
  const pcpu = place(x, unit)
  bind(x, unit, pcpu)
  if (M.readPcpu(x, pcpu).unit < 0) assign(x, unit, pcpu)
  else startWaiting(x, unit)
}

const remove = (x: SchedEdit, unit: UnitPlace): void => {
  if (isOffline(x, unit)) return
  if (M.readUnit(x, unit).isWaiting) stopWaiting(x, unit)
  else if (isAssigned(x, unit)) release(x, unit)
}

/** A unit that has its pCPU goes on there; one that has just come online gets one or waits. */
const wake = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isCurrent(unit) || M.readUnit(x, unit).isWaiting) return
  const { master, hard } = x.units.read(unit)
  const holder = M.readPcpu(x, master).unit
  if (holder === unit) return x.raise(master)
  if (holder < 0 && fits(x, unit, master, x.hasSoftAffinity(unit) ? 'soft' : 'hard')) {
    assign(x, unit, master)
    return x.raise(master)
  }
  startWaiting(x, unit)
  const { free } = M.readInstance(x, x.poolOfUnit(unit))
  for (const pcpu of BitSet.toArray(BitSet.and(BitSet.and(hard, x.poolCpusOf(unit)), free))) x.raise(pcpu)
}

/** Only going offline costs a unit its pCPU; blocking and pausing do not. */
const sleep = (x: SchedEdit, unit: UnitPlace): void => {
  if (isOffline(x, unit)) {
    if (M.readUnit(x, unit).isWaiting) stopWaiting(x, unit)
    else if (isAssigned(x, unit) && release(x, unit)) return
  }
  if (x.isCurrent(unit)) x.raise(x.units.read(unit).master)
}

const migrate = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): void => {
  if (x.units.read(unit).master === pcpu) return
  if (x.events !== null) traceMigrate(x, unit, pcpu)
  if (isAssigned(x, unit)) release(x, unit)
  const { isWaiting } = M.readUnit(x, unit)
  if (isOffline(x, unit)) {
    if (isWaiting) stopWaiting(x, unit)
    return bind(x, unit, pcpu)
  }
  if (M.readPcpu(x, pcpu).unit < 0 && fits(x, unit, pcpu, 'hard')) {
    if (isWaiting) stopWaiting(x, unit)
    assign(x, unit, pcpu)
  } else if (!isWaiting) {
    startWaiting(x, unit)
  }
  bind(x, unit, pcpu)
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The `null` scheduler. Parameters of a domain or a pool are accepted and change nothing.
 *
 * @category instances
 * @since 0.1.0
 */
export const nullScheduler: Scheduler = {
  name: 'null',
  id: 9,
  version: 1,
  fullName: 'null Scheduler',
  init: (x) => M.instance(BitSet.make(x.pcpuCount)),
  allocPcpu: (x, _pool, pcpu) => x.pcpuPrivate.set(pcpu, M.pcpuRow()),
  switchPcpu: addPcpu,
  freePcpu: removePcpu,
  allocDomain: (x, domain) => x.domainPrivate.set(domain, null),
  freeDomain: () => undefined,
  allocUnit,
  insert,
  remove,
  wake,
  sleep,
  schedule,
  pickResource: place,
  migrate,
  setDomainParams: () => E.right(undefined),
  getDomainParams: () => ({}),
  setPoolParams: () => E.right(undefined),
  getPoolParams: () => null,
  poolSnapshot,
  unitSnapshot,
  timer: () => undefined
}
