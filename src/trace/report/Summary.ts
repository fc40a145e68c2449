/**
 * The figures of a report as plain data, versioned: what tables, JSON files and tests of fairness read.
 *
 * All times are nanoseconds of virtual time. A share is pCPU time over window length: 1 is one whole pCPU.
 *
 * @since 0.1.0
 */
import type { DomainId, NodeId, PcpuId, PoolId } from '../../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Waits for a pCPU that ended in the window and began in it, from runnable to running. Percentiles are by
 * nearest rank, at most 1/64 off; count, mean and maximum are exact.
 *
 * @category model
 * @since 0.1.0
 */
export interface WaitSummary {
  readonly count: number
  readonly meanNs: number
  readonly p50Ns: number
  readonly p90Ns: number
  readonly p99Ns: number
  readonly maxNs: number
}

/**
 * `all` waits; `wakeUps`: those that followed being blocked or offline (wake-up latency); `preempted`:
 * those that followed running. `unfinishedNs` is how long the oldest wait that still goes on has lasted, 0
 * for none: who starves has no finished waits at all.
 *
 * @category model
 * @since 0.1.0
 */
export interface WaitsSummary {
  readonly all: WaitSummary
  readonly wakeUps: WaitSummary
  readonly preempted: WaitSummary
  readonly unfinishedNs: number
}

/**
 * Jobs of periodic tasks: `released` are those finished and those under way at the end; `missed` those
 * finished after their deadline or under way past it. `latenessMaxNs` is the worst end less deadline of a
 * finished job, negative when all were early, null when none has finished.
 *
 * @category model
 * @since 0.1.0
 */
export interface JobsSummary {
  readonly released: number
  readonly finished: number
  readonly missed: number
  readonly latenessMaxNs: number | null
}

/**
 * What a vCPU got and what a domain got have these in common. Entitlement is defined in the documentation
 * of cells.
 *
 * @category model
 * @since 0.1.0
 */
export interface ServiceSummary {
  readonly runningNs: number
  readonly runnableNs: number
  /** Part of the offline time: held back because the domain had used up its cap. */
  readonly parkedNs: number
  readonly share: number
  readonly entitledNs: number
  readonly entitledShare: number
  /** Largest of entitled less received time since the start, at ends of cells; 0 when never behind. */
  readonly lagMaxNs: number
  /** When that was, null when never behind. */
  readonly lagMaxAtNs: number | null
  /** Entitled less received time at the end. */
  readonly lagEndNs: number
  readonly waits: WaitsSummary
  /** How often it got a pCPU. */
  readonly switchesIn: number
  /** How often it lost its pCPU while it could have gone on. */
  readonly preemptionsTotal: number
  /** How often it began to run on another pCPU than the last, and of these on another socket or node. */
  readonly migrationsTotal: number
  readonly migrationsSocketTotal: number
  readonly migrationsNodeTotal: number
  /** Time it waited while a pCPU that its pool and its hard affinity allow was idle; summed up over vCPUs. */
  readonly idleWhileRunnableNs: number
  /** Running time that costs of the machine took: cold caches, busy threads, remote memory. */
  readonly lostNs: number
  /** Null without periodic jobs. */
  readonly jobs: JobsSummary | null
}

/**
 * @category model
 * @since 0.1.0
 */
