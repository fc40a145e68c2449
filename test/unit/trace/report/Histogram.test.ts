import { describe, expect, it } from 'vitest'

import * as Histogram from '../../../../src/trace/report/Histogram.js'

const of = (...values: ReadonlyArray<number>): Histogram.Histogram => {
  const histogram = Histogram.empty()
  for (const value of values) Histogram.add(histogram, value)
  return histogram
}

describe('Histogram', () => {
  it('knows count, sum and extremes exactly', () => {
    const h = of(5_000_000, 17, 999_999_937)
    expect([h.count, h.sumNs, h.minNs, h.maxNs]).toEqual([3, 1_004_999_954, 17, 999_999_937])
  })

  it('keeps durations below 64 ns exactly', () => {
    for (let ns = 0; ns < 64; ns++) expect(Histogram.percentile(of(0, ns, 100), 50)).toBe(ns)
  })

  it('takes the percentile by nearest rank', () => {
    const tens = of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
    expect([50, 90, 91, 99, 100].map((p) => Histogram.percentile(tens, p))).toEqual([5, 9, 10, 10, 10])
  })

  it('is at most 1/64 off, from 1 ns to 2^53 - 1 ns', () => {
    for (let exponent = 0; exponent < 53; exponent++) {
      for (const factor of [1, 1.01, 1.5, 1.99]) {
        const ns = Math.floor(2 ** exponent * factor)
        const got = Histogram.percentile(of(0, ns, Number.MAX_SAFE_INTEGER), 50)
        expect(Math.abs(got - ns) * Histogram.errorDenominator).toBeLessThanOrEqual(ns)
      }
    }
  })

  it('never has more than 1,568 buckets', () => {
    expect(of(Number.MAX_SAFE_INTEGER).buckets.length).toBe(1_568)
  })

  it('merges into the histogram of all durations', () => {
    expect(Histogram.merge([of(1, 1_000), Histogram.empty(), of(70_000, 3)])).toEqual(of(1, 1_000, 70_000, 3))
  })

  it('is 0 when empty', () => {
    expect(Histogram.percentile(Histogram.empty(), 99)).toBe(0)
  })
})
