/**
 * One run of the `xl` program: what it is given, what it has printed and done so far.
 *
 * A run is working space: it belongs to one call of `xl` (see `runXl.ts`), is written to while that call
 * lasts, and is turned into a plain result at its end.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

import type { Output } from '../../abi/index.js'
import type { Environment, Host, TraceOptions } from '../../machine/index.js'
import type { XlSettings } from '../cfg/xlConf.js'
import type { Change, Libxl } from '../libxl/Change.js'
import type { Workloads } from '../libxl/guestModes.js'
import { logText } from '../libxl/LibxlError.js'
import type { LibxlError, LogLine } from '../libxl/LibxlError.js'
import { domainQualifierToDomid } from '../libxl/names.js'

import { timestamp } from './clock.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What surrounds the program: texts of the files it may read (null: there is none; a path that is not
 * mentioned is not there either), sizes of files that the host's own list does not name, and what the guests
 * of new domains execute.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlWorld {
  readonly files: Readonly<Record<string, string | null>>
  readonly sizes: Readonly<Record<string, number | null>>
  readonly workloads: Workloads
}

/**
 * What a call of `xl` gives.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlResult {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly rc: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface XlRun {
  readonly env: Environment
  readonly options: TraceOptions
  readonly world: XlWorld
  readonly settings: XlSettings
  /** `-N`: print what would be done. */
  readonly isDryRun: boolean
  /** `-T`: log lines carry the time and a process number. */
  readonly hasTimestamps: boolean
  host: Host
  readonly outputs: Output[]
  readonly stdout: string[]
  readonly stderr: string[]
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Prints a line on stdout.
 *
 * @category transitions
 * @since 0.1.0
 */
export const print = (run: XlRun, line: string): void => {
  run.stdout.push(`${line}\n`)
}

/**
 * Prints a line on stderr.
 *
 * @category transitions
 * @since 0.1.0
 */
export const complain = (run: XlRun, line: string): void => {
  run.stderr.push(`${line}\n`)
}

/**
 * Prints what the library logged.
 *
 * @category transitions
 * @since 0.1.0
 */
export const printLog = (run: XlRun, lines: ReadonlyArray<LogLine>): void => {
  const stamp = run.hasTimestamps ? `${timestamp(run.host.nowNs)} [1] ` : ''
  for (const line of lines) complain(run, stamp + logText(line))
}

/**
 * Takes over what a call of the library did, and prints what it logged.
 *
 * @category transitions
 * @since 0.1.0
 */
export const settle = <A>(run: XlRun, change: Change<A>): Either<LibxlError, A> => {
  run.host = change.host
  run.outputs.push(...change.outputs)
  printLog(run, change.log)
  if (change.result._tag === 'Left') printLog(run, change.result.left.log)
  return change.result
}

/**
 * The id of what the user wrote for a domain; null after the message that there is no such one.
 *
 * @category transitions
 * @since 0.1.0
 */
export const resolveDomain = (run: XlRun, text: string): number | null => {
  const domid = domainQualifierToDomid(run.host, text)
  if (domid._tag === 'Right') return domid.right
  complain(run, `${text} is an invalid domain identifier (rc=-6)`)
  return null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What the library's calls work with, as things stand.
 *
 * @category queries
 * @since 0.1.0
 */
export const libxlOf = (run: XlRun): Libxl => ({ env: run.env, host: run.host, options: run.options })

/**
 * Whether dom0 has a file, and how big it is: null when there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const fileBytes = (run: XlRun, path: string): number | null => {
  const known = run.host.boot.files.find((file) => file.path === path)
  if (known !== undefined) return known.bytes
  if (Object.hasOwn(run.world.sizes, path)) return run.world.sizes[path] ?? null
  const text = Object.hasOwn(run.world.files, path) ? run.world.files[path] : null
  return typeof text === 'string' ? text.length : null
}
