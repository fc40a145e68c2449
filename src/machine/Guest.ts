/**
 * What one vCPU executes: its program's state, what is left of its phase, and since when it consumes time.
 *
 * @since 0.1.0
 */
import type { GuestAction, GuestSpec, PcpuId, PlainData, VcpuPlace } from '../abi/index.js'
import { allVcpus, guestRowAt } from '../sched/index.js'
import type { Sched } from '../sched/index.js'

import { timeOfWork, workInTime } from './costs.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What one vCPU executes. Rows stand at the vCPU's slot; a row without a program belongs to an idle or a free
 * vCPU.
 *
 * @category model
 * @since 0.1.0
 */
export interface Guest {
  spec: GuestSpec | null
  state: PlainData
  then: GuestAction
  remainingNs: number
  /** Since when it consumes time, -1 while it does not. */
  sinceNs: number
  isStarted: boolean
  isWaiting: boolean
  hasKick: boolean
  phaseTimer: number
  blockTimer: number
  /**
   * When its block ends, -1 when none is pending; inside an edit the calendar knows. When its phase ends
   * follows from the rest.
   */
  blockAtNs: number
  phasesTotal: number
  /** What costs of the machine do to it; null while there are none. */
  burden: Burden | null
}

/**
 * What costs of the machine do to a guest; replaced, never written to.
 *
 * @category model
 * @since 0.1.0
 */
export interface Burden {
  /** By how much its work is slowed now, in per cent. */
  readonly slowPercent: number
  /** Running time in which it got no work done. */
  readonly lostNs: number
  /** The pCPU whose caches it has warmed, -1 for none. */
  readonly warmPcpu: PcpuId
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The row of a vCPU that executes nothing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noGuest: Guest = {
  spec: null,
  state: null,
  then: { _tag: 'Halt' },
  remainingNs: 0,
  sinceNs: -1,
  isStarted: false,
  isWaiting: false,
  hasKick: false,
  phaseTimer: -1,
  blockTimer: -1,
  blockAtNs: -1,
  phasesTotal: 0,
  burden: null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What the vCPU at a place of the scheduling slice executes. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const guestAt = (host: { readonly sched: Sched }, vcpu: VcpuPlace): Readonly<Guest> =>
  (guestRowAt(host.sched, vcpu) as Guest | null) ?? noGuest

/**
 * When the phase of a vCPU ends: what is left of it after it began to consume time; a vCPU without a program
 * has nothing to do. -1 while it does not consume time.
 *
 * @category queries
 * @since 0.1.0
 */
export const phaseEndNs = ({ spec, sinceNs, remainingNs, burden }: Readonly<Guest>): number => {
  if (sinceNs < 0) return -1
  if (spec === null) return sinceNs
  return sinceNs + (burden === null ? remainingNs : timeOfWork(remainingNs, burden.slowPercent))
}

/**
 * Running time in which the guest got no work done, up to `nowNs`.
 *
 * @category queries
 * @since 0.1.0
 */
export const lostUpTo = (g: Readonly<Guest>, nowNs: number): number => {
  const { burden, sinceNs, remainingNs } = g
  if (burden === null) return 0
  if (sinceNs < 0 || burden.slowPercent === 0) return burden.lostNs
  const ns = nowNs - sinceNs
  return burden.lostNs + ns - Math.min(remainingNs, workInTime(ns, burden.slowPercent))
}

/**
 * All guests, by the place of their vCPU. O(n).
 *
 * @category queries
 * @since 0.1.0
 */
export const guestsOf = (host: { readonly sched: Sched }): ReadonlyArray<Readonly<Guest>> =>
  allVcpus(host.sched).map((_, vcpu) => guestAt(host, vcpu))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** @internal */
export function copyGuest(g: Guest): Guest {
  return {
    spec: g.spec,
    state: g.state,
    then: g.then,
    remainingNs: g.remainingNs,
    sinceNs: g.sinceNs,
    isStarted: g.isStarted,
    isWaiting: g.isWaiting,
    hasKick: g.hasKick,
    phaseTimer: g.phaseTimer,
    blockTimer: g.blockTimer,
    blockAtNs: g.blockAtNs,
    phasesTotal: g.phasesTotal,
    burden: g.burden
  }
}
