import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { advance, digestHost } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { InvariantViolation } from '../../../src/prelude/index.js'
import {
  decodeHost,
  decodeJournal,
  encodeHost,
  encodeJournal,
  recordAll,
  replay
} from '../../../src/replay/index.js'
import { advanceTo, after, bootWith, build, makeEnv, millisecond, operate } from '../../unit/replay/rig.js'

const env = makeEnv()
const start = bootWith(env, { topology: { coresPerSocket: 1 } })
const journal = recordAll(env, start, [
  build(1, { vcpus: 2 }),
  advanceTo(15 * millisecond),
  operate({ _tag: 'DomainPause', domid: 9 }),
  build(2, { cap: 50 }),
  operate({ _tag: 'DomainRename', domid: 2, name: 'ö' }),
  advanceTo(30 * millisecond)
])
const text = encodeJournal(journal)
const wholeAt = [...text.matchAll(/\n/g)].map(({ index }) => index + 1)
const header = wholeAt[0] as number

describe('a journal that was cut', () => {
  test('at any byte loads up to its last whole entry and says so, except in its header', () => {
    for (let length = 0; length <= text.length; length++) {
      const read = decodeJournal(env, text.slice(0, length), 'cut')
      if (length < header) {
        expect(read).toMatchObject({ left: { _tag: 'CutOff', file: 'cut' } })
        continue
      }
      if (read._tag === 'Left') throw new Error(`byte ${length}: ${read.left.reason}`)
      const lines = wholeAt.filter((end) => end <= length)
      const { journal: loaded, warning, bytesWhole } = read.right
      expect(loaded.entries).toEqual(journal.entries.slice(0, lines.length - 1))
      expect(bytesWhole).toBe(lines.at(-1))
      if (bytesWhole === length) expect(warning).toBeNull()
      else expect(warning).toContain(`(byte ${bytesWhole})`)
    }
  })
})

const end = ((): Host => {
  const replayed = replay(env, journal)
  if (replayed._tag !== 'Matched') throw new Error('differs')
  return replayed.host
})()

/** Where only guest programs know what is right: a phase that is no number may keep a host busy for ever. */
const configs = [...text.matchAll(/"config":\{.*?\]\}/g)].map((match) => [
  match.index,
  match.index + match[0].length
])
const isConfig = (at: number): boolean => configs.some(([from = 0, to = 0]) => from <= at && at < to)

describe('a journal with one character changed', () => {
  test('is refused, or differs in the replay, or leads to the same host all the same', () => {
    const outcomes = { refused: 0, differs: 0, same: 0 }
    fc.assert(
      fc.property(
        fc.oneof(fc.nat(text.length - 1), fc.integer({ min: header, max: text.length - 1 })),
        // An exponent could make a time so long that the replay takes for ever, correctly.
        fc.constantFrom(...'00112233445566778899abcdf"{}[],:.-+ _zZ\n\u00e4'),
        (at, character) => {
          fc.pre(text.charAt(at) !== character && !isConfig(at))
          const read = decodeJournal(makeEnv(), text.slice(0, at) + character + text.slice(at + 1), 'changed')
          if (read._tag === 'Left' || read.right.warning !== null) {
            outcomes.refused++
            return
          }
          const replayed = replay(makeEnv(), read.right.journal)
          if (replayed._tag === 'Matched') {
            expect(digestHost(replayed.host)).toBe(digestHost(end))
            outcomes.same++
          } else {
            outcomes.differs++
          }
        }
      ),
      { numRuns: 600 }
    )
    expect(outcomes.refused).toBeGreaterThan(10)
    expect(outcomes.differs).toBeGreaterThan(3)
  })
  test('is noticed at the entry of a changed digest', () => {
    const digests = [...text.matchAll(/"digest":"([0-9a-f]{16})"/g)].slice(1)
    for (const [place, match] of digests.entries()) {
      const at = match.index + '"digest":"'.length
      const changed = text.slice(0, at) + (match[0].charAt(10) === '0' ? '1' : '0') + text.slice(at + 1)
      const read = decodeJournal(env, changed, 'changed')
      if (read._tag === 'Left') throw new Error(read.left.reason)
      const done = journal.entries.flatMap(({ result }, i) => (result._tag === 'Done' ? [i] : []))
      expect(replay(env, read.right.journal)).toMatchObject({
        divergence: { index: done[place], what: 'state' }
      })
    }
    expect(digests).toHaveLength(5)
  })
})

const host = after(env, bootWith(env), [
  build(0, { vcpus: 2 }),
  build(1, { cap: 40, runNs: 4 * millisecond }),
  { _tag: 'Plan', operations: [{ atNs: 60 * millisecond, operation: { _tag: 'DomainPause', domid: 0 } }] },
  advanceTo(33 * millisecond)
])
const hostText = encodeHost(env, host)

