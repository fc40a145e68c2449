/**
 * Sums and indices over the accounts of vCPUs and domains.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import type { VcpuAccount } from './accounts.js'
import * as Histogram from './Histogram.js'
import type {
  DomainSummary,
  FairnessSummary,
  JobsSummary,
  VcpuSummary,
  WaitsSummary,
  WaitSummary
} from './Summary.js'
import { jainIndex } from './waterFill.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a domain wanted, was entitled to and got.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainShare {
  readonly domid: DomainId
  readonly wantedNs: number
  readonly entitledNs: number
  readonly receivedNs: number
}

/**
 * What a domain's figures are the sum of its vCPUs' in.
 *
 * @category model
 * @since 0.1.0
 */
export type DomainService = Pick<
  DomainSummary,
  | 'runningNs'
  | 'runnableNs'
  | 'parkedNs'
  | 'share'
  | 'switchesIn'
  | 'preemptionsTotal'
  | 'migrationsTotal'
  | 'migrationsSocketTotal'
  | 'migrationsNodeTotal'
  | 'idleWhileRunnableNs'
  | 'lostNs'
  | 'jobs'
>

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * A domain contends when it did not get more than this part of what it wanted: everybody waits a little at
 * times.
 *
 * @category constants
 * @since 0.1.0
 */
export const contendingPerHundred = 1

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const fairnessOf = (shares: ReadonlyArray<DomainShare>): FairnessSummary => {
  const entitled = shares.filter(({ entitledNs }) => entitledNs > 0)
  const contending = entitled.filter(
    ({ wantedNs, receivedNs }) => (wantedNs - receivedNs) * 100 > wantedNs * contendingPerHundred
  )
  const indexOf = (some: ReadonlyArray<DomainShare>): number | null =>
    jainIndex(some.map(({ receivedNs, entitledNs }) => receivedNs / entitledNs))
  return {
    contending: indexOf(contending),
    contendingDomids: contending.map(({ domid }) => domid),
    all: indexOf(entitled),
    allTotal: entitled.length
  }
}

/**
 * @category queries
 * @since 0.1.0
 */
export const waitsOf = (accounts: ReadonlyArray<VcpuAccount>, unfinishedNs: number): WaitsSummary => {
  const wakeUps = Histogram.merge(accounts.map((account) => account.wakeUps))
  const preempted = Histogram.merge(accounts.map((account) => account.preempted))
  return {
    all: waitOf(Histogram.merge([wakeUps, preempted])),
    wakeUps: waitOf(wakeUps),
    preempted: waitOf(preempted),
    unfinishedNs
  }
}

/**
 * @category queries
 * @since 0.1.0
 */
export const domainService = (vcpus: ReadonlyArray<VcpuSummary>): DomainService => {
  const sumOf = (pick: (vcpu: VcpuSummary) => number): number =>
    vcpus.reduce((sum, vcpu) => sum + pick(vcpu), 0)
  return {
    runningNs: sumOf(({ runningNs }) => runningNs),
    runnableNs: sumOf(({ runnableNs }) => runnableNs),
    parkedNs: sumOf(({ parkedNs }) => parkedNs),
    share: sumOf(({ share }) => share),
    switchesIn: sumOf(({ switchesIn }) => switchesIn),
    preemptionsTotal: sumOf(({ preemptionsTotal }) => preemptionsTotal),
    migrationsTotal: sumOf(({ migrationsTotal }) => migrationsTotal),
    migrationsSocketTotal: sumOf(({ migrationsSocketTotal }) => migrationsSocketTotal),
    migrationsNodeTotal: sumOf(({ migrationsNodeTotal }) => migrationsNodeTotal),
    idleWhileRunnableNs: sumOf(({ idleWhileRunnableNs }) => idleWhileRunnableNs),
    lostNs: sumOf(({ lostNs }) => lostNs),
    jobs: jobsSum(vcpus.flatMap(({ jobs }) => (jobs === null ? [] : [jobs])))
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const waitOf = (histogram: Histogram.Histogram): WaitSummary => ({
  count: histogram.count,
  meanNs: histogram.count === 0 ? 0 : Math.round(histogram.sumNs / histogram.count),
  p50Ns: Histogram.percentile(histogram, 50),
  p90Ns: Histogram.percentile(histogram, 90),
  p99Ns: Histogram.percentile(histogram, 99),
  maxNs: histogram.maxNs
})

const jobsSum = (jobs: ReadonlyArray<JobsSummary>): JobsSummary | null => {
  if (jobs.length === 0) return null
  const latest = jobs.flatMap(({ latenessMaxNs }) => (latenessMaxNs === null ? [] : [latenessMaxNs]))
  return {
    released: jobs.reduce((sum, { released }) => sum + released, 0),
    finished: jobs.reduce((sum, { finished }) => sum + finished, 0),
    missed: jobs.reduce((sum, { missed }) => sum + missed, 0),
    latenessMaxNs: latest.length === 0 ? null : Math.max(...latest)
  }
}
