/**
 * Comparing two journals: the first entry at which they differ, and the first path.
 *
 * @since 0.1.0
 */
import type { Input } from '../abi/index.js'
import { digestHost } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'

import { attemptHost } from './attempt.js'
import { differenceOf, differenceText, firstDifference } from './difference.js'
import type { Difference } from './difference.js'
import type { Entry, EntryResult, Journal } from './Journal.js'
import { canonicalJson } from './json.js'
import { inputName } from './replay.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How two journals compare.
 *
 * - `Same`: start, inputs and results are equal.
 * - `Start`: they begin at different hosts.
 * - `Length`: one goes on where the other ends.
 * - `Input`: from entry `index` on they have different inputs. `difference` is between the inputs, `state`
 *   between the hosts afterwards, as they are here.
 * - `Result`: entry `index` has the same input but not the same result: the journals come from programs that
 *   behave differently. The difference arose after `fromNs` and by `toNs`. `state` is there when one of the
 *   journals keeps the whole host at or after that entry; `matching` says which of them is right here.
 *
 * @category model
 * @since 0.1.0
 */
export type JournalDiff =
  | { readonly _tag: 'Same'; readonly entriesTotal: number }
  | { readonly _tag: 'Start'; readonly difference: Difference }
  | { readonly _tag: 'Length'; readonly index: number; readonly longer: 'left' | 'right' }
  | {
      readonly _tag: 'Input'
      readonly index: number
      readonly atNs: number
      readonly left: Input
      readonly right: Input
      readonly difference: Difference
      readonly state: Difference | null
    }
  | {
      readonly _tag: 'Result'
      readonly index: number
      readonly input: Input
      readonly fromNs: number
      readonly toNs: number
      readonly difference: Difference
      readonly matching: 'left' | 'right' | 'neither'
      readonly state: Difference | null
    }

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Compares two journals.
 *
 * @category queries
 * @since 0.1.0
 */
export const diffJournals = (env: Environment, left: Journal, right: Journal): JournalDiff => {
  const start = firstDifference(left.start, right.start)
  if (start !== null) return { _tag: 'Start', difference: start }
  const index = left.entries.findIndex((entry, i) => {
    const other = right.entries[i]
    return other === undefined || !isSame(entry, other)
  })
  if (index < 0) {
    const entriesTotal = left.entries.length
    if (right.entries.length === entriesTotal) return { _tag: 'Same', entriesTotal }
    return { _tag: 'Length', index: entriesTotal, longer: 'right' }
  }
  const [a, b] = [left.entries[index] as Entry, right.entries[index]]
  if (b === undefined) return { _tag: 'Length', index, longer: 'left' }
  const host = left.entries.slice(0, index).reduce((h, { input }) => attemptHost(env, h, input), left.start)
  const inputs = differenceOf({ at: a.atNs, input: a.input }, { at: b.atNs, input: b.input })
  if (inputs === null) return resultDiff(env, [left, right], index, host)
  const [x, y] = [attemptHost(env, host, a.input), attemptHost(env, host, b.input)]
  const state = firstDifference(x, y)
  return { _tag: 'Input', index, atNs: a.atNs, left: a.input, right: b.input, difference: inputs, state }
}

/**
 * A comparison as lines for people.
 *
 * @category queries
 * @since 0.1.0
 */
export const journalDiffText = (diff: JournalDiff): ReadonlyArray<string> => {
  const state = (difference: Difference | null): ReadonlyArray<string> =>
    difference === null ? [] : [`hosts: ${differenceText(difference)}`]
  switch (diff._tag) {
    case 'Same':
      return [`the same ${diff.entriesTotal} entries`]
    case 'Start':
      return [`the hosts at the start differ: ${differenceText(diff.difference)}`]
    case 'Length':
      return [`the ${diff.longer} journal goes on with entry ${diff.index}, where the other ends`]
    case 'Input':
      return [
        `entry ${diff.index} at ${diff.atNs} ns: ` +
          `${inputName(diff.left)} here, ${inputName(diff.right)} there`,
        differenceText(diff.difference),
        ...state(diff.state)
      ]
    default:
      return [
        `entry ${diff.index} (${inputName(diff.input)}), after ${diff.fromNs} ns, up to ${diff.toNs} ns`,
        differenceText(diff.difference),
        `a replay agrees with ${diff.matching === 'neither' ? 'neither' : `the ${diff.matching} journal`}`,
        ...state(diff.state)
      ]
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const sideJson = ({ atNs, input, result }: Entry): string => canonicalJson({ atNs, input, result })

/** Checkpoints count where both have one for the same time: they may be recorded at different intervals. */
const isSame = (a: Entry, b: Entry): boolean =>
  sideJson(a) === sideJson(b) && firstCheckpoints(a, b).badNs < 0

/** The last time at which both have equal checkpoints, and the first with different ones (-1). */
const firstCheckpoints = (a: Entry, b: Entry): { readonly goodNs: number; readonly badNs: number } => {
  const byTime = new Map(b.checkpoints.map(({ atNs, digest }) => [atNs, digest]))
  let goodNs = a.atNs
  for (const { atNs, digest } of a.checkpoints) {
    const other = byTime.get(atNs)
    if (other !== undefined && other !== digest) return { goodNs, badNs: atNs }
    if (other !== undefined) goodNs = atNs
  }
  return { goodNs, badNs: -1 }
}

const resultDiff = (
  env: Environment,
  [left, right]: readonly [Journal, Journal],
  index: number,
  host: Host
): JournalDiff => {
  const [a, b] = [left.entries[index] as Entry, right.entries[index] as Entry]
  const after = attemptHost(env, host, a.input)
  const { goodNs, badNs } = firstCheckpoints(a, b)
  const digest = digestHost(after)
  const agrees = ({ result }: { readonly result: EntryResult }): boolean =>
    result._tag === 'Done' && result.digest === digest
  const results = differenceOf(a.result, b.result)
  return {
    _tag: 'Result',
    index,
    input: a.input,
    fromNs: goodNs,
    toNs: badNs < 0 ? after.nowNs : badNs,
    difference: results ?? {
      path: 'checkpoints',
      left: canonicalJson(a.checkpoints),
      right: canonicalJson(b.checkpoints)
    },
    matching: agrees(a) ? 'left' : agrees(b) ? 'right' : 'neither',
    state: storedDifference(env, [left, right], index, after)
  }
}

/** Compares the whole hosts kept at the first entry that has one; the replay stands in for the other. */
const storedDifference = (
  env: Environment,
  [left, right]: readonly [Journal, Journal],
  index: number,
  after: Host
): Difference | null => {
  let host = after
  const length = Math.min(left.entries.length, right.entries.length)
  for (let at = index; at < length; at++) {
    const [a, b] = [left.entries[at] as Entry, right.entries[at] as Entry]
    if (at > index && canonicalJson(a.input) !== canonicalJson(b.input)) return null
    if (at > index) host = attemptHost(env, host, a.input)
    if (a.stored !== null || b.stored !== null) return firstDifference(a.stored ?? host, b.stored ?? host)
  }
  return null
}
