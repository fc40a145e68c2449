/**
 * Durations as people write them, `250us` or `1.5s`, and as the host counts them: whole nanoseconds, exactly.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a number with a unit: `ns`, `us`, `ms`, `s`, `m` or `h`, without a space. Refused, with the reason,
 * when it is not a whole number of nanoseconds or does not fit below 2^53 of them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseDuration = (text: string): Either<string, number> => {
  const match = /^([0-9]{1,24})(?:\.([0-9]{1,24}))?(ns|us|ms|s|m|h)$/.exec(text)
  const [, whole = '', fraction = '', unit = ''] = match ?? []
  const unitNs = units.find(([name]) => name === unit)?.[1]
  if (unitNs === undefined) return E.left('not a duration such as "250us", "10ms", "1.5s", "2m" or "1h"')
  const scaled = BigInt(whole + fraction) * BigInt(unitNs)
  const scale = 10n ** BigInt(fraction.length)
  if (scaled % scale !== 0n) return E.left('not a whole number of nanoseconds')
  const ns = scaled / scale
  if (ns > BigInt(Number.MAX_SAFE_INTEGER)) return E.left('longer than 104 days (2^53 - 1 nanoseconds)')
  return E.right(Number(ns))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * A duration in the largest unit that divides it; `parseDuration` gives it back.
 *
 * @category queries
 * @since 0.1.0
 */
export const formatDuration = (ns: number): string => {
  const found = ns === 0 ? undefined : units.find(([, unitNs]) => ns % unitNs === 0)
  const [name, unitNs] = found ?? ['ns', 1]
  return `${ns / unitNs}${name}`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Largest first. */
const units: ReadonlyArray<readonly [name: string, unitNs: number]> = [
  ['h', 3_600_000_000_000],
  ['m', 60_000_000_000],
  ['s', 1_000_000_000],
  ['ms', 1_000_000],
  ['us', 1000],
  ['ns', 1]
]
