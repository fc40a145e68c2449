/**
 * Scheduling: the generic layer, cpupools, affinity and the schedulers.
 *
 * @since 0.1.0
 */
export { setAffinity, storeAffinity } from './affinity.js'
export { arinc653 } from './arinc653/arinc653.js'
export { bootPools, powerOn } from './boot.js'
export { bind, block, sleep, unblock, wake, yieldVcpu } from './core.js'
export { addPcpu, createPool, destroyPool, moveDomain, removePcpu, setGranularity } from './cpupool.js'
export { credit } from './credit/credit.js'
export { credit2 } from './credit2/credit2.js'
export type {
  DomainRow as Credit2Domain,
  Instance as Credit2Instance,
  PcpuRow as Credit2Pcpu,
  Runqueue as Credit2Queue,
  UnitRow as Credit2Unit
} from './credit2/model.js'
export { traceWords } from './events.js'
export { masterOf, pcpusPerResource, poolResourceSize, vcpuOn } from './granularity.js'
export type { Grouping } from './granularity.js'
export { SchedulerFailure, guarded } from './guard.js'
export type { GuestClock } from './GuestClock.js'
export {
  addDomain,
  addVcpu,
  pauseDomain,
  pauseVcpu,
  removeDomain,
  unpauseDomain,
  unpauseVcpu,
  vcpuDown,
  vcpuUp
} from './life.js'
export { makeScheduler } from './makeScheduler.js'
export type { SchedulerHooks } from './makeScheduler.js'
export type { Pcpu, Place, Pool, PrivateRow, QueueRecord, Sched, SchedDomain, Unit, Vcpu } from './model.js'
export { nullScheduler } from './nullsched/nullsched.js'
export type { PendingSet } from './PendingSet.js'
export {
  allUnits,
  allVcpus,
  guestRowAt,
  listAt,
  placesOf,
  queueAt,
  queuesTotal,
  schedColumn,
  unitAt,
  unitRowAt,
  unitsTotal,
  vcpuAt,
  vcpusTotal
} from './rows.js'
export { rtds } from './rtds/rtds.js'
export { SchedEdit } from './SchedEdit.js'
export type { DomainParams, PoolParams, Scheduler } from './Scheduler.js'
export { schedulers } from './schedulers.js'
export { drain, switchEnded } from './softirqs.js'
