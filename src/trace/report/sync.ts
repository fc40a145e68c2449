/**
 * What a report takes from the host at the end of a slice: pools, weights, caps, affinities, and domains
 * that no output named.
 *
 * @since 0.1.0
 */
import { runstate } from '../../abi/index.js'
import type { DomainId, PoolId, VcpuTotals } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { DomainAccount, PcpuAccount, PoolAccount, Report, VcpuAccount } from './accounts.js'
import { accountTime, poolAccount } from './accounts.js'
import { closeCell } from './cells.js'
import type { DomainFacts } from './facts.js'
import { noteOccupancy } from './forced.js'
import { openAccounts, poolPlace } from './open.js'
import type { Scene } from './Scene.js'
import { leavePcpu, stopWaiting } from './states.js'
import type { WatchedVcpu } from './Watch.js'
import { endDomain, syncWatch } from './Watch.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * A domain is gone: its accounts stay as they are from now on.
 *
 * @category transitions
 * @since 0.1.0
 */
export const closeAccounts = (report: Report, domid: DomainId, totals: ReadonlyArray<VcpuTotals>): void => {
  const place = endDomain(report.watch, domid, report.nowNs)
  if (place < 0) return
  for (const at of (report.watch.domains[place] as { readonly vcpus: ReadonlyArray<number> }).vcpus) {
    const account = report.vcpus[at]
    if (account === undefined) continue
    const vcpu = report.watch.vcpus[at] as WatchedVcpu
    accountTime(account, vcpu.state, report.nowNs)
    account.lostEndNs = totals.find((own) => own.vcpu === vcpu.vcpuId)?.lostNs ?? account.lostFromNs
    stopWaiting(report, account)
    if (vcpu.state === runstate.running) leavePcpu(report, vcpu.pcpu)
    vcpu.state = runstate.offline
    account.waitSinceNs = -1
  }
}

/**
 * The end of a slice: takes over from the host what no output tells. A cell ends where the rules of sharing
 * change.
 *
 * @category transitions
 * @since 0.1.0
 */
export const sync = (report: Report, scene: Scene): void => {
  const { watch } = report
  const before = watch.mismatchesTotal
  const states = watch.vcpus.map((vcpu) => vcpu.state)
  syncWatch(watch, scene)
  if (watch.mismatchesTotal !== before) {
    states.forEach((state, at) => accountTime(report.vcpus[at] as VcpuAccount, state, report.nowNs))
    openAccounts(report, scene)
    occupyAnew(report)
  }
  openAccounts(report, scene)
  const pools = scene.pools()
  const domains = scene.facts()
  if (isChanged(report, scene, domains)) closeCell(report)
  const arePoolsNew = arePoolsChanged(report, scene)
  for (const pool of report.pools) pool.isLive = pools.some((facts) => isSamePool(pool, facts))
  for (const facts of pools) {
    const known = report.pools.find((pool) => pool.isLive && isSamePool(pool, facts))
    if (known === undefined) report.pools.push(poolAccount(facts))
    else {
      known.cpus = facts.cpus
      known.resourceSize = facts.resourceSize
    }
  }
  if (arePoolsNew) report.pcpus.forEach((_, pcpu) => noteOccupancy(report, pcpu))
  for (const facts of domains) {
    const place = watch.live[facts.domid] as number
    const account = report.domains[place] as DomainAccount
    account.weight = facts.weight
    account.cap = facts.cap
    account.pool = poolPlace(report, scene, facts.poolSlot)
    facts.allowed.forEach((allowed, id) => {
      const at = watch.domains[place]?.vcpus[id] ?? -1
      if (at < 0) return
      const vcpu = report.vcpus[at] as VcpuAccount
      vcpu.allowed = allowed
      accountTime(vcpu, (watch.vcpus[at] as WatchedVcpu).state, report.nowNs)
      vcpu.isParkable = facts.cap !== 0 && facts.held[id] === false
    })
  }
}

/**
 * Sets up who runs and who waits from the states of the watch: at the start, and after a mismatch.
 *
 * @category transitions
 * @since 0.1.0
 */
export const occupyAnew = (report: Report): void => {
  report.waiting.length = 0
  report.pcpus.forEach((_, pcpu) => leavePcpu(report, pcpu))
  report.watch.vcpus.forEach((vcpu, at) => {
    const account = report.vcpus[at] as VcpuAccount
    account.waitingAt = -1
    account.waitSinceNs = -1
    if (vcpu.state === runstate.runnable) {
      account.waitingAt = report.waiting.length
      report.waiting.push(at)
    } else if (vcpu.state === runstate.running && vcpu.pcpu >= 0) {
      const place = report.pcpus[vcpu.pcpu] as PcpuAccount
      place.idleNs += report.nowNs - place.sinceNs
      place.sinceNs = report.nowNs
      place.occupant = at
      noteOccupancy(report, vcpu.pcpu)
    }
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const isSamePool = (a: { slot: number; poolId: PoolId }, b: { slot: number; poolId: PoolId }): boolean =>
  a.slot === b.slot && a.poolId === b.poolId

/** Whether weights, caps or pools differ from those of the current cell. */
const isChanged = (report: Report, scene: Scene, domains: ReadonlyArray<DomainFacts>): boolean => {
  if (arePoolsChanged(report, scene)) return true
  return domains.some((facts) => {
    const account = report.domains[report.watch.live[facts.domid] as number] as DomainAccount
    const pool = report.pools[account.pool] as PoolAccount
    return facts.weight !== account.weight || facts.cap !== account.cap || facts.poolSlot !== pool.slot
  })
}

/** Whether pools have other pCPUs than at the last look, or there are new ones. */
const arePoolsChanged = (report: Report, scene: Scene): boolean =>
  scene.pools().some((facts) => {
    const pool = report.pools.find((other) => other.isLive && isSamePool(other, facts))
    return pool === undefined || !BitSet.equals(pool.cpus, facts.cpus)
  })
