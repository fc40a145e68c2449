/**
 * Entitlement, cell by cell.
 *
 * A cell is a stretch of the window: it ends at each multiple of the grid and wherever weights, caps or
 * pools are seen to change. For a cell of length T, in each pool of P pCPUs:
 *
 * - A vCPU *wanted* the time it was running, runnable or parked in the cell (at most T: it can't use two
 *   pCPUs). Parked is what credit2 makes of a vCPU whose domain has used up its cap: its run state is
 *   offline, though nobody paused it or took it down.
 * - A domain's *limit* is what its vCPUs wanted, and with a cap of C % at most T x C / 100, for each pCPU of
 *   a scheduling resource: caps and weights count the time of units.
 * - The domains are *entitled* to the weighted max-min fair division of P x T by weight under these limits
 *   (`waterFill`): nobody gets more than its limit, and what one leaves is divided among the others by
 *   weight.
 * - Within a domain the same division, with equal weights, gives each vCPU its part.
 *
 * Entitlement of the window is the sum over its cells. This generalises processor sharing: with everybody
 * wanting a pCPU all the time it is time in proportion to weight. It takes demand as it was: waiting counts
 * as wanting, and what a guest would have asked for had it been served sooner is not known, so the lag of a
 * domain that often blocks grows by its waits. It does not know affinity or granularity: pinning, and pCPUs
 * forced to idle, show as lag.
 *
 * @since 0.1.0
 */
import { runstate } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { DomainAccount, PoolAccount, Report, VcpuAccount } from './accounts.js'
import { addToLag } from './accounts.js'
import { weightEqual } from './facts.js'
import type { WatchedDomain, WatchedVcpu } from './Watch.js'
import { waterFill } from './waterFill.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a cell meant to a domain or a vCPU, by its place in the watch.
 *
 * @category model
 * @since 0.1.0
 */
export interface CellPart {
  readonly place: number
  readonly wantedNs: number
  readonly receivedNs: number
  readonly entitledNs: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Cell {
  readonly domains: ReadonlyArray<CellPart>
  readonly vcpus: ReadonlyArray<CellPart>
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Ends the current cell at the time the report has come to and begins the next. Nothing happens to an empty
 * cell.
 *
 * @category transitions
 * @since 0.1.0
 */
export const closeCell = (report: Report): void => {
  const lengthNs = report.nowNs - report.cellFromNs
  if (lengthNs === 0) return
  const cell = cellNow(report)
  for (const part of cell.domains) {
    const domain = report.domains[part.place] as DomainAccount
    addToLag(domain.lag, part, report.nowNs)
    domain.wantedNs += part.wantedNs
    ;(report.pools[domain.pool] as PoolAccount).receivedNs += part.receivedNs
  }
  for (const part of cell.vcpus) {
    const vcpu = report.vcpus[part.place] as VcpuAccount
    addToLag(vcpu.lag, part, report.nowNs)
    vcpu.cellRunningNs += part.receivedNs
    vcpu.cellWantedNs += part.wantedNs
  }
  for (const pool of report.pools) pool.capacityNs += capacityNs(pool, lengthNs)
  report.cellFromNs = report.nowNs
  report.cellDomains = report.cellDomains.filter(
    (place) => (report.watch.domains[place] as WatchedDomain).endedNs < 0
  )
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The current cell as if it ended now.
 *
 * @category queries
 * @since 0.1.0
 */
export const cellNow = (report: Report): Cell => {
  const lengthNs = report.nowNs - report.cellFromNs
  const vcpus: CellPart[] = []
  const domains: CellPart[] = []
  const demands = report.cellDomains.map((place) => demandOf(report, place))
  report.pools.forEach((pool, at) => {
    const members = demands.filter(({ place }) => (report.domains[place] as DomainAccount).pool === at)
    const claims = members.map(({ place, wantedNs }) => {
      const { weight, cap } = report.domains[place] as DomainAccount
      const limit = cap === 0 ? wantedNs : Math.min(wantedNs, (lengthNs * cap * pool.resourceSize) / 100)
      return { weight: weight ?? weightEqual, limit }
    })
    const parts = waterFill(capacityNs(pool, lengthNs), claims)
    members.forEach((member, i) => {
      const entitledNs = parts[i] as number
      domains.push({
        place: member.place,
        wantedNs: member.wantedNs,
        receivedNs: member.receivedNs,
        entitledNs
      })
      const within = waterFill(
        entitledNs,
        member.vcpus.map(({ wantedNs }) => ({ weight: 1, limit: wantedNs }))
      )
      member.vcpus.forEach((vcpu, j) => vcpus.push({ ...vcpu, entitledNs: within[j] as number }))
    })
  })
  return { domains, vcpus }
}

/**
 * The pCPU time of a pool in a stretch of time.
 *
 * @category queries
 * @since 0.1.0
 */
export const capacityNs = (pool: PoolAccount, lengthNs: number): number =>
  pool.isLive ? BitSet.count(pool.cpus) * lengthNs : 0

/**
 * The time a vCPU has been in a run state, up to now.
 *
 * @category queries
 * @since 0.1.0
 */
export const timeInState = (report: Report, place: number, state: number): number => {
  const account = report.vcpus[place] as VcpuAccount
  const isIn = (report.watch.vcpus[place] as WatchedVcpu).state === state
  const domain = report.watch.domains[(report.watch.vcpus[place] as WatchedVcpu).domain] as WatchedDomain
  const since = isIn && domain.endedNs < 0 ? report.nowNs - account.accountedNs : 0
  return (account.timesNs[state] as number) + since
}

/**
 * The part of its offline time that a vCPU was parked for its domain's cap, up to now.
 *
 * @category queries
 * @since 0.1.0
 */
export const parkedTime = (report: Report, place: number): number => {
  const { isParkable, parkedNs, timesNs } = report.vcpus[place] as VcpuAccount
  if (!isParkable) return parkedNs
  return parkedNs + timeInState(report, place, runstate.offline) - timesNs[runstate.offline]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Demand = Omit<CellPart, 'entitledNs'> & { readonly vcpus: ReadonlyArray<Omit<CellPart, 'entitledNs'>> }

const demandOf = (report: Report, place: number): Demand => {
  const known = (report.watch.domains[place] as WatchedDomain).vcpus.filter((at) => at >= 0)
  const vcpus = known.map((at) => {
    const account = report.vcpus[at] as VcpuAccount
    const runningNs = timeInState(report, at, runstate.running)
    const runnableNs = timeInState(report, at, runstate.runnable)
    const wantedNs = runningNs + runnableNs + parkedTime(report, at)
    return {
      place: at,
      wantedNs: wantedNs - account.cellWantedNs,
      receivedNs: runningNs - account.cellRunningNs
    }
  })
  const sumOf = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0)
  return {
    place,
    wantedNs: sumOf(vcpus.map(({ wantedNs }) => wantedNs)),
    receivedNs: sumOf(vcpus.map(({ receivedNs }) => receivedNs)),
    vcpus
  }
}
