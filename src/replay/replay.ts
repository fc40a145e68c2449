/**
 * Replaying a journal and verifying it: every input is carried out again, every digest compared.
 *
 * The first difference is told with the number of its entry, its virtual time (a window, when it lies inside
 * an advance) and, where a whole host was kept at or after it, the first path at which the hosts differ.
 *
 * @since 0.1.0
 */
import type { Input } from '../abi/index.js'
import { Digester, step } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import { digestOf } from '../prelude/index.js'

import { attempt, attemptHost } from './attempt.js'
import type { Attempt } from './attempt.js'
import { differenceText, firstDifference } from './difference.js'
import type { Difference } from './difference.js'
import type { Entry, EntryResult, Journal } from './Journal.js'
import { canonicalJson } from './json.js'
import { missingNeed, needsOfHost, programsOfInputs, schedulersOfInputs } from './Needs.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The first entry at which a replay differs. `fromNs` is the last virtual time up to which all is known to be
 * equal, `toNs` the first at which it is not; `instantsTotal` how many instants of the replay lie in between
 * (after `fromNs`, up to `toNs`), `firstInstantNs` the first of them (-1 for none). `expected` is what the
 * journal says, `found` what the replay has. `difference` compares with the first whole host that the journal
 * kept at or after the entry `differenceAfter` (-1 when it kept none): `left` is the replay, `right` the
 * journal.
 *
 * @category model
 * @since 0.1.0
 */
export interface Divergence {
  readonly index: number
  readonly input: Input
  readonly what: 'time' | 'state' | 'reply' | 'outcome'
  readonly fromNs: number
  readonly toNs: number
  readonly instantsTotal: number
  readonly firstInstantNs: number
  readonly expected: string
  readonly found: string
  readonly difference: Difference | null
  readonly differenceAfter: number
}

/**
 * What a replay gave. `Matched` has the host at the end of the journal. `MissingNeed`: the environment lacks
 * something that the journal names.
 *
 * @category model
 * @since 0.1.0
 */
export type Replayed =
  | {
      readonly _tag: 'Matched'
      readonly host: Host
      readonly entriesTotal: number
      readonly digestsTotal: number
    }
  | { readonly _tag: 'Diverged'; readonly divergence: Divergence }
  | { readonly _tag: 'MissingNeed'; readonly reason: string }

/**
 * How far a replay is: entries done, and the virtual time.
 *
 * @category model
 * @since 0.1.0
 */
