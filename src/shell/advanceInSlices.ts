/**
 * A long stretch of virtual time in slices, so that the process can hear Ctrl-C, draw a bar, and hand outputs
 * on instead of piling them up. The slices are fixed in virtual time: the journal does not depend on how fast
 * the machine was.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { setImmediate as nextTurn } from 'node:timers/promises'

import type { TransitionError } from '../machine/index.js'
import { sliceEndNs } from '../trace/index.js'

import type { Session } from './Session.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Pace {
  readonly sliceNs: number
  /** Asked between slices: whether to stop here. */
  readonly isStopped: () => boolean
  readonly onSlice: (nowNs: number) => void
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The time between two checkpoints of a journal.
 *
 * @category constants
 * @since 0.1.0
 */
export const paceDefault: Pace = { sliceNs: 100_000_000, isStopped: () => false, onSlice: () => undefined }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Lets time pass up to `toNs`, or until it is stopped. Gives whether it got there.
 *
 * @category transitions
 * @since 0.1.0
 */
export const advanceInSlices = async (
  session: Session,
  toNs: number,
  pace: Pace = paceDefault
): Promise<Either<TransitionError, boolean>> => {
  let turnMs = performance.now()
  do {
    if (pace.isStopped()) return E.right(false)
    const { nowNs } = session.host()
    // A time that can't be reached is not cut in slices: the machine says why.
    const isAhead = Number.isSafeInteger(toNs) && toNs > nowNs
    const done = session.apply({
      _tag: 'Advance',
      toNs: isAhead ? sliceEndNs(session.host(), toNs, pace.sliceNs) : toNs
    })
    if (done._tag === 'Left') return done
    pace.onSlice(session.host().nowNs)
    if (performance.now() - turnMs >= turnMaxMs) {
      await nextTurn()
      turnMs = performance.now()
    }
  } while (session.host().nowNs < toNs)
  return E.right(true)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** How long the process may be deaf to everything else. */
const turnMaxMs = 40
