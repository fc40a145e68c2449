import { describe, expect, test } from 'vitest'

import { studentT, wilson } from '../../../../src/trace/campaign/interval.js'

/** ln Γ(n / 2), by the recurrence from Γ(1/2) = √π and Γ(1) = 1. */
const lnGammaHalf = (n: number): number => {
  let value = n % 2 === 0 ? 0 : Math.log(Math.PI) / 2
  for (let k = n % 2 === 0 ? 2 : 1; k < n; k += 2) value += Math.log(k / 2)
  return value
}

/** The distribution function at `t` >= 0, by Simpson's rule: with t = √ν tan θ, cos θ to a power is left. */
const distribution = (t: number, freedom: number): number => {
  const angle = Math.atan(t / Math.sqrt(freedom))
  const steps = 2000
  let sum = 1 + Math.cos(angle) ** (freedom - 1)
  for (let i = 1; i < steps; i += 1)
    sum += (i % 2 === 0 ? 2 : 4) * Math.cos((angle * i) / steps) ** (freedom - 1)
  const scale = Math.exp(lnGammaHalf(freedom + 1) - lnGammaHalf(freedom)) / Math.sqrt(Math.PI)
  return 0.5 + (scale * sum * angle) / steps / 3
}

describe("Student's t", () => {
  test.each([90, 95, 99] as const)(
    'leaves out the tails that %i % says, whatever the degrees',
    (confidence) => {
      const wanted = 1 - (1 - confidence / 100) / 2
      for (const freedom of [...Array.from({ length: 40 }, (_, i) => i + 1), 99, 999]) {
        const t = studentT(freedom, confidence)
        // Four decimals of t move the distribution by less than this.
        expect(Math.abs(distribution(t, freedom) - wanted), `${freedom}`).toBeLessThan(2e-5)
      }
    }
  )

  test('falls with the degrees of freedom, across the end of the table too', () => {
    for (const confidence of [90, 95, 99] as const)
      for (let freedom = 1; freedom < 60; freedom += 1)
        expect(studentT(freedom + 1, confidence)).toBeLessThan(studentT(freedom, confidence))
  })

  test('needs a degree of freedom', () => {
    expect(() => studentT(0, 95)).toThrow(/degree/)
  })
})

describe("Wilson's score", () => {
  test('has both ends 1.96 standard errors of their own from the part, which defines it', () => {
    for (const [yes, total] of [
      [1, 10],
      [5, 10],
      [37, 100],
      [99, 100]
    ] as const) {
      const part = yes / total
      const { low, high } = wilson(yes, total, 95)
      for (const end of [low, high])
        expect(Math.abs(part - end) / Math.sqrt((end * (1 - end)) / total)).toBeCloseTo(1.959964, 5)
    }
  })

  test('has a width where all or none are yes', () => {
    expect(wilson(0, 10, 95)).toEqual({ low: 0, high: expect.closeTo(0.2775, 4) })
    expect(wilson(10, 10, 95)).toEqual({ low: expect.closeTo(0.7225, 4), high: 1 })
  })
})
