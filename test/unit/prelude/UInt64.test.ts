import * as O from 'fp-ts/lib/Option.js'
import { expect, test } from 'vitest'

import * as UInt64 from '../../../src/prelude/UInt64.js'

test('the sum past 2^64 - 1 starts again at 0', () => {
  expect(UInt64.add(UInt64.max, UInt64.fromNumber(1))).toEqual(UInt64.zero)
  expect(UInt64.sub(UInt64.zero, UInt64.fromNumber(1))).toEqual(UInt64.max)
})

test('a carry and a borrow cross the halves', () => {
  expect(UInt64.add({ hi: 0, lo: 0xffffffff }, UInt64.fromNumber(1))).toEqual({ hi: 1, lo: 0 })
  expect(UInt64.sub({ hi: 1, lo: 0 }, UInt64.fromNumber(1))).toEqual({ hi: 0, lo: 0xffffffff })
})

test('2^53 - 1 is the last value that fits a number', () => {
  expect(UInt64.toNumber({ hi: 0x1fffff, lo: 0xffffffff })).toEqual(O.some(Number.MAX_SAFE_INTEGER))
  expect(UInt64.toNumber({ hi: 0x200000, lo: 0 })).toEqual(O.none)
})

test.each([-1, 0.5, 2 ** 53, NaN])('%d is not turned into a 64-bit integer', (value) => {
  expect(() => UInt64.fromNumber(value)).toThrow('safe integer')
})

test('a division by zero is a mistake of ours', () => {
  expect(() => UInt64.divSmall(UInt64.max, 0)).toThrow('division by zero')
})

test.each<[string, UInt64.UInt64]>([
  ['0', UInt64.zero],
  ['4294967296', { hi: 1, lo: 0 }],
  ['18446744073709551615', UInt64.max]
])('%s is written and read', (text, value) => {
  expect(UInt64.toDecimal(value)).toBe(text)
  expect(UInt64.fromDecimal(text)).toEqual(O.some(value))
})

test.each([
  '',
  '-1',
  '+1',
  ' 1',
  '0x1',
  '1.0',
  '18446744073709551616',
  '18446744073709551620',
  '99999999999999999999'
])('the text "%s" is not a decimal 64-bit integer', (text) => {
  expect(UInt64.fromDecimal(text)).toEqual(O.none)
})

test.each(['', 'g', '0x1', '10000000000000000'])(
  'the text "%s" is not a hexadecimal 64-bit integer',
  (text) => {
    expect(UInt64.fromHex(text)).toEqual(O.none)
  }
)
