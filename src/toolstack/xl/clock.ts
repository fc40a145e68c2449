/**
 * The wall clock of domain 0: virtual time since boot, on top of the fixed moment at which every simulated
 * host boots. Its time zone is UTC.
 *
 * @since 0.1.0
 */
import { bootEpochSeconds } from '../libxl/machineFacts.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * `HH:MM:SS`.
 *
 * @category queries
 * @since 0.1.0
 */
export const timeOfDay = (nowNs: number): string => {
  const seconds = (bootEpochSeconds + wholeSeconds(nowNs)) % daySeconds
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':')
}

/**
 * `YYYY-MM-DD HH:MM:SS UTC`.
 *
 * @category queries
 * @since 0.1.0
 */
export const timestamp = (nowNs: number): string => {
  const [year, month, day] = dateOfDay(Math.floor((bootEpochSeconds + wholeSeconds(nowNs)) / daySeconds))
  return `${year}-${two(month)}-${two(day)} ${timeOfDay(nowNs)} UTC`
}

/**
 * `YYYYMMDDTHHMMZ`.
 *
 * @category queries
 * @since 0.1.0
 */
export const compactTimestamp = (nowNs: number): string => {
  const text = timestamp(nowNs)
  return `${text.slice(0, 10).replaceAll('-', '')}T${text.slice(11, 16).replace(':', '')}Z`
}

/**
 * How long something has lasted, as `xl uptime` shows it: with seconds, or short without.
 *
 * @category queries
 * @since 0.1.0
 */
export const duration = (ns: number, isShort: boolean): string => {
  const seconds = wholeSeconds(ns)
  const days = Math.floor(seconds / daySeconds)
  const hours = String(Math.floor(seconds / 3600) % 24).padStart(2)
  const time = `${hours}:${two(Math.floor(seconds / 60) % 60)}${isShort ? '' : `:${two(seconds % 60)}`}`
  if (days === 0) return time
  return `${days} ${days === 1 ? 'day' : 'days'}, ${time}`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const daySeconds = 86_400

const wholeSeconds = (ns: number): number => Math.floor(ns / 1_000_000_000)

const two = (value: number): string => String(value).padStart(2, '0')

/**
 * Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar: eras of 400 years have
 * 146,097 days each; the year is counted from March, so that a leap day is its last.
 */
const dateOfDay = (day: number): readonly [number, number, number] => {
  const shifted = day + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const leap = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096)
  const yearOfEra = Math.floor((dayOfEra - leap) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  return [year, month, dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1]
}
