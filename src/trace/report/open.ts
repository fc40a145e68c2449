/**
 * Opening accounts for what a report has not met before.
 *
 * @since 0.1.0
 */

import type { DomainId } from '../../abi/index.js'
import type { DomainAccount, PoolAccount, Report } from './accounts.js'
import { domainAccount, poolAccount, vcpuAccount } from './accounts.js'
import type { Scene } from './Scene.js'
import type { WatchedDomain, WatchedVcpu } from './Watch.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Opens the accounts of domains and vCPUs that the watch has met.
 *
 * @category transitions
 * @since 0.1.0
 */
export const openAccounts = (report: Report, scene: Scene): void => {
  const { watch, domains, vcpus } = report
  for (let place = domains.length; place < watch.domains.length; place++) {
    const facts = scene.factsOf((watch.domains[place] as { readonly domid: DomainId }).domid)
    const slot = facts?.poolSlot ?? -1
    const pool = Math.max(0, poolPlace(report, scene, slot))
    domains.push(domainAccount(facts?.weight ?? null, facts?.cap ?? 0, pool))
    report.cellDomains.push(place)
  }
  for (let at = vcpus.length; at < watch.vcpus.length; at++) {
    const { domain, vcpuId, sinceNs } = watch.vcpus[at] as WatchedVcpu
    const { domid, bornNs } = watch.domains[domain] as WatchedDomain
    const { cpus } = report.pools[(domains[domain] as DomainAccount).pool] as PoolAccount
    const facts = scene.factsOf(domid)
    const account = vcpuAccount(sinceNs, facts?.allowed[vcpuId] ?? cpus)
    account.isParkable = facts !== null && facts.cap !== 0 && facts.held[vcpuId] === false
    // A domain that came later has lost nothing before; the scene is that of the end of the slice.
    account.lostFromNs = bornNs < report.fromNs ? scene.lost(domid, vcpuId) : 0
    vcpus.push(account)
  }
}

/**
 * The place of the living pool in a slot, -1 for none; a pool not met before gets an account.
 *
 * @category transitions
 * @since 0.1.0
 */
export const poolPlace = (report: Report, scene: Scene, slot: number): number => {
  const known = report.pools.findIndex((pool) => pool.isLive && pool.slot === slot)
  const facts = scene.pools().find((pool) => pool.slot === slot)
  if (known >= 0 || facts === undefined) return known
  report.pools.push(poolAccount(facts))
  return report.pools.length - 1
}
