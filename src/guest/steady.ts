/**
 * Programs that do one thing for ever: `hog` runs, `idle` does not.
 *
 * @since 0.1.0
 */
import type { GuestPhase, GuestProgram } from '../abi/index.js'

import { durationMaxNs } from './durations.js'
import * as Shape from './Shape.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A hog's phases follow each other without a pause; their length only says how often the end of one is
 * counted.
 *
 * @category model
 * @since 0.1.0
 */
export interface HogConfig {
  readonly phaseNs: number
}

/**
 * @category model
 * @since 0.1.0
 */
export type IdleConfig = { readonly [key: string]: never }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * One hour: long enough that a hog costs no events.
 *
 * @category constants
 * @since 0.1.0
 */
export const hogPhaseDefaultNs = 3_600_000_000_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program that never gives up its pCPU; its configuration is a {@link HogConfig}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hog: GuestProgram = {
  name: 'hog',
  version: 1,
  start: (config) => hogPhase(config as unknown as HogConfig),
  next: (config) => hogPhase(config as unknown as HogConfig)
}

/**
 * The program that halts at once and for ever.
 *
 * @category constructors
 * @since 0.1.0
 */
export const idle: GuestProgram = {
  name: 'idle',
  version: 1,
  start: () => halted,
  next: () => halted
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const hogShape: Shape.Shape<HogConfig> = Shape.closed<HogConfig>(
  'a hog configuration',
  { phaseNs: Shape.integer(1, durationMaxNs) },
  { phaseNs: hogPhaseDefaultNs }
)

/**
 * @category instances
 * @since 0.1.0
 */
export const idleShape: Shape.Shape<IdleConfig> = Shape.closed<IdleConfig>('an idle configuration', {})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const hogPhase = (config: HogConfig): GuestPhase => ({
  state: null,
  runNs: config.phaseNs,
  then: { _tag: 'Go' }
})

const halted: GuestPhase = { state: null, runNs: 0, then: { _tag: 'Halt' } }
