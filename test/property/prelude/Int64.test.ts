import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Int64 from '../../../src/prelude/Int64.js'
import * as UInt64 from '../../../src/prelude/UInt64.js'

/** BigInt is the twin. Values near powers of two and near their multiples are frequent. */
const size = 1n << 64n
const wide = fc.oneof(
  fc.bigInt({ min: 0n, max: size - 1n }),
  fc
    .tuple(fc.integer({ min: 0, max: 64 }), fc.integer({ min: -3, max: 3 }))
    .map(([bit, off]) => BigInt.asUintN(64, (1n << BigInt(bit)) + BigInt(off)))
)
const small = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0xffff, 0x10000, 0xffffffff)
)
const place = fc.integer({ min: 0, max: 63 })
const runs = { numRuns: 2000 }

const of = (value: bigint): UInt64.UInt64 => UInt64.make(Number(value >> 32n), Number(value & 0xffffffffn))
const to = (value: UInt64.UInt64): bigint => (BigInt(value.hi) << 32n) | BigInt(value.lo)
const sign = (value: number): number => (value > 0 ? 1 : value < 0 ? -1 : 0)
const order = (a: bigint, b: bigint): number => (a > b ? 1 : a < b ? -1 : 0)
const isHalf = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffffffff

test('arithmetic wraps at 2^64 as that of BigInt does', () => {
  fc.assert(
    fc.property(wide, wide, small, place, (a, b, n, places) => {
      const results: [UInt64.UInt64, bigint][] = [
        [UInt64.add(of(a), of(b)), a + b],
        [UInt64.sub(of(a), of(b)), a - b],
        [UInt64.mulSmall(of(a), n), a * BigInt(n)],
        [UInt64.shiftLeft(of(a), places), a << BigInt(places)],
        [UInt64.shiftRight(of(a), places), a >> BigInt(places)],
        [Int64.negate(of(a)), -a],
        [Int64.shiftRight(of(a), places), BigInt.asIntN(64, a) >> BigInt(places)]
      ]
      for (const [ours, theirs] of results) {
        expect(to(ours)).toBe(BigInt.asUintN(64, theirs))
        expect(isHalf(ours.hi) && isHalf(ours.lo)).toBe(true)
      }
    }),
    runs
  )
})

test('quotient and remainder are those of BigInt', () => {
  fc.assert(
    fc.property(wide, small, (a, n) => {
      const divisor = Math.max(1, n)
      const [quotient, remainder] = UInt64.divSmall(of(a), divisor)
      expect([to(quotient), BigInt(remainder)]).toEqual([a / BigInt(divisor), a % BigInt(divisor)])
    }),
    runs
  )
})

test('order and equality are those of BigInt', () => {
  fc.assert(
    fc.property(wide, wide, (a, b) => {
      expect(sign(UInt64.compare(of(a), of(b)))).toBe(order(a, b))
      expect(sign(Int64.compare(of(a), of(b)))).toBe(order(BigInt.asIntN(64, a), BigInt.asIntN(64, b)))
      expect(UInt64.equals(of(a), of(b))).toBe(a === b)
      expect(UInt64.compare(of(a), of(a))).toBe(0)
    }),
    runs
  )
})

test('text is that of BigInt, and reads back', () => {
  fc.assert(
    fc.property(wide, (a) => {
      const signed = BigInt.asIntN(64, a)
      expect(UInt64.toDecimal(of(a))).toBe(a.toString())
      expect(UInt64.toHex(of(a))).toBe(a.toString(16))
      expect(Int64.toDecimal(of(a))).toBe(signed.toString())
      expect(UInt64.fromDecimal(a.toString())).toEqual(O.some(of(a)))
      expect(UInt64.fromHex(a.toString(16))).toEqual(O.some(of(a)))
      expect(Int64.fromDecimal(signed.toString())).toEqual(O.some(of(a)))
      expect(UInt64.fromDecimal((a + size).toString())).toEqual(O.none)
    }),
    runs
  )
})

test('a safe integer survives the way there and back', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (n) => {
      expect(Int64.toNumber(Int64.fromNumber(n))).toEqual(O.some(n === 0 ? 0 : n))
      expect(UInt64.toNumber(UInt64.fromNumber(Math.abs(n)))).toEqual(O.some(Math.abs(n)))
    }),
    runs
  )
})
