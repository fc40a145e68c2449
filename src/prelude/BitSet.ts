/**
 * Sets of small integers - cpus, first of all - as plain data: signed 32-bit words, bit n of word w standing
 * for the member 32 w + n.
 *
 * Every set of one host has the same number of words, `wordsFor(bits)`, so that no function has to look at
 * two lengths; functions of several sets expect sets of equal length. Words are normalised by `| 0`, so that
 * two equal sets are equal as JSON. Bits at or above the width a set was made with are never set.
 *
 * Functions ending in `In` write to an array the caller owns (a fresh {@link copy}); the others never do.
 *
 * @since 0.1.0
 */
import { first, next } from './BitSetSelect.js'
import type { BitSet } from './BitSetSelect.js'
import { invariant } from './invariant.js'

export {
  cycle,
  cycleAnd,
  cycleAnd3,
  cycleAndNot,
  first,
  firstAnd,
  firstAnd3,
  firstAndNot,
  next,
  nextAnd,
  nextAnd3,
  nextAndNot,
  testOrCycle,
  testOrCycleAnd,
  testOrCycleAnd3,
  testOrCycleAndNot
} from './BitSetSelect.js'
export type { BitSet } from './BitSetSelect.js'
export { fromHex, parseRanges, toHex, toRanges } from './BitSetText.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The widest set: Xen can be built for at most 4,095 cpus.
 *
 * @category constants
 * @since 0.1.0
 */
export const bitsMax = 4095

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * How many words a set of `bits` bits has; at least one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const wordsFor = (bits: number): number => (bits <= 32 ? 1 : (bits + 31) >>> 5)

/**
 * The empty set of a width.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (bits: number): BitSet => {
  const words: number[] = []
  for (let w = wordsFor(bits); w > 0; w -= 1) words.push(0)
  return words
}

/**
 * The set of all members below `bits`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const full = (bits: number): BitSet => {
  const words: number[] = []
  const whole = bits >>> 5
  for (let w = 0; w < whole; w += 1) words.push(-1)
  if (words.length < wordsFor(bits)) words.push(((1 << (bits & 31)) - 1) | 0)
  return words
}

/**
 * The set of the listed members, each below `bits`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromBits = (bits: number, list: ReadonlyArray<number>): BitSet => {
  const words = copy(make(bits))
  for (const i of list) {
    invariant(i >= 0 && i < bits, 'a member is below the width of its set')
    setIn(words, i)
  }
  return words
}

/**
 * A copy that its maker may write to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const copy = (m: BitSet): number[] => m.slice()

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The members of both.
 *
 * @category transitions
 * @since 0.1.0
 */
export const and = (a: BitSet, b: BitSet): BitSet => {
  const words: number[] = []
  for (let w = 0; w < a.length; w += 1) words.push((a[w] as number) & (b[w] as number))
  return words
}

/**
 * The members of either.
 *
 * @category transitions
 * @since 0.1.0
 */
export const or = (a: BitSet, b: BitSet): BitSet => {
  const words: number[] = []
  for (let w = 0; w < a.length; w += 1) words.push((a[w] as number) | (b[w] as number))
  return words
}

/**
 * The members of `a` that are not in `b`.
 *
 * @category transitions
 * @since 0.1.0
 */
export const andNot = (a: BitSet, b: BitSet): BitSet => {
  const words: number[] = []
  for (let w = 0; w < a.length; w += 1) words.push((a[w] as number) & ~(b[w] as number))
  return words
}

/**
 * The set with the member `i`; the same array if it has it already.
 *
 * @category transitions
 * @since 0.1.0
 */
export const withBit = (m: BitSet, i: number): BitSet => {
  if (has(m, i)) return m
  const words = copy(m)
  setIn(words, i)
  return words
}

/**
 * The set without the member `i`; the same array if it lacks it already.
 *
 * @category transitions
 * @since 0.1.0
 */
export const withoutBit = (m: BitSet, i: number): BitSet => {
  if (!has(m, i)) return m
  const words = copy(m)
  clearIn(words, i)
  return words
}

