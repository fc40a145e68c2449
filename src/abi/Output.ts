/**
 * What a step tells the world: data for traces, reports and tests. The shell acts on outputs, the core never
 * does.
 *
 * @since 0.1.0
 */
import type { DomainId, PcpuId, VcpuId } from './ids.js'
import type { Errno } from './Errno.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A scheduler chose what a pCPU runs next. A domid of -1 stands for the idle unit; `prevUnit` and `nextUnit`
 * are unit ids (the lowest vCPU id of the unit). `sliceNs` is the time asked for, -1 for no timer.
 *
 * @category model
 * @since 0.1.0
 */
export interface DecisionOutput {
  readonly _tag: 'Decision'
  readonly atNs: number
  readonly pcpu: PcpuId
  readonly prevDomid: DomainId
  readonly prevUnit: number
  readonly nextDomid: DomainId
  readonly nextUnit: number
  readonly sliceNs: number
  readonly isMigrated: boolean
}

/**
 * A guest vCPU went from one run state to another (numbers of `runstate`); `pcpu` is the one it is assigned
 * to.
 *
 * @category model
 * @since 0.1.0
 */
export interface RunstateOutput {
  readonly _tag: 'RunstateChange'
  readonly atNs: number
  readonly domid: DomainId
  readonly vcpu: VcpuId
  readonly from: number
  readonly to: number
  readonly pcpu: PcpuId
}

/**
 * A scheduled input was carried out. `errno` is null when it succeeded.
 *
 * @category model
 * @since 0.1.0
 */
export interface ControlOutput {
  readonly _tag: 'ControlDone'
  readonly atNs: number
  readonly index: number
  readonly errno: Errno | null
}

/**
 * A guest finished one job of a periodic task.
 *
 * @category model
 * @since 0.1.0
 */
export interface JobOutput {
  readonly _tag: 'JobDone'
  readonly atNs: number
  readonly domid: DomainId
  readonly vcpu: VcpuId
  readonly releasedNs: number
  readonly deadlineNs: number
}

/**
 * A domain came into being.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainOutput {
  readonly _tag: 'DomainCreated'
  readonly atNs: number
  readonly domid: DomainId
}

/**
 * What a vCPU has done in its life. Times are nanoseconds in each run state.
 *
 * @category model
 * @since 0.1.0
 */
export interface VcpuTotals {
  readonly vcpu: VcpuId
  readonly runningNs: number
  readonly runnableNs: number
  readonly blockedNs: number
  readonly offlineNs: number
  readonly switchesIn: number
  readonly migrationsTotal: number
  readonly phasesTotal: number
  /** What the machine's costs took of the running time. */
  readonly lostNs: number
}

/**
 * A domain is gone; with its last accounts, which the host no longer has.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainEndOutput {
  readonly _tag: 'DomainDestroyed'
  readonly atNs: number
  readonly domid: DomainId
  readonly vcpus: ReadonlyArray<VcpuTotals>
}

/**
 * A domain shut down, with the reason code it gave.
 *
 * @category model
 * @since 0.1.0
 */
export interface ShutdownOutput {
  readonly _tag: 'DomainShutdown'
  readonly atNs: number
  readonly domid: DomainId
  readonly reason: number
}

/**
 * A record of one of xentrace's events (`traceEvent` and its siblings): on which pCPU it was written, and its
 * data as words of 32 bits. Only made when asked for.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventOutput {
  readonly _tag: 'TraceEvent'
  readonly atNs: number
  readonly pcpu: PcpuId
  readonly event: number
  readonly data: ReadonlyArray<number>
}

/**
 * A line in the log of the process that watches a domain, which real `xl` keeps in `/var/log/xen`.
 *
 * @category model
 * @since 0.1.0
 */
export interface MonitorOutput {
  readonly _tag: 'MonitorLine'
  readonly atNs: number
  readonly domid: DomainId
  readonly line: string
}

/**
 * @category model
 * @since 0.1.0
 */
export type Output =
  | DecisionOutput
  | RunstateOutput
  | ControlOutput
  | JobOutput
  | DomainOutput
  | DomainEndOutput
  | ShutdownOutput
  | EventOutput
  | MonitorOutput
