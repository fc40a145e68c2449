import { describe, expect, it } from 'vitest'

import { jainIndex, waterFill } from '../../../../src/trace/report/waterFill.js'

const claim = (weight: number, limit: number) => ({ weight, limit })

describe('waterFill', () => {
  it('divides by weight when nobody is limited', () => {
    expect(waterFill(90, [claim(256, 1_000), claim(512, 1_000)])).toEqual([30, 60])
  })

  it('gives what a limited claim leaves to the others by weight', () => {
    // 100 for weights 1, 1, 2 would be 25, 25, 50; the first stops at 10, and 90 go 1 : 2.
    expect(waterFill(100, [claim(1, 10), claim(1, 1_000), claim(2, 1_000)])).toEqual([10, 30, 60])
  })

  it('gives everybody its limit when there is enough', () => {
    expect(waterFill(100, [claim(1, 20), claim(9, 30)])).toEqual([20, 30])
  })

  it('fills up in the order of limit per weight, not of limit', () => {
    // The heavy one reaches its limit of 30 first (level 3), then 70 remain for the light one's limit of 40.
    expect(waterFill(100, [claim(1, 40), claim(10, 30)])).toEqual([40, 30])
    // 40 in all: levels 40/11 would give the heavy one 36, it stops at 30.
    expect(waterFill(40, [claim(1, 40), claim(10, 30)])).toEqual([10, 30])
  })

  it('gives nothing of nothing', () => {
    expect(waterFill(0, [claim(1, 40)])).toEqual([0])
    expect(waterFill(10, [])).toEqual([])
  })
})

describe('jainIndex', () => {
  it('is 1 for equal values and 1/n when one has everything', () => {
    expect(jainIndex([3, 3, 3])).toBe(1)
    expect(jainIndex([5, 0, 0, 0])).toBe(0.25)
  })

  it('follows the formula', () => {
    // (1 + 2)^2 / (2 x (1 + 4))
    expect(jainIndex([1, 2])).toBe(0.9)
  })

  it('is null without values', () => {
    expect(jainIndex([])).toBe(null)
  })
})
