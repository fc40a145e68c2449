import { Eq as numberEq } from 'fp-ts/lib/number.js'
import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'

import * as ExtentMap from '../../../src/prelude/ExtentMap.js'

const of = (...list: ReadonlyArray<readonly [number, number, number]>): ExtentMap.ExtentMap<number> =>
  ExtentMap.fromEntries(
    list.map(([first, length, value]) => ({ first, length, value })),
    numberEq
  )
const listOf = (map: ExtentMap.ExtentMap<number>): number[][] =>
  ExtentMap.entries(map).map(({ first, length, value }) => [first, length, value])

/** The nodes of one map that are not nodes of another. */
const freshNodes = (map: ExtentMap.ExtentMap<number>, old: ExtentMap.ExtentMap<number>): number => {
  const known = new Set<unknown>()
  const walk = (
    node: ExtentMap.ExtentMap<number>,
    visit: (node: ExtentMap.ExtentNode<number>) => void
  ): void => {
    if (node === null) return
    visit(node)
    walk(node.left, visit)
    walk(node.right, visit)
  }
  let fresh = 0
  walk(old, (node) => known.add(node))
  walk(map, (node) => {
    if (!known.has(node)) fresh += 1
  })
  return fresh
}
const depthOf = (map: ExtentMap.ExtentMap<number>): number =>
  map === null ? 0 : 1 + Math.max(depthOf(map.left), depthOf(map.right))

describe('merging', () => {
  test('neighbours with equal values are one extent', () => {
    expect(listOf(of([0, 5, 1], [10, 5, 1], [5, 5, 1]))).toEqual([[0, 15, 1]])
  })

  test('neighbours with different values are not', () => {
    expect(listOf(of([0, 5, 1], [5, 5, 2]))).toEqual([
      [0, 5, 1],
      [5, 5, 2]
    ])
  })

  test('a value set inside an extent cuts it in three', () => {
    expect(listOf(of([0, 10, 1], [4, 2, 2]))).toEqual([
      [0, 4, 1],
      [4, 2, 2],
      [6, 4, 1]
    ])
  })

  test('setting what is already so gives the same map', () => {
    const map = of([0, 10, 1], [20, 10, 2])
    expect(ExtentMap.set(map, { first: 3, length: 4 }, 1, numberEq)).toBe(map)
    expect(ExtentMap.remove(map, { first: 10, length: 10 })).toBe(map)
  })
})

describe('searching', () => {
  const map = of([0, 2, 1], [10, 8, 1], [20, 8, 2], [40, 3, 1])

  test.each([
    [1, 0, 0],
    [3, 0, 10],
    [8, 11, 20],
    [2, 41, 41],
    [3, 12, 12]
  ])('first fit of %i from %i is at %i', (length, from, first) => {
    expect(ExtentMap.findLowest(map, length, from)).toMatchObject(O.some({ first }))
  })

  test('there is no fit longer than the longest extent', () => {
    expect(ExtentMap.findLowest(map, 9)).toEqual(O.none)
    expect(ExtentMap.findLowest(map, 3, 41)).toEqual(O.none)
    expect(ExtentMap.findHighest(map, 9)).toEqual(O.none)
    expect(ExtentMap.findLowest(ExtentMap.empty, 1)).toEqual(O.none)
  })

  test('first fit from above is the highest one', () => {
    expect(ExtentMap.findHighest(map, 3)).toEqual(O.some({ first: 40, length: 3, value: 1 }))
    expect(ExtentMap.findHighest(map, 3, 40)).toEqual(O.some({ first: 20, length: 8, value: 2 }))
    expect(ExtentMap.findHighest(map, 4, 23)).toEqual(O.some({ first: 10, length: 8, value: 1 }))
  })

  test('a search by predicate starts at its key', () => {
    const isTwo = (extent: ExtentMap.Extent<number>): boolean => extent.value === 2
    expect(ExtentMap.findFrom(map, 0, isTwo)).toEqual(O.some({ first: 20, length: 8, value: 2 }))
    expect(ExtentMap.findFrom(map, 25, isTwo)).toEqual(O.some({ first: 25, length: 3, value: 2 }))
    expect(ExtentMap.findFrom(map, 28, isTwo)).toEqual(O.none)
  })
})

test.each([
  [0, 0],
  [-1, 2],
  [0.5, 1],
  [0, 1.5],
  [Number.MAX_SAFE_INTEGER - 1, 2]
])('a range of %d and %d is a mistake of ours', (first, length) => {
  expect(() => ExtentMap.set(ExtentMap.empty, { first, length }, 1, numberEq)).toThrow('a range')
  expect(() => ExtentMap.remove(ExtentMap.empty, { first, length })).toThrow('a range')
})

test('a map of 50,000 regular extents is balanced, and a change makes few new nodes', () => {
  let map: ExtentMap.ExtentMap<number> = ExtentMap.empty
  for (let i = 0; i < 50_000; i += 1) map = ExtentMap.set(map, { first: i * 512, length: 511 }, i, numberEq)
  expect(ExtentMap.extentsTotal(map)).toBe(50_000)
  // A random search tree of n nodes is about 4.3 ln n deep: here 46.
  expect(depthOf(map)).toBeLessThan(60)
  let freshMax = 0
  for (let i = 0; i < 200; i += 1) {
    const changed = ExtentMap.set(map, { first: i * 100_003, length: 3 }, -1, numberEq)
    freshMax = Math.max(freshMax, freshNodes(changed, map))
  }
  expect(freshMax).toBeLessThan(130)
}, 60_000)

test('the map survives JSON', () => {
  const map = of([0, 2, 1], [10, 8, 1], [20, 8, 2], [40, 3, 1])
  expect(JSON.parse(JSON.stringify(map))).toEqual(map)
})
