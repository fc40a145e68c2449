import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as BitSet from '../../../src/prelude/BitSet.js'

/** The plain twin: a Set of numbers, searched one number at a time. */
const nextOf = (set: ReadonlySet<number>, i: number, bits: number): number => {
  for (let n = i + 1; n < bits; n += 1) if (set.has(n)) return n
  return -1
}
const cycleOf = (set: ReadonlySet<number>, i: number, bits: number): number => {
  const above = nextOf(set, i, bits)
  return above >= 0 ? above : nextOf(set, -1, bits)
}

/** Widths 1 to 4,095, small ones and word boundaries often; three sets, sparse, dense or of runs; a start. */
const width = fc.oneof(
  fc.integer({ min: 1, max: 40 }),
  fc.constantFrom(1, 31, 32, 33, 63, 64, 65, 4064, 4095),
  fc.integer({ min: 1, max: BitSet.bitsMax })
)
const members = (bits: number): fc.Arbitrary<number[]> =>
  fc.oneof(
    fc.uniqueArray(fc.integer({ min: 0, max: bits - 1 }), { maxLength: 60 }),
    fc
      .uniqueArray(fc.integer({ min: 0, max: bits - 1 }), { maxLength: 10 })
      .map((holes) => Array.from({ length: bits }, (_, i) => i).filter((i) => !holes.includes(i))),
    fc
      .tuple(fc.integer({ min: 0, max: bits - 1 }), fc.integer({ min: 0, max: 70 }))
      .map(([low, length]) => Array.from({ length: Math.min(length, bits - low) }, (_, i) => low + i))
  )
const scene = width.chain((bits) =>
  fc.record({
    bits: fc.constant(bits),
    a: members(bits),
    b: members(bits),
    c: members(bits),
    i: fc.integer({ min: 0, max: bits - 1 })
  })
)
const runs = { numRuns: 300 }
const sorted = (list: Iterable<number>): number[] => [...list].sort((x, y) => x - y)

test('a bit set is the set of the members it was made of', () => {
  fc.assert(
    fc.property(scene, ({ bits, a, b, i }) => {
      const twin = new Set(a)
      const m = BitSet.fromBits(bits, a)
      expect(BitSet.toArray(m)).toEqual(sorted(a))
      expect(BitSet.count(m)).toBe(twin.size)
      expect(BitSet.isEmpty(m)).toBe(twin.size === 0)
      expect(BitSet.has(m, i)).toBe(twin.has(i))
      expect(BitSet.equals(m, BitSet.fromBits(bits, b))).toBe(
        JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      )
      expect(BitSet.equals(m, BitSet.fromBits(bits, [...a].reverse()))).toBe(true)
      expect(m.every((word) => word === (word | 0) && !Object.is(word, -0))).toBe(true)
    }),
    runs
  )
})

test('the full set holds all members below its width and no other', () => {
  fc.assert(
    fc.property(width, (bits) => {
      expect(BitSet.full(bits).every((word) => word === (word | 0))).toBe(true)
      expect(BitSet.toArray(BitSet.full(bits))).toEqual(Array.from({ length: bits }, (_, i) => i))
    }),
    runs
  )
})

test('and, or, and-not and the relations agree with sets of numbers', () => {
  fc.assert(
    fc.property(scene, ({ bits, a, b, c }) => {
      const [ma, mb, mc] = [BitSet.fromBits(bits, a), BitSet.fromBits(bits, b), BitSet.fromBits(bits, c)]
      const [sb, sc] = [new Set(b), new Set(c)]
      const both = sorted(a.filter((n) => sb.has(n)))
      const either = sorted(new Set([...a, ...b]))
      const rest = sorted(a.filter((n) => !sb.has(n)))
      expect(BitSet.toArray(BitSet.and(ma, mb))).toEqual(both)
      expect(BitSet.toArray(BitSet.or(ma, mb))).toEqual(either)
      expect(BitSet.toArray(BitSet.andNot(ma, mb))).toEqual(rest)
      expect(BitSet.countAnd(ma, mb)).toBe(both.length)
      expect(BitSet.intersects(ma, mb)).toBe(both.length > 0)
      expect(BitSet.intersects3(ma, mb, mc)).toBe(both.some((n) => sc.has(n)))
      expect(BitSet.isSubset(ma, mb)).toBe(rest.length === 0)
      expect(BitSet.isSubset(BitSet.and(ma, mb), mb)).toBe(true)
    }),
    runs
  )
})

