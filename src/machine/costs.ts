/**
 * What the machine's costs do to a guest: how much its work is slowed down where it runs now, and what a
 * change of place costs it.
 *
 * Work is counted in nanoseconds of an undisturbed pCPU. A guest that is slowed by p per cent needs
 * (100 + p) / 100 times as long, rounded up to whole nanoseconds.
 *
 * @since 0.1.0
 */
import { socketOf } from '../abi/index.js'
import type { PcpuId } from '../abi/index.js'
import type { SchedEdit } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether any cost is on; everything here is skipped otherwise.
 *
 * @category queries
 * @since 0.1.0
 */
export const isCosting = ({ params: { costs } }: SchedEdit): boolean =>
  costs.migrationNs > 0 || costs.socketNs > 0 || costs.smtPercent > 0 || costs.remotePercent > 0

/**
 * How long work takes at a slow-down.
 *
 * @category queries
 * @since 0.1.0
 */
export const timeOfWork = (workNs: number, slowPercent: number): number => {
  const whole = Math.floor(workNs / 100)
  return whole * (100 + slowPercent) + Math.ceil(((workNs - whole * 100) * (100 + slowPercent)) / 100)
}

/**
 * How much work a time was good for at a slow-down.
 *
 * @category queries
 * @since 0.1.0
 */
export const workInTime = (ns: number, slowPercent: number): number => {
  const unit = 100 + slowPercent
  const whole = Math.floor(ns / unit)
  return whole * 100 + Math.floor(((ns - whole * unit) * 100) / unit)
}

/**
 * What it costs to go on on a pCPU when the caches of another one are warm.
 *
 * @category queries
 * @since 0.1.0
 */
export const moveCostNs = (x: SchedEdit, from: number, to: number): number => {
  if (from < 0 || from === to) return 0
  const { migrationNs, socketNs } = x.params.costs
  return migrationNs + (socketOf(x.topology, from) === socketOf(x.topology, to) ? 0 : socketNs)
}

/**
 * The slow-down on a pCPU: by a busy thread of the same core, and by the part of the domain's memory, in
 * thousandths, that is on other NUMA nodes.
 *
 * @category queries
 * @since 0.1.0
 */
export const slowPercentOn = (x: SchedEdit, isBusyThread: boolean, remoteThousandths: number): number => {
  const { smtPercent, remotePercent } = x.params.costs
  return (isBusyThread ? smtPercent : 0) + Math.floor((remotePercent * remoteThousandths) / 1000)
}

/**
 * The other threads of a pCPU's core, ascending.
 *
 * @category queries
 * @since 0.1.0
 */
export const otherThreads = (x: SchedEdit, pcpu: PcpuId): ReadonlyArray<number> => {
  const { threadsPerCore } = x.topology
  const first = pcpu - (pcpu % threadsPerCore)
  const threads: number[] = []
  for (let thread = first; thread < first + threadsPerCore; thread++)
    if (thread !== pcpu) threads.push(thread)
  return threads
}
