import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import * as Distribution from '../../../src/prelude/Distribution.js'
import * as Random from '../../../src/prelude/Random.js'

const start = Distribution.sampler(Random.fromSeed(2024, 'distributions'))
const samplesTotal = 40_000

const draw = (distribution: Distribution.Distribution, count: number): number[] => {
  const values: number[] = []
  let state = start
  for (let i = 0; i < count; i += 1) {
    const [value, next] = Distribution.sample(distribution, state, 'test')
    values.push(value)
    state = next
  }
  return values
}

/** The largest distance between the samples' distribution function and the true one. */
const distance = (samples: ReadonlyArray<number>, trueFunction: (x: number) => number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  let largest = 0
  for (let low = 0; low < sorted.length;) {
    const x = sorted[low] as number
    let high = low
    while (high < sorted.length && sorted[high] === x) high += 1
    // Samples are rounded, so that a value x stands for [x - 1/2, x + 1/2).
    largest = Math.max(
      largest,
      Math.abs(high / sorted.length - trueFunction(x + 0.5)),
      Math.abs(low / sorted.length - trueFunction(x - 0.5))
    )
    low = high
  }
  return largest
}

/** Passed by chance with a probability of about 2 exp(-2 * 2.2^2) = 1e-4, once: the seed is fixed. */
const distanceMax = 2.2 / Math.sqrt(samplesTotal)

const momentsOf = (samples: ReadonlyArray<number>): readonly [number, number] => {
  const mean = samples.reduce((sum, x) => sum + x, 0) / samples.length
  return [mean, samples.reduce((sum, x) => sum + (x - mean) ** 2, 0) / samples.length]
}

describe('shape of the samples', () => {
  test.each([
    [0, 0],
    [0, 9],
    [1_000_000, 30_000_000],
    [0, Distribution.parameterMaxNs]
  ])('uniform samples from %d to %d are spread evenly', (minNs, maxNs) => {
    const samples = draw({ _tag: 'Uniform', minNs, maxNs }, samplesTotal)
    const width = maxNs - minNs + 1
    const trueFunction = (x: number): number => Math.min(1, Math.max(0, (x - minNs + 0.5) / width))
    expect(distance(samples, trueFunction)).toBeLessThan(distanceMax)
    const [mean] = momentsOf(samples)
    expect(Math.abs(mean - (minNs + maxNs) / 2)).toBeLessThanOrEqual(
      (width / Math.sqrt(12 * samplesTotal)) * 4
    )
  })

  test.each([5, 1000, 10_000_000, Distribution.parameterMaxNs])(
    'exponential samples of mean %d follow the exponential function',
    (meanNs) => {
      const samples = draw({ _tag: 'Exponential', meanNs }, samplesTotal)
      const trueFunction = (x: number): number => (x <= 0 ? 0 : 1 - Math.exp(-x / meanNs))
      expect(distance(samples, trueFunction)).toBeLessThan(distanceMax)
      const [mean, variance] = momentsOf(samples)
      expect(Math.abs(mean / meanNs - 1)).toBeLessThan(0.02)
      // Rounding adds one twelfth.
      expect(Math.abs(variance / (meanNs * meanNs + 1 / 12) - 1)).toBeLessThan(0.06)
    }
  )

  test.each([
    [1500, 1_000, 1_000_000_000],
    [1000, 10_000, 20_000],
    [500, 100, 100_000_000],
    [1, 1_000, 1_000_000],
    [100_000, 1_000_000, 2_000_000]
  ])(
    'bounded Pareto samples of shape %d / 1000 from %d to %d follow the power law',
    (shape, minNs, maxNs) => {
      const samples = draw({ _tag: 'BoundedPareto', shapeThousandths: shape, minNs, maxNs }, samplesTotal)
      const a = shape / 1000
      const trueFunction = (x: number): number =>
        Math.min(1, Math.max(0, (1 - Math.pow(minNs / x, a)) / (1 - Math.pow(minNs / maxNs, a))))
      expect(distance(samples, trueFunction)).toBeLessThan(distanceMax)
      expect(Math.min(...samples)).toBeGreaterThanOrEqual(minNs)
      expect(Math.max(...samples)).toBeLessThanOrEqual(maxNs)
    }
  )

  test('the mean of a bounded Pareto distribution is the true one', () => {
    const [minNs, maxNs, a] = [1_000, 1_000_000, 1.5]
    const samples = draw({ _tag: 'BoundedPareto', shapeThousandths: 1500, minNs, maxNs }, samplesTotal)
    const ratio = minNs / maxNs
    const trueMean = ((minNs ** a / (1 - ratio ** a)) * a * (minNs ** (1 - a) - maxNs ** (1 - a))) / (a - 1)
    expect(Math.abs(momentsOf(samples)[0] / trueMean - 1)).toBeLessThan(0.05)
  })

  test('a bounded Pareto distribution whose bounds meet is constant', () => {
    expect(draw({ _tag: 'BoundedPareto', shapeThousandths: 900, minNs: 7, maxNs: 7 }, 5)).toEqual([
      7, 7, 7, 7, 7
    ])
  })
})

