/**
 * Unsigned 64-bit integers that wrap, as pairs of unsigned 32-bit halves: event counters, run-state sums, the
 * time-stamp counter, page-table entries.
 *
 * A `number` is exact to 2^53 only, and BigInt neither survives JSON nor is quick; a pair does and is. Use
 * this where real Xen's value can pass 2^53 or is defined to wrap; nanoseconds of virtual time stay numbers.
 *
 * Invariant: `hi` and `lo` are integers from 0 to 2^32 - 1.
 *
 * @since 0.1.0
 */
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { invariant } from './invariant.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An integer from 0 to 2^64 - 1; `hi` counts multiples of 2^32.
 *
 * @category model
 * @since 0.1.0
 */
export interface UInt64 {
  readonly hi: number
  readonly lo: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Takes the low 32 bits of each half, signed or not.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (hi: number, lo: number): UInt64 => ({ hi: hi >>> 0, lo: lo >>> 0 })

/**
 * Zero.
 *
 * @category constructors
 * @since 0.1.0
 */
export const zero: UInt64 = { hi: 0, lo: 0 }

/**
 * The largest value, 2^64 - 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const max: UInt64 = { hi: 0xffffffff, lo: 0xffffffff }

/**
 * From an integer from 0 to 2^53 - 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromNumber = (value: number): UInt64 => {
  invariant(Number.isSafeInteger(value) && value >= 0, 'a safe integer that is not negative')
  return { hi: Math.floor(value / wordSize), lo: value % wordSize }
}

/**
 * Reads decimal digits; `none` for anything else and for values of 2^64 and above.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromDecimal = (text: string): Option<UInt64> => {
  if (!/^[0-9]{1,40}$/.test(text)) return O.none
  let value = zero
  for (let i = 0; i < text.length; i += 1) {
    if (compare(value, maxTenth) > 0) return O.none
    const tens = mulSmall(value, 10)
    const next = add(tens, { hi: 0, lo: text.charCodeAt(i) - 48 })
    if (compare(next, tens) < 0) return O.none
    value = next
  }
  return O.some(value)
}

/**
 * Reads one to sixteen hexadecimal digits, in either case and without `0x`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromHex = (text: string): Option<UInt64> => {
  if (!/^[0-9a-fA-F]{1,16}$/.test(text)) return O.none
  const padded = text.padStart(16, '0')
  return O.some({ hi: parseInt(padded.slice(0, 8), 16), lo: parseInt(padded.slice(8), 16) })
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The sum, modulo 2^64.
 *
 * @category transitions
 * @since 0.1.0
 */
export const add = (a: UInt64, b: UInt64): UInt64 => {
  const lo = a.lo + b.lo
  return make(a.hi + b.hi + (lo >= wordSize ? 1 : 0), lo)
}

/**
 * The difference, modulo 2^64.
 *
 * @category transitions
 * @since 0.1.0
 */
export const sub = (a: UInt64, b: UInt64): UInt64 => make(a.hi - b.hi - (a.lo < b.lo ? 1 : 0), a.lo - b.lo)

/**
 * The product with an integer from 0 to 2^32 - 1, modulo 2^64.
 *
 * Sixteen bits at a time, so that no partial product passes 2^49.
 *
 * @category transitions
 * @since 0.1.0
 */
export const mulSmall = (a: UInt64, factor: number): UInt64 => {
  const p0 = (a.lo & 0xffff) * factor
  const p1 = (a.lo >>> 16) * factor + Math.floor(p0 / 0x10000)
  const p2 = (a.hi & 0xffff) * factor + Math.floor(p1 / 0x10000)
  const p3 = (a.hi >>> 16) * factor + Math.floor(p2 / 0x10000)
  return make((p3 % 0x10000) * 0x10000 + (p2 % 0x10000), (p1 % 0x10000) * 0x10000 + (p0 % 0x10000))
}

/**
 * Quotient and remainder of a division by an integer from 1 to 2^32 - 1.
 *
 * @category transitions
 * @since 0.1.0
 */
export const divSmall = (a: UInt64, divisor: number): readonly [UInt64, number] => {
  invariant(divisor >= 1, 'no division by zero')
  const q3 = a.hi >>> 16
  const q2 = (q3 % divisor) * 0x10000 + (a.hi & 0xffff)
  const q1 = (q2 % divisor) * 0x10000 + (a.lo >>> 16)
  const q0 = (q1 % divisor) * 0x10000 + (a.lo & 0xffff)
  const hi = Math.floor(q3 / divisor) * 0x10000 + Math.floor(q2 / divisor)
  const lo = Math.floor(q1 / divisor) * 0x10000 + Math.floor(q0 / divisor)
  return [make(hi, lo), q0 % divisor]
}

/**
 * Moves the bits up by 0 to 63 places; what passes bit 63 is lost.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shiftLeft = (a: UInt64, places: number): UInt64 => {
  if (places === 0) return a
  if (places >= 32) return make(a.lo << (places - 32), 0)
  return make((a.hi << places) | (a.lo >>> (32 - places)), a.lo << places)
}

/**
 * Moves the bits down by 0 to 63 places, filling with zeros.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shiftRight = (a: UInt64, places: number): UInt64 => {
  if (places === 0) return a
  if (places >= 32) return make(0, a.hi >>> (places - 32))
  return make(a.hi >>> places, (a.lo >>> places) | (a.hi << (32 - places)))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Negative, 0 or positive, as `a` is below, equal to or above `b`.
 *
 * @category queries
 * @since 0.1.0
 */
export const compare = (a: UInt64, b: UInt64): number => (a.hi === b.hi ? a.lo - b.lo : a.hi - b.hi)

/**
 * Whether both are the same number.
 *
 * @category queries
 * @since 0.1.0
 */
export const equals = (a: UInt64, b: UInt64): boolean => a.hi === b.hi && a.lo === b.lo

/**
 * The value as a `number`; `none` if it is 2^53 or above.
 *
 * @category queries
 * @since 0.1.0
 */
export const toNumber = (a: UInt64): Option<number> =>
  a.hi < 0x200000 ? O.some(a.hi * wordSize + a.lo) : O.none

/**
 * Decimal digits without leading zeros.
 *
 * @category queries
 * @since 0.1.0
 */
export const toDecimal = (a: UInt64): string => {
  const [rest, low] = divSmall(a, decimalChunk)
  if (equals(rest, zero)) return String(low)
  const [top, middle] = divSmall(rest, decimalChunk)
  const lowText = String(low).padStart(9, '0')
  if (equals(top, zero)) return String(middle) + lowText
  return String(top.lo) + String(middle).padStart(9, '0') + lowText
}

/**
 * Lower-case hexadecimal digits without `0x` or leading zeros.
 *
 * @category queries
 * @since 0.1.0
 */
export const toHex = (a: UInt64): string =>
  a.hi === 0 ? a.lo.toString(16) : a.hi.toString(16) + a.lo.toString(16).padStart(8, '0')

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const wordSize = 0x1_0000_0000

/** Nine decimal digits at a time: the largest power of ten below 2^32. */
const decimalChunk = 1_000_000_000

/** floor((2^64 - 1) / 10): above it, one more digit passes 2^64. */
const maxTenth: UInt64 = { hi: 0x19999999, lo: 0x99999999 }
