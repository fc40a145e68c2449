/**
 * What a scheduler is: a set of hooks over the edit of the scheduling slice, inspired by the hook set inside
 * Xen.
 *
 * A scheduler keeps its state in plain rows: one per unit, domain, pCPU and instance (`unitPrivate`,
 * `domainPrivate`, `pcpuPrivate`, `instances`) and any number of queue records (`queues` with `lists`). The
 * generic layer calls the hooks in the order that `docs/architecture.md` tells; a hook never waits and never
 * reads a clock but `x.nowNs`.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

import type {
  ArincEntry,
  DomainPlace,
  Errno,
  PcpuId,
  PoolPlace,
  RealTimeParams,
  UnitPlace
} from '../abi/index.js'
import type { BitSet } from '../prelude/index.js'

import type { PrivateRow, Sched } from './model.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Parameters of a domain, as getinfo and putinfo carry them. What a scheduler has no use for is absent.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainParams {
  readonly weight?: number
  readonly cap?: number
}

/**
 * Parameters of a whole pool.
 *
 * @category model
 * @since 0.1.0
 */
export interface PoolParams {
  readonly ratelimitUs: number
  readonly timesliceMs?: number
  readonly migrationDelayUs?: number
}

/**
 * The hook set. `unit`, `domain`, `pool` are slots of their tables; `pcpu` is a pCPU number.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scheduler {
  /** The name used by `sched=` and by `xl`. */
  readonly name: string
  /** Xen's number of the scheduler (`XEN_SCHEDULER_*`). */
  readonly id: number
  readonly version: number
  readonly fullName: string
  /** A fresh instance for a new pool. */
  readonly init: (x: SchedEdit, pool: PoolPlace) => PrivateRow
  readonly allocPcpu: (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId) => void
  /** The pCPU starts to be scheduled by the pool's instance. */
  readonly switchPcpu: (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId) => void
  /** The pCPU leaves; afterwards its private row is dropped. */
  readonly freePcpu: (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId) => void
  readonly allocDomain: (x: SchedEdit, domain: DomainPlace) => void
  readonly freeDomain: (x: SchedEdit, domain: DomainPlace) => void
  /** Makes the private row of a unit, idle units included. */
  readonly allocUnit: (x: SchedEdit, unit: UnitPlace, pool: PoolPlace) => void
  readonly insert: (x: SchedEdit, unit: UnitPlace) => void
  readonly remove: (x: SchedEdit, unit: UnitPlace) => void
  readonly wake: (x: SchedEdit, unit: UnitPlace) => void
  readonly sleep: (x: SchedEdit, unit: UnitPlace) => void
  readonly yield?: (x: SchedEdit, unit: UnitPlace) => void
  /**
   * Chooses what runs next on `pcpu`: leaves its answer in `x.nextUnit`, `x.nextSliceNs`, `x.nextMigrated`.
   */
  readonly schedule: (x: SchedEdit, pcpu: PcpuId, curr: UnitPlace) => void
  readonly contextSaved?: (x: SchedEdit, unit: UnitPlace) => void
  readonly pickResource: (x: SchedEdit, unit: UnitPlace) => number
  readonly migrate?: (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId) => void
  readonly adjustAffinity?: (
    x: SchedEdit,
    unit: UnitPlace,
    hard: BitSet.BitSet | null,
    soft: BitSet.BitSet | null
  ) => void
  readonly setDomainParams: (x: SchedEdit, domain: DomainPlace, params: DomainParams) => Either<Errno, void>
  readonly getDomainParams: (x: SchedEdit, domain: DomainPlace) => DomainParams
  /** Real-time parameters of one unit; absent where the scheduler has none (the operation is then EINVAL). */
  readonly setRealTime?: (x: SchedEdit, unit: UnitPlace, params: RealTimeParams) => Either<Errno, void>
  readonly getRealTime?: (x: SchedEdit, unit: UnitPlace) => RealTimeParams
  /** Installs a schedule of fixed slots. */
  readonly setArinc?: (
    x: SchedEdit,
    pool: PoolPlace,
    majorFrameNs: number,
    entries: ReadonlyArray<ArincEntry>
  ) => Either<Errno, void>
  readonly setPoolParams: (x: SchedEdit, pool: PoolPlace, params: PoolParams) => Either<Errno, void>
  readonly getPoolParams: (x: SchedEdit, pool: PoolPlace) => PoolParams | null
  /** What the scheduler shows of a pool and of a unit: plain fields, for traces and debug keys. */
  readonly poolSnapshot: (sched: Sched, pool: PoolPlace, nameOf: (unit: UnitPlace) => string) => object
  readonly unitSnapshot: (sched: Sched, unit: UnitPlace) => object
  /**
   * One of the scheduler's own timers expired. `kind` and `owner` are k1 and k2 of its key, `payload` as
   * allocated.
   */
  readonly timer: (x: SchedEdit, kind: number, owner: number, payload: number) => void
}
