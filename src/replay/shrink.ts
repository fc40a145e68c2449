/**
 * Making journals smaller: the fewest inputs found that still make something true of the host.
 *
 * Delta debugging: ever smaller parts are left out as long as the predicate still holds after some entry,
 * until no single input can be left out. The operations of a plan count as inputs of their own. At last the
 * run is cut where the predicate first holds. The result is a journal like any other, recorded anew.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Input } from '../abi/index.js'
import type { Environment, Host } from '../machine/index.js'

import { attempt } from './attempt.js'
import { bisect } from './bisect.js'
import type { HostPredicate } from './bisect.js'
import type { Entry, Journal } from './Journal.js'
import { packageVersion } from './Journal.js'
import { needsOfEnvironment } from './Needs.js'
import { appendBroken, continueJournal, recordInput } from './Recorder.js'
import type { Recorder } from './Recorder.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The smaller journal, and what it took: inputs before and after (operations of plans counted one by one),
 * runs made.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shrunk {
  readonly journal: Journal
  readonly inputsBefore: number
  readonly inputsAfter: number
  readonly runsTotal: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ShrinkOptions {
  readonly runsMax?: number
  readonly onProgress?: (progress: { readonly inputsLeft: number; readonly runsTotal: number }) => void
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * There is nothing to keep.
 *
 * @category errors
 * @since 0.1.0
 */
export type ShrinkError = { readonly _tag: 'NeverHolds' } | { readonly _tag: 'NeverBreaks' }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * How many runs are made at most; the smallest journal found by then is the result.
 *
 * @category constants
 * @since 0.1.0
 */
export const shrinkRunsMax = 5000

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The smallest journal found after some entry of which the predicate holds.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shrinkJournal = (
  env: Environment,
  journal: Journal,
  predicate: HostPredicate,
  options: ShrinkOptions = {}
): Either<ShrinkError, Shrunk> => {
  const { start } = journal
  const isInteresting = (atoms: ReadonlyArray<Atom>): boolean => {
    let host = start
    if (predicate(host)) return true
    for (const input of inputsOf(atoms)) {
      const moved = attempt(env, host, input)
      if (moved._tag === 'Broke') return false
      if (moved._tag === 'Left') continue
      host = moved.right[0]
      if (predicate(host)) return true
    }
    return false
  }
  const search = smallest(atomsOf(journal), isInteresting, options)
  if (search === null) return E.left({ _tag: 'NeverHolds' })
  const recorded = recordAll(env, start, inputsOf(search.atoms))
  return E.right(shrunk(journal, search, cutAtFirst(env, recorded, predicate)))
}

/**
 * The smallest journal found that ends in the same exception as this one.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shrinkBroken = (
  env: Environment,
  journal: Journal,
  options: ShrinkOptions = {}
): Either<ShrinkError, Shrunk> => {
  const { start } = journal
  const message = breaks(env, start, inputsOf(atomsOf(journal)))
  if (message === null) return E.left({ _tag: 'NeverBreaks' })
  const isInteresting = (atoms: ReadonlyArray<Atom>): boolean =>
    breaks(env, start, inputsOf(atoms)) === message
  const search = smallest(atomsOf(journal), isInteresting, options)
  if (search === null) return E.left({ _tag: 'NeverBreaks' })
  return E.right(shrunk(journal, search, recordAll(env, start, inputsOf(search.atoms))))
}

/**
 * The journal of inputs given to a host one after the other; it ends where one ends in an exception.
 *
 * @category transitions
 * @since 0.1.0
 */
