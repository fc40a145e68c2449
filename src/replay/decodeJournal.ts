/**
 * Reading journals.
 *
 * A journal that was cut off, because its writer was killed, is read up to its last whole entry, with a
 * warning. Whatever else is wrong with it is an error that names the line: a journal with a hole is no
 * journal.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Environment } from '../machine/index.js'

import type { FileError } from './FileError.js'
import { decodeWith, errorAt, formatError, jsonError, unseal } from './HostFile.js'
import type { Source } from './HostFile.js'
import type { Checkpoint, Entry, Journal } from './Journal.js'
import {
  checkpointLineCodec,
  entryLineCodec,
  headerLineCodec,
  journalFormat,
  journalVersion,
  storedLineCodec
} from './Journal.js'
import { readJson, utf8Length } from './json.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A journal that was read. `warning` is null when it is whole. `bytesWhole` is how many bytes of the file
 * hold whole entries: a writer that goes on with the file cuts it there first.
 *
 * @category model
 * @since 0.1.0
 */
export interface DecodedJournal {
  readonly journal: Journal
  readonly warning: string | null
  readonly bytesWhole: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The journal in a text. `file` is the name that errors give.
 *
 * @category queries
 * @since 0.1.0
 */
export const decodeJournal = (
  env: Environment,
  text: string,
  file: string
): Either<FileError, DecodedJournal> => {
  const end = text.indexOf('\n') + 1
  const header = readHeader(env, end === 0 ? text : text.slice(0, end), end > 0, file)
  if (header._tag === 'Left') return header
  const reader: Reader = { env, file, entries: [], checkpoints: [], wholeEnd: end }
  let at = end
  for (let number = 2; at < text.length; number++) {
    const next = text.indexOf('\n', at) + 1
    const isWhole = next > 0
    const lineEnd = isWhole ? next : text.length
    const source: Source = { file, prefix: `line ${number}, ` }
    const parsed = readJson(text.slice(at, lineEnd))
    if (!isWhole && (parsed._tag === 'Right' || parsed.left.isCutOff)) break
    if (parsed._tag === 'Left')
      return E.left(jsonError(source, text.slice(at, lineEnd), parsed.left, text.slice(0, at)))
    const error = readLine(reader, source, parsed.right, next)
    if (error !== null) return E.left(error)
    at = next
  }
  return E.right({
    journal: { ...header.right, entries: reader.entries },
    warning: warningOf(text, reader),
    bytesWhole: utf8Length(text.slice(0, reader.wholeEnd))
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** What has been read so far; it never leaves `decodeJournal`. */
interface Reader {
  readonly env: Environment
  readonly file: string
  readonly entries: Entry[]
  /** Checkpoints of the entry to come. */
  checkpoints: Checkpoint[]
  /** Where the last whole entry ends. */
  wholeEnd: number
}

const warningOf = (text: string, reader: Reader): string | null => {
  if (reader.wholeEnd === text.length) return null
  const total = reader.entries.length
  const where = total === 0 ? 'before entry 0' : `after entry ${total - 1}`
  const wholeBytes = utf8Length(text.slice(0, reader.wholeEnd))
  const lostBytes = utf8Length(text) - wholeBytes
  const lost = `${lostBytes} bytes of an unfinished entry are left out`
  return `${reader.file}: cut off ${where} (byte ${wholeBytes}); ${lost}`
}

const readHeader = (
  env: Environment,
  line: string,
  isWhole: boolean,
  file: string
): Either<FileError, Omit<Journal, 'entries'>> => {
  const source: Source = { file, prefix: 'line 1, ' }
  const parsed = readJson(line)
  if (parsed._tag === 'Left') return E.left(jsonError(source, line, parsed.left))
  const refused = formatError(source, parsed.right, journalFormat, journalVersion)
  if (refused !== null) return E.left(refused)
  if (!isWhole) {
    const place = `line 1, byte ${utf8Length(line)}`
    return E.left({ _tag: 'CutOff', file, place, reason: 'the text ends in the middle of the header' })
  }
  const header = decodeWith(headerLineCodec, source, parsed.right)
  if (header._tag === 'Left') return header
  const start = unseal(env, source, header.right.start, 'start')
  if (start._tag === 'Left') return start
  return E.right({ recordedBy: header.right.package, needs: header.right.needs, start: start.right })
}

/** Takes in one line that is JSON; `end` is where it ends in the file. */
const readLine = (reader: Reader, source: Source, value: unknown, end: number): FileError | null => {
  const isObject = typeof value === 'object' && value !== null
  if (isObject && 'checkpoint' in value) return readCheckpoint(reader, source, value)
  if (isObject && 'after' in value) return readStored(reader, source, value, end)
  const read = decodeWith(entryLineCodec, source, value)
  if (read._tag === 'Left') return read.left
  const { i, at: atNs, input, result } = read.right
  if (i !== reader.entries.length)
    return errorAt(source, 'Malformed', 'i', `entry ${reader.entries.length} is expected here, not ${i}`)
  const before = reader.entries[i - 1]
  if (before !== undefined && atNs < before.atNs)
    return errorAt(source, 'Malformed', 'at', `earlier than the entry before, which is at ${before.atNs}`)
  const early = reader.checkpoints.find((checkpoint) => checkpoint.atNs < atNs)
  if (early !== undefined)
    return errorAt(source, 'Malformed', 'at', `later than its checkpoint at ${early.atNs}`)
  reader.entries.push({ atNs, input, checkpoints: reader.checkpoints, result, stored: null })
  reader.checkpoints = []
  reader.wholeEnd = end
  return null
}

const readCheckpoint = (reader: Reader, source: Source, value: object): FileError | null => {
  const read = decodeWith(checkpointLineCodec, source, value)
  if (read._tag === 'Left') return read.left
  const { checkpoint, at: atNs, digest } = read.right
  const expected = reader.entries.length
  if (checkpoint !== expected)
    return errorAt(source, 'Malformed', 'checkpoint', `entry ${expected} is expected here, not ${checkpoint}`)
  const before = reader.checkpoints[reader.checkpoints.length - 1]
  if (before !== undefined && atNs <= before.atNs)
    return errorAt(
      source,
      'Malformed',
      'at',
      `not later than the checkpoint before, which is at ${before.atNs}`
    )
  reader.checkpoints.push({ atNs, digest })
  return null
}

const readStored = (reader: Reader, source: Source, value: object, end: number): FileError | null => {
  const read = decodeWith(storedLineCodec, source, value)
  if (read._tag === 'Left') return read.left
  const last = reader.entries.length - 1
  const entry = reader.entries[last]
  if (entry === undefined || read.right.after !== last || reader.checkpoints.length > 0)
    return errorAt(
      source,
      'Malformed',
      'after',
      `the host after entry ${read.right.after} does not stand here`
    )
  const stored = unseal(reader.env, source, read.right, '')
  if (stored._tag === 'Left') return stored.left
  reader.entries[last] = { ...entry, stored: stored.right }
  reader.wholeEnd = end
  return null
}
