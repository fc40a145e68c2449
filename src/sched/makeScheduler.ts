/**
 * A scheduler from as few hooks as possible: those that are not given do what a scheduler without parameters,
 * timers and state of its own would do.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import type { UnitPlace } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'

import type { SchedEdit } from './SchedEdit.js'
import type { Scheduler } from './Scheduler.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What can't be left out: a name and a version, by which hosts and journals ask for the scheduler, what
 * happens when a unit becomes runnable and when it stops being so, and the decision.
 *
 * @category model
 * @since 0.1.0
 */
export type SchedulerHooks = Pick<Scheduler, 'name' | 'version' | 'wake' | 'sleep' | 'schedule'> &
  Partial<Scheduler>

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scheduler with these hooks. Without a `pickResource` a unit stays where it is if it may, else it goes
 * to the lowest pCPU of its pool that its hard affinity allows. Parameters that nobody asked for are accepted
 * and change nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeScheduler = (hooks: SchedulerHooks): Scheduler => ({
  id: 0,
  fullName: hooks.name,
  init: () => null,
  allocPcpu: nothing,
  switchPcpu: nothing,
  freePcpu: nothing,
  allocDomain: nothing,
  freeDomain: nothing,
  allocUnit: nothing,
  insert: nothing,
  remove: hooks.sleep,
  pickResource: stayOrFirst,
  setDomainParams: () => E.right(undefined),
  getDomainParams: () => ({}),
  setPoolParams: () => E.right(undefined),
  getPoolParams: () => null,
  poolSnapshot: () => ({}),
  unitSnapshot: () => ({}),
  timer: nothing,
  ...hooks
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nothing = (): void => undefined

const stayOrFirst = (x: SchedEdit, unit: UnitPlace): number => {
  const { hard, master } = x.units.read(unit)
  const allowed = BitSet.and(hard, x.poolCpusOf(unit))
  return BitSet.has(allowed, master) ? master : BitSet.first(allowed)
}
