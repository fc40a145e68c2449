import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Random from '../../../src/prelude/Random.js'

const seed = fc.maxSafeInteger().map((n) => Math.abs(n))

test('every draw is in its range, leaves plain 32-bit words behind and changes no stream', () => {
  fc.assert(
    fc.property(
      seed,
      fc.string(),
      fc.oneof(
        fc.integer({ min: 1, max: 100 }),
        fc.maxSafeInteger().map((n) => Math.max(1, Math.abs(n)))
      ),
      (number, label, n) => {
        const random = Object.freeze(Random.fromSeed(number, label))
        const [word, afterWord] = Random.nextUint32(random, label)
        const [choice, afterChoice] = Random.nextBelow(random, n, label)
        const [unit, afterUnit] = Random.nextUnit53(random, label)
        expect(Number.isInteger(word) && word >= 0 && word < 2 ** 32).toBe(true)
        expect(Number.isInteger(choice) && choice >= 0 && choice < n).toBe(true)
        expect(unit >= 0 && unit < 1).toBe(true)
        for (const next of [random, afterWord, afterChoice, afterUnit, Random.split(random, label)]) {
          expect(next).toHaveLength(5)
          expect(next.every((part) => part === (part | 0) && !Object.is(part, -0))).toBe(true)
        }
        expect(Random.fromSeed(number, label)).toEqual(random)
      }
    ),
    { numRuns: 1000 }
  )
})

test('all choices are equally likely', () => {
  fc.assert(
    fc.property(seed, fc.integer({ min: 2, max: 20 }), (number, n) => {
      const drawsTotal = 20_000
      const counts = Array.from({ length: n }, () => 0)
      let random = Random.fromSeed(number, 'fair')
      for (let i = 0; i < drawsTotal; i += 1) {
        const [value, next] = Random.nextBelow(random, n, 'fair')
        counts[value] = (counts[value] as number) + 1
        random = next
      }
      const expected = drawsTotal / n
      const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
      // n - 1 degrees of freedom; mean + 8 deviations + 20 is passed by chance less often than 1e-9.
      expect(chiSquare).toBeLessThan(n - 1 + 8 * Math.sqrt(2 * (n - 1)) + 20)
    }),
    { numRuns: 40 }
  )
})
