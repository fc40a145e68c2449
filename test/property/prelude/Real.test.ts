import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Real from '../../../src/prelude/Real.js'

/** The engine's own functions are good to about the last bit, which is enough of a yardstick for 1e-12. */
const near = (ours: number, theirs: number): boolean => Math.abs(ours - theirs) <= 1e-12 * Math.abs(theirs)
const runs = { numRuns: 20_000 }

test('the logarithm is right to 1e-12 for every normal number', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ min: 2.3e-308, max: 1.7e308, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.integer({ min: 1, max: 2 ** 30 }).map((n) => n / 2 ** 53),
        fc.integer({ min: 1, max: 2 ** 30 }).map((n) => 1 - n / 2 ** 53),
        fc.integer({ min: -1022, max: 1023 }).map((n) => 2 ** n)
      ),
      (x) => near(Real.ln(x), Math.log(x))
    ),
    runs
  )
})

test('the exponential is right to 1e-12 from -700 to 700', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => near(Real.exp(x), Math.exp(x))),
    runs
  )
})

test('a power is right to 1e-12', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e15, noNaN: true }),
      fc.double({ min: -15, max: 15, noNaN: true }),
      (base, exponent) => near(Real.pow(base, exponent), Math.pow(base, exponent))
    ),
    runs
  )
})

test('logarithms of powers of two are exact multiples of ln 2 to the last bit', () => {
  for (let n = -1022; n <= 1023; n += 1) {
    expect(Math.abs(Real.ln(2 ** n) - n * Math.LN2)).toBeLessThanOrEqual(Math.abs(n * Math.LN2) * 2 ** -52)
  }
})

test.each([0, -1, Infinity, NaN, 1e-320])('there is no logarithm of %d', (x) => {
  expect(() => Real.ln(x)).toThrow('logarithm')
})

test.each([701, -701, NaN])('%d is no exponent', (x) => {
  expect(() => Real.exp(x)).toThrow('exponent')
})
