import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Input } from '../../../src/abi/index.js'
import { digestHost, transition } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import {
  bisect,
  decodeHost,
  decodeJournal,
  encodeHost,
  encodeJournal,
  fileErrorText,
  firstInstant,
  recordAll,
  replay,
  shrinkJournal
} from '../../../src/replay/index.js'
import { bootWith, makeEnv, millisecond } from '../../unit/replay/rig.js'
import { inputs } from './inputs.js'
import { vcpuAt } from '../../../src/sched/index.js'

const env = makeEnv()

const run = (given: ReadonlyArray<Input>): Host => {
  let host = bootWith(env)
  for (const input of given) {
    const moved = transition(env, host, input, { trace: false })
    if (moved._tag === 'Right') host = moved.right[0]
  }
  return host
}

test('every host that inputs lead to is read back equal, with its digest', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      const host = run(given)
      const read = decodeHost(makeEnv(), encodeHost(env, host), 'host')
      if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
      expect(read.right).toEqual(host)
      expect(digestHost(read.right)).toBe(digestHost(host))
    })
  )
})

test('every journal is read back as it was written, replays, and ends at the host of the run', () => {
  let [refused, done] = [0, 0]
  fc.assert(
    fc.property(inputs, (given) => {
      const text = encodeJournal(recordAll(env, bootWith(env), given))
      const read = decodeJournal(makeEnv(), text, 'journal')
      if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
      const { journal, warning } = read.right
      expect(warning).toBeNull()
      expect(encodeJournal(journal)).toBe(text)
      for (const { result } of journal.entries) {
        if (result._tag === 'Refused') refused++
        else done++
      }
      const replayed = replay(makeEnv(), journal)
      if (replayed._tag !== 'Matched') throw new Error(JSON.stringify(replayed))
      expect(digestHost(replayed.host)).toBe(digestHost(run(given)))
    })
  )
  expect(Math.min(refused, done)).toBeGreaterThan(30)
})

test('halving and looking at every instant agree on what goes on holding once it does', () => {
  fc.assert(
    fc.property(inputs, fc.integer({ min: 1, max: 30 }), (given, limit) => {
      const holds = ({ sched }: Host): boolean => vcpuAt(sched, 0).switchesIn >= limit
      const journal = recordAll(env, bootWith(env), given)
      const [fast, slow] = [bisect(env, journal, holds), firstInstant(env, journal, holds)]
      expect(fast?.atNs).toBe(slow?.atNs)
      expect(fast?.index).toBe(slow?.index)
    }),
    { numRuns: 40 }
  )
})

test('a shrunk journal replays, still does it, and no single input can be left out', () => {
  fc.assert(
    fc.property(inputs, (given) => {
      const holds = ({ domains, nowNs }: Host): boolean =>
        nowNs > 5 * millisecond && domains.records.some(({ domid }) => domid === 2)
      const journal = recordAll(env, bootWith(env), given)
      const result = shrinkJournal(env, journal, holds)
      if (result._tag === 'Left') {
        expect(bisect(env, journal, holds)).toBeNull()
        return
      }
      const small = result.right.journal
      const replayed = replay(env, small)
      expect(replayed._tag === 'Matched' && holds(replayed.host)).toBe(true)
      small.entries.forEach((_, left) => {
        const fewer = small.entries.filter((__, i) => i !== left).map(({ input }) => input)
        expect(bisect(env, recordAll(env, small.start, fewer), holds)).toBeNull()
      })
    }),
    { numRuns: 40 }
  )
})
