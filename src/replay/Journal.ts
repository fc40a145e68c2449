/**
 * A journal: the host at the start and every input since, with the digest of the host after each. It is all
 * that is needed to have the same run again, and to notice where another run differs.
 *
 * As text it is JSON lines: a header, then entries in the order of their numbers, each after the checkpoints
 * inside it, and now and then a whole host. `docs/formats.md` describes the format.
 *
 * @since 0.1.0
 */
import { Codec, errnoNumber, inputCodec } from '../abi/index.js'
import type { Errno, Input } from '../abi/index.js'
import { digestHost, hostCodec } from '../machine/index.js'
import type { Host, TransitionError } from '../machine/index.js'

import { digestCodec } from './HostFile.js'
import type { Sealed } from './HostFile.js'
import { canonicalJson } from './json.js'
import { needsCodec } from './Needs.js'
import type { Needs } from './Needs.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The digest of the host at a virtual time inside an input.
 *
 * @category model
 * @since 0.1.0
 */
export interface Checkpoint {
  readonly atNs: number
  readonly digest: string
}

/**
 * What came of an input.
 *
 * - `Done`: the digest of the host afterwards, and that of the reply (null for inputs without one).
 * - `Refused`: the error; the host is unchanged.
 * - `Broke`: the package has a bug, the input ended in an exception with this message.
 *
 * @category model
 * @since 0.1.0
 */
export type EntryResult =
  | { readonly _tag: 'Done'; readonly digest: string; readonly reply: string | null }
  | { readonly _tag: 'Refused'; readonly error: TransitionError }
  | { readonly _tag: 'Broke'; readonly message: string }

/**
 * One input: when it came, what it was, what came of it. `stored` is the whole host afterwards, where one was
 * kept.
 *
 * @category model
 * @since 0.1.0
 */
export interface Entry {
  readonly atNs: number
  readonly input: Input
  readonly checkpoints: ReadonlyArray<Checkpoint>
  readonly result: EntryResult
  readonly stored: Host | null
}

/**
 * The journal. Entries are numbered from 0 by their place.
 *
 * @category model
 * @since 0.1.0
 */
export interface Journal {
  /** The version of the package that recorded it. */
  readonly recordedBy: string
  /** The registry at the time: what inputs by name refer to. */
  readonly needs: Needs
  readonly start: Host
  readonly entries: ReadonlyArray<Entry>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The version of journals that is written.
 *
 * @category constants
 * @since 0.1.0
 */
export const journalVersion = 1

/**
 * The version of this package, for the header. A test compares it with package.json.
 *
 * @category constants
 * @since 0.1.0
 */
export const packageVersion = '0.1.0'

export const journalFormat = 'xensim-journal'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text of a whole journal.
 *
 * @category queries
 * @since 0.1.0
 */
export const encodeJournal = (journal: Journal): string =>
  headerLine(journal) + journal.entries.map((entry, i) => entryLines(i, entry).join('')).join('')

// -------------------------------------------------------------------------------------
// queries: lines
// -------------------------------------------------------------------------------------

/** The first line. */
export const headerLine = ({ recordedBy, needs, start }: Omit<Journal, 'entries'>): string =>
  line({
    format: journalFormat,
    version: journalVersion,
    package: recordedBy,
    needs,
    start: sealedJson(start)
  })

/** The lines of an entry: its checkpoints, itself, the host afterwards if it was kept. */
export const entryLines = (i: number, entry: Entry): ReadonlyArray<string> => {
  const { atNs: at, input, result, stored } = entry
  return [
    ...entry.checkpoints.map(({ atNs, digest }) => line({ checkpoint: i, at: atNs, digest })),
    line({ i, at, input: inputCodec.encode(input), result: resultCodec.encode(result) }),
    ...(stored === null ? [] : [line({ after: i, ...sealedJson(stored) })])
  ]
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/** A line that tells the digest inside an input. */
export interface CheckpointLine {
  readonly checkpoint: number
  readonly at: number
  readonly digest: string
}

/** A line that is an input with its result. */
export interface EntryLine {
  readonly i: number
  readonly at: number
  readonly input: Input
  readonly result: EntryResult
}

/** A line that is the whole host after an input. */
export interface StoredLine extends Sealed {
  readonly after: number
}

/** The first line as it is read. */
export interface HeaderLine {
  readonly format: string
  readonly version: number
  readonly package: string
  readonly needs: Needs
  readonly start: Sealed
}

const { closed, integer, natural, tagged, text } = Codec

const errnoCodec: Codec.Codec<Errno> = Codec.oneOf(...(Object.keys(errnoNumber) as Errno[]))

const transitionErrorCodec = tagged<TransitionError>('refusal', {
  TimeGoesBack: { nowNs: integer, toNs: integer },
  TimeOutOfRange: { toNs: integer },
  Refused: { errno: errnoCodec },
  NoSuchToolstackOperation: { name: text },
  SchedulerFailed: { scheduler: text, hook: text, reason: text }
})

const resultCodec = tagged<EntryResult>('result', {
  Done: { digest: digestCodec, reply: Codec.orNull(digestCodec) },
  Refused: { error: transitionErrorCodec },
  Broke: { message: text }
})

export const checkpointLineCodec = closed<CheckpointLine>('checkpoint', {
  checkpoint: natural,
  at: natural,
  digest: digestCodec
})

export const entryLineCodec = closed<EntryLine>('entry', {
  i: natural,
  at: natural,
  input: inputCodec,
  result: resultCodec
})

export const storedLineCodec = closed<StoredLine>('stored host', {
  after: natural,
  digest: digestCodec,
  host: Codec.anything
})

export const headerLineCodec = closed<HeaderLine>('journal header', {
  format: text,
  version: integer,
  package: text,
  needs: needsCodec,
  start: closed<Sealed>('sealed host', { digest: digestCodec, host: Codec.anything })
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const line = (value: object): string => `${canonicalJson(value)}\n`

const sealedJson = (host: Host): Sealed => ({ digest: digestHost(host), host: hostCodec.encode(host) })
