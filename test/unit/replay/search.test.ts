import { describe, expect, it } from 'vitest'

import { digestHost, step } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import {
  bisect,
  diffJournals,
  encodeJournal,
  firstInstant,
  journalDiffText,
  parsePredicate,
  replay,
  replayTo,
  rewindPoints,
  shrinkBroken,
  shrinkJournal
} from '../../../src/replay/index.js'
import type { HostPredicate } from '../../../src/replay/index.js'
import { brokenScript, envWith, fine, journalOf, slowScript } from './recording.js'
import { advanceTo, after, bootWith, build, busyInputs, makeEnv, millisecond, operate } from './rig.js'

const env = makeEnv()
const inputs = busyInputs(300 * millisecond)
const journal = journalOf(env, inputs)

const predicate = (text: string): HostPredicate => {
  const read = parsePredicate(text)
  if (read._tag === 'Left') throw new Error(read.left.reason)
  return read.right
}

describe('rewinding', () => {
  const points = rewindPoints(env, journal, 7 * millisecond)
  it('gives the host at any virtual time, from the start or from hosts on the way', () => {
    for (const atNs of [
      0,
      1,
      59_999_999,
      60 * millisecond,
      61 * millisecond,
      199_123_456,
      300 * millisecond
    ]) {
      const plain = replayTo(makeEnv(), journal, atNs)
      const fast = replayTo(env, journal, atNs, points)
      if (plain._tag === 'Left' || fast._tag === 'Left') throw new Error('outside')
      expect(plain.right.nowNs).toBe(atNs)
      expect(digestHost(fast.right)).toBe(digestHost(plain.right))
    }
  })
  it('gives the host of the run itself at the times of its checkpoints', () => {
    const { atNs, digest } = journal.entries[7]?.checkpoints[4] ?? { atNs: -1, digest: '' }
    const found = replayTo(env, journal, atNs, points)
    if (found._tag === 'Left') throw new Error('outside')
    expect(digestHost(found.right)).toBe(digest)
  })
  it('has done everything that came at that time', () => {
    const found = replayTo(env, journal, 60 * millisecond, points)
    if (found._tag === 'Left') throw new Error('outside')
    expect(found.right.domains.records.map(({ domid }) => domid)).toEqual([0, 1, 2, 3])
  })
  it('refuses a time that the journal does not reach', () => {
    for (const atNs of [-1, 0.5, 300 * millisecond + 1])
      expect(replayTo(env, journal, atNs)).toMatchObject({
        left: { _tag: 'OutsideJournal', startNs: 0, endNs: 300 * millisecond, atNs }
      })
  })
})

/** The naive twin: every instant, one after the other. */
const naiveFirst = (holds: HostPredicate): number | null => {
  let host: Host = bootWith(env)
  for (const input of inputs) {
    if (input._tag === 'Advance')
      for (;;) {
        const next = step(env, host, { trace: false })?.[0]
        if (next === undefined || next.nowNs > input.toNs) break
        host = next
        if (holds(host)) return host.nowNs
      }
    else if (input._tag === 'Operate' && input.operation._tag === 'DomainPause') continue
    host = after(env, host, [input])
    if (holds(host)) return host.nowNs
  }
  return null
}

describe('bisecting', () => {
  it('finds the instant from which on something holds', () => {
    const holds = predicate('domains[1].vcpus[0].switchesIn >= 7')
    const found = bisect(env, journal, holds)
    if (found === null || found.before === null) throw new Error('not found')
    expect(found.atNs).toBe(naiveFirst(holds))
    expect(holds(found.host)).toBe(true)
    expect(holds(found.before)).toBe(false)
    expect(step(env, found.before, { trace: false })?.[0].nowNs).toBe(found.atNs)
  })
  it('finds the very nanosecond at which an account passes a limit', () => {
    const found = bisect(env, journal, predicate('domains[0].vcpus[0].runningNs > 5ms'))
    expect(found?.host.nowNs).toBe(found?.atNs)
    expect(predicate('domains[0].vcpus[0].runningNs == 5000001')(found?.host as Host)).toBe(true)
  })
  it('says that something holds from the start, after an operation, or never', () => {
    expect(bisect(env, journal, predicate('domainsTotal == 0'))).toMatchObject({ index: -1, before: null })
    expect(bisect(env, journal, predicate("domains[2].name == 'neu'"))).toMatchObject({
      index: 9,
      atNs: 165 * millisecond
    })
    expect(bisect(env, journal, predicate('domainsTotal == 9'))).toBeNull()
  })
  it('looks at every instant for what holds only for a while', () => {
    const holds = predicate('domain 1 state paused')
    expect(bisect(env, journal, holds)).toMatchObject({ index: 7, atNs: 150 * millisecond })
    const brief = predicate('vcpu 2.0 state blocked and nowNs < 100ms')
    expect(bisect(env, journal, brief)).toBeNull()
    expect(firstInstant(env, journal, brief)?.atNs).toBe(naiveFirst(brief))
  })
})

