/**
 * A host under way: the value as it is now, the one way to change it, who listens, and the journal of it all.
 *
 * Everything that changes the host goes through `apply` as an input, and is in the journal. The session is
 * the only thing in the package that remembers; the hosts it goes through stay the plain values they are.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

import type { Input, Output, PlainData } from '../abi/index.js'
import { transition } from '../machine/index.js'
import type { Environment, Host, TransitionError } from '../machine/index.js'
import { InvariantViolation } from '../prelude/index.js'
import { appendBroken, recordInput, startJournal } from '../replay/index.js'
import type { Recorded } from '../replay/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Told what an input brought about, with the host after it. What a listener throws goes to whoever made the
 * change; the change is made all the same.
 *
 * @category model
 * @since 0.1.0
 */
export type Listener = (outputs: ReadonlyArray<Output>, host: Host) => void

/**
 * What a listener wants besides: records of xentrace's events.
 *
 * @category model
 * @since 0.1.0
 */
export interface ListenerWishes {
  readonly events?: boolean
}

/**
 * Ends a subscription. Calling it twice is harmless.
 *
 * @category model
 * @since 0.1.0
 */
export type Unsubscribe = () => void

/**
 * `apply` carries out an input and gives the reply; a refused input leaves everything as it was. `journal` is
 * the text of the journal so far.
 *
 * @category model
 * @since 0.1.0
 */
export interface Session {
  readonly env: Environment
  readonly host: () => Host
  readonly apply: (input: Input) => Either<TransitionError, PlainData>
  readonly subscribe: (listener: Listener, wishes?: ListenerWishes) => Unsubscribe
  readonly journal: () => string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A session that starts with `first`. Outputs are made only while somebody listens. `onLines` is given the
 * lines of the journal as they come.
 *
 * @category constructors
 * @since 0.1.0
 */
export const startSession = (
  env: Environment,
  first: Host,
  onLines: (text: string) => void = () => undefined
): Session => {
  const begun = startJournal(env, first)
  const lines: string[] = []
  const add = (more: ReadonlyArray<string>): void => {
    for (const line of more) lines.push(line)
    if (more.length > 0) onLines(more.join(''))
  }
  add(begun.lines)
  let { recorder } = begun
  let host = first
  let listeners: ReadonlyArray<Subscription> = []
  const carryOut = (input: Input): Recorded => {
    try {
      return recordInput(
        env,
        recorder,
        { host, input },
        { trace: listeners.length > 0, events: listeners.some(({ events }) => events) }
      )
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error
      add(appendBroken(recorder, { host, input, message: error.message }).lines)
      throw Object.assign(error, { journal: lines.join('') })
    }
  }
  const apply: Session['apply'] = (input) => {
    const done = carryOut(input)
    recorder = done.recorder
    add(done.lines)
    if (done.result._tag === 'Left') return done.result
    const [after, outputs, reply] = done.result.right
    host = after
    const hasEvents = listeners.some(({ events }) => events)
    const plain = hasEvents ? outputs.filter(({ _tag }) => _tag !== 'TraceEvent') : outputs
    for (const { listener, events } of listeners) listener(events ? outputs : plain, after)
    return { _tag: 'Right', right: reply }
  }
  const subscribe: Session['subscribe'] = (listener, wishes = {}) => {
    // A listener may subscribe twice: each subscription is its own.
    const own: Subscription = { listener, events: wishes.events === true }
    listeners = [...listeners, own]
    return () => {
      listeners = listeners.filter((other) => other !== own)
    }
  }
  return { env, host: () => host, apply, subscribe, journal: () => lines.join('') }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out one input on a host, without a session. A broken invariant carries a journal here too.
 *
 * @category transitions
 * @since 0.1.0
 */
export const applyOnce = (
  env: Environment,
  host: Host,
  input: Input
): Either<TransitionError, readonly [Host, PlainData]> => {
  try {
    const done = transition(env, host, input, { trace: false })
    return done._tag === 'Left' ? done : { _tag: 'Right', right: [done.right[0], done.right[2]] }
  } catch (error) {
    if (!(error instanceof InvariantViolation)) throw error
    const { recorder, lines } = startJournal(env, host)
    const broken = appendBroken(recorder, { host, input, message: error.message })
    throw Object.assign(error, { journal: [...lines, ...broken.lines].join('') })
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The journal that an error carries; null for an error without one. A broken invariant carries the journal
 * with the input that broke it: replaying it breaks it again.
 *
 * @category queries
 * @since 0.1.0
 */
export const journalOfError = (error: unknown): string | null =>
  error instanceof InvariantViolation && 'journal' in error && typeof error.journal === 'string'
    ? error.journal
    : null

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Subscription {
  readonly listener: Listener
  readonly events: boolean
}
