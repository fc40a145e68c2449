import { describe, expect, it } from 'vitest'

import { script } from '../../../src/guest/index.js'
import { makeEnvironment, transition } from '../../../src/machine/index.js'
import type { Environment } from '../../../src/machine/index.js'
import {
  appendBroken,
  decodeJournal,
  divergenceText,
  firstDifference,
  replay,
  startJournal
} from '../../../src/replay/index.js'
import type { Divergence, Journal } from '../../../src/replay/index.js'
import { credit2, unitAt } from '../../../src/sched/index.js'
import { brokenScript, envWith, fine, journalOf, slowScript } from './recording.js'
import { advanceTo, after, bootWith, build, busyInputs, makeEnv, millisecond } from './rig.js'
import { withRow } from '../../support/rows.js'

const env = makeEnv()
const inputs = busyInputs(300 * millisecond)

const divergenceOf = (other: Environment, journal: Journal): Divergence => {
  const replayed = replay(other, journal)
  if (replayed._tag !== 'Diverged') throw new Error(replayed._tag)
  return replayed.divergence
}

describe('a replay that differs', () => {
  const bugNs = 133 * millisecond

  it('names the entry, and the window of virtual time between two checkpoints', () => {
    const found = divergenceOf(envWith(slowScript(bugNs)), journalOf(env, inputs))
    expect(found).toMatchObject({ index: 7, what: 'state', input: inputs[7], difference: null })
    expect(found.fromNs).toBeLessThan(bugNs)
    expect(found.toNs).toBeGreaterThan(bugNs)
    expect(found.toNs - found.fromNs).toBeLessThanOrEqual(10 * millisecond)
    expect(found.instantsTotal).toBeGreaterThan(0)
    expect(found.firstInstantNs).toBeGreaterThan(found.fromNs)
    expect(divergenceText(found)[0]).toMatch(
      /^entry 7 \(Advance to \d+ ns\) differs in state after \d+ ns, up to/
    )
    expect(divergenceText(found)[2]).toContain('no path')
  })
  it('names the first path and both values where the journal keeps a host', () => {
    const journal = journalOf(env, inputs, { ...fine, hostEvery: 10 })
    const found = divergenceOf(envWith(slowScript(bugNs)), journal)
    expect(found).toMatchObject({ index: 7, differenceAfter: 9 })
    expect(found.difference?.path).toMatch(/^sched\.pcpus\[\d+\]\.sliceAtNs$/)
    expect(found.difference?.left).not.toBe(found.difference?.right)
    expect(divergenceText(found)[2]).toContain('after entry 9: sched.pcpus')
  })
  it('is noticed at a digest that was changed in the journal', () => {
    const journal = journalOf(env, inputs)
    const entries = journal.entries.map((entry, i) =>
      i === 3
        ? { ...entry, result: { _tag: 'Done' as const, digest: '0123456789abcdef', reply: null } }
        : entry
    )
    expect(divergenceOf(env, { ...journal, entries })).toMatchObject({
      index: 3,
      what: 'state',
      toNs: 60 * millisecond,
      expected: '0123456789abcdef'
    })
  })
  it('is noticed when an input is refused that was not, or for another reason', () => {
    const journal = journalOf(env, inputs)
    const entries = journal.entries.map((entry, i) =>
      i === 5
        ? {
            ...entry,
            result: { _tag: 'Refused' as const, error: { _tag: 'Refused' as const, errno: 'EPERM' as const } }
          }
        : entry
    )
    expect(divergenceOf(env, { ...journal, entries })).toMatchObject({
      index: 5,
      what: 'outcome',
      expected: 'refused: {"_tag":"Refused","errno":"EPERM"}',
      found: 'refused: {"_tag":"Refused","errno":"ESRCH"}'
    })
  })
  it('is noticed when an input comes at another time', () => {
    const journal = journalOf(env, inputs)
    const entries = journal.entries.map((entry, i) => (i === 4 ? { ...entry, atNs: entry.atNs + 1 } : entry))
    expect(divergenceOf(env, { ...journal, entries })).toMatchObject({ index: 4, what: 'time' })
  })
})

describe('a replay', () => {
  it('refuses an environment without a program or a scheduler in that version', () => {
    const journal = journalOf(env, inputs)
    const newer = makeEnvironment([credit2], [{ ...script, version: 2 }], {})
    expect(replay(newer, journal)).toEqual({
      _tag: 'MissingNeed',
      reason: 'needs the guest program script, version 1; here is version 2'
    })
    const other = makeEnvironment([{ ...credit2, version: 2 }], [script], {})
    expect(replay(other, journal)).toMatchObject({
      reason: expect.stringContaining('the scheduler credit2, version 1')
    })
  })
  it('tells how far it is', () => {
    const journal = journalOf(env, inputs)
    const seen: number[] = []
    replay(env, journal, { onProgress: ({ nowNs }) => seen.push(nowNs) })
    expect(seen.length).toBeGreaterThan(30)
    expect(seen).toEqual(seen.slice().sort((a, b) => a - b))
    expect(seen.at(-1)).toBe(300 * millisecond)
  })
  it('matches a journal that ends in an exception, and differs where the exception is gone', () => {
    const broken = envWith(brokenScript(50 * millisecond))
    const start = bootWith(broken)
    const { recorder, lines } = startJournal(broken, start)
    const host = after(broken, start, [build(1), advanceTo(40 * millisecond)])
    const begun = startJournal(broken, host)
    const input = advanceTo(90 * millisecond)
    expect(() => transition(broken, host, input, { trace: false })).toThrow('the script tore')
    const { lines: last } = appendBroken(begun.recorder, { host, input, message: 'the script tore' })
    const read = decodeJournal(broken, [...begun.lines, ...last].join(''), 'bug.journal')
    if (read._tag === 'Left') throw new Error('refused')
    expect(replay(broken, read.right.journal)._tag).toBe('Matched')
    expect(divergenceOf(env, read.right.journal)).toMatchObject({
      index: 0,
      what: 'outcome',
      expected: 'exception: the script tore',
      found: 'done'
    })
    expect([recorder.index, lines.length]).toEqual([0, 1])
  })
})

describe('the first difference of two hosts', () => {
  it('is none between equal ones', () => {
    const [a, b] = [
      after(env, bootWith(env), inputs.slice(0, 4)),
      after(makeEnv(), bootWith(env), inputs.slice(0, 4))
    ]
    expect(firstDifference(a, b)).toBeNull()
  })
  it('is a path with both values', () => {
    const host = after(env, bootWith(env), inputs.slice(0, 4))
    const { sched } = host
    const unit = unitAt(sched, 3)
    const before = unit.stateEntryNs
    const other = { ...host, sched: withRow(sched, 'units', 3, { ...unit, stateEntryNs: before + 5 }) }
    expect(firstDifference(host, other)).toEqual({
      path: 'sched.units[3].stateEntryNs',
      left: String(before),
      right: String(before + 5)
    })
  })
  it('says what is absent', () => {
    const host = after(env, bootWith(env), inputs.slice(0, 2))
    const more = after(env, host, inputs.slice(2, 3))
    expect(
      firstDifference(host.domains.records.length === 2 ? { ...more, domains: host.domains } : host, more)
    ).toMatchObject({
      path: 'domains.records[2]',
      left: 'absent'
    })
  })
})
