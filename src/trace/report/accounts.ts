/**
 * The accounts a report keeps, one per vCPU, domain, pCPU and pool, and the report that they make up. Plain
 * data, changed in place by the report alone.
 *
 * @since 0.1.0
 */
import { runstate } from '../../abi/index.js'
import type { PoolId, Topology } from '../../abi/index.js'
import type { BitSet } from '../../prelude/index.js'

import * as Histogram from './Histogram.js'
import type { Watch } from './Watch.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Lag is entitled less received time; `maxNs` is the largest seen at the end of a cell of the grid, at
 * `maxAtNs`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Lag {
  entitledNs: number
  receivedNs: number
  maxNs: number
  maxAtNs: number
}

/**
 * Jobs of a periodic task. `latenessMaxNs` is negative when all were early, null before the first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Jobs {
  finishedTotal: number
  missedTotal: number
  latenessMaxNs: number | null
}

/**
 * The account of one vCPU. Times in run states stand in the order of Xen's numbers.
 *
 * @category model
 * @since 0.1.0
 */
export interface VcpuAccount {
  readonly timesNs: [number, number, number, number]
  /** Up to when `timesNs` counts. */
  accountedNs: number
  /** Part of the offline time: held back by the cap of its domain. */
  parkedNs: number
  /** Whether being offline means just that. */
  isParkable: boolean
  /** Running, and wanted, time at the start of the current cell. */
  cellRunningNs: number
  cellWantedNs: number
  readonly lag: Lag
  switchesIn: number
  preemptionsTotal: number
  migrationsTotal: number
  migrationsSocketTotal: number
  migrationsNodeTotal: number
  idleWhileRunnableNs: number
  /** What costs of the machine had taken when the account was opened, and at the end, -1 while it lives. */
  lostFromNs: number
  lostEndNs: number
  /** Since when it waits for a pCPU, -1 when it does not or when the wait is older than the window. */
  waitSinceNs: number
  isWakeUp: boolean
  /** When it last went offline, and from which state: a move to another pCPU passes through it. */
  offlineAtNs: number
  offlineFrom: number
  /** Its place in the list of waiting vCPUs, -1 when it is not there. */
  waitingAt: number
  readonly wakeUps: Histogram.Histogram
  readonly preempted: Histogram.Histogram
  readonly jobs: Jobs
  allowed: BitSet.BitSet
}

/**
 * The account of one domain. `pool` is a place in the list of pools.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainAccount {
  weight: number | null
  cap: number
  pool: number
  /** Wanted time, up to the start of the current cell. */
  wantedNs: number
  readonly lag: Lag
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PcpuAccount {
  /** Place of the vCPU that runs here, -1 when idle. */
  occupant: number
  /** Since when it is idle, or busy. */
  sinceNs: number
  idleNs: number
  busyNs: number
  /** Idle time in which another pCPU of its scheduling resource ran a vCPU, and since when it does, or -1. */
  forcedIdleNs: number
  forcedSinceNs: number
  switchesTotal: number
  migrationsInTotal: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PoolAccount {
  readonly slot: number
  readonly poolId: PoolId
  readonly scheduler: string
  isLive: boolean
  cpus: BitSet.BitSet
  /** How many pCPUs schedulers see as one. */
  resourceSize: number
  /** Up to the start of the current cell. */
  capacityNs: number
  receivedNs: number
  idleWhileRunnableNs: number
  /** The part of it in which only domains with a cap waited. */
  idleWhileCappedNs: number
  /** Last instant up to which a vCPU, and one without a cap, was found waiting beside an idle pCPU. */
  waitedAtNs: number
  uncappedWaitedAtNs: number
}

/**
 * The accumulator. Accounts stand at the places of the watch; `waiting` holds the places of vCPUs that wait
 * for a pCPU, in no order; `cellDomains` the places of domains that lived in the current cell.
 *
 * @category model
 * @since 0.1.0
 */
export interface Report {
  readonly topology: Topology
  readonly fromNs: number
  readonly gridNs: number
  nowNs: number
  cellFromNs: number
  readonly watch: Watch
  readonly vcpus: VcpuAccount[]
  readonly domains: DomainAccount[]
  readonly pcpus: PcpuAccount[]
  readonly pools: PoolAccount[]
  cellDomains: number[]
  readonly waiting: number[]
  /** pCPUs on which no guest vCPU runs, those forced to idle left out. */
  readonly idle: number[]
  idleWhileRunnableNs: number
  idleWhileCappedNs: number
  decisionsTotal: number
  switchesTotal: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const vcpuAccount = (sinceNs: number, allowed: BitSet.BitSet): VcpuAccount => ({
  timesNs: [0, 0, 0, 0],
  accountedNs: sinceNs,
  parkedNs: 0,
  isParkable: false,
  cellRunningNs: 0,
  cellWantedNs: 0,
  lag: noLag(),
  switchesIn: 0,
  preemptionsTotal: 0,
  migrationsTotal: 0,
  migrationsSocketTotal: 0,
  migrationsNodeTotal: 0,
  idleWhileRunnableNs: 0,
  lostFromNs: 0,
  lostEndNs: -1,
  waitSinceNs: -1,
  isWakeUp: false,
  offlineAtNs: -1,
  offlineFrom: -1,
  waitingAt: -1,
  wakeUps: Histogram.empty(),
  preempted: Histogram.empty(),
  jobs: { finishedTotal: 0, missedTotal: 0, latenessMaxNs: null },
  allowed
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const domainAccount = (weight: number | null, cap: number, pool: number): DomainAccount => ({
  weight,
  cap,
  pool,
  wantedNs: 0,
  lag: noLag()
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const pcpuAccount = (sinceNs: number): PcpuAccount => ({
  occupant: -1,
  sinceNs,
  idleNs: 0,
  busyNs: 0,
  forcedIdleNs: 0,
  forcedSinceNs: -1,
  switchesTotal: 0,
  migrationsInTotal: 0
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const poolAccount = (facts: {
  readonly slot: number
  readonly poolId: PoolId
  readonly scheduler: string
  readonly cpus: BitSet.BitSet
  readonly resourceSize: number
}): PoolAccount => ({
  slot: facts.slot,
  poolId: facts.poolId,
  scheduler: facts.scheduler,
  isLive: true,
  cpus: facts.cpus,
  resourceSize: facts.resourceSize,
  capacityNs: 0,
  receivedNs: 0,
  idleWhileRunnableNs: 0,
  idleWhileCappedNs: 0,
  waitedAtNs: -1,
  uncappedWaitedAtNs: -1
})

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Counts the time since the last call to the state the vCPU is in.
 *
 * @category transitions
 * @since 0.1.0
 */
export const accountTime = (account: VcpuAccount, state: number, atNs: number): void => {
  const ns = atNs - account.accountedNs
  account.timesNs[state] = (account.timesNs[state] as number) + ns
  if (state === runstate.offline && account.isParkable) account.parkedNs += ns
  account.accountedNs = atNs
}

/**
 * Adds what a cell of the grid that ends at `atNs` gave.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addToLag = (
  lag: Lag,
  cell: { readonly entitledNs: number; readonly receivedNs: number },
  atNs: number
): void => {
  lag.entitledNs += cell.entitledNs
  lag.receivedNs += cell.receivedNs
  const lagNs = lag.entitledNs - lag.receivedNs
  if (lagNs <= lag.maxNs) return
  lag.maxNs = lagNs
  lag.maxAtNs = atNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const noLag = (): Lag => ({ entitledNs: 0, receivedNs: 0, maxNs: 0, maxAtNs: -1 })