const neverThrows = (read: () => { readonly _tag: string }): void => {
  expect(['Left', 'Right']).toContain(read()._tag)
}

describe('the readers answer, whatever they are given:', () => {
  test('any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (given) => {
        neverThrows(() => decodeHost(env, given, 'any'))
        neverThrows(() => decodeJournal(env, given, 'any'))
      }),
      { numRuns: 500 }
    )
  })
  test('any JSON, also in the place of a host, an entry or a header', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const [x, y] = [JSON.stringify(a), JSON.stringify(b)]
        neverThrows(() => decodeHost(env, x, 'any'))
        neverThrows(() =>
          decodeHost(
            env,
            hostText.replace(/"host":.*(?=,"needs")/, () => `"host":${x}`),
            'any'
          )
        )
        neverThrows(() => decodeJournal(env, `${x}\n${y}\n`, 'any'))
        neverThrows(() => decodeJournal(env, `${text.slice(0, header)}${x}\n`, 'any'))
        neverThrows(() =>
          decodeJournal(env, `${text.slice(0, header)}{"i":0,"at":0,"input":${x},"result":${y}}\n`, 'any')
        )
      }),
      { numRuns: 500 }
    )
  })
  test('a host file cut at any place', () => {
    fc.assert(
      fc.property(fc.nat(hostText.length - 2), (length) => {
        expect(decodeHost(env, hostText.slice(0, length), 'cut')).toMatchObject({ left: { _tag: 'CutOff' } })
      })
    )
  })
})

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Every place of a JSON value but what only guests and toolstacks understand. */
const placesOf = (
  value: Json,
  path: ReadonlyArray<string | number>
): ReadonlyArray<ReadonlyArray<string | number>> => {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value)
    .filter(([key]) => key !== 'config' && key !== 'userdata' && key !== 'state')
    .flatMap(([key, inner]) => placesOf(inner, [...path, Array.isArray(value) ? Number(key) : key]))
}

const places = placesOf((JSON.parse(hostText) as { host: Json }).host, [])

const changed = (path: ReadonlyArray<string | number>, to: (old: Json) => Json): string => {
  const file = JSON.parse(hostText) as { host: Json; digest: string }
  let at = file.host as { [key: string]: Json }
  for (const key of path.slice(0, -1)) at = at[key] as { [key: string]: Json }
  const last = path[path.length - 1] as string
  at[last] = to(at[last] as Json)
  return JSON.stringify(file)
}

/** The file with the digest that its host has, as somebody who edits it on purpose would write it. */
const resealed = (given: string): string => {
  const read = decodeHost(env, given, 'edited')
  const found =
    read._tag === 'Left' ? /that of the host is ([0-9a-f]{16})/.exec(read.left.reason)?.[1] : undefined
  return found === undefined ? given : given.replace(/"digest":"[0-9a-f]{16}"/, `"digest":"${found}"`)
}

const change: fc.Arbitrary<(old: Json) => Json> = fc.oneof(
  fc.integer({ min: -2, max: 40 }).map((n) => (): Json => n),
  fc.constantFrom(-1, 1, 1000, -1000).map(
    (n) =>
      (old: Json): Json =>
        typeof old === 'number' ? old + n : n
  ),
  fc
    .constantFrom<Json>(null, true, false, '', 'credit2', [], {}, 2 ** 31, Number.MAX_SAFE_INTEGER)
    .map((v) => (): Json => v)
)

describe('a host file that was edited', () => {
  test('is refused, or goes on without any exception but a broken invariant', () => {
    const outcomes = { refused: 0, damaged: 0, ran: 0, invariant: 0 }
    fc.assert(
      fc.property(fc.constantFrom(...places), change, (path, to) => {
        const edited = changed(path, to)
        fc.pre(edited !== hostText.trimEnd())
        const plain = decodeHost(env, edited, 'edited')
        if (plain._tag === 'Left' && plain.left._tag === 'Damaged') outcomes.damaged++
        const read = decodeHost(env, resealed(edited), 'edited')
        if (read._tag === 'Left') {
          outcomes.refused++
          return
        }
        if (plain._tag === 'Right') expect(digestHost(plain.right)).toBe(digestHost(host))
        const nowNs = read.right.nowNs
        fc.pre(nowNs < 2 ** 52)
        try {
          const moved = advance(makeEnv(), read.right, nowNs + 40 * millisecond, { trace: true })
          expect(moved._tag).toBe('Right')
          outcomes.ran++
        } catch (error) {
          if (!(error instanceof InvariantViolation)) throw error
          outcomes.invariant++
        }
      }),
      { numRuns: 1500 }
    )
    expect(outcomes.refused).toBeGreaterThan(50)
    expect(outcomes.damaged).toBeGreaterThan(20)
    expect(outcomes.ran).toBeGreaterThan(20)
  })
})
