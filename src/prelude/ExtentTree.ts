/**
 * The tree under `ExtentMap`: a treap of extents whose shape depends on its extents alone.
 *
 * A node is above another if its key has the higher rank; ranks are a fixed scrambling of keys, which keeps
 * the tree balanced for the regular keys that frame numbers are. Private to the prelude: nothing here merges
 * neighbours.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The keys from `first` to `first + length - 1`; never empty.
 *
 * @category model
 * @since 0.1.0
 */
export interface Range {
  readonly first: number
  readonly length: number
}

/**
 * A range whose keys all have one value.
 *
 * @category model
 * @since 0.1.0
 */
export interface Extent<A> extends Range {
  readonly value: A
}

/**
 * One extent, the maps below and above it, and sums over all three.
 *
 * @category model
 * @since 0.1.0
 */
export interface ExtentNode<A> extends Extent<A> {
  readonly left: ExtentMap<A>
  readonly right: ExtentMap<A>
  readonly lengthTotal: number
  readonly lengthMax: number
  readonly extentsTotal: number
}

/**
 * A map; `null` is the empty one.
 *
 * @category model
 * @since 0.1.0
 */
export type ExtentMap<A> = ExtentNode<A> | null

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A node over two subtrees, with its sums.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeNode = <A>(
  first: number,
  length: number,
  value: A,
  left: ExtentMap<A>,
  right: ExtentMap<A>
): ExtentNode<A> => ({
  first,
  length,
  value,
  left,
  right,
  lengthTotal: length + (left === null ? 0 : left.lengthTotal) + (right === null ? 0 : right.lengthTotal),
  lengthMax: Math.max(length, left === null ? 0 : left.lengthMax, right === null ? 0 : right.lengthMax),
  extentsTotal: 1 + (left === null ? 0 : left.extentsTotal) + (right === null ? 0 : right.extentsTotal)
})

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The part of a map below a key, and the part from it on. An extent across the key is cut in two.
 *
 * @category transitions
 * @since 0.1.0
 */
export const split = <A>(map: ExtentMap<A>, key: number): readonly [ExtentMap<A>, ExtentMap<A>] => {
  const [below, above] = cut(map, key)
  const across = rightmost(below)
  if (across === null || endOf(across) <= key) return [below, above]
  const tail = makeNode(key, endOf(across) - key, across.value, null, null)
  return [below === null ? null : shorten(below, key), join(tail, above)]
}

/**
 * One map of two, all of whose keys in `a` are below those in `b`.
 *
 * @category transitions
 * @since 0.1.0
 */
export const join = <A>(a: ExtentMap<A>, b: ExtentMap<A>): ExtentMap<A> => {
  if (a === null) return b
  if (b === null) return a
  return isAbove(a.first, b.first)
    ? makeNode(a.first, a.length, a.value, a.left, join(a.right, b))
    : makeNode(b.first, b.length, b.value, join(a, b.left), b.right)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first key after a range.
 *
 * @category queries
 * @since 0.1.0
 */
export const endOf = (range: Range): number => range.first + range.length

/**
 * The node a key lies in, or `null`.
 *
 * @category queries
 * @since 0.1.0
 */
export const nodeAt = <A>(map: ExtentMap<A>, key: number): ExtentMap<A> => {
  let node = map
  while (node !== null) {
    if (key < node.first) node = node.left
    else if (key < endOf(node)) return node
    else node = node.right
  }
  return null
}

/**
 * The lowest node, or `null`.
 *
 * @category queries
 * @since 0.1.0
 */
export const leftmost = <A>(map: ExtentMap<A>): ExtentMap<A> => {
  let node = map
  while (node !== null && node.left !== null) node = node.left
  return node
}

/**
 * The highest node, or `null`.
 *
 * @category queries
 * @since 0.1.0
 */
export const rightmost = <A>(map: ExtentMap<A>): ExtentMap<A> => {
  let node = map
  while (node !== null && node.right !== null) node = node.right
  return node
}

/**
 * Whether every node is above those below it and its sums are right.
 *
 * @category queries
 * @since 0.1.0
 */
export const isWellBuilt = <A>(map: ExtentMap<A>): boolean => {
  if (map === null) return true
  const { first, length, value, left, right } = map
  if (left !== null && !isAbove(first, left.first)) return false
  if (right !== null && !isAbove(first, right.first)) return false
  const rebuilt = makeNode(first, length, value, left, right)
  return (
    rebuilt.lengthTotal === map.lengthTotal &&
    rebuilt.lengthMax === map.lengthMax &&
    rebuilt.extentsTotal === map.extentsTotal &&
    isWellBuilt(left) &&
    isWellBuilt(right)
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The extents that start below a key, and those that start at it or above. */
const cut = <A>(map: ExtentMap<A>, key: number): readonly [ExtentMap<A>, ExtentMap<A>] => {
  if (map === null) return [null, null]
  const { first, length, value, left, right } = map
  if (key <= first) {
    const [below, above] = cut(left, key)
    return [below, above === left ? map : makeNode(first, length, value, above, right)]
  }
  const [below, above] = cut(right, key)
  return [below === right ? map : makeNode(first, length, value, left, below), above]
}

/** Lets the highest extent end at a key inside it. */
const shorten = <A>(map: ExtentNode<A>, end: number): ExtentNode<A> => {
  const { first, length, value, left, right } = map
  return right === null
    ? makeNode(first, end - first, value, left, null)
    : makeNode(first, length, value, left, shorten(right, end))
}

/** The heap order: by rank, and by key where two keys share a rank, so that no two keys are equal. */
const isAbove = (a: number, b: number): boolean => {
  const [rankA, rankB] = [rankOf(a), rankOf(b)]
  return rankA === rankB ? a < b : rankA > rankB
}

/** A fixed scrambling of a key: it keeps the tree balanced for the regular keys that frame numbers are. */
const rankOf = (key: number): number => {
  let h = (key | 0) ^ Math.imul(Math.floor(key / 0x1_0000_0000), 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad)
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97)
  return h ^ (h >>> 15)
}
