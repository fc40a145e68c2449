import * as E from 'fp-ts/lib/Either.js'
import { expect, test } from 'vitest'

import { Shape } from '../../../src/guest/index.js'
import { distributionShape, samplerFor, takesTime } from '../../../src/guest/durations.js'
import { Random } from '../../../src/prelude/index.js'
import type { Distribution } from '../../../src/prelude/index.js'

test.each<[Distribution.Distribution, boolean]>([
  [{ _tag: 'Constant', valueNs: 0 }, false],
  [{ _tag: 'Constant', valueNs: 1 }, true],
  [{ _tag: 'Uniform', minNs: 0, maxNs: 0 }, false],
  [{ _tag: 'Uniform', minNs: 0, maxNs: 1 }, true],
  [{ _tag: 'Exponential', meanNs: 0 }, false],
  [{ _tag: 'Exponential', meanNs: 1 }, true],
  [{ _tag: 'BoundedPareto', shapeThousandths: 1, minNs: 1, maxNs: 1 }, true],
  [{ _tag: 'Recorded', samplesNs: [0, 0], order: 'InOrder' }, false],
  [{ _tag: 'Recorded', samplesNs: [0, 1], order: 'InOrder' }, true]
])('%j takes time: %s', (distribution, expected) => {
  expect(takesTime(distribution)).toBe(expected)
})

test('a number is a constant, and a recording is played in order unless said otherwise', () => {
  expect(Shape.read(distributionShape, 5)).toEqual(E.right({ _tag: 'Constant', valueNs: 5 }))
  expect(Shape.read(distributionShape, { _tag: 'Recorded', samplesNs: [1] })).toEqual(
    E.right({ _tag: 'Recorded', samplesNs: [1], order: 'InOrder' })
  )
})

test('each purpose has a stream of its own, and the stream of the vCPU is not drawn from', () => {
  const seed = Random.fromSeed(1, 'guest 1.0')
  expect(samplerFor(seed, 'run')).toEqual(samplerFor(seed, 'run'))
  expect(samplerFor(seed, 'run').random).not.toEqual(samplerFor(seed, 'block').random)
  expect(seed).toEqual(Random.fromSeed(1, 'guest 1.0'))
})
