/**
 * Host files: a whole host as text, and back.
 *
 * Law: `decodeHost(env, encodeHost(env, host), file)` is a host equal to `host`, with the same digest. What
 * was cut, changed, or written by a later version is refused with file, place and reason. `docs/formats.md`
 * describes the format.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { Codec } from '../abi/index.js'
import { digestHost, hostCodec } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import { Table } from '../prelude/index.js'

import type { FileError } from './FileError.js'
import { canonicalJson, readJson, utf8Length } from './json.js'
import type { JsonFault } from './json.js'
import { missingNeed, needsCodec, needsOfHost } from './Needs.js'
import type { Needs } from './Needs.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** A place in a file that is being read: how errors name it. */
export interface Source {
  readonly file: string
  /** What stands before a path: '' for a host file, 'line 3, ' in a journal. */
  readonly prefix: string
}

/** A host with its digest, as both formats hold it. */
export interface Sealed {
  readonly digest: string
  readonly host: unknown
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The version of host files that is written.
 *
 * @category constants
 * @since 0.1.0
 */
export const hostFileVersion = 1

const hostFileFormat = 'xensim-host'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text of a host file: one line of canonical JSON.
 *
 * @category queries
 * @since 0.1.0
 */
export const encodeHost = (env: Environment, host: Host): string =>
  `${canonicalJson({
    format: hostFileFormat,
    version: hostFileVersion,
    needs: needsOfHost(env, host),
    digest: digestHost(host),
    host: hostCodec.encode(host)
  })}\n`

/**
 * The host in the text of a host file. `file` is the name that errors give.
 *
 * @category queries
 * @since 0.1.0
 */
export const decodeHost = (env: Environment, text: string, file: string): Either<FileError, Host> => {
  const source: Source = { file, prefix: '' }
  const parsed = readJson(text)
  if (parsed._tag === 'Left') return E.left(jsonError(source, text, parsed.left))
  const refused = formatError(source, parsed.right, hostFileFormat, hostFileVersion)
  if (refused !== null) return E.left(refused)
  const envelope = decodeWith(envelopeCodec, source, parsed.right)
  if (envelope._tag === 'Left') return envelope
  const missing = missingNeed(env, envelope.right.needs)
  if (missing !== null) return E.left(errorAt(source, 'MissingNeed', 'needs', missing))
  return unseal(env, source, envelope.right, '')
}

// -------------------------------------------------------------------------------------
// queries: parts shared with journals
// -------------------------------------------------------------------------------------

/** Reads a host that stands in a file with its digest, under `path`. */
export const unseal = (
  env: Environment,
  source: Source,
  sealed: Sealed,
  path: string
): Either<FileError, Host> => {
  const read = decodeWith(hostCodec, source, sealed.host, Codec.pathJoin(path, 'host'))
  if (read._tag === 'Left') return read
  const missing = missingNeed(env, needsOfHost(env, read.right)) ?? missingScheduler(env, read.right)
  if (missing !== null) return E.left(errorAt(source, 'MissingNeed', Codec.pathJoin(path, 'host'), missing))
  const found = digestHost(read.right)
  if (found === sealed.digest) return read
  const reason = `damaged: the digest is ${sealed.digest}, that of the host is ${found}`
  return E.left(errorAt(source, 'Damaged', Codec.pathJoin(path, 'digest'), reason))
}

/** Reads a value, and says file, path and reason when it can't be read. */
export const decodeWith = <A>(
  codec: Codec.Codec<A>,
  source: Source,
  value: unknown,
  path = ''
): Either<FileError, A> => {
  const read = codec.decode(value)
  if (read._tag === 'Right') return read
  const [inner, reason] = Codec.faultOf(read.left)
  return E.left(errorAt(source, 'Malformed', Codec.pathJoin(path, inner), reason))
}

/** Why a value is not a file of this format and of a version that can be read; null when it is. */
export const formatError = (
  source: Source,
  value: unknown,
  format: string,
  versionMax: number
): FileError | null => {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Readonly<
    Record<string, unknown>
  >
  const found = fields['format']
  if (found !== format) {
    const seen = typeof found === 'string' ? `a file of format ${JSON.stringify(found)}` : 'something else'
    return errorAt(source, 'WrongFormat', 'format', `expected ${JSON.stringify(format)}, this is ${seen}`)
  }
  const version = fields['version']
  if (!Number.isSafeInteger(version) || (version as number) < 1)
    return errorAt(source, 'Malformed', 'version', 'not a version number')
  if ((version as number) <= versionMax) return null
  const newest = `newer than ${versionMax}, the newest that can be read here`
  const reason = `version ${String(version)} of ${format} is ${newest}`
  return errorAt(source, 'NewerVersion', 'version', reason)
}

/** An error about a text that is not JSON. `before` is what stands before the text in its file. */
export const jsonError = (source: Source, text: string, fault: JsonFault, before = ''): FileError => {
  const head = text.slice(0, fault.offset)
  const byte = utf8Length(before) + utf8Length(head)
  if (fault.isCutOff)
    return { _tag: 'CutOff', file: source.file, place: `${source.prefix}byte ${byte}`, reason: fault.reason }
  const line = head.split('\n').length
  const column = head.length - head.lastIndexOf('\n')
  const place = source.prefix === '' ? `line ${line}, column ${column}` : `${source.prefix}column ${column}`
  return { _tag: 'NotJson', file: source.file, place, reason: `not JSON: ${fault.reason}` }
}

/** An error about the value at `path`. */
export const errorAt = (
  { file, prefix }: Source,
  _tag: FileError['_tag'],
  path: string,
  reason: string
): FileError => ({ _tag, file, place: `${prefix}${path === '' ? 'top level' : path}`, reason })

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Envelope extends Sealed {
  readonly format: string
  readonly version: number
  readonly needs: Needs
}

/** A digest: 16 hexadecimal digits. */
export const digestCodec = Codec.ruled(Codec.text, (text) =>
  /^[0-9a-f]{16}$/.test(text) ? null : ['', 'not a digest of 16 hexadecimal digits']
)

const envelopeCodec = Codec.closed<Envelope>('host file', {
  digest: digestCodec,
  host: Codec.anything,
  format: Codec.text,
  version: Codec.integer,
  needs: needsCodec
})

/** A pool's scheduler of which nothing is known, not even a version. */
const missingScheduler = (env: Environment, host: Host): string | null => {
  const names = host.sched.poolOrder.map((slot) => Table.get(host.sched.pools, slot).scheduler)
  const unknown = names.find((name) => !env.schedulers.some((scheduler) => scheduler.name === name))
  return unknown === undefined ? null : `needs the scheduler ${unknown}, which is not here`
}
