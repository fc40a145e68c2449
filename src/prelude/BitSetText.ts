/**
 * Bit sets as people and Xen write them: hexadecimal masks and lists of ranges.
 *
 * Part of the namespace `BitSet`, which re-exports these functions. Text comes from outside, so reading it
 * can fail; what can't be read is `none`.
 *
 * @since 0.1.0
 */
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { next } from './BitSetSelect.js'
import type { BitSet } from './BitSetSelect.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a hexadecimal mask, without `0x` and in either case; `none` if a bit at or above `bits` is set.
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromHex = (bits: number, text: string): Option<BitSet> => {
  if (!/^[0-9a-fA-F]+$/.test(text)) return O.none
  const words = zeros(bits)
  for (let digit = 0; digit < text.length; digit += 1) {
    const value = parseInt(text.charAt(text.length - 1 - digit), 16)
    for (let b = 0; b < 4; b += 1) {
      if (((value >>> b) & 1) === 0) continue
      if (digit * 4 + b >= bits) return O.none
      add(words, digit * 4 + b)
    }
  }
  return O.some(words)
}

/**
 * Reads a list such as `0,2,4-7`; the empty text is the empty set. `none` if a member is at or above `bits`,
 * if a range runs downwards, or if anything but digits, commas and dashes occurs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseRanges = (bits: number, text: string): Option<BitSet> => {
  const words = zeros(bits)
  if (text === '') return O.some(words)
  for (const part of text.split(',')) {
    const match = /^([0-9]{1,9})(?:-([0-9]{1,9}))?$/.exec(part)
    if (match === null) return O.none
    const low = Number(match[1])
    const high = match[2] === undefined ? low : Number(match[2])
    if (high < low || high >= bits) return O.none
    for (let i = low; i <= high; i += 1) add(words, i)
  }
  return O.some(words)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Lower-case hexadecimal without `0x` or leading zeros, bit n for member n; `0` for the empty set.
 *
 * @category queries
 * @since 0.1.0
 */
export const toHex = (m: BitSet): string => {
  let w = m.length - 1
  while (w > 0 && m[w] === 0) w -= 1
  let text = ((m[w] as number) >>> 0).toString(16)
  for (w -= 1; w >= 0; w -= 1) text += ((m[w] as number) >>> 0).toString(16).padStart(8, '0')
  return text
}

/**
 * The members as ascending ranges, such as `0,2,4-7`; the empty text for the empty set.
 *
 * @category queries
 * @since 0.1.0
 */
export const toRanges = (m: BitSet): string => {
  const parts: string[] = []
  let low = next(m, -1)
  while (low >= 0) {
    let high = low
    let after = next(m, high)
    while (after === high + 1) {
      high = after
      after = next(m, high)
    }
    parts.push(high === low ? String(low) : `${String(low)}-${String(high)}`)
    low = after
  }
  return parts.join(',')
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const zeros = (bits: number): number[] => {
  const words: number[] = [0]
  for (let top = 32; top < bits; top += 32) words.push(0)
  return words
}

const add = (words: number[], i: number): void => {
  words[i >>> 5] = (words[i >>> 5] as number) | (1 << (i & 31))
}