describe('recordings', () => {
  const samplesNs = [3, 1, 4, 1, 5]

  test('samples in order come round again and draw nothing', () => {
    const distribution = { _tag: 'Recorded', samplesNs, order: 'InOrder' } as const
    expect(draw(distribution, 7)).toEqual([3, 1, 4, 1, 5, 3, 1])
    expect(Distribution.sample(distribution, start, 'test')[1].random).toBe(start.random)
  })

  test('samples at random come as often as they were recorded', () => {
    const drawn = draw({ _tag: 'Recorded', samplesNs, order: 'Random' }, samplesTotal)
    const share = (value: number): number => drawn.filter((x) => x === value).length / samplesTotal
    for (const [value, expected] of [
      [1, 0.4],
      [3, 0.2],
      [4, 0.2],
      [5, 0.2]
    ] as const) {
      expect(Math.abs(share(value) - expected)).toBeLessThan(0.01)
    }
  })
})

test('a constant is drawn without a draw', () => {
  expect(Distribution.sample({ _tag: 'Constant', valueNs: 12 }, start, 'test')).toEqual([12, start])
})

test('an exponential distribution of mean 0 yields 0, not -0', () => {
  expect(draw({ _tag: 'Exponential', meanNs: 0 }, 3)).toEqual([0, 0, 0])
})

describe('validation', () => {
  const max = Distribution.parameterMaxNs

  test.each<[Distribution.Distribution, Distribution.DistributionError]>([
    [
      { _tag: 'Constant', valueNs: -1 },
      { _tag: 'OutOfRange', field: 'valueNs', min: 0, max }
    ],
    [
      { _tag: 'Constant', valueNs: 0.5 },
      { _tag: 'OutOfRange', field: 'valueNs', min: 0, max }
    ],
    [{ _tag: 'Uniform', minNs: 2, maxNs: 1 }, { _tag: 'MinAboveMax' }],
    [
      { _tag: 'Uniform', minNs: 0, maxNs: max + 1 },
      { _tag: 'OutOfRange', field: 'maxNs', min: 0, max }
    ],
    [
      { _tag: 'Exponential', meanNs: NaN },
      { _tag: 'OutOfRange', field: 'meanNs', min: 0, max }
    ],
    [
      { _tag: 'BoundedPareto', shapeThousandths: 0, minNs: 1, maxNs: 2 },
      { _tag: 'OutOfRange', field: 'shapeThousandths', min: 1, max: Distribution.shapeThousandthsMax }
    ],
    [
      { _tag: 'BoundedPareto', shapeThousandths: 1, minNs: 0, maxNs: 2 },
      { _tag: 'OutOfRange', field: 'minNs', min: 1, max }
    ],
    [{ _tag: 'Recorded', samplesNs: [], order: 'Random' }, { _tag: 'NoSamples' }],
    [
      { _tag: 'Recorded', samplesNs: [1, -2], order: 'Random' },
      { _tag: 'OutOfRange', field: 'samplesNs', min: 0, max }
    ]
  ])('%j is refused', (distribution, error) => {
    expect(Distribution.validate(distribution)).toEqual(E.left(error))
  })

  test('a correct distribution is returned', () => {
    const distribution: Distribution.Distribution = { _tag: 'Uniform', minNs: 1, maxNs: 1 }
    expect(Distribution.validate(distribution)).toEqual(E.right(distribution))
  })
})
