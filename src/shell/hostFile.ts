/**
 * Host files on the disk: read, and changed by one writer at a time.
 *
 * @since 0.1.0
 */
import type { Environment, Host } from '../machine/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../replay/index.js'

import { lockFile } from './fileLock.js'
import type { FileLock } from './fileLock.js'
import { readText, reasonOf, writeFileAtomically } from './files.js'

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * A file that can't be used. Its message names the file, the place in it and the reason. `isInput`: because
 * of what it holds, or because it is not there; otherwise somebody else uses it, or it can't be written.
 *
 * @category errors
 * @since 0.1.0
 */
export class HostFileError extends Error {
  override readonly name = 'HostFileError'
  constructor(
    message: string,
    readonly isInput: boolean
  ) {
    super(message)
  }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Writes a host. When it throws, what the file held is untouched.
 *
 * @category transitions
 * @since 0.1.0
 */
export const writeHostFile = (env: Environment, path: string, host: Host): void => {
  try {
    writeFileAtomically(path, encodeHost(env, host))
  } catch (error) {
    throw new HostFileError(`${path}: ${reasonOf(error)}`, false)
  }
}

/**
 * Reads a host, lets `change` make the next one of it, and writes that one. Nothing is written when the host
 * stayed the same value, or when `change` throws. A second writer waits for the first.
 *
 * @category transitions
 * @since 0.1.0
 */
export const updateHostFile = async <A>(
  env: Environment,
  path: string,
  change: (host: Host) => Promise<readonly [Host, A]> | readonly [Host, A]
): Promise<A> => {
  // Before the lock, so that a file that is not there is reported as such.
  readHostText(path)
  const lock = await lockOf(path)
  try {
    const host = readHostFile(env, path)
    const [after, result] = await change(host)
    if (after !== host) writeHostFile(env, path, after)
    return result
  } finally {
    lock?.release()
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Reads a host.
 *
 * @category queries
 * @since 0.1.0
 */
export const readHostFile = (env: Environment, path: string): Host => {
  const host = decodeHost(env, readHostText(path), path)
  if (host._tag === 'Left') throw new HostFileError(fileErrorText(host.left), true)
  return host.right
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const readHostText = (path: string): string => {
  try {
    return readText(path)
  } catch (error) {
    throw new HostFileError(messageOf(error), true)
  }
}

/**
 * Where nothing can be written there is nothing to lock: null. A host on a read-only disk can be looked at.
 */
const lockOf = async (path: string): Promise<FileLock | null> => {
  try {
    return await lockFile(path)
  } catch (error) {
    if (error instanceof Error && isReadOnly(error.cause)) return null
    throw new HostFileError(messageOf(error), false)
  }
}

const isReadOnly = (cause: unknown): boolean =>
  cause instanceof Error && 'code' in cause && (cause.code === 'EROFS' || cause.code === 'EACCES')

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