test('writing to an owned copy agrees with building a new set', () => {
  fc.assert(
    fc.property(scene, ({ bits, a, b, i }) => {
      const [ma, mb] = [BitSet.fromBits(bits, a), BitSet.fromBits(bits, b)]
      const write = (f: (m: number[]) => void): BitSet.BitSet => {
        const own = BitSet.copy(ma)
        f(own)
        return own
      }
      expect(write((m) => BitSet.orIn(m, mb))).toEqual(BitSet.or(ma, mb))
      expect(write((m) => BitSet.andIn(m, mb))).toEqual(BitSet.and(ma, mb))
      expect(write((m) => BitSet.andNotIn(m, mb))).toEqual(BitSet.andNot(ma, mb))
      expect(write((m) => BitSet.setIn(m, i))).toEqual(BitSet.fromBits(bits, [...a, i]))
      expect(write((m) => BitSet.clearIn(m, i))).toEqual(
        BitSet.fromBits(
          bits,
          a.filter((n) => n !== i)
        )
      )
      expect(BitSet.withBit(ma, i)).toEqual(write((m) => BitSet.setIn(m, i)))
      expect(BitSet.withoutBit(ma, i)).toEqual(write((m) => BitSet.clearIn(m, i)))
      expect(ma).toEqual(BitSet.fromBits(bits, a))
    }),
    runs
  )
})

test('every selection agrees with a search one number at a time', () => {
  let wrapped = 0
  fc.assert(
    fc.property(scene, ({ bits, a, b, c, i }) => {
      const [ma, mb, mc] = [BitSet.fromBits(bits, a), BitSet.fromBits(bits, b), BitSet.fromBits(bits, c)]
      const [sa, sb, sc] = [new Set(a), new Set(b), new Set(c)]
      const all = new Set(a.filter((n) => sb.has(n)))
      const all3 = new Set([...all].filter((n) => sc.has(n)))
      const but = new Set(a.filter((n) => !sb.has(n) && sc.has(n)))
      for (const from of [-1, i]) {
        const of = (set: ReadonlySet<number>): number[] => [
          nextOf(set, from, bits),
          nextOf(set, -1, bits),
          cycleOf(set, from, bits),
          set.has(from) ? from : cycleOf(set, from, bits)
        ]
        expect([
          BitSet.next(ma, from),
          BitSet.first(ma),
          BitSet.cycle(ma, from),
          BitSet.testOrCycle(ma, from)
        ]).toEqual(of(sa))
        expect([
          BitSet.nextAnd(ma, mb, from),
          BitSet.firstAnd(ma, mb),
          BitSet.cycleAnd(ma, mb, from),
          BitSet.testOrCycleAnd(ma, mb, from)
        ]).toEqual(of(all))
        expect([
          BitSet.nextAnd3(ma, mb, mc, from),
          BitSet.firstAnd3(ma, mb, mc),
          BitSet.cycleAnd3(ma, mb, mc, from),
          BitSet.testOrCycleAnd3(ma, mb, mc, from)
        ]).toEqual(of(all3))
        expect([
          BitSet.nextAndNot(ma, mb, mc, from),
          BitSet.firstAndNot(ma, mb, mc),
          BitSet.cycleAndNot(ma, mb, mc, from),
          BitSet.testOrCycleAndNot(ma, mb, mc, from)
        ]).toEqual(of(but))
      }
      if (but.size > 0 && nextOf(but, i, bits) < 0) wrapped += 1
    }),
    runs
  )
  expect(wrapped).toBeGreaterThan(2)
})

test('a set written as text reads back as itself', () => {
  fc.assert(
    fc.property(scene, ({ bits, a }) => {
      const m = BitSet.fromBits(bits, a)
      expect(BitSet.fromHex(bits, BitSet.toHex(m))).toEqual(O.some(m))
      expect(BitSet.parseRanges(bits, BitSet.toRanges(m))).toEqual(O.some(m))
      expect(BigInt(`0x${BitSet.toHex(m)}`)).toBe(a.reduce((sum, n) => sum | (1n << BigInt(n)), 0n))
    }),
    runs
  )
})
