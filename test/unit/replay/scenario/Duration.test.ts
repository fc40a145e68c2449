import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { formatDuration, parseDuration } from '../../../../src/replay/scenario/Duration.js'

describe('a duration is read exactly', () => {
  test.each([
    ['0s', 0],
    ['1ns', 1],
    ['250us', 250_000],
    ['10ms', 10_000_000],
    ['1.5s', 1_500_000_000],
    ['0.000000001s', 1],
    ['1.000000000000s', 1_000_000_000],
    ['2m', 120_000_000_000],
    ['0.5h', 1_800_000_000_000],
    // 0.1 and 0.3 are no binary fractions; the result is exact all the same.
    ['0.3us', 300],
    ['4503599.627370497s', 4_503_599_627_370_497],
    ['9007199254740991ns', Number.MAX_SAFE_INTEGER]
  ])('%s', (text, ns) => {
    expect(parseDuration(text)).toEqual(E.right(ns))
  })
})

describe('a duration is refused', () => {
  test.each([
    ['', 'not a duration'],
    ['10', 'not a duration'],
    ['10 ms', 'not a duration'],
    ['-1s', 'not a duration'],
    ['1e3s', 'not a duration'],
    ['.5s', 'not a duration'],
    ['1.s', 'not a duration'],
    ['1d', 'not a duration'],
    ['١s', 'not a duration'],
    ['1s\n', 'not a duration'],
    ['0.5ns', 'not a whole number of nanoseconds'],
    ['1.0000000001s', 'not a whole number of nanoseconds'],
    ['9007199254740992ns', 'longer than 104 days'],
    ['999999999999999999999999h', 'longer than 104 days']
  ])('%j', (text, reason) => {
    const found = parseDuration(text)
    expect(E.isLeft(found) ? found.left : found.right).toContain(reason)
  })
})

test.each([
  [0, '0ns'],
  [1, '1ns'],
  [1000, '1us'],
  [1500, '1500ns'],
  [90_000_000_000, '90s'],
  [120_000_000_000, '2m'],
  [3_600_000_000_000, '1h'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991ns']
])('%d is written %s', (ns, text) => {
  expect(formatDuration(ns)).toBe(text)
  expect(parseDuration(text)).toEqual(E.right(ns))
})
