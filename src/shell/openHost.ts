/**
 * Opening a host: a new one that is booted now, or one from a file.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

import type { GuestSpec, Topology } from '../abi/index.js'
import type { Dom0File, Environment, Host } from '../machine/index.js'
import { bootHost } from '../toolstack/index.js'

import { makeShellEnvironment } from './environment.js'
import { bootErrorText } from './errorText.js'
import { lockFile } from './fileLock.js'
import type { FileLock } from './fileLock.js'
import { openAppend, reasonOf } from './files.js'
import type { Handle } from './Handle.js'
import { readHostFile, writeHostFile } from './hostFile.js'
import { makeCalls } from './makeCalls.js'
import { promised } from './promised.js'
import { startSession } from './Session.js'
import type { Session } from './Session.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A machine to be booted. What is absent is as `xensim boot` has it: one NUMA node, 16 GiB, an empty command
 * line for Xen, no files of its own, seed 0.
 *
 * @category model
 * @since 0.1.0
 */
export interface NewHost {
  readonly topology: Omit<Topology, 'nodesTotal'> & { readonly nodesTotal?: number }
  readonly memoryBytes?: number
  readonly commandLine?: string
  readonly files?: ReadonlyArray<Dom0File>
  readonly seed?: number
  readonly dom0Guest?: GuestSpec | null
}

/**
 * A host file. It stays locked until the handle is closed.
 *
 * @category model
 * @since 0.1.0
 */
export interface StoredHost {
  readonly file: string
}

/**
 * `journalFile`: where the journal is written as it grows; what is there is overwritten. `environment`:
 * schedulers, guest programs and toolstack operations, if not all there are.
 *
 * @category model
 * @since 0.1.0
 */
export interface OpenOptions {
  readonly journalFile?: string
  readonly environment?: Environment
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a host can't be opened: a machine that can't be, a file that can't be read, a journal that can't be
 * written.
 *
 * @category errors
 * @since 0.1.0
 */
export interface OpenError {
  readonly _tag: 'CannotBoot' | 'CannotRead' | 'CannotWrite'
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const memoryDefaultBytes = 2 ** 34

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Boots a host, or reads one from a file, and gives the handle to it.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { openHost } from '@xensim/core/shell'
 *
 * const opened = await openHost({
 *   topology: { sockets: 1, coresPerSocket: 4, threadsPerCore: 1 },
 *   commandLine: 'dom0_mem=1G,max:1G dom0_max_vcpus=2 sched=credit2'
 * })()
 * assert.ok(opened._tag === 'Right')
 * const handle = opened.right
 * await handle.promises.advance(1_000_000_000)
 * const [dom0] = await handle.promises.domain.list()
 * assert.strictEqual(dom0?.currentMemkb, 1024 * 1024)
 * handle.close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const openHost =
  (given: NewHost | StoredHost, options: OpenOptions = {}): TaskEither<OpenError, Handle> =>
  async () => {
    const env = options.environment ?? makeShellEnvironment()
    const found = 'file' in given ? await readStored(env, given.file) : boot(env, given)
    if (found._tag === 'Left') return found
    const { host, lock } = found.right
    try {
      const journal = options.journalFile === undefined ? null : openAppend(options.journalFile)
      const session = startSession(env, host, (lines) => journal?.write(lines))
      const finish = (): void => {
        journal?.close()
        lock?.release()
      }
      return E.right(handleOf(session, 'file' in given ? given.file : null, finish))
    } catch (error) {
      lock?.release()
      return E.left({ _tag: 'CannotWrite', reason: `${options.journalFile ?? ''}: ${reasonOf(error)}` })
    }
  }

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Found {
  readonly host: Host
  readonly lock: FileLock | null
}

const boot = (env: Environment, given: NewHost): E.Either<OpenError, Found> => {
  const { topology, memoryBytes = memoryDefaultBytes, commandLine = '', files = [], seed = 0 } = given
  const request = {
    topology: { nodesTotal: 1, ...topology },
    memoryBytes,
    commandLine,
    files,
    seed,
    dom0Guest: given.dom0Guest ?? null
  }
  const booted = bootHost(env, request, { trace: false })
  if (booted._tag === 'Left') return E.left({ _tag: 'CannotBoot', reason: bootErrorText(booted.left) })
  return E.right({ host: booted.right.host, lock: null })
}

const readStored = async (env: Environment, path: string): Promise<E.Either<OpenError, Found>> => {
  let lock: FileLock | null = null
  try {
    lock = await lockFile(path)
    return E.right({ host: readHostFile(env, path), lock })
  } catch (error) {
    lock?.release()
    return E.left({ _tag: 'CannotRead', reason: error instanceof Error ? error.message : String(error) })
  }
}

const handleOf = (session: Session, file: string | null, finish: () => void): Handle => {
  let isOpen = true
  let saved = session.host()
  const whileOpen = (): Session => {
    if (!isOpen) throw new Error('this handle is closed')
    return session
  }
  const save = (): void => {
    const host = whileOpen().host()
    if (file !== null && host !== saved) writeHostFile(session.env, file, host)
    saved = host
  }
  const calls = makeCalls(whileOpen)
  return {
    ...calls,
    promises: promised(calls),
    subscribe: (listener) => whileOpen().subscribe(listener),
    snapshot: session.host,
    journal: session.journal,
    save,
    close: () => {
      if (!isOpen) return
      save()
      isOpen = false
      finish()
    }
  }
}
