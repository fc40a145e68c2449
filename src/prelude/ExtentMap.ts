/**
 * Ordered, persistent maps from ranges of integers to values: free frames, owners of frames, P2M entries.
 *
 * A map holds extents [first, first + length) that do not overlap; neighbours with equal values are one
 * extent. It is a treap: a search tree by `first` that is at the same time a heap by a fixed scrambling of
 * `first`. Its shape therefore depends on its extents alone and not on the order in which they came, so that
 * two equal maps are equal as plain data and have the same digest. A change copies the nodes on one path,
 * about 2 log2(n) of them, and shares the rest.
 *
 * Every node also knows the sum, the number and the longest of the lengths below it: totals cost nothing, and
 * a search for a range that is long enough does not look at the others.
 *
 * Keys are integers from 0 to 2^53 - 2.
 *
 * @since 0.1.0
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { endOf, isWellBuilt, join, leftmost, makeNode, nodeAt, rightmost, split } from './ExtentTree.js'
import type { Extent, ExtentMap, Range } from './ExtentTree.js'
import { invariant } from './invariant.js'

export type { Extent, ExtentMap, ExtentNode, Range } from './ExtentTree.js'
export { split } from './ExtentTree.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The map without keys.
 *
 * @category constructors
 * @since 0.1.0
 */
export const empty: ExtentMap<never> = null

/**
 * The map of the listed extents; where they overlap, later ones win.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromEntries = <A>(list: ReadonlyArray<Extent<A>>, eq: Eq<A>): ExtentMap<A> => {
  let map: ExtentMap<A> = empty
  for (const extent of list) map = set(map, extent, extent.value, eq)
  return map
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Gives every key of the range the value. The same map, if they all have it already in one extent.
 *
 * @category transitions
 * @since 0.1.0
 */
export const set = <A>(map: ExtentMap<A>, range: Range, value: A, eq: Eq<A>): ExtentMap<A> => {
  checkRange(range)
  let { first } = range
  let end = first + range.length
  const present = nodeAt(map, first)
  if (present !== null && endOf(present) >= end && eq.equals(present.value, value)) return map
  const [below, rest] = split(map, first)
  const [, above] = split(rest, end)
  let [left, right] = [below, above]
  const before = rightmost(below)
  if (before !== null && endOf(before) === first && eq.equals(before.value, value)) {
    left = split(below, before.first)[0]
    first = before.first
  }
  const after = leftmost(above)
  if (after !== null && after.first === end && eq.equals(after.value, value)) {
    end = endOf(after)
    right = split(above, end)[1]
  }
  return join(join(left, makeNode(first, end - first, value, empty, empty)), right)
}

/**
 * Takes the keys of the range out; the same map, if none of them was in.
 *
 * @category transitions
 * @since 0.1.0
 */
export const remove = <A>(map: ExtentMap<A>, range: Range): ExtentMap<A> => {
  checkRange(range)
  const [below, rest] = split(map, range.first)
  const [inside, above] = split(rest, range.first + range.length)
  return inside === null ? map : join(below, above)
}

/**
 * All extents of both maps; where they overlap, those of `b` win. Quick when `b` has few extents.
 *
 * @category transitions
 * @since 0.1.0
 */
