/**
 * The `rtds` scheduler ("SMP RTDS Scheduler"): global earliest deadline first over deferrable servers, one
 * run queue for a whole pool. Implements part 1 of `spec/scheduling-rtds-null-arinc653.md`; decision for
 * decision what Xen 4.22 does.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Errno, RealTimeParams, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'
import type { Scheduler } from '../Scheduler.js'

import * as M from './model.js'
import { addPcpu, removePcpu } from './pcpus.js'
import { dequeue, enqueue, newPeriod, replInsert, replReinsert, replRemove } from './queue.js'
import { replenish } from './replenish.js'
import { schedule } from './select.js'
import { poolSnapshot, unitSnapshot } from './snapshot.js'
import { tickle } from './tickle.js'

// -------------------------------------------------------------------------------------
// transitions: hooks
// -------------------------------------------------------------------------------------

const allocUnit = (x: SchedEdit, unit: UnitPlace): void => {
  grow(x.unitPrivate, unit)
  x.unitPrivate.set(unit, M.unitRow(x.isIdleUnit(unit) ? 0 : M.budgetDefaultNs))
}

/** The pCPU it is bound to if it may run there, else the next one. Soft affinity means nothing here. */
const pickResource = (x: SchedEdit, unit: UnitPlace): number => {
  const { hard, master } = x.units.read(unit)
  return BitSet.testOrCycleAnd(x.poolCpusOf(unit), hard, master)
}

const insert = (x: SchedEdit, unit: UnitPlace): void => {
  bind(x, unit, pickResource(x, unit))
  if (x.nowNs >= M.readUnit(x, unit).deadlineNs) newPeriod(x, unit)
  if (isQueued(x, unit) || !x.isUnitRunnable(unit)) return
  replInsert(x, unit)
  if (!x.units.read(unit).isRunning) enqueue(x, unit)
}

const remove = (x: SchedEdit, unit: UnitPlace): void => {
  if (isQueued(x, unit)) dequeue(x, unit)
  replRemove(x, unit)
}

const wake = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isCurrent(unit) || isQueued(x, unit)) return
  const isMissed = x.nowNs >= M.readUnit(x, unit).deadlineNs
  if (isMissed) newPeriod(x, unit)
  if ((M.readUnit(x, unit).flags & M.flag.scheduled) !== 0) {
    M.writeUnit(x, unit).flags |= M.flag.delayedAdd
    if (isMissed) replReinsert(x, unit)
    return
  }
  replInsert(x, unit)
  enqueue(x, unit)
  tickle(x, unit)
}

const sleep = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isCurrent(unit)) {
    x.raise(x.units.read(unit).master)
  } else if (isQueued(x, unit)) {
    dequeue(x, unit)
    replRemove(x, unit)
  } else {
    M.writeUnit(x, unit).flags &= ~M.flag.delayedAdd
  }
}

const contextSaved = (x: SchedEdit, unit: UnitPlace): void => {
  if (x.isIdleUnit(unit)) return
  const s = M.writeUnit(x, unit)
  const isDelayed = (s.flags & M.flag.delayedAdd) !== 0
  s.flags &= ~(M.flag.scheduled | M.flag.delayedAdd)
  if (isDelayed && x.isUnitRunnable(unit)) {
    enqueue(x, unit)
    tickle(x, unit)
  } else {
    replRemove(x, unit)
  }
}

// -------------------------------------------------------------------------------------
// transitions: parameters
// -------------------------------------------------------------------------------------

/**
 * Period and budget count from the next period on. Extra time turned on while the budget is used up counts at
 * once: the unit is refilled a level lower and waits to run, though no pCPU is told.
 */
const setRealTime = (x: SchedEdit, unit: UnitPlace, params: RealTimeParams): Either<Errno, void> => {
  const { periodUs, budgetUs, isExtra } = params
  const isValid =
    Number.isInteger(periodUs) &&
    Number.isInteger(budgetUs) &&
    periodUs >= M.periodMinUs &&
    periodUs <= M.periodMaxUs &&
    budgetUs >= M.budgetMinUs &&
    budgetUs <= periodUs
  if (!isValid) return E.left('EINVAL')
  const s = M.writeUnit(x, unit)
  s.periodNs = periodUs * 1000
  s.budgetNs = budgetUs * 1000
  if (isExtra === true) allowExtratime(x, unit)
  else if (isExtra === false) s.flags &= ~M.flag.extratime
  return E.right(undefined)
}

const allowExtratime = (x: SchedEdit, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  const isNew = (s.flags & M.flag.extratime) === 0
  s.flags |= M.flag.extratime
  if (!isNew || s.currentBudgetNs > 0) return
  s.level++
  s.currentBudgetNs = s.budgetNs
  s.flags &= ~M.flag.depleted
  if (!isQueued(x, unit)) return
  dequeue(x, unit)
  enqueue(x, unit)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

const isQueued = (x: SchedEdit, unit: UnitPlace): boolean => M.readUnit(x, unit).waits !== M.waiting.no

const getRealTime = (x: SchedEdit, unit: UnitPlace): RealTimeParams => {
  const s = M.readUnit(x, unit)
  return {
    periodUs: s.periodNs / 1000,
    budgetUs: s.budgetNs / 1000,
    isExtra: (s.flags & M.flag.extratime) !== 0
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The `rtds` scheduler. It has no weights, caps or parameters of a pool.
 *
 * @category instances
 * @since 0.1.0
 */
export const rtds: Scheduler = {
  name: 'rtds',
  id: 8,
  version: 1,
  fullName: 'SMP RTDS Scheduler',
  init: (x) => M.instance(BitSet.make(x.pcpuCount)),
  allocPcpu: () => undefined,
  switchPcpu: addPcpu,
  freePcpu: removePcpu,
  /** There is nothing to keep; a domain that moves here brings no row along. */
  allocDomain: (x, domain) => x.domainPrivate.set(domain, null),
  freeDomain: () => undefined,
  allocUnit,
  insert,
  remove,
  wake,
  sleep,
  schedule,
  contextSaved,
  pickResource,
  setDomainParams: () => E.left('EINVAL'),
  getDomainParams: () => ({}),
  setRealTime,
  getRealTime,
  setPoolParams: () => E.right(undefined),
  getPoolParams: () => null,
  poolSnapshot,
  unitSnapshot,
  timer: (x, _kind, owner, pool) => {
    // The timer stays on the pCPU that came first; only a trace tells.
    x.executingPcpu = owner
    replenish(x, pool)
  }
}