export const recordAll = (env: Environment, start: Host, inputs: ReadonlyArray<Input>): Journal => {
  const journal: Journal = { recordedBy: packageVersion, needs: needsOfEnvironment(env), start, entries: [] }
  const entries: Entry[] = []
  let host = start
  let recorder: Recorder = continueJournal(journal)
  for (const input of inputs) {
    const tried = attempt(env, host, input)
    if (tried._tag === 'Broke') {
      const { entry } = appendBroken(recorder, { host, input, message: tried.message })
      if (entry !== null) entries.push(entry)
      break
    }
    const recorded = recordInput(env, recorder, { host, input }, { trace: false })
    recorder = recorded.recorder
    if (recorded.entry !== null) entries.push(recorded.entry)
    if (recorded.result._tag === 'Right') host = recorded.result.right[0]
  }
  return { ...journal, entries }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** What is left out or kept as a whole: an input, or one operation of a plan. `of` is its entry. */
interface Atom {
  readonly of: number
  readonly input: Input
}

interface Search {
  readonly atoms: ReadonlyArray<Atom>
  readonly runsTotal: number
}

const shrunk = (journal: Journal, search: Search, smaller: Journal): Shrunk => ({
  journal: smaller,
  inputsBefore: atomsOf(journal).length,
  inputsAfter: atomsOf(smaller).length,
  runsTotal: search.runsTotal
})

const atomsOf = (journal: Journal): ReadonlyArray<Atom> =>
  journal.entries.flatMap(({ input }, of): ReadonlyArray<Atom> =>
    input._tag === 'Plan'
      ? input.operations.map((operation) => ({ of, input: { _tag: 'Plan', operations: [operation] } }))
      : [{ of, input }]
  )

/** Operations that came in one plan are one plan again. */
const inputsOf = (atoms: ReadonlyArray<Atom>): ReadonlyArray<Input> => {
  const inputs: Input[] = []
  for (const [i, { of, input }] of atoms.entries()) {
    const last = inputs[inputs.length - 1]
    if (input._tag === 'Plan' && last?._tag === 'Plan' && atoms[i - 1]?.of === of)
      inputs[inputs.length - 1] = { _tag: 'Plan', operations: [...last.operations, ...input.operations] }
    else inputs.push(input)
  }
  return inputs
}

/** Delta debugging. Null when all atoms together are not interesting. */
const smallest = (
  all: ReadonlyArray<Atom>,
  isInteresting: (atoms: ReadonlyArray<Atom>) => boolean,
  options: ShrinkOptions
): Search | null => {
  const runsMax = options.runsMax ?? shrinkRunsMax
  if (!isInteresting(all)) return null
  let atoms = all
  let runsTotal = 1
  let size = Math.max(1, Math.ceil(atoms.length / 2))
  while (atoms.length > 0 && runsTotal < runsMax) {
    let isSmaller = false
    for (let from = 0; from < atoms.length && runsTotal < runsMax;) {
      const without = [...atoms.slice(0, from), ...atoms.slice(from + size)]
      runsTotal++
      if (isInteresting(without)) {
        atoms = without
        isSmaller = true
        options.onProgress?.({ inputsLeft: atoms.length, runsTotal })
      } else {
        from += size
      }
    }
    if (size === 1 && !isSmaller) break
    size = isSmaller ? Math.min(size, Math.max(1, atoms.length)) : Math.ceil(size / 2)
  }
  return { atoms, runsTotal }
}

/** Cuts a journal after the first instant at which the predicate holds. */
const cutAtFirst = (env: Environment, journal: Journal, predicate: HostPredicate): Journal => {
  const found = bisect(env, journal, predicate)
  if (found === null) return journal
  const kept = journal.entries.slice(0, found.index + 1).map(({ input }) => input)
  const last = kept[found.index]
  if (last?._tag === 'Advance') kept[found.index] = { _tag: 'Advance', toNs: found.atNs }
  return recordAll(env, journal.start, kept)
}

/** The message of the exception in which inputs end, null when they do not. */
const breaks = (env: Environment, start: Host, inputs: ReadonlyArray<Input>): string | null => {
  let host = start
  for (const input of inputs) {
    const moved = attempt(env, host, input)
    if (moved._tag === 'Broke') return moved.message
    if (moved._tag === 'Right') host = moved.right[0]
  }
  return null
}
