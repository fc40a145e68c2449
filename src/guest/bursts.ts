/**
 * The bursts program: busy for a while, in short cycles of running and blocking, then quiet for a while.
 *
 * An on period ends with the first cycle whose run, undisturbed, would end at or after the end of the
 * period. Guests can't see how long they will wait for a pCPU, so that under contention an on period is
 * late by at most one cycle.
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
 * Lengths of the on and off periods, and of the runs and blocks within an on period.
 *
 * @category model
 * @since 0.1.0
 */
export interface BurstsConfig {
  readonly on: Distribution.Distribution
  readonly off: Distribution.Distribution
  readonly run: Distribution.Distribution
  readonly block: Distribution.Distribution
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program; its configuration is a {@link BurstsConfig}. It starts with an on period. Each of the four
 * distributions has a stream of its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bursts: GuestProgram = {
  name: 'bursts',
  version: 1,
  start: (config, seed, _vcpu, nowNs) => phase(config as unknown as BurstsConfig, initial(seed), nowNs),
  next: (config, state, nowNs) => phase(config as unknown as BurstsConfig, state as unknown as State, nowNs)
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * Runs and blocks together have to take time: else an on period would never end.
 *
 * @category instances
 * @since 0.1.0
 */
export const burstsShape: Shape.Shape<BurstsConfig> = Shape.where(
  Shape.closed<BurstsConfig>('a bursts configuration', {
    on: distributionShape,
    off: distributionShape,
    run: distributionShape,
    block: distributionShape
  }),
  ({ run, block }) =>
    takesTime(run) || takesTime(block)
      ? null
      : { path: [], reason: 'takes no time: both run and block are 0' }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/**
 * `pauseNs` is how long the block before the next run will take, `onUntilNs` the end of the on period, -1
 * in a quiet one.
 */
interface State {
  readonly on: Distribution.Sampler
  readonly off: Distribution.Sampler
  readonly run: Distribution.Sampler
  readonly block: Distribution.Sampler
  readonly pauseNs: number
  readonly onUntilNs: number
}

const initial = (seed: ReadonlyArray<number>): State => ({
  on: samplerFor(seed, 'on'),
  off: samplerFor(seed, 'off'),
  run: samplerFor(seed, 'run'),
  block: samplerFor(seed, 'block'),
  pauseNs: 0,
  onUntilNs: -1
})

/** The phase that begins, undisturbed, after the pause that begins now. */
const phase = (config: BurstsConfig, state: State, nowNs: number): GuestPhase => {
  const startNs = nowNs + state.pauseNs
  let { on, off, block, onUntilNs } = state
  if (onUntilNs < 0) {
    const [onNs, drawn] = Distribution.sample(config.on, on, 'bursts.on')
    on = drawn
    onUntilNs = startNs + onNs
  }
  const [runNs, run] = Distribution.sample(config.run, state.run, 'bursts.run')
  let ns: number
  if (startNs + runNs >= onUntilNs) {
    ;[ns, off] = Distribution.sample(config.off, off, 'bursts.off')
    onUntilNs = -1
  } else {
    ;[ns, block] = Distribution.sample(config.block, block, 'bursts.block')
  }
  const next: State = { on, off, run, block, pauseNs: ns, onUntilNs }
  return { state: next as unknown as GuestPhase['state'], runNs, then: { _tag: 'Block', ns } }
}
