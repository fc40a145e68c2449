import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { GuestProgram } from '../../../src/abi/index.js'
import { reportBug } from '../../../src/cli/bug.js'
import { makeEnvironment } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { InvariantViolation, invariant } from '../../../src/prelude/index.js'
import { decodeJournal, replay } from '../../../src/replay/index.js'
import { schedulers } from '../../../src/sched/index.js'
import { journalOfError, paceDefault, startSession } from '../../../src/shell/index.js'
import { advanceInSlices, applyOnce } from '../../../src/shell/index.js'
import { bootHost, toolstackOperations } from '../../../src/toolstack/index.js'

const ms = 1_000_000

/** A guest with a bug in the package: after three runs it breaks an invariant. */
const faulty: GuestProgram = {
  name: 'faulty',
  version: 1,
  start: () => ({ state: 0, runNs: ms, then: { _tag: 'Go' } }),
  next: (_config, state) => {
    invariant((state as number) < 3, 'a guest counts to three')
    return { state: (state as number) + 1, runNs: ms, then: { _tag: 'Go' } }
  }
}

const environment = (): Environment => makeEnvironment(schedulers, [faulty], toolstackOperations)

const booted = (env: Environment, dom0Guest: 'faulty' | null): Host => {
  const request = {
    topology: { sockets: 1, coresPerSocket: 1, threadsPerCore: 1, nodesTotal: 1 },
    memoryBytes: 2 ** 32,
    commandLine: 'dom0_mem=1G',
    files: [],
    seed: 0,
    dom0Guest: dom0Guest === null ? null : { program: dom0Guest, version: 1, config: null }
  }
  const result = bootHost(env, request, { trace: false })
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right.host
}

describe('a broken invariant', () => {
  it('is thrown on, with a journal that breaks it again, and the host is the one before', () => {
    const env = environment()
    const session = startSession(env, booted(env, 'faulty'))
    session.apply({ _tag: 'Advance', toNs: 2 * ms })
    const before = session.host()
    let caught: unknown = null
    try {
      session.apply({ _tag: 'Advance', toNs: 20 * ms })
    } catch (error) {
      caught = error
    }
    expect(caught).toBeInstanceOf(InvariantViolation)
    expect(session.host()).toBe(before)
    const journal = journalOfError(caught)
    expect(journal).not.toBeNull()
    const decoded = decodeJournal(environment(), journal ?? '', 'bug')
    if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
    expect(decoded.right.journal.entries.at(-1)?.result).toEqual({
      _tag: 'Broke',
      message: 'a guest counts to three'
    })
    expect(replay(environment(), decoded.right.journal)._tag).toBe('Matched')
  })

  it('has its journal without a session too', () => {
    const env = environment()
    const host = booted(env, 'faulty')
    expect(applyOnce(env, host, { _tag: 'Advance', toNs: ms })).toMatchObject({ _tag: 'Right' })
    let caught: unknown = null
    try {
      applyOnce(env, host, { _tag: 'Advance', toNs: 20 * ms })
    } catch (error) {
      caught = error
    }
    const decoded = decodeJournal(environment(), journalOfError(caught) ?? '', 'bug')
    if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
    expect(replay(environment(), decoded.right.journal)._tag).toBe('Matched')
  })

  it('is told by the command, with a file to report', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xensim-bug-'))
    const error = Object.assign(new InvariantViolation('x'), { journal: 'the journal' })
    let said = ''
    reportBug(error, { out: () => undefined, err: (text) => (said += text), environment: {} }, folder)
    expect(said).toContain('a bug in xensim: InvariantViolation: x')
    expect(said).toContain(join(folder, 'xensim-bug.journal'))
    expect(readFileSync(join(folder, 'xensim-bug.journal'), 'utf8')).toBe('the journal')
  })

  it('of somebody else has no journal', () => {
    expect(journalOfError(new InvariantViolation('x'))).toBeNull()
    expect(journalOfError(new Error('x'))).toBeNull()
  })
})

describe('a listener that throws', () => {
  it('is heard by whoever made the change, which is made all the same', () => {
    const env = environment()
    const session = startSession(env, booted(env, null))
    session.subscribe(() => {
      throw new Error('no')
    })
    expect(() => session.apply({ _tag: 'Advance', toNs: ms })).toThrow('no')
    expect(session.host().nowNs).toBe(ms)
    expect(session.journal().trimEnd().split('\n').length).toBe(2)
  })
})

describe('a long advance in slices', () => {
  it('lets other things happen in between, and stops when it is told to', async () => {
    const env = environment()
    const session = startSession(env, booted(env, null))
    let turns = 0
    const timer = setInterval(() => turns++, 1)
    let slices = 0
    const pace = {
      sliceNs: ms,
      isStopped: () => slices >= 200,
      onSlice: () => {
        slices++
        const until = performance.now() + 1
        while (performance.now() < until);
      }
    }
    const done = await advanceInSlices(session, 1_000 * ms, pace)
    clearInterval(timer)
    expect(done).toEqual({ _tag: 'Right', right: false })
    expect(session.host().nowNs).toBe(200 * ms)
    expect(turns).toBeGreaterThan(1)
  })

  it('leaves the same journal however fast the machine is', async () => {
    const journalOf = async (isSlow: boolean): Promise<string> => {
      const env = environment()
      const session = startSession(env, booted(env, null))
      const wait = (): void => {
        const until = performance.now() + (isSlow ? 15 : 0)
        while (performance.now() < until);
      }
      await advanceInSlices(session, 1_000 * ms, { ...paceDefault, onSlice: wait })
      return session.journal()
    }
    expect(await journalOf(true)).toBe(await journalOf(false))
  })

  it('goes nowhere in no time, and not back', async () => {
    const env = environment()
    const session = startSession(env, booted(env, null))
    expect(await advanceInSlices(session, 0)).toEqual({ _tag: 'Right', right: true })
    await advanceInSlices(session, 5)
    expect(await advanceInSlices(session, 4)).toMatchObject({ _tag: 'Left', left: { _tag: 'TimeGoesBack' } })
    expect(await advanceInSlices(session, NaN)).toMatchObject({
      _tag: 'Left',
      left: { _tag: 'TimeOutOfRange' }
    })
  })
})
