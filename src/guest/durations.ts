/**
 * What the configurations of guest programs are made of: bounded durations and distributions of durations.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import { Distribution, Random, absurd } from '../prelude/index.js'

import * as Shape from './Shape.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The longest duration of a phase or a wait, 2^46 ns (about 19 hours): the sum of any two times stays an
 * exact integer.
 *
 * @category constants
 * @since 0.1.0
 */
export const durationMaxNs = Distribution.parameterMaxNs

/**
 * The most samples of a recording. Configurations are kept in the host and in every journal.
 *
 * @category constants
 * @since 0.1.0
 */
export const samplesMax = 65_536

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * A sampler with a stream of its own, split from the vCPU's by a label. Then the draws for one purpose
 * never shift those for another, whatever distribution either uses.
 *
 * @category transitions
 * @since 0.1.0
 */
export const samplerFor = (seed: ReadonlyArray<number>, label: string): Distribution.Sampler =>
  Distribution.sampler(Random.split(seed as Random.Random, label))

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether a distribution ever yields more than 0. A program that takes no time at all would stop the clock.
 *
 * @category queries
 * @since 0.1.0
 */
export const takesTime = (distribution: Distribution.Distribution): boolean => {
  switch (distribution._tag) {
    case 'Constant':
      return distribution.valueNs > 0
    case 'Exponential':
      return distribution.meanNs > 0
    case 'Uniform':
    case 'BoundedPareto':
      return distribution.maxNs > 0
    case 'Recorded':
      return distribution.samplesNs.some((sampleNs) => sampleNs > 0)
    default:
      return absurd(distribution)
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const durationShape: Shape.Shape<number> = Shape.integer(0, durationMaxNs)

/**
 * A distribution of durations. A number stands for a constant.
 *
 * @category instances
 * @since 0.1.0
 */
export const distributionShape: Shape.Shape<Distribution.Distribution> = Shape.make(
  'a distribution',
  (input, context) => {
    if (typeof input === 'number') {
      const constant = durationShape.validate(input, context)
      return E.isLeft(constant) ? constant : t.success({ _tag: 'Constant', valueNs: constant.right })
    }
    const shape = kinds.validate(input, context)
    if (E.isLeft(shape)) return shape
    const checked = Distribution.validate(shape.right)
    return E.isRight(checked) ? shape : Shape.refuseAt(input, context, mistakeOf(checked.left))
  }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Kind<K extends Distribution.Distribution['_tag']> = Extract<
  Distribution.Distribution,
  { readonly _tag: K }
>

const kinds = Shape.tagged<Distribution.Distribution>('a distribution', '_tag', {
  Constant: Shape.closed<Kind<'Constant'>>('a Constant', {
    _tag: Shape.choice('Constant'),
    valueNs: durationShape
  }),
  Uniform: Shape.closed<Kind<'Uniform'>>('a Uniform', {
    _tag: Shape.choice('Uniform'),
    minNs: durationShape,
    maxNs: durationShape
  }),
  Exponential: Shape.closed<Kind<'Exponential'>>('an Exponential', {
    _tag: Shape.choice('Exponential'),
    meanNs: durationShape
  }),
  BoundedPareto: Shape.closed<Kind<'BoundedPareto'>>('a BoundedPareto', {
    _tag: Shape.choice('BoundedPareto'),
    shapeThousandths: Shape.integer(1, Distribution.shapeThousandthsMax),
    minNs: Shape.integer(1, durationMaxNs),
    maxNs: Shape.integer(1, durationMaxNs)
  }),
  Recorded: Shape.closed<Kind<'Recorded'>>(
    'a Recorded',
    {
      _tag: Shape.choice('Recorded'),
      samplesNs: Shape.list(durationShape, samplesMax),
      order: Shape.choice('InOrder', 'Random')
    },
    { order: 'InOrder' }
  )
})

const mistakeOf = (error: Distribution.DistributionError): Shape.Mistake => {
  switch (error._tag) {
    case 'MinAboveMax':
      return { path: ['minNs'], reason: 'is above maxNs' }
    case 'NoSamples':
      return { path: ['samplesNs'], reason: 'has no samples' }
    case 'OutOfRange':
      return { path: [error.field], reason: `expected an integer from ${error.min} to ${error.max}` }
    default:
      return absurd(error)
  }
}
