/**
 * How a report follows run states: who runs where, who waits and since when, and what each has to its
 * account.
 *
 * @since 0.1.0
 */
import { nodeOf, runstate, socketOf } from '../../abi/index.js'
import type { JobOutput, PcpuId, RunstateOutput } from '../../abi/index.js'

import type { PcpuAccount, Report, VcpuAccount } from './accounts.js'
import { accountTime } from './accounts.js'
import { noteOccupancy } from './forced.js'
import * as Histogram from './Histogram.js'
import { openAccounts } from './open.js'
import type { Scene } from './Scene.js'
import type { WatchedVcpu } from './Watch.js'
import { enterState, meetVcpu } from './Watch.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out a change of run state, at the time the report has come to.
 *
 * @category transitions
 * @since 0.1.0
 */
export const changeState = (report: Report, output: RunstateOutput, scene: Scene): void => {
  const at = meetVcpu(report.watch, scene, output)
  if (at >= report.vcpus.length) openAccounts(report, scene)
  const vcpu = report.watch.vcpus[at] as WatchedVcpu
  const account = report.vcpus[at] as VcpuAccount
  const { to } = output
  if (vcpu.state !== output.from) report.watch.mismatchesTotal++
  accountTime(account, vcpu.state, report.nowNs)
  if (vcpu.state === runstate.running) {
    leavePcpu(report, vcpu.pcpu)
    if (to === runstate.runnable) account.preemptionsTotal++
  } else if (vcpu.state === runstate.runnable) {
    stopWaiting(report, account)
  }
  if (to === runstate.running) {
    if (vcpu.state === runstate.runnable) endWait(report, account)
    account.waitSinceNs = -1
    takePcpu(report, at, output.pcpu)
  } else if (to === runstate.runnable) {
    beginWait(report, at)
  } else if (to === runstate.offline) {
    account.offlineAtNs = report.nowNs
    account.offlineFrom = vcpu.state
  } else {
    account.waitSinceNs = -1
  }
  enterState(vcpu, output)
}

/**
 * Takes a vCPU from the list of waiting ones.
 *
 * @category transitions
 * @since 0.1.0
 */
export const stopWaiting = (report: Report, account: VcpuAccount): void => {
  const { waiting } = report
  if (account.waitingAt < 0) return
  const last = waiting.pop() as number
  if (account.waitingAt < waiting.length) {
    waiting[account.waitingAt] = last
    ;(report.vcpus[last] as VcpuAccount).waitingAt = account.waitingAt
  }
  account.waitingAt = -1
}

/**
 * The pCPU is idle from now on; nothing happens for -1, where a vCPU ran that was met while it was running.
 *
 * @category transitions
 * @since 0.1.0
 */
export const leavePcpu = (report: Report, pcpu: PcpuId): void => {
  const place = report.pcpus[pcpu]
  if (place === undefined || place.occupant < 0) return
  place.busyNs += report.nowNs - place.sinceNs
  place.occupant = -1
  place.sinceNs = report.nowNs
  noteOccupancy(report, pcpu)
}

/**
 * Counts a finished job.
 *
 * @category transitions
 * @since 0.1.0
 */
export const countJob = (report: Report, output: JobOutput, scene: Scene): void => {
  const { domid, vcpu } = output
  const at = meetVcpu(report.watch, scene, { domid, vcpu, from: runstate.running, atNs: output.atNs })
  if (at >= report.vcpus.length) openAccounts(report, scene)
  const { jobs } = report.vcpus[at] as VcpuAccount
  const latenessNs = output.atNs - output.deadlineNs
  jobs.finishedTotal++
  if (latenessNs > 0) jobs.missedTotal++
  if (jobs.latenessMaxNs === null || latenessNs > jobs.latenessMaxNs) jobs.latenessMaxNs = latenessNs
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A wait that a move interrupted for no time goes on; one that follows running is a preemption. */
const beginWait = (report: Report, at: number): void => {
  const account = report.vcpus[at] as VcpuAccount
  const { state } = report.watch.vcpus[at] as WatchedVcpu
  const isMove = state === runstate.offline && account.offlineAtNs === report.nowNs
  const from = isMove ? account.offlineFrom : state
  if (from !== runstate.runnable) {
    account.waitSinceNs = report.nowNs
    account.isWakeUp = from !== runstate.running
  }
  if (account.waitingAt >= 0) return
  account.waitingAt = report.waiting.length
  report.waiting.push(at)
}

const endWait = (report: Report, account: VcpuAccount): void => {
  if (account.waitSinceNs < 0) return
  Histogram.add(account.isWakeUp ? account.wakeUps : account.preempted, report.nowNs - account.waitSinceNs)
}

const takePcpu = (report: Report, at: number, pcpu: PcpuId): void => {
  const account = report.vcpus[at] as VcpuAccount
  const last = (report.watch.vcpus[at] as WatchedVcpu).pcpu
  const place = report.pcpus[pcpu] as PcpuAccount
  account.switchesIn++
  if (last >= 0 && last !== pcpu) {
    const { topology } = report
    account.migrationsTotal++
    place.migrationsInTotal++
    if (socketOf(topology, last) !== socketOf(topology, pcpu)) account.migrationsSocketTotal++
    if (nodeOf(topology, last) !== nodeOf(topology, pcpu)) account.migrationsNodeTotal++
  }
  if (place.occupant < 0) place.idleNs += report.nowNs - place.sinceNs
  else place.busyNs += report.nowNs - place.sinceNs
  place.occupant = at
  place.sinceNs = report.nowNs
  noteOccupancy(report, pcpu)
}
