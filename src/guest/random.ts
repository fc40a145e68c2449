/**
 * The random program: runs and blocks by turns, each for a time drawn from a distribution.
 *
 * @since 0.1.0
 */
import type { GuestPhase, GuestProgram } from '../abi/index.js'
import { Distribution } from '../prelude/index.js'

import { distributionShape, samplerFor, takesTime } from './durations.js'
import * as Shape from './Shape.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface RandomConfig {
  readonly run: Distribution.Distribution
  readonly block: Distribution.Distribution
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program; its configuration is a {@link RandomConfig}. Runs and blocks have a stream each.
 *
 * @category constructors
 * @since 0.1.0
 */
export const random: GuestProgram = {
  name: 'random',
  version: 1,
  start: (config, seed) =>
    phase(config as unknown as RandomConfig, samplerFor(seed, 'run'), samplerFor(seed, 'block')),
  next: (config, state) => {
    const { run, block } = state as unknown as State
    return phase(config as unknown as RandomConfig, run, block)
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const randomShape: Shape.Shape<RandomConfig> = Shape.where(
  Shape.closed<RandomConfig>('a random configuration', { run: distributionShape, block: distributionShape }),
  ({ run, block }) =>
    takesTime(run) || takesTime(block)
      ? null
      : { path: [], reason: 'takes no time: both run and block are 0' }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Where the two streams are. */
interface State {
  readonly run: Distribution.Sampler
  readonly block: Distribution.Sampler
}

const phase = (
  config: RandomConfig,
  runSampler: Distribution.Sampler,
  blockSampler: Distribution.Sampler
): GuestPhase => {
  const [runNs, run] = Distribution.sample(config.run, runSampler, 'random.run')
  const [ns, block] = Distribution.sample(config.block, blockSampler, 'random.block')
  return { state: { run, block } as unknown as GuestPhase['state'], runNs, then: { _tag: 'Block', ns } }
}
