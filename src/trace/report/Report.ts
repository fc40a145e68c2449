/**
 * A report on a stretch of virtual time, folded from the outputs of a host.
 *
 * Begin with {@link emptyReport} of the host at the start of the window, give {@link addOutputs} the
 * outputs of each slice of time with the host after it, and ask `summarise` for the figures at any moment.
 * All outputs of the window have to come, in order, from runs with `trace: true`.
 *
 * Contract: a report belongs to whoever folds it. `addOutputs` changes it in place and gives it back; an
 * older reference is the same report. Nothing else writes to it, and it keeps neither hosts nor outputs. It
 * is plain data. Its size goes with the number of vCPUs that lived in the window (at most some 25 kB each,
 * for the histograms), not with outputs.
 *
 * Affinities, weights, caps and pools are no outputs: they are taken from the hosts. What changes in a
 * slice counts from the end of the slice (from birth for domains born in it). To be exact, end a slice
 * where an operation is planned: {@link sliceEndNs} says where.
 *
 * @since 0.1.0
 */
import type { Output } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import type { DomainAccount, PcpuAccount, PoolAccount, Report, VcpuAccount } from './accounts.js'
import { pcpuAccount, poolAccount } from './accounts.js'
import { closeCell } from './cells.js'
import { allPcpus } from './facts.js'
import { openAccounts } from './open.js'
import { sceneOf } from './Scene.js'
import type { Scene } from './Scene.js'
import { changeState, countJob } from './states.js'
import { closeAccounts, occupyAnew, sync } from './sync.js'
import type { WatchedVcpu } from './Watch.js'
import { startWatch } from './Watch.js'

export type { Report } from './accounts.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface ReportOptions {
  /** Length of a cell of the grid on which entitlement is worked out and lag is looked at. */
  readonly gridNs: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Cells of 100 ms: ten times credit2's longest slice and its cap period, more than three of credit's time
 * slices.
 *
 * @category constants
 * @since 0.1.0
 */
export const gridDefaultNs = 100_000_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A report whose window begins at the time of `source`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyReport = (
  source: Host | Scene,
  options: ReportOptions = { gridNs: gridDefaultNs }
): Report => {
  const scene = sceneOf(source)
  invariant(Number.isSafeInteger(options.gridNs) && options.gridNs > 0, 'a cell of the grid has a length')
  const pcpus = BitSet.toArray(allPcpus(scene.topology)).map(() => pcpuAccount(scene.nowNs))
  const report: Report = {
    topology: scene.topology,
    fromNs: scene.nowNs,
    gridNs: options.gridNs,
    nowNs: scene.nowNs,
    cellFromNs: scene.nowNs,
    watch: startWatch(scene),
    vcpus: [],
    domains: [],
    pcpus,
    pools: scene.pools().map(poolAccount),
    cellDomains: [],
    waiting: [],
    idle: BitSet.copy(allPcpus(scene.topology)),
    idleWhileRunnableNs: 0,
    idleWhileCappedNs: 0,
    decisionsTotal: 0,
    switchesTotal: 0
  }
  openAccounts(report, scene)
  occupyAnew(report)
  return report
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Adds a slice of time: `outputs` are everything that happened since the host of the last call, `after`
 * is the host after them.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addOutputs = (report: Report, outputs: ReadonlyArray<Output>, after: Host | Scene): Report => {
  const scene = sceneOf(after)
  for (const output of outputs) {
    switch (output._tag) {
      case 'RunstateChange':
        passTime(report, output.atNs)
        changeState(report, output, scene)
        break
      case 'Decision': {
        report.decisionsTotal++
        if (output.prevDomid === output.nextDomid && output.prevUnit === output.nextUnit) break
        report.switchesTotal++
        ;(report.pcpus[output.pcpu] as PcpuAccount).switchesTotal++
        break
      }
      case 'JobDone':
        countJob(report, output, scene)
        break
      case 'DomainDestroyed':
        passTime(report, output.atNs)
        closeAccounts(report, output.domid, output.vcpus)
        break
      default:
    }
  }
  passTime(report, scene.nowNs)
  sync(report, scene)
  return report
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Where to end the next slice of a run to `toNs`: after `sliceNs`, or earlier where an operation is planned.
 *
 * @category queries
 * @since 0.1.0
 */
export const sliceEndNs = (host: Host, toNs: number, sliceNs: number): number => {
  let endNs = Math.min(toNs, host.nowNs + sliceNs)
  for (const { atNs } of host.planned) if (atNs > host.nowNs && atNs < endNs) endNs = atNs
  return endNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Lets time pass, cell by cell. Outputs that come out of order are a mismatch and take no time. */
const passTime = (report: Report, toNs: number): void => {
  if (toNs < report.nowNs) report.watch.mismatchesTotal++
  while (toNs - report.cellFromNs >= cellLeftNs(report)) {
    const endNs = report.cellFromNs + cellLeftNs(report)
    countIdle(report, endNs)
    closeCell(report)
  }
  countIdle(report, toNs)
}

/** Cells end at multiples of the grid counted from the start of the window. */
const cellLeftNs = (report: Report): number =>
  report.gridNs - ((report.cellFromNs - report.fromNs) % report.gridNs)

/** Nothing changes up to `toNs`: it is idle while runnable if a waiting vCPU could use an idle pCPU. */
const countIdle = (report: Report, toNs: number): void => {
  const ns = toNs - report.nowNs
  if (ns <= 0) return
  report.nowNs = toNs
  if (report.waiting.length === 0 || BitSet.isEmpty(report.idle)) return
  let isAny = false
  let isUncapped = false
  for (const at of report.waiting) {
    const account = report.vcpus[at] as VcpuAccount
    if (!BitSet.intersects(account.allowed, report.idle)) continue
    account.idleWhileRunnableNs += ns
    const domain = report.domains[(report.watch.vcpus[at] as WatchedVcpu).domain] as DomainAccount
    const pool = report.pools[domain.pool] as PoolAccount
    pool.waitedAtNs = toNs
    isAny = true
    if (domain.cap !== 0) continue
    pool.uncappedWaitedAtNs = toNs
    isUncapped = true
  }
  if (!isAny) return
  report.idleWhileRunnableNs += ns
  if (!isUncapped) report.idleWhileCappedNs += ns
  for (const pool of report.pools) {
    if (pool.waitedAtNs !== toNs) continue
    pool.idleWhileRunnableNs += ns
    if (pool.uncappedWaitedAtNs !== toNs) pool.idleWhileCappedNs += ns
  }
}
