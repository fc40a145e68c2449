import { Eq as numberEq } from 'fp-ts/lib/number.js'
import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as ExtentMap from '../../../src/prelude/ExtentMap.js'

/** The plain twin: one value per key, in an array that starts at `base`. Keys lie on both sides of 2^32. */
const keysTotal = 64
const base = 2 ** 32 - 32
type Twin = ReadonlyArray<number | undefined>

type Change =
  | { readonly _tag: 'Set'; readonly first: number; readonly length: number; readonly value: number }
  | { readonly _tag: 'Remove'; readonly first: number; readonly length: number }

const range = fc
  .tuple(
    fc.integer({ min: 0, max: keysTotal - 1 }),
    fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 20 }))
  )
  .map(([first, length]) => ({ first, length: Math.min(length, keysTotal - first) }))
const change: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(range, fc.integer({ min: 0, max: 2 }))
      .map(([r, value]) => ({ _tag: 'Set' as const, ...r, value }))
  },
  { weight: 1, arbitrary: range.map((r) => ({ _tag: 'Remove' as const, ...r })) }
)
const changes = fc.array(change, { maxLength: 40, size: 'max' })

const lift = <R extends ExtentMap.Range>(r: R): R => ({ ...r, first: r.first + base })
const applyTwin = (twin: Twin, c: Change): Twin =>
  twin.map((old, key) =>
    key < c.first || key >= c.first + c.length ? old : c._tag === 'Set' ? c.value : undefined
  )
const apply = (map: ExtentMap.ExtentMap<number>, c: Change): ExtentMap.ExtentMap<number> =>
  c._tag === 'Set' ? ExtentMap.set(map, lift(c), c.value, numberEq) : ExtentMap.remove(map, lift(c))

const emptyTwin: Twin = Array.from({ length: keysTotal }, () => undefined)
const build = (list: ReadonlyArray<Change>): readonly [ExtentMap.ExtentMap<number>, Twin] =>
  list.reduce<readonly [ExtentMap.ExtentMap<number>, Twin]>(
    ([map, twin], c) => [apply(map, c), applyTwin(twin, c)],
    [ExtentMap.empty, emptyTwin]
  )

/** The extents of a twin, found key by key. */
const extentsOf = (twin: Twin): ReadonlyArray<ExtentMap.Extent<number>> => {
  const list: { first: number; length: number; value: number }[] = []
  twin.forEach((value, key) => {
    const before = list[list.length - 1]
    if (value === undefined) return
    if (before !== undefined && before.value === value && before.first + before.length === key + base) {
      before.length += 1
    } else list.push({ first: key + base, length: 1, value })
  })
  return list
}
const runs = { numRuns: 1000 }

test('after any changes the map has the values of one array cell per key, in merged extents', () => {
  let extentsMax = 0
  fc.assert(
    fc.property(changes, (list) => {
      let map: ExtentMap.ExtentMap<number> = ExtentMap.empty
      let twin = emptyTwin
      for (const c of list) {
        map = apply(map, c)
        twin = applyTwin(twin, c)
        expect(ExtentMap.isCanonical(map, numberEq)).toBe(true)
      }
      const expected = extentsOf(twin)
      extentsMax = Math.max(extentsMax, expected.length)
      expect(ExtentMap.entries(map)).toEqual(expected)
      expect(twin.map((_, key) => O.toUndefined(ExtentMap.get(map, key + base)))).toEqual(twin)
      expect(ExtentMap.lengthTotal(map)).toBe(twin.filter((value) => value !== undefined).length)
      expect(ExtentMap.lengthMax(map)).toBe(Math.max(0, ...expected.map((extent) => extent.length)))
      expect(ExtentMap.extentsTotal(map)).toBe(expected.length)
      expect(O.toUndefined(ExtentMap.first(map))).toEqual(expected[0])
      expect(O.toUndefined(ExtentMap.last(map))).toEqual(expected[expected.length - 1])
    }),
    runs
  )
  expect(extentsMax).toBeGreaterThan(8)
})

