/**
 * The softirq loop: pCPUs that were asked to reschedule do so, in order; and what waits for them.
 *
 * @since 0.1.0
 */
import type { PcpuId, UnitPlace, VcpuPlace } from '../abi/index.js'
import { invariant } from '../prelude/index.js'

import { finishSwitch, schedule, sleep } from './core.js'
import { forceSwitch, resourceSwitchEnded, scheduleResource } from './rendezvous.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Serves pending SCHEDULE softirqs in ascending sweeps until none is left, busy pCPUs apart. Forced switches
 * come first: a pCPU does its own before it reschedules, and before it joins when another one of its resource
 * does; nothing else sees them.
 *
 * @category transitions
 * @since 0.1.0
 */
export const drain = (x: SchedEdit): void => {
  if (!x.isPending()) return
  const executing = x.executingPcpu
  if (x.isCoarse) sweepCoarse(x)
  else sweep(x)
  x.executingPcpu = executing
}

/**
 * Puts a vCPU to sleep and lets pCPUs reschedule until it runs nowhere.
 *
 * @category transitions
 * @since 0.1.0
 */
export const sleepSync = (x: SchedEdit, vcpu: VcpuPlace): void => {
  sleep(x, vcpu)
  while (!x.isVcpuRunnable(vcpu) && x.vcpus.read(vcpu).isRunning && x.isReady()) drain(x)
  if (x.params.contextSwitchNs > 0 && !x.isVcpuRunnable(vcpu)) endSwitchFrom(x, x.vcpus.read(vcpu).unit)
}

/**
 * The end of a context switch that cost time.
 *
 * @category transitions
 * @since 0.1.0
 */
export const switchEnded = (x: SchedEdit, pcpu: PcpuId): void => {
  const p = x.pcpus.write(pcpu)
  const prev = p.switchFrom
  invariant(prev >= 0, 'a switch that ends was under way')
  p.switchFrom = -1
  x.executingPcpu = pcpu
  if (x.isCoarse && x.sizeAt(pcpu) > 1) resourceSwitchEnded(x, pcpu, prev)
  else finishSwitch(x, pcpu, prev)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Every pCPU is a resource of its own. */
const sweep = (x: SchedEdit): void => {
  let pcpu = x.choosePending(-1)
  while (pcpu >= 0) {
    x.clearPending(pcpu)
    schedule(x, pcpu)
    pcpu = x.choosePending(pcpu)
  }
}

const sweepCoarse = (x: SchedEdit): void => {
  serveForced(x)
  let pcpu = x.choosePending(-1)
  while (pcpu >= 0) {
    x.clearPending(pcpu)
    if (x.sizeAt(pcpu) > 1) scheduleResource(x, pcpu)
    else schedule(x, pcpu)
    serveForced(x)
    pcpu = x.choosePending(pcpu)
  }
}

const serveForced = (x: SchedEdit): void => {
  while (x.forced.total > 0) forceSwitch(x, x.forced.take())
}

/**
 * Ends a switch away from a unit at once: who waits for the unit to be gone can't wait for time to pass
 * (DIFF-17).
 */
const endSwitchFrom = (x: SchedEdit, unit: UnitPlace): void => {
  for (let pcpu = 0; pcpu < x.pcpuCount; pcpu++) {
    const p = x.pcpus.read(pcpu)
    if (p.switchFrom !== unit) continue
    x.timers.stop(p.switchTimer)
    switchEnded(x, pcpu)
  }
}