describe('shrinking', () => {
  it('leaves only the inputs that matter, and the time up to when it happens', () => {
    const holds = predicate('domains[2].vcpus[0].runningNs > 30ms and domains[1].pauses > 0')
    const result = shrinkJournal(env, journal, holds)
    if (result._tag === 'Left') throw new Error(result.left._tag)
    const { journal: small, inputsBefore, inputsAfter } = result.right
    expect(inputsBefore).toBe(15)
    const tags = small.entries.map(({ input }) =>
      input._tag === 'Operate' ? input.operation._tag : input._tag
    )
    expect(tags).toEqual(['DomainBuild', 'DomainBuild', 'Plan', 'Advance'])
    expect(inputsAfter).toBe(4)
    const replayed = replay(makeEnv(), small)
    if (replayed._tag !== 'Matched') throw new Error('differs')
    expect(holds(replayed.host)).toBe(true)
    expect(encodeJournal(small)).toContain('"i":3')
  })
  it('of a single cause leaves the single cause', () => {
    const result = shrinkJournal(env, journal, predicate("domains[2].name == 'neu'"))
    if (result._tag === 'Left') throw new Error(result.left._tag)
    expect(result.right.journal.entries.map(({ input }) => input)).toEqual([inputs[2], inputs[9]])
  })
  it('says when there is nothing to keep', () => {
    expect(shrinkJournal(env, journal, predicate('domainsTotal == 9'))).toMatchObject({
      left: { _tag: 'NeverHolds' }
    })
    expect(shrinkBroken(env, journal)).toMatchObject({ left: { _tag: 'NeverBreaks' } })
  })
  it('stops after so many runs with the smallest journal by then', () => {
    const holds = predicate("domains[2].name == 'neu'")
    const result = shrinkJournal(env, journal, holds, { runsMax: 3 })
    if (result._tag === 'Left') throw new Error(result.left._tag)
    expect(result.right.runsTotal).toBeLessThanOrEqual(3)
    expect(result.right.inputsAfter).toBeGreaterThan(2)
    expect(bisect(env, result.right.journal, holds)).not.toBeNull()
  })
  it('keeps an exception', () => {
    const broken = envWith(brokenScript(120 * millisecond))
    const result = shrinkBroken(broken, journal)
    if (result._tag === 'Left') throw new Error(result.left._tag)
    const { entries } = result.right.journal
    expect(entries.map(({ input }) => input._tag)).toEqual(['Operate', 'Advance'])
    expect(entries[1]?.result).toEqual({ _tag: 'Broke', message: 'the script tore' })
    expect(replay(broken, result.right.journal)._tag).toBe('Matched')
  })
})

describe('two journals', () => {
  it('are the same when they are', () => {
    const again = journalOf(makeEnv(), inputs, { checkpointNs: 3 * millisecond, hostEvery: 4 })
    expect(diffJournals(env, journal, again)).toEqual({ _tag: 'Same', entriesTotal: inputs.length })
  })
  it('differ in the host they start from', () => {
    const other = journalOf(env, [], fine, bootWith(env, { params: { ratelimitUs: 500 } }))
    expect(diffJournals(env, journal, other)).toMatchObject({
      _tag: 'Start',
      difference: { path: 'sched.params.ratelimitUs', left: '1000', right: '500' }
    })
  })
  it('differ in length', () => {
    const longer = journalOf(env, [...inputs, advanceTo(310 * millisecond)])
    expect(diffJournals(env, journal, longer)).toEqual({
      _tag: 'Length',
      index: inputs.length,
      longer: 'right'
    })
    expect(diffJournals(env, longer, journal)).toMatchObject({ longer: 'left' })
  })
  it('differ in an input, and then in the host', () => {
    const changed = inputs.map((input, i) =>
      i === 8
        ? operate({ _tag: 'SchedDomainParams', domid: 1, scheduler: null, weight: 129, cap: null })
        : input
    )
    const diff = diffJournals(env, journal, journalOf(env, changed))
    expect(diff).toMatchObject({
      _tag: 'Input',
      index: 8,
      difference: { path: 'input.operation.weight', left: '128', right: '129' }
    })
    expect(diff._tag === 'Input' && diff.state?.path).toMatch(/^sched\.unitPrivate\[\d+\]\.weight$/)
    expect(journalDiffText(diff).join('\n')).toContain('input.operation.weight: 128 here, 129 there')
  })
  it('differ in a result: in which window, which of them is right here, and where', () => {
    const other = journalOf(envWith(slowScript(133 * millisecond)), inputs, { ...fine, hostEvery: 8 })
    const diff = diffJournals(env, journal, other)
    expect(diff).toMatchObject({ _tag: 'Result', index: 7, matching: 'left' })
    if (diff._tag !== 'Result') return
    expect(diff.fromNs).toBeLessThan(133 * millisecond)
    expect(diff.toNs - diff.fromNs).toBeLessThanOrEqual(10 * millisecond)
    expect(diff.state?.path).toMatch(/^sched\./)
  })
  it('can be compared although a domain is only in one of them', () => {
    expect(diffJournals(env, journalOf(env, [build(1)]), journalOf(env, [build(2)]))).toMatchObject({
      _tag: 'Input',
      index: 0
    })
  })
})
