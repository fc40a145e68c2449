/**
 * Choosing a member of a bit set, or of an intersection of bit sets, without building the intersection.
 *
 * These are the searches a scheduler does for every decision: the next cpu after this one that is idle,
 * allowed and online. They read words and return a bit number, or -1 if there is none; nothing is allocated.
 * Part of the namespace `BitSet`, which re-exports them; a file of their own because of their length.
 *
 * "Cycle" means: the lowest member above `i`, or else the lowest member of all. A start of -1 is allowed.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A set of integers from 0 up to a width fixed by its maker.
 *
 * @category model
 * @since 0.1.0
 */
export type BitSet = ReadonlyArray<number>

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The lowest member of `m` above `i`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const next = (m: BitSet, i: number): number => {
  const start = i + 1
  let w = start >>> 5
  if (w >= m.length) return -1
  let word = (m[w] as number) & (-1 << (start & 31))
  while (word === 0) {
    w += 1
    if (w >= m.length) return -1
    word = m[w] as number
  }
  return (w << 5) + lowestBit(word)
}

/**
 * The lowest member of `m`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const first = (m: BitSet): number => {
  for (let w = 0; w < m.length; w += 1) {
    const word = m[w] as number
    if (word !== 0) return (w << 5) + lowestBit(word)
  }
  return -1
}

/**
 * The lowest member of `m` above `i`, else its lowest member, or -1 if there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cycle = (m: BitSet, i: number): number => {
  const above = next(m, i)
  return above >= 0 ? above : first(m)
}

/**
 * `i` if it is a member of `m`, else as {@link cycle}.
 *
 * @category queries
 * @since 0.1.0
 */
export const testOrCycle = (m: BitSet, i: number): number => {
  const w = i >>> 5
  if (w < m.length && ((m[w] as number) & (1 << (i & 31))) !== 0) return i
  return cycle(m, i)
}

/**
 * The lowest member of `a & b` above `i`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const nextAnd = (a: BitSet, b: BitSet, i: number): number => {
  const start = i + 1
  let w = start >>> 5
  if (w >= a.length) return -1
  let word = (a[w] as number) & (b[w] as number) & (-1 << (start & 31))
  while (word === 0) {
    w += 1
    if (w >= a.length) return -1
    word = (a[w] as number) & (b[w] as number)
  }
  return (w << 5) + lowestBit(word)
}

/**
 * The lowest member of `a & b`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const firstAnd = (a: BitSet, b: BitSet): number => {
  for (let w = 0; w < a.length; w += 1) {
    const word = (a[w] as number) & (b[w] as number)
    if (word !== 0) return (w << 5) + lowestBit(word)
  }
  return -1
}

/**
 * The lowest member of `a & b` above `i`, else its lowest member, or -1 if there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cycleAnd = (a: BitSet, b: BitSet, i: number): number => {
  const above = nextAnd(a, b, i)
  return above >= 0 ? above : firstAnd(a, b)
}

/**
 * `i` if it is a member of `a & b`, else as {@link cycleAnd}.
 *
 * @category queries
 * @since 0.1.0
 */
export const testOrCycleAnd = (a: BitSet, b: BitSet, i: number): number => {
  const w = i >>> 5
  if (w < a.length && ((a[w] as number) & (b[w] as number) & (1 << (i & 31))) !== 0) return i
  return cycleAnd(a, b, i)
}

/**
 * The lowest member of `a & b & c` above `i`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const nextAnd3 = (a: BitSet, b: BitSet, c: BitSet, i: number): number => {
  const start = i + 1
  let w = start >>> 5
  if (w >= a.length) return -1
  let word = (a[w] as number) & (b[w] as number) & (c[w] as number) & (-1 << (start & 31))
  while (word === 0) {
    w += 1
    if (w >= a.length) return -1
    word = (a[w] as number) & (b[w] as number) & (c[w] as number)
  }
  return (w << 5) + lowestBit(word)
}

/**
 * The lowest member of `a & b & c`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const firstAnd3 = (a: BitSet, b: BitSet, c: BitSet): number => {
  for (let w = 0; w < a.length; w += 1) {
    const word = (a[w] as number) & (b[w] as number) & (c[w] as number)
    if (word !== 0) return (w << 5) + lowestBit(word)
  }
  return -1
}

/**
 * The lowest member of `a & b & c` above `i`, else its lowest member, or -1 if there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cycleAnd3 = (a: BitSet, b: BitSet, c: BitSet, i: number): number => {
  const above = nextAnd3(a, b, c, i)
  return above >= 0 ? above : firstAnd3(a, b, c)
}

/**
 * `i` if it is a member of `a & b & c`, else as {@link cycleAnd3}.
 *
 * @category queries
 * @since 0.1.0
 */
export const testOrCycleAnd3 = (a: BitSet, b: BitSet, c: BitSet, i: number): number => {
  const w = i >>> 5
  if (w < a.length && ((a[w] as number) & (b[w] as number) & (c[w] as number) & (1 << (i & 31))) !== 0)
    return i
  return cycleAnd3(a, b, c, i)
}

/**
 * The lowest member of `a & ~notB & c` above `i`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const nextAndNot = (a: BitSet, notB: BitSet, c: BitSet, i: number): number => {
  const start = i + 1
  let w = start >>> 5
  if (w >= a.length) return -1
  let word = (a[w] as number) & ~(notB[w] as number) & (c[w] as number) & (-1 << (start & 31))
  while (word === 0) {
    w += 1
    if (w >= a.length) return -1
    word = (a[w] as number) & ~(notB[w] as number) & (c[w] as number)
  }
  return (w << 5) + lowestBit(word)
}

/**
 * The lowest member of `a & ~notB & c`, or -1.
 *
 * @category queries
 * @since 0.1.0
 */
export const firstAndNot = (a: BitSet, notB: BitSet, c: BitSet): number => {
  for (let w = 0; w < a.length; w += 1) {
    const word = (a[w] as number) & ~(notB[w] as number) & (c[w] as number)
    if (word !== 0) return (w << 5) + lowestBit(word)
  }
  return -1
}

/**
 * The lowest member of `a & ~notB & c` above `i`, else its lowest member, or -1 if there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cycleAndNot = (a: BitSet, notB: BitSet, c: BitSet, i: number): number => {
  const above = nextAndNot(a, notB, c, i)
  return above >= 0 ? above : firstAndNot(a, notB, c)
}

/**
 * `i` if it is a member of `a & ~notB & c`, else as {@link cycleAndNot}.
 *
 * @category queries
 * @since 0.1.0
 */
export const testOrCycleAndNot = (a: BitSet, notB: BitSet, c: BitSet, i: number): number => {
  const w = i >>> 5
  if (w < a.length && ((a[w] as number) & ~(notB[w] as number) & (c[w] as number) & (1 << (i & 31))) !== 0)
    return i
  return cycleAndNot(a, notB, c, i)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The number of the lowest bit set in a word that is not 0. */
const lowestBit = (word: number): number => 31 - Math.clz32(word & -word)
