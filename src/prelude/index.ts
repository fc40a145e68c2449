/**
 * Data helpers that know nothing of Xen.
 *
 * @since 0.1.0
 */
export * as BitSet from './BitSet.js'
export { TableDigest, digestOf, digestText, mixInteger, mixValue } from './Digest.js'
export type { DigestCache, DigestWords } from './Digest.js'
export * as Distribution from './Distribution.js'
export * as ExtentMap from './ExtentMap.js'
export { castDraft, produce } from './Immer.js'
export type { Draft } from './Immer.js'
export * as Int64 from './Int64.js'
export { InvariantViolation, absurd, invariant } from './invariant.js'
export * as Random from './Random.js'
export * as Real from './Real.js'
export { Rows } from './Rows.js'
export * as Table from './Table.js'
export { TableEdit } from './TableEdit.js'
export { TimersEdit, emptyTimers, notPending, pendingTimers } from './Timers.js'
export type { DeadlineKeeper, TimerKey, Timers } from './Timers.js'
export * as UInt64 from './UInt64.js'
