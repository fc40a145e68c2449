import * as O from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'

import * as Int64 from '../../../src/prelude/Int64.js'

test.each<[string, Int64.Int64]>([
  ['-1', { hi: 0xffffffff, lo: 0xffffffff }],
  ['-9223372036854775808', Int64.min],
  ['9223372036854775807', Int64.max],
  ['0', { hi: 0, lo: 0 }]
])('%s is written and read', (text, value) => {
  expect(Int64.toDecimal(value)).toBe(text)
  expect(Int64.fromDecimal(text)).toEqual(O.some(value))
})

test.each(['', '-', '--1', '9223372036854775808', '-9223372036854775809', '1e3'])(
  'the text "%s" is not a decimal signed 64-bit integer',
  (text) => {
    expect(Int64.fromDecimal(text)).toEqual(O.none)
  }
)

test('the smallest value has no opposite', () => {
  expect(Int64.negate(Int64.min)).toEqual(Int64.min)
})

test('a negative value is below every other', () => {
  expect(Int64.compare(Int64.min, Int64.max)).toBeLessThan(0)
  expect(Int64.compare(Int64.fromNumber(0), Int64.fromNumber(-1))).toBeGreaterThan(0)
})
