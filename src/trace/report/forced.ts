/**
 * Forced idling: where a scheduling resource has several pCPUs (`sched-gran=core` or `socket`), those that
 * idle while another one of them runs a vCPU can't be given to anybody else. That is what core scheduling
 * costs.
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { PcpuAccount, Report } from './accounts.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The pCPU began or ceased to run a vCPU: brings the set of idle pCPUs, and the accounts of those forced to
 * idle, up to date for its resource.
 *
 * @category transitions
 * @since 0.1.0
 */
export const noteOccupancy = (report: Report, pcpu: PcpuId): void => {
  if (!report.pools.some(({ isLive, resourceSize }) => isLive && resourceSize > 1))
    return setIdle(report, pcpu, false)
  const size = resourceSizeAt(report, pcpu)
  const first = pcpu - (pcpu % size)
  const resource = report.pcpus.slice(first, first + size)
  const isBusy = resource.some(({ occupant }) => occupant >= 0)
  resource.forEach((_, i) => setIdle(report, first + i, isBusy))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How long a pCPU was forced to idle, up to now.
 *
 * @category queries
 * @since 0.1.0
 */
export const forcedIdleTime = (report: Report, { forcedIdleNs, forcedSinceNs }: PcpuAccount): number =>
  forcedIdleNs + (forcedSinceNs < 0 ? 0 : report.nowNs - forcedSinceNs)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const resourceSizeAt = (report: Report, pcpu: PcpuId): number =>
  report.pools.find(({ isLive, cpus }) => isLive && BitSet.has(cpus, pcpu))?.resourceSize ?? 1

const setIdle = (report: Report, pcpu: PcpuId, isResourceBusy: boolean): void => {
  const account = report.pcpus[pcpu] as PcpuAccount
  const isForced = isResourceBusy && account.occupant < 0
  if (isForced || account.occupant >= 0) BitSet.clearIn(report.idle, pcpu)
  else BitSet.setIn(report.idle, pcpu)
  if (isForced === account.forcedSinceNs >= 0) return
  if (!isForced) account.forcedIdleNs += report.nowNs - account.forcedSinceNs
  account.forcedSinceNs = isForced ? report.nowNs : -1
}
