import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Distribution from '../../../src/prelude/Distribution.js'
import * as Random from '../../../src/prelude/Random.js'

const parameter = (min: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min, max: 100 }),
    fc.integer({ min: 1, max: 46 }).map((bits) => 2 ** bits),
    fc.maxSafeInteger().map((n) => Math.max(min, Math.abs(n) % Distribution.parameterMaxNs))
  )
const bounds = (min: number): fc.Arbitrary<{ minNs: number; maxNs: number }> =>
  fc.tuple(parameter(min), parameter(min)).map(([a, b]) => ({ minNs: Math.min(a, b), maxNs: Math.max(a, b) }))

/** Every kind of distribution, over the whole of its allowed parameters. */
const distribution: fc.Arbitrary<Distribution.Distribution> = fc.oneof(
  parameter(0).map((valueNs) => ({ _tag: 'Constant' as const, valueNs })),
  bounds(0).map((both) => ({ _tag: 'Uniform' as const, ...both })),
  parameter(0).map((meanNs) => ({ _tag: 'Exponential' as const, meanNs })),
  fc
    .tuple(bounds(1), fc.integer({ min: 1, max: Distribution.shapeThousandthsMax }))
    .map(([both, shapeThousandths]) => ({ _tag: 'BoundedPareto' as const, shapeThousandths, ...both })),
  fc
    .tuple(fc.array(parameter(0), { minLength: 1 }), fc.constantFrom('InOrder' as const, 'Random' as const))
    .map(([samplesNs, order]) => ({ _tag: 'Recorded' as const, samplesNs, order }))
)

const boundsOf = (d: Distribution.Distribution): readonly [number, number] => {
  switch (d._tag) {
    case 'Constant':
      return [d.valueNs, d.valueNs]
    case 'Exponential':
      return [0, Math.max(1, 37 * d.meanNs)]
    case 'Recorded':
      return [Math.min(...d.samplesNs), Math.max(...d.samplesNs)]
    case 'Uniform':
    case 'BoundedPareto':
      return [d.minNs, d.maxNs]
  }
}

test('every sample is a safe integer within the bounds of its distribution, and the same each time', () => {
  fc.assert(
    fc.property(distribution, fc.integer({ min: 0 }), (d, seed) => {
      expect(E.isRight(Distribution.validate(d))).toBe(true)
      const [low, high] = boundsOf(d)
      let state = Distribution.sampler(Random.fromSeed(seed, 'samples'))
      for (let i = 0; i < 10; i += 1) {
        const [value, next] = Distribution.sample(d, state, 'test')
        expect(Number.isSafeInteger(value) && value >= low && value <= high && !Object.is(value, -0)).toBe(
          true
        )
        expect(Distribution.sample(d, state, 'test')).toEqual([value, next])
        state = next
      }
    }),
    { numRuns: 2000 }
  )
})
