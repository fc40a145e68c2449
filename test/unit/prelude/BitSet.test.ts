import * as O from 'fp-ts/lib/Option.js'
import { describe, expect, test } from 'vitest'

import * as BitSet from '../../../src/prelude/BitSet.js'

describe('words', () => {
  test.each([
    [0, 1],
    [1, 1],
    [32, 1],
    [33, 2],
    [64, 2],
    [4095, 128]
  ])('a set of %i bits has %i words', (bits, words) => {
    expect(BitSet.wordsFor(bits)).toBe(words)
    expect(BitSet.make(bits)).toHaveLength(words)
    expect(BitSet.full(bits)).toHaveLength(words)
  })

  test('words are signed 32-bit integers', () => {
    expect(BitSet.fromBits(32, [31])).toEqual([-2147483648])
    expect(BitSet.full(33)).toEqual([-1, 1])
    expect(BitSet.full(31)).toEqual([0x7fffffff])
  })

  test('a member at or above the width is a mistake of ours', () => {
    expect(() => BitSet.fromBits(8, [8])).toThrow('below the width')
    expect(() => BitSet.fromBits(8, [-1])).toThrow('below the width')
  })
})

describe('selection', () => {
  const m = BitSet.fromBits(70, [0, 31, 32, 69])

  test.each([
    [-1, 0],
    [0, 31],
    [31, 32],
    [32, 69],
    [69, -1]
  ])('the member above %i is %i', (i, expected) => {
    expect(BitSet.next(m, i)).toBe(expected)
  })

  test('cycling past the last member comes to the first', () => {
    expect(BitSet.cycle(m, 69)).toBe(0)
    expect(BitSet.cycle(m, 68)).toBe(69)
    expect(BitSet.cycle(m, 95)).toBe(0)
  })

  test('cycling from the only member comes back to it', () => {
    expect(BitSet.cycle(BitSet.fromBits(8, [5]), 5)).toBe(5)
  })

  test('nothing can be chosen from the empty set', () => {
    const empty = BitSet.make(70)
    expect(BitSet.first(empty)).toBe(-1)
    expect(BitSet.cycle(empty, 3)).toBe(-1)
    expect(BitSet.testOrCycle(empty, 3)).toBe(-1)
  })

  test('test-or-cycle keeps a member and moves on from a non-member', () => {
    expect(BitSet.testOrCycle(m, 31)).toBe(31)
    expect(BitSet.testOrCycle(m, 33)).toBe(69)
    expect(BitSet.testOrCycle(m, -1)).toBe(0)
  })
})

describe('ownership', () => {
  test('functions not ending in In leave their argument alone', () => {
    const m = Object.freeze(BitSet.fromBits(40, [1, 39]))
    expect(BitSet.toArray(BitSet.withBit(m, 2))).toEqual([1, 2, 39])
    expect(BitSet.toArray(BitSet.withoutBit(m, 39))).toEqual([1])
    expect(BitSet.withBit(m, 1)).toBe(m)
    expect(BitSet.withoutBit(m, 0)).toBe(m)
    expect(BitSet.toArray(m)).toEqual([1, 39])
  })
})

describe('text', () => {
  test.each<[number[], string, string]>([
    [[], '0', ''],
    [[0], '1', '0'],
    [[31], '80000000', '31'],
    [[0, 2, 4, 5, 6, 7], 'f5', '0,2,4-7'],
    [[32], '100000000', '32'],
    [[31, 32, 33], '380000000', '31-33'],
    [[4094], `4${'0'.repeat(1023)}`, '4094']
  ])('the set %j is written 0x%s and "%s"', (list, hex, ranges) => {
    const m = BitSet.fromBits(4095, list)
    expect(BitSet.toHex(m)).toBe(hex)
    expect(BitSet.toRanges(m)).toBe(ranges)
    expect(BitSet.fromHex(4095, hex)).toEqual(O.some(m))
    expect(BitSet.parseRanges(4095, ranges)).toEqual(O.some(m))
  })

  test.each(['', '0x1', '-1', ' 1', 'g', '100'])('the mask "%s" is not one of 8 bits', (text) => {
    expect(BitSet.fromHex(8, text)).toEqual(O.none)
  })

  test('a mask may be in upper case and have leading zeros', () => {
    expect(BitSet.fromHex(8, '000F')).toEqual(O.some([15]))
  })

  test.each([',', '1,', '3-1', '8', '0-8', '-1', '1-', 'a', '1 ', '1-2-3', '99999999999'])(
    'the list "%s" is not one of 8 bits',
    (text) => {
      expect(BitSet.parseRanges(8, text)).toEqual(O.none)
    }
  )

  test('ranges of a list may overlap and come in any order', () => {
    expect(BitSet.parseRanges(8, '5-6,0,6-7,0')).toEqual(O.some(BitSet.fromBits(8, [0, 5, 6, 7])))
  })
})
