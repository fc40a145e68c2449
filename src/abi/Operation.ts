/**
 * What a control domain can ask of the hypervisor, as a closed union: the part of domctl, sysctl and cpupool
 * operations that the machine carries out. Every member is plain data, so that it can be journalled and
 * scheduled.
 *
 * @since 0.1.0
 */
import type { DomainId, NodeId, PcpuId, PoolId, VcpuId } from './ids.js'
import type { GuestSpec, PlainData } from './GuestProgram.js'
import type { Granularity } from './SchedParams.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a real-time scheduler guarantees a vCPU: `budgetUs` of pCPU time in every period. `isExtra` lets it
 * use idle time beyond that; null leaves it as it is.
 *
 * @category model
 * @since 0.1.0
 */
export interface RealTimeParams {
  readonly periodUs: number
  readonly budgetUs: number
  readonly isExtra: boolean | null
}

/**
 * One entry of an arinc653 schedule. The domain need not exist.
 *
 * @category model
 * @since 0.1.0
 */
export interface ArincEntry {
  readonly domid: DomainId
  readonly vcpu: VcpuId
  readonly runtimeNs: number
}

/**
 * Affinity, scheduling parameters and program of a vCPU that is about to be created. Null masks mean all
 * pCPUs.
 *
 * @category model
 * @since 0.1.0
 */
export interface VcpuPlan {
  readonly isOnline: boolean
  readonly hard: ReadonlyArray<number> | null
  readonly soft: ReadonlyArray<number> | null
  readonly guest: GuestSpec | null
  /** Parameters of its own in a real-time pool; absent for the scheduler's defaults. */
  readonly realTime?: RealTimeParams
}

/**
 * A whole domain built in one operation: created in its pool, vCPUs placed, affinities and parameters set,
 * vCPUs brought up, unpaused. What real toolstacks do in many hypercalls, in the order of the scheduler
 * goldens.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainPlan {
  readonly domid: DomainId
  readonly poolId: PoolId
  readonly isControl: boolean
  readonly weight: number | null
  readonly cap: number | null
  /** Parameters of all its vCPUs in a real-time pool, set before those of single ones. */
  readonly realTime?: RealTimeParams
  readonly vcpus: ReadonlyArray<VcpuPlan>
  /** Pages to give it from the heap; 0 in scheduler laboratories. */
  readonly pages: number
  readonly pagesMax: number
  /** NUMA nodes to take pages from first; null for all. */
  readonly nodes: ReadonlyArray<NodeId> | null
  /** Leave it paused, as a toolstack wants it while it builds devices. */
  readonly isPaused: boolean
  readonly info: DomainInfo
}

/**
 * What the toolstack records about a domain, until xenstore holds it.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainInfo {
  readonly name: string
  readonly uuid: string
  readonly type: 'pv' | 'pvh' | 'hvm'
  /** The toolstack's own record of the configuration. */
  readonly userdata: PlainData
}

/**
 * An operation of the toolstack that is due when the instant is over, by name, with its arguments.
 *
 * @category model
 * @since 0.1.0
 */
export interface ToolstackCall {
  readonly name: string
  readonly args: PlainData
}

/**
 * `ToolstackCall` is not for the hypervisor: planned, it lets the toolstack come back to something later.
 *
 * @category model
 * @since 0.1.0
 */
export type Operation =
  | { readonly _tag: 'DomainBuild'; readonly plan: DomainPlan }
  | { readonly _tag: 'DomainDestroy'; readonly domid: DomainId; readonly inPlace: boolean }
  | { readonly _tag: 'DomainPause'; readonly domid: DomainId }
  | { readonly _tag: 'DomainUnpause'; readonly domid: DomainId }
  | { readonly _tag: 'DomainRename'; readonly domid: DomainId; readonly name: string }
  | { readonly _tag: 'DomainHandle'; readonly domid: DomainId; readonly uuid: string }
  | { readonly _tag: 'DomainUserdata'; readonly domid: DomainId; readonly userdata: PlainData }
  | { readonly _tag: 'DomainShutdown'; readonly domid: DomainId; readonly reason: number }
  | { readonly _tag: 'DomainMaxPages'; readonly domid: DomainId; readonly pagesMax: number }
  | { readonly _tag: 'VcpuPause'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | { readonly _tag: 'VcpuUnpause'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | { readonly _tag: 'VcpuOffline'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | { readonly _tag: 'VcpuOnline'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | { readonly _tag: 'VcpuKick'; readonly domid: DomainId; readonly vcpu: VcpuId }
  | {
      readonly _tag: 'VcpuAffinity'
      readonly domid: DomainId
      readonly vcpu: VcpuId
      readonly kind: 'hard' | 'soft'
      readonly pcpus: ReadonlyArray<PcpuId>
    }
  | {
      readonly _tag: 'VcpuProgram'
      readonly domid: DomainId
      readonly vcpu: VcpuId
      readonly guest: GuestSpec | null
    }
  | {
      readonly _tag: 'SchedDomainParams'
      readonly domid: DomainId
      readonly scheduler: string | null
      readonly weight: number | null
      readonly cap: number | null
    }
  | {
      readonly _tag: 'SchedPoolParams'
      readonly poolId: PoolId
      readonly ratelimitUs: number
      readonly timesliceMs: number | null
      readonly migrationDelayUs: number | null
    }
  | { readonly _tag: 'SchedDomainRealTime'; readonly domid: DomainId; readonly params: RealTimeParams }
  | {
      readonly _tag: 'SchedVcpuRealTime'
      readonly domid: DomainId
      readonly vcpu: VcpuId
      readonly params: RealTimeParams
    }
  | {
      readonly _tag: 'SchedArinc'
      readonly poolId: PoolId
      readonly majorFrameNs: number
      readonly entries: ReadonlyArray<ArincEntry>
    }
  | { readonly _tag: 'PoolCreate'; readonly poolId: PoolId; readonly scheduler: string }
  | { readonly _tag: 'PoolDestroy'; readonly poolId: PoolId }
  /** What schedulers see as one in a pool that has no pCPUs yet. */
  | { readonly _tag: 'PoolGranularity'; readonly poolId: PoolId; readonly granularity: Granularity }
  | { readonly _tag: 'PoolAddPcpu'; readonly poolId: PoolId; readonly pcpu: PcpuId }
  | { readonly _tag: 'PoolRemovePcpu'; readonly poolId: PoolId; readonly pcpu: PcpuId }
  | { readonly _tag: 'PoolMoveDomain'; readonly poolId: PoolId; readonly domid: DomainId }
  | ({ readonly _tag: 'ToolstackCall' } & ToolstackCall)

/**
 * Everything that changes a host comes in through one of these. Times are nanoseconds of virtual time.
 *
 * - `Advance` lets time pass up to `toNs`.
 * - `Operate` carries out an operation now.
 * - `Plan` schedules operations, each to be carried out when its time comes, before other events of that
 *   instant.
 * - `Toolstack` carries out an operation of the toolstack, by name, as one input.
 *
 * @category model
 * @since 0.1.0
 */
export type Input =
  | { readonly _tag: 'Advance'; readonly toNs: number }
  | { readonly _tag: 'Operate'; readonly operation: Operation }
  | {
      readonly _tag: 'Plan'
      readonly operations: ReadonlyArray<{ readonly atNs: number; readonly operation: Operation }>
    }
  | { readonly _tag: 'Toolstack'; readonly name: string; readonly args: PlainData }