test('the map does not remember how it came about', () => {
  fc.assert(
    fc.property(changes, fc.array(fc.nat()), (list, shuffle) => {
      const [map, twin] = build(list)
      const pieces = extentsOf(twin).flatMap((extent) => [
        { ...extent, length: Math.ceil(extent.length / 2) },
        extent
      ])
      const order = pieces
        .map((piece, i) => ({ piece, rank: shuffle[i] ?? i }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ piece }) => piece)
      expect(ExtentMap.fromEntries(order, numberEq)).toEqual(map)
      expect(JSON.stringify(ExtentMap.fromEntries(order, numberEq))).toBe(JSON.stringify(map))
    }),
    runs
  )
})

test('a change leaves the map before it alone', () => {
  fc.assert(
    fc.property(changes, change, (list, c) => {
      const [map] = build(list)
      const before = JSON.stringify(map)
      apply(map, c)
      expect(JSON.stringify(map)).toBe(before)
    }),
    runs
  )
})

test('split, within and union agree with the array', () => {
  fc.assert(
    fc.property(changes, changes, range, (listA, listB, r) => {
      const [[a, twinA], [b, twinB]] = [build(listA), build(listB)]
      const [below, above] = ExtentMap.split(a, r.first + base)
      const only = (twin: Twin, low: number, end: number): Twin =>
        twin.map((value, key) => (key >= low && key < end ? value : undefined))
      expect(ExtentMap.entries(below)).toEqual(extentsOf(only(twinA, 0, r.first)))
      expect(ExtentMap.entries(above)).toEqual(extentsOf(only(twinA, r.first, keysTotal)))
      expect(ExtentMap.isCanonical(below, numberEq) && ExtentMap.isCanonical(above, numberEq)).toBe(true)
      expect(ExtentMap.within(a, lift(r))).toEqual(extentsOf(only(twinA, r.first, r.first + r.length)))
      expect(ExtentMap.entries(ExtentMap.union(a, b, numberEq))).toEqual(
        extentsOf(twinA.map((value, key) => twinB[key] ?? value))
      )
      expect(ExtentMap.equals(a, b, numberEq)).toBe(JSON.stringify(twinA) === JSON.stringify(twinB))
      expect(ExtentMap.equals(a, build(listA)[0], numberEq)).toBe(true)
    }),
    runs
  )
})

test('first fit from below and from above find what a look at every extent finds', () => {
  fc.assert(
    fc.property(changes, range, (list, { first, length }) => {
      const [map, twin] = build(list)
      const cut = (low: number, end: number): ReadonlyArray<ExtentMap.Extent<number>> =>
        extentsOf(twin.map((value, key) => (key >= low && key < end ? value : undefined)))
      const fits = (extent: ExtentMap.Extent<number>): boolean => extent.length >= length
      expect(O.toUndefined(ExtentMap.findLowest(map, length))).toEqual(extentsOf(twin).find(fits))
      expect(O.toUndefined(ExtentMap.findLowest(map, length, first + base))).toEqual(
        cut(first, keysTotal).find(fits)
      )
      expect(O.toUndefined(ExtentMap.findFrom(map, first + base, fits))).toEqual(
        cut(first, keysTotal).find(fits)
      )
      expect(O.toUndefined(ExtentMap.findHighest(map, length))).toEqual(extentsOf(twin).findLast(fits))
      expect(O.toUndefined(ExtentMap.findHighest(map, length, first + base))).toEqual(
        cut(0, first).findLast(fits)
      )
    }),
    runs
  )
})

test('the key of a rank has that many keys with a value below it', () => {
  fc.assert(
    fc.property(changes, (list) => {
      const [map, twin] = build(list)
      const keys = twin.flatMap((value, key) => (value === undefined ? [] : [key + base]))
      expect(keys.map((_, rank) => ExtentMap.keyOfRank(map, rank))).toEqual(keys)
      expect(() => ExtentMap.keyOfRank(map, keys.length)).toThrow('rank')
    }),
    runs
  )
})
