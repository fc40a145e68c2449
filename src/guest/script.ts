/**
 * The script program: a list of phases, each with what to do at its end, once or in a cycle.
 *
 * @since 0.1.0
 */
import type { GuestAction, GuestPhase, GuestProgram, PlainData } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One phase of a script.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScriptPhase {
  readonly runNs: number
  readonly then: GuestAction
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Script {
  readonly phases: ReadonlyArray<ScriptPhase>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program; its configuration is a {@link Script}, its state the number of the current phase.
 *
 * @category constructors
 * @since 0.1.0
 */
export const script: GuestProgram = {
  name: 'script',
  version: 1,
  start: (config) => phaseAt(config, 0),
  next: (config, state) => {
    const { phases } = config as unknown as Script
    const at = (state as number) + 1
    return phaseAt(config, at < phases.length ? at : 0)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const phaseAt = (config: PlainData, at: number): GuestPhase => {
  const phase = (config as unknown as Script).phases[at]
  if (phase === undefined) return { state: at, runNs: 0, then: { _tag: 'Halt' } }
  return { state: at, runNs: phase.runNs, then: phase.then }
}
