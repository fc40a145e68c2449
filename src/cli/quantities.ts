/**
 * Durations, sizes and topologies as people write them. All of them end up as exact integers: what is not
 * one, or is beyond 2^53, is refused.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { parseDuration as durationOf } from '../replay/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * `10s`, `300ms`, `1.5h`: as in a scenario. Nanoseconds. A minus sign is answered in its own words.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseDuration = (text: string): Either<string, number> => {
  if (text.startsWith('-')) return E.left(`'${text}' goes back in time: it only goes forward`)
  return E.mapLeft((reason: string) => `'${text}' is ${reason}`)(durationOf(text))
}

/**
 * `16G`, `512M`, `1T`, `4096K`, with or without a `B` behind; bytes without a unit.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseSize = (text: string): Either<string, number> =>
  exact(text, 'a size such as 16G or 512M', sizeUnits)

/**
 * `2.3G`, `800MHz`, `1000000000`: cycles a second, with decimal units.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseFrequency = (text: string): Either<string, number> =>
  exact(text, 'a frequency such as 2.3G', frequencyUnits)

/**
 * A whole number that fits a JavaScript number exactly.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseCount = (text: string): Either<string, number> => exact(text, 'a whole number', { '': 1n })

/**
 * Sockets x cores per socket x threads per core: `2x4x1`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseTopology = (
  text: string
): Either<
  string,
  { readonly sockets: number; readonly coresPerSocket: number; readonly threadsPerCore: number }
> => {
  const match = /^(\d{1,9})x(\d{1,9})x(\d{1,9})$/.exec(text)
  if (match === null) return E.left(`'${text}' is not SOCKETSxCORESxTHREADS, such as 2x4x1`)
  const [sockets, coresPerSocket, threadsPerCore] = match.slice(1).map(Number)
  return E.right({
    sockets: sockets ?? 0,
    coresPerSocket: coresPerSocket ?? 0,
    threadsPerCore: threadsPerCore ?? 0
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const sizeUnits: Readonly<Record<string, bigint>> = {
  '': 1n,
  K: 1n << 10n,
  M: 1n << 20n,
  G: 1n << 30n,
  T: 1n << 40n
}

const frequencyUnits: Readonly<Record<string, bigint>> = {
  '': 1n,
  HZ: 1n,
  K: 1_000n,
  KHZ: 1_000n,
  M: 1_000_000n,
  MHZ: 1_000_000n,
  G: 1_000_000_000n,
  GHZ: 1_000_000_000n
}

/**
 * Digits, perhaps a fraction, a unit: computed in whole numbers, so that `0.3G` is refused and not rounded.
 */
const exact = (
  text: string,
  what: string,
  units: Readonly<Record<string, bigint>>
): Either<string, number> => {
  const match = /^(\d{1,30})(?:\.(\d{1,30}))?([a-zA-Z]*)$/.exec(text)
  const [, whole = '', fraction = '', name = ''] = match ?? []
  const key = name.replace(/(?<=[kmgt])i?b$/i, '').toUpperCase()
  const unit = Object.hasOwn(units, key) ? units[key] : undefined
  if (match === null || unit === undefined) return E.left(`'${text}' is not ${what}`)
  const scale = 10n ** BigInt(fraction.length)
  const scaled = BigInt(whole + fraction) * unit
  if (scaled % scale !== 0n) return E.left(`'${text}' is not a whole number of the smallest unit`)
  const value = scaled / scale
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) return E.left(`'${text}' is too large: the limit is 2^53 - 1`)
  return E.right(Number(value))
}