export interface ReplayProgress {
  readonly entriesDone: number
  readonly entriesTotal: number
  readonly nowNs: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ReplayOptions {
  readonly onProgress?: (progress: ReplayProgress) => void
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Replays a journal and compares every digest in it.
 *
 * @category queries
 * @since 0.1.0
 */
export const replay = (env: Environment, journal: Journal, options: ReplayOptions = {}): Replayed => {
  const missing = missingForReplay(env, journal)
  if (missing !== null) return { _tag: 'MissingNeed', reason: missing }
  const digester = new Digester()
  let host = journal.start
  let digestsTotal = 0
  for (const [index, entry] of journal.entries.entries()) {
    const tell = (nowNs: number): void =>
      options.onProgress?.({ entriesDone: index, entriesTotal: journal.entries.length, nowNs })
    const replayed = replayEntry(env, digester, host, entry, tell)
    if (replayed._tag === 'Differs')
      return { _tag: 'Diverged', divergence: divergenceOf(env, journal, index, replayed) }
    host = replayed.host
    digestsTotal += entry.checkpoints.length + 1
  }
  const entriesTotal = journal.entries.length
  options.onProgress?.({ entriesDone: entriesTotal, entriesTotal, nowNs: host.nowNs })
  return { _tag: 'Matched', host, entriesTotal, digestsTotal }
}

/**
 * What a journal needs and an environment does not have, in words; null when it has everything.
 *
 * @category queries
 * @since 0.1.0
 */
export const missingForReplay = (env: Environment, journal: Journal): string | null => {
  const inputs = journal.entries.map(({ input }) => input)
  const fromStart = needsOfHost(env, journal.start)
  const used = new Set([...fromStart.schedulers.map(({ name }) => name), ...schedulersOfInputs(inputs)])
  const schedulers = journal.needs.schedulers.filter(({ name }) => used.has(name))
  return (
    missingNeed(env, fromStart) ??
    missingNeed(env, { schedulers, programs: [] }) ??
    missingNeed(env, {
      schedulers: [],
      programs: programsOfInputs(inputs).filter(({ name }) => isRecorded(journal, name))
    })
  )
}

/**
 * A divergence as lines for people.
 *
 * @category queries
 * @since 0.1.0
 */
export const divergenceText = (divergence: Divergence): ReadonlyArray<string> => {
  const { index, input, what, fromNs, toNs, instantsTotal, firstInstantNs, difference } = divergence
  const instants =
    firstInstantNs < 0
      ? ''
      : `, ${instantsTotal} instant${instantsTotal === 1 ? '' : 's'} from ${firstInstantNs} ns on`
  const when = fromNs === toNs ? `at ${toNs} ns` : `after ${fromNs} ns, up to ${toNs} ns${instants}`
  return [
    `entry ${index} (${inputName(input)}) differs in ${what} ${when}`,
    `expected ${divergence.expected}, found ${divergence.found}`,
    difference === null
      ? 'no path: the journal keeps no whole host from there on'
      : `after entry ${divergence.differenceAfter}: ${differenceText(difference)}`
  ]
}

/**
 * A short name of an input.
 *
 * @category queries
 * @since 0.1.0
 */
export const inputName = (input: Input): string => {
  switch (input._tag) {
    case 'Advance':
      return `Advance to ${input.toNs} ns`
    case 'Operate':
      return input.operation._tag
    case 'Plan':
      return `Plan of ${input.operations.length} operations`
    default:
      return `Toolstack ${input.name}`
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Programs that the recording did not have either were an error then, and are again. */
const isRecorded = (journal: Journal, name: string): boolean =>
  journal.needs.programs.some((need) => need.name === name)

interface Differs {
  readonly _tag: 'Differs'
  readonly what: Divergence['what']
  /** The replay's host at the last time that is known to be equal. */
  readonly good: Host
  readonly toNs: number
  readonly expected: string
  readonly found: string
  /** The host after the entry. */
  readonly host: Host
}

type EntryReplayed = { readonly _tag: 'Equal'; readonly host: Host } | Differs

const replayEntry = (
  env: Environment,
  digester: Digester,
  start: Host,
  entry: Entry,
  tell: (nowNs: number) => void
): EntryReplayed => {
  const { input, atNs } = entry
  const end = (): Host => attemptHost(env, start, input)
  tell(start.nowNs)
  if (start.nowNs !== atNs) {
    const [expected, found] = [`${atNs} ns`, `${start.nowNs} ns`]
    return { _tag: 'Differs', what: 'time', good: start, toNs: start.nowNs, expected, found, host: end() }
  }
  let host = start
  for (const checkpoint of entry.checkpoints) {
    const moved = attempt(env, host, { _tag: 'Advance', toNs: checkpoint.atNs })
    if (moved._tag !== 'Right') break
    const found = digestOrReason(digester, moved.right[0])
    const toNs = checkpoint.atNs
    if (found !== checkpoint.digest)
      return {
        _tag: 'Differs',
        what: 'state',
        good: host,
        toNs,
        expected: checkpoint.digest,
        found,
        host: end()
      }
    host = moved.right[0]
    tell(host.nowNs)
  }
  const moved = attempt(env, host, input)
  const next = moved._tag === 'Right' ? moved.right[0] : start
  const difference = resultDifference(digester, entry.result, moved)
  if (difference === null) return { _tag: 'Equal', host: next }
  return { _tag: 'Differs', ...difference, good: host, toNs: Math.max(host.nowNs, next.nowNs), host: next }
}

const resultDifference = (
  digester: Digester,
  expected: EntryResult,
  moved: Attempt
): Pick<Differs, 'what' | 'expected' | 'found'> | null => {
  const found = resultOf(digester, moved)
  if (expected._tag === 'Done' && found._tag === 'Done') {
    if (expected.digest !== found.digest)
      return { what: 'state', expected: expected.digest, found: found.digest }
    if (expected.reply === found.reply) return null
    return { what: 'reply', expected: expected.reply ?? 'no reply', found: found.reply ?? 'no reply' }
  }
  const [wanted, got] = [outcomeText(expected), outcomeText(found)]
  return wanted === got ? null : { what: 'outcome', expected: wanted, found: got }
}

const resultOf = (digester: Digester, moved: Attempt): EntryResult => {
  if (moved._tag === 'Broke') return moved
  if (moved._tag === 'Left') return { _tag: 'Refused', error: moved.left }
  const [host, , reply] = moved.right
  return {
    _tag: 'Done',
    digest: digestOrReason(digester, host),
    reply: reply === null ? null : digestOf(reply)
  }
}

/** The digest of a host; or why it has none: a guest program put into it what is no plain data. */
const digestOrReason = (digester: Digester, host: Host): string => {
  try {
    return digester.digest(host)
  } catch (error) {
    return `no digest: ${error instanceof Error ? error.message : String(error)}`
  }
}

const outcomeText = (result: EntryResult): string => {
  switch (result._tag) {
    case 'Done':
      return 'done'
    case 'Refused':
      return `refused: ${canonicalJson(result.error)}`
    default:
      return `exception: ${result.message}`
  }
}

const divergenceOf = (env: Environment, journal: Journal, index: number, found: Differs): Divergence => {
  const { what, good, toNs, expected } = found
  const [instantsTotal, firstInstantNs] = what === 'state' ? instantsUpTo(env, good, toNs) : [0, -1]
  const compared = compareWithStored(env, journal, index, found.host)
  const { input } = journal.entries[index] as Entry
  return {
    index,
    input,
    what,
    fromNs: good.nowNs,
    toNs,
    instantsTotal,
    firstInstantNs,
    expected,
    found: found.found,
    ...compared
  }
}

/** How many instants a host has up to a time, and the first of them. */
const instantsUpTo = (
  env: Environment,
  start: Host,
  toNs: number
): readonly [total: number, firstNs: number] => {
  let total = 0
  let firstNs = -1
  let host: Host | undefined = start
  while (host !== undefined && total < instantsMax) {
    host = nextInstant(env, host)
    if (host === undefined || host.nowNs > toNs) break
    if (total === 0) firstNs = host.nowNs
    total++
  }
  return [total, firstNs]
}

/** Counting stops here; a window between two checkpoints has rarely more. */
const instantsMax = 1_000_000

const nextInstant = (env: Environment, host: Host): Host | undefined => {
  try {
    return step(env, host, { trace: false })?.[0]
  } catch {
    return undefined
  }
}

/** Goes on with the replay up to the first whole host that the journal kept, and compares with that. */
const compareWithStored = (
  env: Environment,
  journal: Journal,
  index: number,
  after: Host
): Pick<Divergence, 'difference' | 'differenceAfter'> => {
  let host = after
  for (let at = index; at < journal.entries.length; at++) {
    const entry = journal.entries[at] as Entry
    if (at > index) host = attemptHost(env, host, entry.input)
    if (entry.stored !== null) {
      const difference = firstDifference(host, entry.stored)
      return { difference, differenceAfter: difference === null ? -1 : at }
    }
  }
  return { difference: null, differenceAfter: -1 }
}
