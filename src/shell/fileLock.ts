/**
 * One writer of a file at a time. A second one waits for the first, for a while, and is then refused: no
 * update is lost.
 *
 * The lock of `HOST` is the file `HOST.lock`, which names its owner (host name, process, a token). It comes
 * into being complete, by `link`, so that it never can be read half-written. The lock of a process that died
 * is taken away by the next that wants it, one at a time (`HOST.lock.break`). A lock of another machine is
 * never taken away: we can't see whether its owner lives.
 *
 * @since 0.1.0
 */
import { randomBytes } from 'node:crypto'
import { closeSync, linkSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

import { reasonOf } from './files.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A lock that is held. Releasing it twice is harmless.
 *
 * @category model
 * @since 0.1.0
 */
export interface FileLock {
  readonly release: () => void
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * How long a second writer waits: longer than any single command on a large host takes.
 *
 * @category constants
 * @since 0.1.0
 */
export const lockWaitMaxMs = 30_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Takes the lock of `path`; waits for it up to `waitMaxMs`. Rejects with a message that names the owner.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lockFile = async (path: string, waitMaxMs: number = lockWaitMaxMs): Promise<FileLock> => {
  const lock = `${path}.lock`
  const owner = `${hostname()} ${process.pid} ${randomBytes(8).toString('hex')}`
  const until = performance.now() + waitMaxMs
  for (let pauseMs = 2; ; pauseMs = Math.min(pauseMs * 2, 50)) {
    if (tryTake(lock, owner)) return { release: () => release(lock, owner) }
    const holder = ownerOf(lock)
    if (holder !== null && isDead(holder) && breakLock(lock, holder)) continue
    if (performance.now() >= until) {
      const [machine = '?', pid = '?'] = (holder ?? '').split(' ')
      throw new Error(
        `${path}: in use by process ${pid} on ${machine}; if there is no such process, remove ${lock}`
      )
    }
    await sleep(pauseMs)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Breaking a lock takes microseconds. Who is at it for longer than this was killed in the middle. */
const breakMaxMs = 5000

const tryTake = (lock: string, owner: string): boolean => {
  const draft = `${lock}.${owner.split(' ').slice(1).join('.')}`
  try {
    writeFileSync(draft, owner, { flag: 'wx' })
    linkSync(draft, lock)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw new Error(`${lock}: ${reasonOf(error)}`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
}

const release = (lock: string, owner: string): void => {
  if (ownerOf(lock) === owner) rmSync(lock, { force: true })
}

const ownerOf = (lock: string): string | null => {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return null
  }
}

const isDead = (owner: string): boolean => {
  const [machine, pid] = owner.split(' ')
  if (machine !== hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/**
 * Takes a dead owner's lock away. While we hold the breaker nobody else may, and the dead can't: what we read
 * is what we remove.
 */
const breakLock = (lock: string, holder: string): boolean => {
  const breaker = `${lock}.break`
  try {
    closeSync(openSync(breaker, 'wx'))
  } catch {
    const found = statSync(breaker, { throwIfNoEntry: false })
    if (found !== undefined && Date.now() - found.mtimeMs > breakMaxMs) rmSync(breaker, { force: true })
    return false
  }
  try {
    if (ownerOf(lock) === holder) rmSync(lock, { force: true })
    return true
  } finally {
    rmSync(breaker, { force: true })
  }
}
