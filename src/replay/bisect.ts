/**
 * When did it begin? The first instant of a journal at which something holds of the host.
 *
 * @since 0.1.0
 */
import { step } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'

import { attempt, attemptHost } from './attempt.js'
import type { Entry, Journal } from './Journal.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A question about a host.
 *
 * @category model
 * @since 0.1.0
 */
export type HostPredicate = (host: Host) => boolean

/**
 * Where a predicate holds first: after the instant `atNs` inside (or at the end of) entry `index`, -1 for the
 * start of the journal. `before` is the last host at which it did not hold, null when there is none.
 *
 * @category model
 * @since 0.1.0
 */
export interface Found {
  readonly index: number
  readonly atNs: number
  readonly host: Host
  readonly before: Host | null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first instant at which a predicate holds, for predicates that go on holding once they do; null when it
 * holds after no entry. Inside an advance the time is halved again and again.
 *
 * A predicate that holds for a while only may be missed, or found later than its first time: for those there
 * is {@link firstInstant}.
 *
 * @category queries
 * @since 0.1.0
 */
export const bisect = (env: Environment, journal: Journal, predicate: HostPredicate): Found | null => {
  let host = journal.start
  if (predicate(host)) return { index: -1, atNs: host.nowNs, host, before: null }
  for (const [index, { input }] of journal.entries.entries()) {
    const next = attemptHost(env, host, input)
    if (predicate(next)) {
      if (input._tag === 'Advance') return { index, ...halve(env, host, next, predicate) }
      return { index, atNs: next.nowNs, host: next, before: host }
    }
    host = next
  }
  return null
}

/**
 * The first instant at which a predicate holds, found by looking at every instant; null when it never holds.
 *
 * @category queries
 * @since 0.1.0
 */
export const firstInstant = (env: Environment, journal: Journal, predicate: HostPredicate): Found | null => {
  let host = journal.start
  if (predicate(host)) return { index: -1, atNs: host.nowNs, host, before: null }
  for (const [index, entry] of journal.entries.entries()) {
    const found = firstInside(env, host, { index, entry }, predicate)
    if (found !== null) return found
    const next = attemptHost(env, host, entry.input)
    if (predicate(next)) return { index, atNs: next.nowNs, host: next, before: host }
    host = next
  }
  return null
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** `low` does not fulfil the predicate, `high`, a later time of the same run, does. */
const halve = (
  env: Environment,
  low: Host,
  high: Host,
  predicate: HostPredicate
): { readonly atNs: number; readonly host: Host; readonly before: Host } => {
  let before = low
  let host = high
  while (host.nowNs - before.nowNs > 1) {
    const middleNs = before.nowNs + Math.floor((host.nowNs - before.nowNs) / 2)
    const moved = attempt(env, before, { _tag: 'Advance', toNs: middleNs })
    if (moved._tag !== 'Right') break
    const [middle] = moved.right
    if (predicate(middle)) host = middle
    else before = middle
  }
  return { atNs: host.nowNs, host, before }
}

const firstInside = (
  env: Environment,
  start: Host,
  at: { readonly index: number; readonly entry: Entry },
  predicate: HostPredicate
): Found | null => {
  const { input } = at.entry
  if (input._tag !== 'Advance') return null
  let before = start
  for (;;) {
    const stepped = stepOrStop(env, before)
    if (stepped === null || stepped.nowNs > input.toNs) return null
    if (predicate(stepped)) return { index: at.index, atNs: stepped.nowNs, host: stepped, before }
    before = stepped
  }
}

/** The next instant; null when there is none, or when it ends in an exception. */
const stepOrStop = (env: Environment, host: Host): Host | null => {
  try {
    return step(env, host, { trace: false })?.[0] ?? null
  } catch {
    return null
  }
}
