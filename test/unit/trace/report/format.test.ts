import { describe, expect, it } from 'vitest'

import {
  clip,
  columns,
  count,
  duration,
  percent,
  shortCount,
  wrap
} from '../../../../src/trace/report/format.js'

describe('format', () => {
  it.each([
    [0, '0'],
    [850, '850 ns'],
    [999, '999 ns'],
    [1_000, '1.00 us'],
    [12_340, '12.3 us'],
    [999_499, '999 us'],
    [999_500, '1.00 ms'],
    [1_250_000, '1.25 ms'],
    [9_996_000, '10.0 ms'],
    [30_000_000_000, '30.0 s'],
    [123_456_000_000, '123 s'],
    [-1_500, '-1.50 us']
  ])('writes %i ns as %s', (ns, text) => {
    expect(duration(ns)).toBe(text)
  })

  it.each([
    [0, '0.0 %'],
    [0.25, '25.0 %'],
    [2.534, '253.4 %'],
    [0.0001, '<0.1 %']
  ])('writes the part %f as %s', (part, text) => {
    expect(percent(part)).toBe(text)
  })

  it('puts commas between thousands', () => {
    expect([0, 999, 1_000, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '1,234,567'])
  })

  it.each([
    [99_999, '99,999'],
    [100_000, '100 k'],
    [999_499, '999 k'],
    [999_600, '1.00 M'],
    [12_345_678, '12.3 M'],
    [2_000_000_000, '2.00 G']
  ])('writes the count %i in short as %s', (value, text) => {
    expect(shortCount(value)).toBe(text)
  })

  it('aligns columns: `<` to the left, the others to the right', () => {
    const rows = [
      ['1', 'a', '10'],
      ['22', 'bcdefghij', '3']
    ]
    const headings = ['id', '<name', 'n']
    expect(columns(headings, rows, 20)).toEqual([
      'id  name        n',
      ' 1  a          10',
      '22  bcdefghij   3'
    ])
    expect(columns(headings, rows, 15)).toEqual(['id name       n', ' 1 a         10', '22 bcdefghij  3'])
    expect(columns(headings, rows, 12)).toEqual(['id name    n', ' 1 a      10', '22 bcdef.  3'])
  })

  it('clips and wraps', () => {
    expect([clip('abcdef', 6), clip('abcdefg', 6)]).toEqual(['abcdef', 'abcde.'])
    expect(wrap('one two three', 8)).toEqual(['one two', 'three'])
  })
})
