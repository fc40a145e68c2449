/**
 * Logarithm and exponential by the four basic operations only.
 *
 * The language fixes the result of `+ - * /` to the last bit but leaves that of `Math.log` and `Math.pow` to
 * the engine. Anything drawn from a distribution must be the same number on every engine, hence these. Both
 * are accurate to about 1e-15 relative; the promise is 1e-12.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The natural logarithm of 2, to the nearest double.
 *
 * @category constants
 * @since 0.1.0
 */
export const ln2 = 0.6931471805599453

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The natural logarithm of a positive number, infinity and numbers below 2^-1022 excepted.
 *
 * The argument is brought between about 0.7 and 1.4 by exact halving and doubling. There ln m = 2 (s + s^3/3
 * + s^5/5 + ...) with s = (m - 1) / (m + 1), where s^2 < 0.0295: twelve terms reach the last bit.
 *
 * @category queries
 * @since 0.1.0
 */
export const ln = (x: number): number => {
  invariant(x >= 2.2250738585072014e-308 && x < Infinity, 'a logarithm is of a positive normal number')
  let mantissa = x
  let exponent = 0
  for (let step = 512; step >= 1; step /= 2) {
    const power = powerOfTwo(step)
    if (mantissa >= power) {
      mantissa /= power
      exponent += step
    } else if (mantissa * power < 2) {
      mantissa *= power
      exponent -= step
    }
  }
  if (mantissa > sqrt2) {
    mantissa /= 2
    exponent += 1
  } else if (mantissa < sqrt2 / 2) {
    mantissa *= 2
    exponent -= 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  const square = s * s
  let sum = 0
  for (let n = 23; n >= 1; n -= 2) sum = sum * square + 1 / n
  return exponent * ln2High + (2 * s * sum + exponent * ln2Low)
}

/**
 * e to the power `x`, for `x` from -700 to 700.
 *
 * With k the integer nearest x / ln 2, e^x = 2^k e^r and |r| < 0.35, where the power series to r^15 reaches
 * the last bit.
 *
 * @category queries
 * @since 0.1.0
 */
export const exp = (x: number): number => {
  invariant(x >= -700 && x <= 700, 'an exponent is from -700 to 700')
  const k = Math.floor(x / ln2 + 0.5)
  const r = x - k * ln2High - k * ln2Low
  let sum = 1
  for (let n = 15; n >= 1; n -= 1) sum = 1 + (r / n) * sum
  return k >= 0 ? sum * powerOfTwo(k) : sum / powerOfTwo(-k)
}

/**
 * `base` to the power `exponent`, for a positive base.
 *
 * @category queries
 * @since 0.1.0
 */
export const pow = (base: number, exponent: number): number => exp(exponent * ln(base))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const sqrt2 = 1.4142135623730951

/**
 * ln 2 in two parts: the first has 20 zero bits at its end, so that its product with an exponent is exact.
 */
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/** 2 to a power from 0 to 1,023, by squaring: exact. */
const powerOfTwo = (exponent: number): number => {
  let result = 1
  let square = 2
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square
    square *= square
  }
  return result
}