export const union = <A>(a: ExtentMap<A>, b: ExtentMap<A>, eq: Eq<A>): ExtentMap<A> => {
  if (a === null) return b
  let map: ExtentMap<A> = a
  for (const extent of entries(b)) map = set(map, extent, extent.value, eq)
  return map
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How many keys have a value.
 *
 * @category queries
 * @since 0.1.0
 */
export const lengthTotal = <A>(map: ExtentMap<A>): number => (map === null ? 0 : map.lengthTotal)

/**
 * The length of the longest extent, or 0.
 *
 * @category queries
 * @since 0.1.0
 */
export const lengthMax = <A>(map: ExtentMap<A>): number => (map === null ? 0 : map.lengthMax)

/**
 * How many extents the map has.
 *
 * @category queries
 * @since 0.1.0
 */
export const extentsTotal = <A>(map: ExtentMap<A>): number => (map === null ? 0 : map.extentsTotal)

/**
 * The value of a key.
 *
 * @category queries
 * @since 0.1.0
 */
export const get = <A>(map: ExtentMap<A>, key: number): Option<A> => {
  const found = nodeAt(map, key)
  return found === null ? O.none : O.some(found.value)
}

/**
 * The whole extent a key lies in.
 *
 * @category queries
 * @since 0.1.0
 */
export const extentAt = <A>(map: ExtentMap<A>, key: number): Option<Extent<A>> => toOption(nodeAt(map, key))

/**
 * The lowest extent.
 *
 * @category queries
 * @since 0.1.0
 */
export const first = <A>(map: ExtentMap<A>): Option<Extent<A>> => toOption(leftmost(map))

/**
 * The highest extent.
 *
 * @category queries
 * @since 0.1.0
 */
export const last = <A>(map: ExtentMap<A>): Option<Extent<A>> => toOption(rightmost(map))

/**
 * All extents, ascending.
 *
 * @category queries
 * @since 0.1.0
 */
export const entries = <A>(map: ExtentMap<A>): ReadonlyArray<Extent<A>> => {
  const list: Extent<A>[] = []
  collect(map, list)
  return list
}

/**
 * The extents within a range, ascending, cut at its ends.
 *
 * @category queries
 * @since 0.1.0
 */
export const within = <A>(map: ExtentMap<A>, range: Range): ReadonlyArray<Extent<A>> => {
  checkRange(range)
  return entries(split(split(map, range.first)[1], range.first + range.length)[0])
}

/**
 * The lowest extent, cut below `key`, that the predicate holds for.
 *
 * @category queries
 * @since 0.1.0
 */
export const findFrom = <A>(
  map: ExtentMap<A>,
  key: number,
  predicate: (extent: Extent<A>) => boolean
): Option<Extent<A>> => {
  let rest = split(map, key)[1]
  for (let node = leftmost(rest); node !== null; node = leftmost(rest)) {
    const extent = toExtent(node)
    if (predicate(extent)) return O.some(extent)
    rest = split(rest, endOf(node))[1]
  }
  return O.none
}

/**
 * First fit from below: the lowest extent, cut below `key`, of at least that length.
 *
 * @category queries
 * @since 0.1.0
 */
export const findLowest = <A>(map: ExtentMap<A>, length: number, key = 0): Option<Extent<A>> => {
  let node = key === 0 ? map : split(map, key)[1]
  if (lengthMax(node) < length) return O.none
  while (node !== null) {
    if (lengthMax(node.left) >= length) node = node.left
    else if (node.length >= length) break
    else node = node.right
  }
  return toOption(node)
}

/**
 * First fit from above: the highest extent, cut at `end`, of at least that length.
 *
 * @category queries
 * @since 0.1.0
 */
export const findHighest = <A>(map: ExtentMap<A>, length: number, end = keyMax + 1): Option<Extent<A>> => {
  let node = end > keyMax ? map : split(map, end)[0]
  if (lengthMax(node) < length) return O.none
  while (node !== null) {
    if (lengthMax(node.right) >= length) node = node.right
    else if (node.length >= length) break
    else node = node.left
  }
  return toOption(node)
}

/**
 * The key that has exactly `rank` keys with a value below it, and a value itself.
 *
 * @category queries
 * @since 0.1.0
 */
export const keyOfRank = <A>(map: ExtentMap<A>, rank: number): number => {
  let node = map
  let rest = rank
  while (node !== null) {
    const below = lengthTotal(node.left)
    if (rest < below) node = node.left
    else if (rest < below + node.length) return node.first + rest - below
    else {
      rest -= below + node.length
      node = node.right
    }
  }
  invariant(false, 'a rank is below the number of keys')
}

/**
 * Whether both maps have the same extents with equal values.
 *
 * @category queries
 * @since 0.1.0
 */
export const equals = <A>(a: ExtentMap<A>, b: ExtentMap<A>, eq: Eq<A>): boolean => {
  if (a === b) return true
  if (a === null || b === null) return false
  if (a.first !== b.first || a.length !== b.length || !eq.equals(a.value, b.value)) return false
  return equals(a.left, b.left, eq) && equals(a.right, b.right, eq)
}

/**
 * Whether the map is as this module builds it: ordered, not overlapping, neighbours merged, sums right.
 *
 * @category queries
 * @since 0.1.0
 */
export const isCanonical = <A>(map: ExtentMap<A>, eq: Eq<A>): boolean => {
  const list = entries(map)
  for (let i = 1; i < list.length; i += 1) {
    const [before, after] = [list[i - 1] as Extent<A>, list[i] as Extent<A>]
    if (after.first < endOf(before)) return false
    if (after.first === endOf(before) && eq.equals(before.value, after.value)) return false
  }
  return isWellBuilt(map)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const keyMax = Number.MAX_SAFE_INTEGER - 1

const checkRange = (range: Range): void => {
  invariant(Number.isInteger(range.length) && range.length >= 1, 'a range is not empty')
  invariant(Number.isInteger(range.first) && range.first >= 0, 'a range starts at a key')
  invariant(range.first + range.length - 1 <= keyMax, 'a range ends at a key')
}

const toExtent = <A>({ first, length, value }: Extent<A>): Extent<A> => ({ first, length, value })

const toOption = <A>(node: ExtentMap<A>): Option<Extent<A>> =>
  node === null ? O.none : O.some(toExtent(node))

const collect = <A>(map: ExtentMap<A>, list: Extent<A>[]): void => {
  if (map === null) return
  collect(map.left, list)
  list.push(toExtent(map))
  collect(map.right, list)
}
