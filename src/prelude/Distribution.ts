/**
 * Distributions of durations and sizes, as plain data with integer parameters, and sampling from them.
 *
 * Samples are integers of nanoseconds (or of whatever unit the user has in mind) that are not negative. They
 * are the same on every engine: the logarithms and powers needed come from `Real`, not from `Math`.
 *
 * Invariant: a distribution that {@link validate} accepts never yields a sample outside its own bounds.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { absurd, invariant } from './invariant.js'
import * as Random from './Random.js'
import * as Real from './Real.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What to draw from.
 *
 * - `Constant`: always the same. - `Uniform`: every integer from `minNs` to `maxNs`, both included. -
 * `Exponential`: memoryless, with the given mean, rounded to the nearest integer. - `BoundedPareto`:
 * heavy-tailed from `minNs` to `maxNs`; the density falls as the power -(1 + shape) of the value. -
 * `Recorded`: samples taken from somewhere real, in their order and round again, or any at random.
 *
 * @category model
 * @since 0.1.0
 */
export type Distribution =
  | { readonly _tag: 'Constant'; readonly valueNs: number }
  | { readonly _tag: 'Uniform'; readonly minNs: number; readonly maxNs: number }
  | { readonly _tag: 'Exponential'; readonly meanNs: number }
  | {
      readonly _tag: 'BoundedPareto'
      readonly shapeThousandths: number
      readonly minNs: number
      readonly maxNs: number
    }
  | {
      readonly _tag: 'Recorded'
      readonly samplesNs: ReadonlyArray<number>
      readonly order: 'InOrder' | 'Random'
    }

/**
 * What sampling needs to remember: the stream it draws from and its place in a recording.
 *
 * @category model
 * @since 0.1.0
 */
export interface Sampler {
  readonly random: Random.Random
  readonly position: number
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why parameters are not those of a distribution.
 *
 * @category errors
 * @since 0.1.0
 */
export type DistributionError =
  | { readonly _tag: 'OutOfRange'; readonly field: string; readonly min: number; readonly max: number }
  | { readonly _tag: 'MinAboveMax' }
  | { readonly _tag: 'NoSamples' }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The largest parameter: 2^46 ns, about 20 hours. A sample of an exponential is at most 37 times its mean,
 * which stays below 2^53.
 *
 * @category constants
 * @since 0.1.0
 */
export const parameterMaxNs = 0x4000_0000_0000

/**
 * The largest shape of a bounded Pareto distribution, in thousandths: beyond 100 it is all but constant.
 *
 * @category constants
 * @since 0.1.0
 */
export const shapeThousandthsMax = 100_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A sampler at the start of its stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const sampler = (random: Random.Random): Sampler => ({ random, position: 0 })

/**
 * The distribution itself, or what is wrong with it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const validate = (distribution: Distribution): Either<DistributionError, Distribution> => {
  const error = errorOf(distribution)
  return error === null ? E.right(distribution) : E.left(error)
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Draws one sample. The distribution has to be one that {@link validate} accepts.
 *
 * @category transitions
 * @since 0.1.0
 */
export const sample = (
  distribution: Distribution,
  state: Sampler,
  reason: string
): readonly [number, Sampler] => {
  switch (distribution._tag) {
    case 'Constant':
      return [distribution.valueNs, state]
    case 'Uniform': {
      const width = distribution.maxNs - distribution.minNs + 1
      const [offset, random] = Random.nextBelow(state.random, width, reason)
      return [distribution.minNs + offset, { random, position: state.position }]
    }
    case 'Exponential': {
      const [unit, random] = Random.nextUnit53(state.random, reason)
      const value = -distribution.meanNs * Real.ln(1 - unit)
      return [Math.floor(value + 0.5), { random, position: state.position }]
    }
    case 'BoundedPareto': {
      const [unit, random] = Random.nextUnit53(state.random, reason)
      return [boundedPareto(distribution, unit), { random, position: state.position }]
    }
    case 'Recorded':
      return recorded(distribution.samplesNs, distribution.order, state, reason)
    default:
      return absurd(distribution)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const errorOf = (distribution: Distribution): DistributionError | null => {
  switch (distribution._tag) {
    case 'Constant':
      return rangeError('valueNs', distribution.valueNs, 0, parameterMaxNs)
    case 'Uniform':
      return boundsError(distribution.minNs, distribution.maxNs, 0)
    case 'Exponential':
      return rangeError('meanNs', distribution.meanNs, 0, parameterMaxNs)
    case 'BoundedPareto':
      return (
        rangeError('shapeThousandths', distribution.shapeThousandths, 1, shapeThousandthsMax) ??
        boundsError(distribution.minNs, distribution.maxNs, 1)
      )
    case 'Recorded': {
      if (distribution.samplesNs.length === 0) return { _tag: 'NoSamples' }
      for (const value of distribution.samplesNs) {
        const error = rangeError('samplesNs', value, 0, parameterMaxNs)
        if (error !== null) return error
      }
      return null
    }
    default:
      return absurd(distribution)
  }
}

const rangeError = (field: string, value: number, min: number, max: number): DistributionError | null =>
  Number.isInteger(value) && value >= min && value <= max ? null : { _tag: 'OutOfRange', field, min, max }

const boundsError = (minNs: number, maxNs: number, lowest: number): DistributionError | null => {
  const error =
    rangeError('minNs', minNs, lowest, parameterMaxNs) ?? rangeError('maxNs', maxNs, lowest, parameterMaxNs)
  if (error !== null) return error
  return minNs > maxNs ? { _tag: 'MinAboveMax' } : null
}

/**
 * The inverse of the distribution function F(x) = (1 - (min/x)^shape) / (1 - (min/max)^shape). The result is
 * clamped because the last bit of a power may lie on the wrong side of a bound.
 */
const boundedPareto = (
  parameters: { readonly shapeThousandths: number; readonly minNs: number; readonly maxNs: number },
  unit: number
): number => {
  const { minNs, maxNs } = parameters
  if (minNs === maxNs) return minNs
  const shape = parameters.shapeThousandths / 1000
  const tail = Real.exp(Math.max(-700, shape * Real.ln(minNs / maxNs)))
  const value = minNs * Real.exp(-Real.ln(1 - unit * (1 - tail)) / shape)
  return Math.min(maxNs, Math.max(minNs, Math.floor(value + 0.5)))
}

const recorded = (
  samplesNs: ReadonlyArray<number>,
  order: 'InOrder' | 'Random',
  state: Sampler,
  reason: string
): readonly [number, Sampler] => {
  if (order === 'InOrder') {
    const position = state.position % samplesNs.length
    return [at(samplesNs, position), { random: state.random, position: (position + 1) % samplesNs.length }]
  }
  const [index, random] = Random.nextBelow(state.random, samplesNs.length, reason)
  return [at(samplesNs, index), { random, position: state.position }]
}

const at = (samplesNs: ReadonlyArray<number>, index: number): number => {
  const value = samplesNs[index]
  invariant(value !== undefined, 'a recording has samples')
  return value
}
