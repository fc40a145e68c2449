/**
 * Signed 64-bit integers that wrap, in two's complement, as the same pairs of halves as `UInt64`.
 *
 * Sum, difference, left shift and equality do not depend on the sign: use those of `UInt64`. What does depend
 * on it is here.
 *
 * @since 0.1.0
 */
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { invariant } from './invariant.js'
import * as UInt64 from './UInt64.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An integer from -2^63 to 2^63 - 1; bit 31 of `hi` is the sign.
 *
 * @category model
 * @since 0.1.0
 */
export type Int64 = UInt64.UInt64

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * From a safe integer of either sign.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromNumber = (value: number): Int64 => {
  invariant(Number.isSafeInteger(value), 'a safe integer')
  return value < 0 ? negate(UInt64.fromNumber(-value)) : UInt64.fromNumber(value)
}

/**
 * Reads decimal digits with or without a minus sign; `none` if the value does not fit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromDecimal = (text: string): Option<Int64> => {
  const isNegativeText = text.startsWith('-')
  const magnitude = UInt64.fromDecimal(isNegativeText ? text.slice(1) : text)
  if (O.isNone(magnitude)) return O.none
  const limit = isNegativeText ? min : max
  if (UInt64.compare(magnitude.value, limit) > 0) return O.none
  return O.some(isNegativeText ? negate(magnitude.value) : magnitude.value)
}

/**
 * The largest value, 2^63 - 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const max: Int64 = { hi: 0x7fffffff, lo: 0xffffffff }

/**
 * The smallest value, -2^63.
 *
 * @category constructors
 * @since 0.1.0
 */
export const min: Int64 = { hi: 0x80000000, lo: 0 }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The value of opposite sign; the smallest value has none and stays.
 *
 * @category transitions
 * @since 0.1.0
 */
export const negate = (a: Int64): Int64 => UInt64.sub(UInt64.zero, a)

/**
 * Moves the bits down by 0 to 63 places, filling with the sign: a division by a power of two, rounded down.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shiftRight = (a: Int64, places: number): Int64 => {
  const moved = UInt64.shiftRight(a, places)
  return isNegative(a) && places > 0 ? UInt64.add(moved, UInt64.shiftLeft(UInt64.max, 64 - places)) : moved
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether the value is below 0.
 *
 * @category queries
 * @since 0.1.0
 */
export const isNegative = (a: Int64): boolean => a.hi >= 0x80000000

/**
 * Negative, 0 or positive, as `a` is below, equal to or above `b`.
 *
 * @category queries
 * @since 0.1.0
 */
export const compare = (a: Int64, b: Int64): number => (a.hi === b.hi ? a.lo - b.lo : (a.hi | 0) - (b.hi | 0))

/**
 * The value as a `number`; `none` if it is not a safe integer.
 *
 * @category queries
 * @since 0.1.0
 */
export const toNumber = (a: Int64): Option<number> => {
  if (!isNegative(a)) return UInt64.toNumber(a)
  const magnitude = UInt64.toNumber(negate(a))
  return O.isNone(magnitude) ? O.none : O.some(-magnitude.value)
}

/**
 * Decimal digits, after a minus sign if the value is negative.
 *
 * @category queries
 * @since 0.1.0
 */
export const toDecimal = (a: Int64): string =>
  isNegative(a) ? `-${UInt64.toDecimal(negate(a))}` : UInt64.toDecimal(a)
