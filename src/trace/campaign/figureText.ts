/**
 * How figures look, by what they are counted in.
 *
 * @since 0.1.0
 */
import { duration, percent } from '../report/format.js'

import type { MeasureUnit } from './measures.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * A figure with its unit.
 *
 * @category queries
 * @since 0.1.0
 */
export const figureText = (value: number, unit: MeasureUnit): string => {
  switch (unit) {
    case 'ns':
      return duration(value)
    case 'ppm':
      return percent(value / 1_000_000)
    case 'yes':
      return percent(value)
    default:
      return plainText(value)
  }
}

/**
 * A number in at most some seven characters, without an exponent.
 *
 * @category queries
 * @since 0.1.0
 */
export const plainText = (value: number): string => {
  if (Number.isInteger(value)) return String(value)
  const size = Math.abs(value)
  return value.toFixed(size < 10 ? 3 : size < 100 ? 2 : size < 1000 ? 1 : 0)
}
