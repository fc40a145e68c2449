/**
 * Writing journals: what a run adds to its journal, line by line.
 *
 * Nothing is written here. Every function gives the next recorder and the lines that the caller appends to
 * its file; a line is whole when its line end is there.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { inputCodec } from '../abi/index.js'
import type { Input, Output } from '../abi/index.js'
import { Digester, transition } from '../machine/index.js'
import type { Environment, Host, TraceOptions, Transitioned, TransitionError } from '../machine/index.js'
import { digestOf, invariant } from '../prelude/index.js'

import type { Checkpoint, Entry, EntryResult, Journal } from './Journal.js'
import { entryLines, headerLine, packageVersion } from './Journal.js'
import { needsOfEnvironment } from './Needs.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How much is recorded. `checkpointNs`: virtual time between the checkpoints inside an advance. `hostEvery`:
 * the whole host is kept after every so many entries, 0 for never; with it, a replay that differs can name
 * the path.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecorderOptions {
  readonly checkpointNs: number
  readonly hostEvery: number
}

/**
 * Where recording stands: the number of the next entry. `digester` is working space, it decides nothing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Recorder {
  readonly options: RecorderOptions
  readonly index: number
  readonly digester: Digester
}

/**
 * What recording gave: the recorder to go on with, the lines to append (each with its line end), the entry
 * they hold (null when an input was refused that no file can hold).
 *
 * @category model
 * @since 0.1.0
 */
export interface Appended {
  readonly recorder: Recorder
  readonly lines: ReadonlyArray<string>
  readonly entry: Entry | null
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Recorded extends Appended {
  readonly result: Either<TransitionError, Transitioned>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * A checkpoint every 100 ms of virtual time, no whole hosts.
 *
 * @category constants
 * @since 0.1.0
 */
export const recorderOptionsDefault: RecorderOptions = { checkpointNs: 100_000_000, hostEvery: 0 }

/**
 * The most checkpoints inside one advance: a long one has them farther apart.
 *
 * @category constants
 * @since 0.1.0
 */
export const checkpointsMax = 1000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Begins a journal at a host; the line is its header.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startJournal = (
  env: Environment,
  host: Host,
  options: RecorderOptions = recorderOptionsDefault
): Appended => {
  const line = headerLine({ recordedBy: packageVersion, needs: needsOfEnvironment(env), start: host })
  return { recorder: recorderAt(0, options), lines: [line], entry: null }
}

/**
 * Goes on with a journal that was read, from where it ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const continueJournal = (
  journal: Journal,
  options: RecorderOptions = recorderOptionsDefault
): Recorder => recorderAt(journal.entries.length, options)

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out an input and records it. An advance is carried out in pieces, with a checkpoint after each; the
 * host and the outputs are those of the whole.
 *
 * @category transitions
 * @since 0.1.0
 */
export const recordInput = (
  env: Environment,
  recorder: Recorder,
  given: { readonly host: Host; readonly input: Input },
  trace: TraceOptions
): Recorded => {
  const { host, input } = given
  const times = input._tag === 'Advance' ? checkpointTimes(recorder.options, host.nowNs, input.toNs) : []
  const outputs: Output[] = []
  const checkpoints: Checkpoint[] = []
  let current = host
  for (const atNs of times) {
    const moved = transition(env, current, { _tag: 'Advance', toNs: atNs }, trace)
    invariant(moved._tag === 'Right', 'a time between now and a later time can be reached')
    current = moved.right[0]
    for (const output of moved.right[1]) outputs.push(output)
    checkpoints.push({ atNs, digest: recorder.digester.digest(current) })
  }
  const ended = transition(env, current, input, trace)
  const result = ended._tag === 'Left' || times.length === 0 ? ended : E.right(after(outputs, ended.right))
  return { ...append(recorder, { host, input, result, checkpoints }), result }
}

/**
 * Records an input that was carried out elsewhere, with its result.
 *
 * @category transitions
 * @since 0.1.0
 */
export const appendInput = (
  recorder: Recorder,
  given: {
    readonly host: Host
    readonly input: Input
    readonly result: Either<TransitionError, Transitioned>
  }
): Appended => append(recorder, { ...given, checkpoints: [] })

/**
 * Records an input that ended in an exception: with it the journal is a bug report.
 *
 * @category transitions
 * @since 0.1.0
 */
export const appendBroken = (
  recorder: Recorder,
  given: { readonly host: Host; readonly input: Input; readonly message: string }
): Appended => {
  const { host, input, message } = given
  if (!inputCodec.is(input)) return { recorder, lines: [], entry: null }
  return appendEntry(recorder, {
    atNs: host.nowNs,
    input,
    checkpoints: [],
    result: { _tag: 'Broke', message },
    stored: null
  })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** The times of the checkpoints inside an advance, its end left out; none when it goes nowhere. */
export const checkpointTimes = (
  options: RecorderOptions,
  fromNs: number,
  toNs: number
): ReadonlyArray<number> => {
  if (!Number.isSafeInteger(toNs) || toNs <= fromNs || options.checkpointNs <= 0) return []
  const stepNs = Math.max(options.checkpointNs, Math.ceil((toNs - fromNs) / checkpointsMax))
  const times: number[] = []
  for (let atNs = fromNs + stepNs; atNs < toNs; atNs += stepNs) times.push(atNs)
  return times
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const recorderAt = (index: number, options: RecorderOptions): Recorder => ({
  options,
  index,
  digester: new Digester()
})

const after = (outputs: ReadonlyArray<Output>, [host, last, reply]: Transitioned): Transitioned => [
  host,
  [...outputs, ...last],
  reply
]

const append = (
  recorder: Recorder,
  given: {
    readonly host: Host
    readonly input: Input
    readonly result: Either<TransitionError, Transitioned>
    readonly checkpoints: ReadonlyArray<Checkpoint>
  }
): Appended => {
  const { host, input, result, checkpoints } = given
  if (!inputCodec.is(input)) {
    invariant(result._tag === 'Left', 'an input that no file can hold is refused')
    return { recorder, lines: [], entry: null }
  }
  const { options, index } = recorder
  const isKept = options.hostEvery > 0 && (index + 1) % options.hostEvery === 0
  return appendEntry(recorder, {
    atNs: host.nowNs,
    input,
    checkpoints,
    result: entryResult(recorder.digester, result),
    stored: isKept && result._tag === 'Right' ? result.right[0] : null
  })
}

const appendEntry = (recorder: Recorder, entry: Entry): Appended => ({
  recorder: { ...recorder, index: recorder.index + 1 },
  lines: entryLines(recorder.index, entry),
  entry
})

/** What a journal keeps of a result. */
export const entryResult = (
  digester: Digester,
  result: Either<TransitionError, Transitioned>
): EntryResult => {
  if (result._tag === 'Left') return { _tag: 'Refused', error: result.left }
  const [host, , reply] = result.right
  return { _tag: 'Done', digest: digester.digest(host), reply: reply === null ? null : digestOf(reply) }
}
