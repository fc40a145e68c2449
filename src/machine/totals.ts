/**
 * Accounts of vCPUs up to a given time.
 *
 * @since 0.1.0
 */
import { runstate } from '../abi/index.js'
import type { VcpuTotals } from '../abi/index.js'
import type { Vcpu } from '../sched/index.js'

import { lostUpTo } from './Guest.js'
import type { Guest } from './Guest.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The accounts of a vCPU at `nowNs`: the time in its current run state counts up to then.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpuTotals = (v: Readonly<Vcpu>, guest: Readonly<Guest>, nowNs: number): VcpuTotals => {
  const since = Math.max(0, nowNs - v.stateEntryNs)
  const inState = (state: number, ns: number): number => (v.runstate === state ? ns + since : ns)
  return {
    vcpu: v.vcpuId,
    runningNs: inState(runstate.running, v.runningNs),
    runnableNs: inState(runstate.runnable, v.runnableNs),
    blockedNs: inState(runstate.blocked, v.blockedNs),
    offlineNs: inState(runstate.offline, v.offlineNs),
    switchesIn: v.switchesIn,
    migrationsTotal: v.migrationsTotal,
    phasesTotal: guest.phasesTotal,
    lostNs: lostUpTo(guest, nowNs)
  }
}
