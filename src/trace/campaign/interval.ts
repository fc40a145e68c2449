/**
 * Confidence intervals: Student's t for means, Wilson's score for parts of yes and no.
 *
 * Quantiles of Student's distribution are from a table up to ten degrees of freedom (to four decimals, as
 * in Abramowitz and Stegun, Handbook of Mathematical Functions, table 26.10), beyond from the expansion
 * 26.7.5 of the same book around the normal quantile. There it is within 0.0001 of the exact value at the
 * level of 99 %, within 0.00001 at 95 %.
 *
 * @since 0.1.0
 */
import { invariant } from '../../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How sure an interval is, in percent.
 *
 * @category model
 * @since 0.1.0
 */
export type Confidence = 90 | 95 | 99

/**
 * Both ends of an interval.
 *
 * @category model
 * @since 0.1.0
 */
export interface Interval {
  readonly low: number
  readonly high: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How many standard errors the interval of a mean reaches to each side, with so many degrees of freedom.
 *
 * @category queries
 * @since 0.1.0
 */
export const studentT = (freedom: number, confidence: Confidence): number => {
  invariant(Number.isSafeInteger(freedom) && freedom >= 1, 'an interval needs a degree of freedom')
  const known = quantiles[confidence][freedom - 1]
  if (known !== undefined) return known
  const z = normal[confidence]
  const z2 = z * z
  const g1 = (z * (z2 + 1)) / 4
  const g2 = (z * ((5 * z2 + 16) * z2 + 3)) / 96
  const g3 = (z * (((3 * z2 + 19) * z2 + 17) * z2 - 15)) / 384
  const g4 = (z * ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945)) / 92_160
  return z + (g1 + (g2 + (g3 + g4 / freedom) / freedom) / freedom) / freedom
}

/**
 * The interval of a part, `yes` of `total`: E. B. Wilson, "Probable inference, the law of succession, and
 * statistical inference", 1927. Unlike the interval of a mean it has a width when all or none are yes.
 *
 * @category queries
 * @since 0.1.0
 */
export const wilson = (yes: number, total: number, confidence: Confidence): Interval => {
  invariant(total >= 1 && yes >= 0 && yes <= total, 'a part is of at least one')
  const z = normal[confidence]
  const part = yes / total
  const square = (z * z) / total
  const middle = (part + square / 2) / (1 + square)
  const half = (z * Math.sqrt((part * (1 - part)) / total + square / (4 * total))) / (1 + square)
  return {
    low: yes === 0 ? 0 : Math.max(0, middle - half),
    high: yes === total ? 1 : Math.min(1, middle + half)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Both tails are left out: the quantiles are those of 0.95, 0.975 and 0.995. */
const normal = { 90: 1.6448536269514722, 95: 1.959963984540054, 99: 2.5758293035489004 }

const quantiles: { readonly [K in Confidence]: ReadonlyArray<number> } = {
  90: [6.3138, 2.92, 2.3534, 2.1318, 2.015, 1.9432, 1.8946, 1.8595, 1.8331, 1.8125],
  95: [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.306, 2.2622, 2.2281],
  99: [63.6567, 9.9248, 5.8409, 4.6041, 4.0321, 3.7074, 3.4995, 3.3554, 3.2498, 3.1693]
}
