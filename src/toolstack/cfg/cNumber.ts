/**
 * Numbers as C's conversion functions read them from the start of a text: blanks, a sign, a base prefix,
 * digits.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `length` counts the characters consumed and is 0 when there was no digit. A number that leaves the 64 bits
 * is clamped to their bound and marked; one beyond 2^53 is the nearest double.
 *
 * @category model
 * @since 0.1.0
 */
export interface ParsedInteger {
  readonly value: number
  readonly length: number
  readonly isOutOfRange: boolean
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * `strtol`: a signed 64-bit number; base 0 takes the base from the prefix.
 *
 * @category queries
 * @since 0.1.0
 */
export const parseInteger = (text: string, base: 0 | 10 | 16): ParsedInteger => {
  const parsed = scan(text, base)
  if (parsed === undefined) return none
  const signed = parsed.isNegative ? -parsed.magnitude : parsed.magnitude
  if (signed > longMax) return { value: Number(longMax), length: parsed.length, isOutOfRange: true }
  if (signed < -longMax - 1n)
    return { value: Number(-longMax - 1n), length: parsed.length, isOutOfRange: true }
  return { value: Number(signed), length: parsed.length, isOutOfRange: false }
}

/**
 * `strtoul`: an unsigned 64-bit number; a minus sign wraps it around.
 *
 * @category queries
 * @since 0.1.0
 */
export const parseUnsigned = (text: string, base: 0 | 10 | 16): ParsedInteger => {
  const parsed = scan(text, base)
  if (parsed === undefined) return none
  if (parsed.magnitude > ulongMax) {
    return { value: Number(ulongMax), length: parsed.length, isOutOfRange: true }
  }
  const value = parsed.isNegative ? BigInt.asUintN(64, -parsed.magnitude) : parsed.magnitude
  return { value: Number(value), length: parsed.length, isOutOfRange: value === ulongMax }
}

/**
 * `atoi`: what the text starts with, or 0.
 *
 * @category queries
 * @since 0.1.0
 */
export const parseLeadingInt = (text: string): number => {
  const { value } = parseInteger(text, 10)
  return Number(BigInt.asIntN(32, BigInt(value)))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const longMax = 0x7fff_ffff_ffff_ffffn
const ulongMax = 0xffff_ffff_ffff_ffffn
const beyond64Bits = 1n << 70n

const none: ParsedInteger = { value: 0, length: 0, isOutOfRange: false }

interface Scanned {
  readonly magnitude: bigint
  readonly isNegative: boolean
  readonly length: number
}

const digitsOf: Readonly<Record<8 | 10 | 16, RegExp>> = {
  8: /[0-7]+/y,
  10: /[0-9]+/y,
  16: /[0-9a-fA-F]+/y
}

const scan = (text: string, wanted: 0 | 10 | 16): Scanned | undefined => {
  const lead = /^[ \t\n\v\f\r]*[+-]?/.exec(text)?.[0] ?? ''
  const hasPrefix = /^0[xX][0-9a-fA-F]/.test(text.slice(lead.length, lead.length + 3))
  const base = wanted === 0 ? prefixBase(text, lead.length, hasPrefix) : wanted
  const digitsPos = lead.length + (base === 16 && hasPrefix ? 2 : 0)
  const pattern = digitsOf[base]
  pattern.lastIndex = digitsPos
  const digits = pattern.exec(text)?.[0]
  if (digits === undefined) return undefined
  return {
    magnitude: magnitudeOf(digits, base),
    isNegative: lead.endsWith('-'),
    length: digitsPos + digits.length
  }
}

const prefixBase = (text: string, pos: number, hasPrefix: boolean): 8 | 10 | 16 => {
  if (hasPrefix) return 16
  return text[pos] === '0' ? 8 : 10
}

/** Long digit strings are not computed: whatever they are, they are out of range. */
const magnitudeOf = (digits: string, base: 8 | 10 | 16): bigint => {
  const significant = digits.replace(/^0+/, '')
  if (significant.length > 24) return beyond64Bits
  if (significant === '') return 0n
  const prefix = base === 16 ? '0x' : base === 8 ? '0o' : ''
  return BigInt(prefix + significant)
}