/**
 * Adds `i` to a set the caller owns.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setIn = (m: number[], i: number): void => {
  m[i >>> 5] = (m[i >>> 5] as number) | (1 << (i & 31))
}

/**
 * Takes `i` out of a set the caller owns.
 *
 * @category transitions
 * @since 0.1.0
 */
export const clearIn = (m: number[], i: number): void => {
  m[i >>> 5] = (m[i >>> 5] as number) & ~(1 << (i & 31))
}

/**
 * Adds the members of `o` to a set the caller owns.
 *
 * @category transitions
 * @since 0.1.0
 */
export const orIn = (m: number[], o: BitSet): void => {
  for (let w = 0; w < m.length; w += 1) m[w] = (m[w] as number) | (o[w] as number)
}

/**
 * Keeps the members of `o` only, in a set the caller owns.
 *
 * @category transitions
 * @since 0.1.0
 */
export const andIn = (m: number[], o: BitSet): void => {
  for (let w = 0; w < m.length; w += 1) m[w] = (m[w] as number) & (o[w] as number)
}

/**
 * Takes the members of `o` out of a set the caller owns.
 *
 * @category transitions
 * @since 0.1.0
 */
export const andNotIn = (m: number[], o: BitSet): void => {
  for (let w = 0; w < m.length; w += 1) m[w] = (m[w] as number) & ~(o[w] as number)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether `i` is a member; `i` is not negative and below the width.
 *
 * @category queries
 * @since 0.1.0
 */
export const has = (m: BitSet, i: number): boolean => ((m[i >>> 5] as number) & (1 << (i & 31))) !== 0

/**
 * Whether the set has no member.
 *
 * @category queries
 * @since 0.1.0
 */
export const isEmpty = (m: BitSet): boolean => {
  for (let w = 0; w < m.length; w += 1) if (m[w] !== 0) return false
  return true
}

/**
 * How many members the set has.
 *
 * @category queries
 * @since 0.1.0
 */
export const count = (m: BitSet): number => {
  let total = 0
  for (let w = 0; w < m.length; w += 1) total += countWord(m[w] as number)
  return total
}

/**
 * How many members `a & b` has.
 *
 * @category queries
 * @since 0.1.0
 */
export const countAnd = (a: BitSet, b: BitSet): number => {
  let total = 0
  for (let w = 0; w < a.length; w += 1) total += countWord((a[w] as number) & (b[w] as number))
  return total
}

/**
 * Whether both sets have the same members.
 *
 * @category queries
 * @since 0.1.0
 */
export const equals = (a: BitSet, b: BitSet): boolean => {
  if (a === b) return true
  for (let w = 0; w < a.length; w += 1) if (a[w] !== b[w]) return false
  return a.length === b.length
}

/**
 * Whether every member of `a` is one of `b`.
 *
 * @category queries
 * @since 0.1.0
 */
export const isSubset = (a: BitSet, b: BitSet): boolean => {
  for (let w = 0; w < a.length; w += 1) if (((a[w] as number) & ~(b[w] as number)) !== 0) return false
  return true
}

/**
 * Whether the sets have a member in common.
 *
 * @category queries
 * @since 0.1.0
 */
export const intersects = (a: BitSet, b: BitSet): boolean => {
  for (let w = 0; w < a.length; w += 1) if (((a[w] as number) & (b[w] as number)) !== 0) return true
  return false
}

/**
 * Whether the three sets have a member in common.
 *
 * @category queries
 * @since 0.1.0
 */
export const intersects3 = (a: BitSet, b: BitSet, c: BitSet): boolean => {
  for (let w = 0; w < a.length; w += 1) {
    if (((a[w] as number) & (b[w] as number) & (c[w] as number)) !== 0) return true
  }
  return false
}

/**
 * The members, ascending.
 *
 * @category queries
 * @since 0.1.0
 */
export const toArray = (m: BitSet): ReadonlyArray<number> => {
  const list: number[] = []
  for (let i = first(m); i >= 0; i = next(m, i)) list.push(i)
  return list
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Counts the bits of one word: sums of pairs, of fours, of eights, then all bytes by one multiplication. */
const countWord = (word: number): number => {
  const pairs = word - ((word >>> 1) & 0x55555555)
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
