/**
 * From the accounts of a report to its figures.
 *
 * @since 0.1.0
 */
import { nodeOf, runstate, socketOf } from '../../abi/index.js'
import type { PcpuId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import type { DomainAccount, Lag, PcpuAccount, PoolAccount, Report, VcpuAccount } from './accounts.js'
import { addToLag } from './accounts.js'
import type { Cell, CellPart } from './cells.js'
import { capacityNs, cellNow, parkedTime, timeInState } from './cells.js'
import { forcedIdleTime } from './forced.js'
import { sceneOf } from './Scene.js'
import type { Scene } from './Scene.js'
import { domainService, fairnessOf, waitsOf } from './service.js'
import type { DomainSummary, PcpuSummary, PoolSummary, ReportSummary, VcpuSummary } from './Summary.js'
import { summaryFormat, summaryVersion } from './Summary.js'
import type { WatchedDomain, WatchedVcpu } from './Watch.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The figures of a report now; `source` is the one the report was last given. The report is not changed and
 * can go on.
 *
 * @category queries
 * @since 0.1.0
 */
export const summarise = (report: Report, source: Host | Scene): ReportSummary => {
  const scene = sceneOf(source)
  invariant(scene.nowNs === report.nowNs, 'a report is summarised with the host it was last given')
  const windowNs = report.nowNs - report.fromNs
  const cell = cellNow(report)
  const order = report.watch.domains.map((_, place) => place)
  const domidAt = (place: number): number => (report.watch.domains[place] as WatchedDomain).domid
  order.sort((a, b) => domidAt(a) - domidAt(b) || a - b)
  const domains = order.map((place) => domainSummary(report, scene, cell, place))
  const pcpus = report.pcpus.map((account, pcpu) => pcpuSummary(report, account, pcpu))
  const sumOver = (pick: (domain: DomainSummary) => number): number =>
    domains.reduce((sum, domain) => sum + pick(domain), 0)
  return {
    format: summaryFormat,
    version: summaryVersion,
    fromNs: report.fromNs,
    toNs: report.nowNs,
    windowNs,
    gridNs: report.gridNs,
    pcpusTotal: pcpus.length,
    busyNs: pcpus.reduce((sum, { busyNs }) => sum + busyNs, 0),
    idleNs: pcpus.reduce((sum, { idleNs }) => sum + idleNs, 0),
    forcedIdleNs: pcpus.reduce((sum, { forcedIdleNs }) => sum + forcedIdleNs, 0),
    idleWhileRunnable: { ns: report.idleWhileRunnableNs, cappedOnlyNs: report.idleWhileCappedNs },
    fairness: fairnessOf(order.map((place) => shareOf(report, cell, place))),
    decisionsTotal: report.decisionsTotal,
    switchesTotal: report.switchesTotal,
    migrationsTotal: sumOver(({ migrationsTotal }) => migrationsTotal),
    migrationsSocketTotal: sumOver(({ migrationsSocketTotal }) => migrationsSocketTotal),
    migrationsNodeTotal: sumOver(({ migrationsNodeTotal }) => migrationsNodeTotal),
    mismatchesTotal: report.watch.mismatchesTotal,
    pools: report.pools.map((_, at) => poolSummary(report, cell, order, at)),
    domains,
    pcpus
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The lag with the cell that is not finished yet. */
const lagNow = (report: Report, lag: Lag, part: CellPart | undefined): Lag => {
  const now: Lag = { ...lag }
  if (part !== undefined) addToLag(now, part, report.nowNs)
  return now
}

const lagFields = (report: Report, lag: Lag): LagFields => {
  const windowNs = report.nowNs - report.fromNs
  return {
    entitledNs: Math.round(lag.entitledNs),
    entitledShare: windowNs === 0 ? 0 : lag.entitledNs / windowNs,
    lagMaxNs: Math.round(lag.maxNs),
    lagMaxAtNs: lag.maxAtNs < 0 ? null : lag.maxAtNs,
    lagEndNs: Math.round(lag.entitledNs - lag.receivedNs) + 0
  }
}

type LagFields = Pick<DomainSummary, 'entitledNs' | 'entitledShare' | 'lagMaxNs' | 'lagMaxAtNs' | 'lagEndNs'>

const shareOf = (report: Report, cell: Cell, place: number): Parameters<typeof fairnessOf>[0][number] => {
  const account = report.domains[place] as DomainAccount
  const part = cell.domains.find((other) => other.place === place)
  const { entitledNs, receivedNs } = lagNow(report, account.lag, part)
  const { domid } = report.watch.domains[place] as WatchedDomain
  return { domid, entitledNs, receivedNs, wantedNs: account.wantedNs + (part?.wantedNs ?? 0) }
}

const domainSummary = (report: Report, scene: Scene, cell: Cell, place: number): DomainSummary => {
  const watched = report.watch.domains[place] as WatchedDomain
  const account = report.domains[place] as DomainAccount
  const known = watched.vcpus.filter((at) => at >= 0)
  const vcpus = known.map((at) => vcpuSummary(report, scene, cell, at))
  const part = cell.domains.find((other) => other.place === place)
  return {
    domid: watched.domid,
    name: watched.name,
    poolId: (report.pools[account.pool] as PoolAccount).poolId,
    weight: account.weight,
    cap: account.cap,
    bornNs: watched.bornNs,
    endedNs: watched.endedNs < 0 ? null : watched.endedNs,
    ...domainService(vcpus),
    ...lagFields(report, lagNow(report, account.lag, part)),
    waits: waitsOf(
      known.map((at) => report.vcpus[at] as VcpuAccount),
      Math.max(0, ...vcpus.map(({ waits }) => waits.unfinishedNs))
    ),
    vcpus
  }
}

const vcpuSummary = (report: Report, scene: Scene, cell: Cell, at: number): VcpuSummary => {
  const account = report.vcpus[at] as VcpuAccount
  const watched = report.watch.vcpus[at] as WatchedVcpu
  const windowNs = report.nowNs - report.fromNs
  const runningNs = timeInState(report, at, runstate.running)
  const part = cell.vcpus.find((other) => other.place === at)
  const sinceNs = account.waitSinceNs < 0 ? watched.sinceNs : account.waitSinceNs
  return {
    vcpu: watched.vcpuId,
    runningNs,
    runnableNs: timeInState(report, at, runstate.runnable),
    parkedNs: parkedTime(report, at),
    blockedNs: timeInState(report, at, runstate.blocked),
    offlineNs: timeInState(report, at, runstate.offline),
    share: windowNs === 0 ? 0 : runningNs / windowNs,
    ...lagFields(report, lagNow(report, account.lag, part)),
    waits: waitsOf([account], account.waitingAt < 0 ? 0 : report.nowNs - sinceNs),
    switchesIn: account.switchesIn,
    preemptionsTotal: account.preemptionsTotal,
    migrationsTotal: account.migrationsTotal,
    migrationsSocketTotal: account.migrationsSocketTotal,
    migrationsNodeTotal: account.migrationsNodeTotal,
    idleWhileRunnableNs: account.idleWhileRunnableNs,
    lostNs: lostIn(report, scene, at),
    jobs: jobsOf(report, scene, at)
  }
}

const lostIn = (report: Report, scene: Scene, at: number): number => {
  const { lostFromNs, lostEndNs } = report.vcpus[at] as VcpuAccount
  const { domain, vcpuId } = report.watch.vcpus[at] as WatchedVcpu
  const { domid } = report.watch.domains[domain] as WatchedDomain
  return (lostEndNs < 0 ? scene.lost(domid, vcpuId) : lostEndNs) - lostFromNs
}

const jobsOf = (report: Report, scene: Scene, at: number): VcpuSummary['jobs'] => {
  const { finishedTotal, missedTotal, latenessMaxNs } = (report.vcpus[at] as VcpuAccount).jobs
  const watched = report.watch.vcpus[at] as WatchedVcpu
  const domain = report.watch.domains[watched.domain] as WatchedDomain
  const underWay = domain.endedNs < 0 ? scene.job(domain.domid, watched.vcpuId) : null
  if (underWay === null && finishedTotal === 0) return null
  return {
    released: finishedTotal + (underWay === null ? 0 : 1),
    finished: finishedTotal,
    missed: missedTotal + (underWay !== null && underWay.deadlineNs < scene.nowNs ? 1 : 0),
    latenessMaxNs
  }
}

const pcpuSummary = (report: Report, account: PcpuAccount, pcpu: PcpuId): PcpuSummary => {
  const sinceNs = report.nowNs - account.sinceNs
  const pool = report.pools.find((other) => other.isLive && BitSet.has(other.cpus, pcpu))
  return {
    pcpu,
    socket: socketOf(report.topology, pcpu),
    node: nodeOf(report.topology, pcpu),
    poolId: pool?.poolId ?? null,
    busyNs: account.busyNs + (account.occupant >= 0 ? sinceNs : 0),
    idleNs: account.idleNs + (account.occupant >= 0 ? 0 : sinceNs),
    forcedIdleNs: forcedIdleTime(report, account),
    switchesTotal: account.switchesTotal,
    migrationsInTotal: account.migrationsInTotal
  }
}

const poolSummary = (report: Report, cell: Cell, order: ReadonlyArray<number>, at: number): PoolSummary => {
  const pool = report.pools[at] as PoolAccount
  const members = order.filter((place) => (report.domains[place] as DomainAccount).pool === at)
  const parts = cell.domains.filter(({ place }) => members.includes(place))
  return {
    poolId: pool.poolId,
    scheduler: pool.scheduler,
    isLive: pool.isLive,
    pcpusTotal: pool.isLive ? BitSet.count(pool.cpus) : 0,
    capacityNs: pool.capacityNs + capacityNs(pool, report.nowNs - report.cellFromNs),
    receivedNs: pool.receivedNs + parts.reduce((sum, { receivedNs }) => sum + receivedNs, 0),
    fairness: fairnessOf(members.map((place) => shareOf(report, cell, place))),
    idleWhileRunnable: { ns: pool.idleWhileRunnableNs, cappedOnlyNs: pool.idleWhileCappedNs }
  }
}
