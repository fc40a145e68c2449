/**
 * Rewinding: the host of a journal at any virtual time. Hosts kept on the way, which share most of their
 * structure, make it fast.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Environment, Host } from '../machine/index.js'
import { invariant } from '../prelude/index.js'

import { attempt, attemptHost } from './attempt.js'
import type { Entry, Journal } from './Journal.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A host on the way: all entries before `index` are done, that of `index` perhaps in part.
 *
 * @category model
 * @since 0.1.0
 */
export interface RewindPoint {
  readonly index: number
  readonly host: Host
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * A time that the journal does not reach.
 *
 * @category errors
 * @since 0.1.0
 */
export interface RewindError {
  readonly _tag: 'OutsideJournal'
  readonly startNs: number
  readonly endNs: number
  readonly atNs: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The host at a virtual time: after every input that came up to then, and after every event due by then.
 * Inputs that themselves let time pass (operations of the toolstack that wait) are not entered: the host is
 * then the one before them. Digests are not compared. `points` are hosts of the same journal, by {@link
 * rewindPoints}.
 *
 * @category queries
 * @since 0.1.0
 */
export const replayTo = (
  env: Environment,
  journal: Journal,
  atNs: number,
  points: ReadonlyArray<RewindPoint> = []
): Either<RewindError, Host> => {
  const startNs = journal.start.nowNs
  if (!Number.isSafeInteger(atNs) || atNs < startNs) return outside(startNs, endOf(journal), atNs)
  let { index, host } = lastPoint(journal, atNs, points)
  for (; index < journal.entries.length; index++) {
    const { input } = journal.entries[index] as Entry
    if (input._tag === 'Advance' && input.toNs > atNs) {
      const moved = attempt(env, host, { _tag: 'Advance', toNs: atNs })
      return moved._tag === 'Right' ? E.right(moved.right[0]) : outside(startNs, host.nowNs, atNs)
    }
    const next = attemptHost(env, host, input)
    if (next.nowNs > atNs) return E.right(host)
    host = next
  }
  return host.nowNs === atNs ? E.right(host) : outside(startNs, host.nowNs, atNs)
}

/**
 * Hosts of a journal, one every so much virtual time and at each end of an entry since the last one.
 * Rewinding from them costs at most that much time of the host.
 *
 * @category queries
 * @since 0.1.0
 */
export const rewindPoints = (
  env: Environment,
  journal: Journal,
  everyNs: number
): ReadonlyArray<RewindPoint> => {
  invariant(everyNs >= 1, 'hosts are kept at intervals')
  const points: RewindPoint[] = [{ index: 0, host: journal.start }]
  let host = journal.start
  for (const [index, { input }] of journal.entries.entries()) {
    const toNs = input._tag === 'Advance' ? input.toNs : -1
    for (let atNs = host.nowNs + everyNs; atNs < toNs; atNs += everyNs) {
      host = attemptHost(env, host, { _tag: 'Advance', toNs: atNs })
      points.push({ index, host })
    }
    host = attemptHost(env, host, input)
    const last = points[points.length - 1]
    if (last === undefined || host.nowNs > last.host.nowNs) points.push({ index: index + 1, host })
  }
  return points
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The latest time that the entries name. */
const endOf = (journal: Journal): number =>
  journal.entries.reduce(
    (endNs, { atNs, input }) => Math.max(endNs, atNs, input._tag === 'Advance' ? input.toNs : atNs),
    journal.start.nowNs
  )

const outside = (startNs: number, endNs: number, atNs: number): Either<RewindError, never> =>
  E.left({ _tag: 'OutsideJournal', startNs, endNs, atNs })

/** The last point that is not later than `atNs`, found by halving. */
const lastPoint = (
  journal: Journal,
  atNs: number,
  points: ReadonlyArray<RewindPoint>
): { index: number; host: Host } => {
  let low = 0
  let high = points.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle] as RewindPoint).host.nowNs <= atNs) low = middle + 1
    else high = middle
  }
  return { ...(points[low - 1] ?? { index: 0, host: journal.start }) }
}