export interface VcpuSummary extends ServiceSummary {
  readonly vcpu: number
  readonly blockedNs: number
  readonly offlineNs: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface DomainSummary extends ServiceSummary {
  readonly domid: DomainId
  readonly name: string
  readonly poolId: PoolId
  /** Null when the scheduler has no weights. As at the end, like cap and pool. */
  readonly weight: number | null
  /** In hundredths of a pCPU, 0 for none. */
  readonly cap: number
  readonly bornNs: number
  /** Null while it lives. */
  readonly endedNs: number | null
  readonly vcpus: ReadonlyArray<VcpuSummary>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PcpuSummary {
  readonly pcpu: PcpuId
  readonly socket: number
  readonly node: NodeId
  /** Null when it is in no pool at the end. */
  readonly poolId: PoolId | null
  readonly busyNs: number
  readonly idleNs: number
  /** The part of it in which another pCPU of its scheduling resource ran a vCPU. */
  readonly forcedIdleNs: number
  readonly switchesTotal: number
  /** vCPUs that came here from another pCPU. */
  readonly migrationsInTotal: number
}

/**
 * Jain's index over x = received / entitled of domains. Where neither demand nor a cap limits, entitlement
 * goes with weight, so x is then the share divided by the weight up to a factor that the index does not
 * feel.
 *
 * `contending`: over the domains (of `contendingDomids`) that wanted more than they got, by more than 1 %
 * of what they wanted. `all`: over all domains that were entitled to anything. Null when there is no such
 * domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface FairnessSummary {
  readonly contending: number | null
  readonly contendingDomids: ReadonlyArray<number>
  readonly all: number | null
  readonly allTotal: number
}

/**
 * Time in which some vCPU waited while a pCPU it may use was idle. `cappedOnlyNs` is the part in which all
 * such vCPUs were of domains with a cap, which makes them wait on purpose.
 *
 * @category model
 * @since 0.1.0
 */
export interface IdleWhileRunnable {
  readonly ns: number
  readonly cappedOnlyNs: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PoolSummary {
  readonly poolId: PoolId
  readonly scheduler: string
  readonly isLive: boolean
  /** At the end. */
  readonly pcpusTotal: number
  /** pCPU time that the pool had, and what its domains got. */
  readonly capacityNs: number
  readonly receivedNs: number
  readonly fairness: FairnessSummary
  readonly idleWhileRunnable: IdleWhileRunnable
}

/**
 * The whole. `mismatchesTotal` is not 0 when outputs were left out: then nothing here can be relied on.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReportSummary {
  readonly format: typeof summaryFormat
  readonly version: typeof summaryVersion
  readonly fromNs: number
  readonly toNs: number
  readonly windowNs: number
  readonly gridNs: number
  readonly pcpusTotal: number
  readonly busyNs: number
  readonly idleNs: number
  /** The part of it forced by a granularity coarser than a pCPU. */
  readonly forcedIdleNs: number
  readonly idleWhileRunnable: IdleWhileRunnable
  readonly fairness: FairnessSummary
  readonly decisionsTotal: number
  /** Decisions that put another unit (the idle one counts) on the pCPU, or on its whole resource. */
  readonly switchesTotal: number
  readonly migrationsTotal: number
  readonly migrationsSocketTotal: number
  readonly migrationsNodeTotal: number
  readonly mismatchesTotal: number
  readonly pools: ReadonlyArray<PoolSummary>
  /** By domid, then by birth. */
  readonly domains: ReadonlyArray<DomainSummary>
  readonly pcpus: ReadonlyArray<PcpuSummary>
}

/**
 * One recorded vCPU: its share of a pCPU, there, within noise, and here; and its part of the time of all
 * recorded vCPUs, null when it is the only one.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecordedVcpu {
  readonly domain: string
  readonly vcpu: number
  readonly recordedNs: number
  readonly runningNs: number
  readonly share: {
    readonly recorded: number
    readonly min: number
    readonly max: number
    readonly ours: number
    readonly isWithinNoise: boolean
  }
  readonly part: {
    readonly recorded: number
    readonly ours: number
    readonly noise: number
    readonly isWithinNoise: boolean
  } | null
}

/**
 * @category model
 * @since 0.1.0
 */
export interface RecordedSummary {
  readonly source: string
  readonly elapsedNs: number
  readonly resolutionNs: number
  readonly readingsNs: number
  readonly vcpus: ReadonlyArray<RecordedVcpu>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const summaryFormat = 'xensim-report'

/**
 * Grows when a field changes its meaning or goes away.
 *
 * @category constants
 * @since 0.1.0
 */
export const summaryVersion = 1
