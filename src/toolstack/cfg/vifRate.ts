/**
 * The `rate` of a network interface (xl-cfg.md §6.2): so many bytes in each interval.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { parseUnsigned } from './cNumber.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface VifRate {
  readonly bytesPerInterval: number
  readonly intervalUsecs: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads `<rate>[@<interval>]`. Left: the line to print; the exit status is 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseVifRate = (source: string, text: string): Either<string, VifRate> => {
  const fail = (message: string, shown: string): Either<string, never> =>
    E.left(`${source}: config parsing error in vif: ${message} in \`${shown}'`)
  const at = text.indexOf('@')
  const rateText = at < 0 ? text : text.slice(0, at)
  if (rateText === '') return fail('no rate specified', text)
  const bytesPerSecond = parseBytesPerSecond(rateText)
  if (typeof bytesPerSecond === 'string') return fail(bytesPerSecond, rateText)
  const intervalText = at < 0 ? undefined : text.slice(at + 1)
  const intervalUsecs =
    intervalText === undefined ? BigInt(intervalDefaultUsecs) : parseInterval(intervalText)
  if (typeof intervalUsecs === 'string') return fail(intervalUsecs, intervalText ?? '')
  if (bytesPerSecond > ulongMax / intervalUsecs) return fail('rate overflow', text)
  return E.right({
    bytesPerInterval: Number((bytesPerSecond * intervalUsecs) / 1_000_000n),
    intervalUsecs: Number(intervalUsecs)
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const intervalDefaultUsecs = 50_000
const uintMax = 0xffff_ffff
const ulongMax = 0xffff_ffff_ffff_ffffn

const multipliers: Readonly<Record<string, bigint>> = { G: 1_000_000_000n, M: 1_000_000n, K: 1_000n }

const parseBytesPerSecond = (text: string): bigint | string => {
  const match = /^[0-9]+([GMK]?)([Bb])\/s$/.exec(text)
  if (match === null) return 'invalid rate'
  // The digits are read by C's rules: 010 is eight.
  const { value, isOutOfRange } = parseUnsigned(text, 0)
  if (value === 0 || value > uintMax || isOutOfRange) return 'rate overflow'
  const units = BigInt(value) * (multipliers[match[1] ?? ''] ?? 1n)
  return match[2] === 'b' ? units / 8n : units
}

const parseInterval = (text: string): bigint | string => {
  const match = /^[0-9]+([mu]?)s?$/.exec(text)
  if (match === null) return 'invalid replenishment interval'
  const { value, isOutOfRange } = parseUnsigned(text, 0)
  if (value === 0 || value > uintMax || isOutOfRange) return 'replenishment interval overflow'
  const factor = match[1] === 'u' ? 1 : match[1] === 'm' ? 1000 : 1_000_000
  const usecs = value * factor
  return usecs > uintMax ? 'replenishment interval overflow' : BigInt(usecs)
}
