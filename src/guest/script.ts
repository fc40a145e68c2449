/**
 * The script program: a list of phases, each with what to do at its end, once or in a cycle.
 *
 * @since 0.1.0
 */
import type { GuestAction, GuestPhase, GuestProgram, PlainData } from '../abi/index.js'

import { durationShape } from './durations.js'
import * as Shape from './Shape.js'

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
 * The phases follow each other in a cycle; one that halts or shuts down ends it. A script without phases
 * halts.
 *
 * @category model
 * @since 0.1.0
 */
export interface Script {
  readonly phases: ReadonlyArray<ScriptPhase>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The most phases of a script.
 *
 * @category constants
 * @since 0.1.0
 */
export const phasesMax = 65_536

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
// instances
// -------------------------------------------------------------------------------------

/**
 * A script that comes round again has to take time: a phase that runs or a block, else it would stop the
 * clock. Waits do not count, as somebody may kick at once, and neither does `Until`, whose time has passed
 * the second time.
 *
 * @category instances
 * @since 0.1.0
 */
export const scriptShape: Shape.Shape<Script> = Shape.make('a script', (input, context) =>
  checked.validate(input, context)
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const phaseAt = (config: PlainData, at: number): GuestPhase => {
  const phase = (config as unknown as Script).phases[at]
  if (phase === undefined) return { state: at, runNs: 0, then: { _tag: 'Halt' } }
  return { state: at, runNs: phase.runNs, then: phase.then }
}

type Action<K extends GuestAction['_tag']> = Extract<GuestAction, { readonly _tag: K }>

const timeShape = Shape.integer(0, Number.MAX_SAFE_INTEGER)

/** Domids end below the reserved ones, vCPUs at what Xen can give to one domain. */
const domidShape = Shape.integer(0, 0x7fef)
const vcpuShape = Shape.integer(0, 8191)

const bare = <K extends 'Wait' | 'Yield' | 'Go' | 'Halt'>(tag: K): Shape.Shape<{ readonly _tag: K }> =>
  Shape.closed<{ readonly _tag: K }>(tag, { _tag: Shape.choice(tag) })

const actionShape = Shape.tagged<GuestAction>('an action', '_tag', {
  Block: Shape.closed<Action<'Block'>>('Block', { _tag: Shape.choice('Block'), ns: durationShape }),
  Until: Shape.closed<Action<'Until'>>('Until', { _tag: Shape.choice('Until'), atNs: timeShape }),
  EndJob: Shape.closed<Action<'EndJob'>>('EndJob', {
    _tag: Shape.choice('EndJob'),
    atNs: timeShape,
    releasedNs: timeShape,
    deadlineNs: timeShape
  }),
  Wait: bare('Wait'),
  Signal: Shape.closed<Action<'Signal'>>('Signal', {
    _tag: Shape.choice('Signal'),
    domid: domidShape,
    vcpu: vcpuShape
  }),
  Yield: bare('Yield'),
  Go: bare('Go'),
  Halt: bare('Halt'),
  Shutdown: Shape.closed<Action<'Shutdown'>>('Shutdown', {
    _tag: Shape.choice('Shutdown'),
    reason: Shape.integer(0, 255)
  })
})

const checked = Shape.where(
  Shape.closed<Script>('a script', {
    phases: Shape.list(
      Shape.closed<ScriptPhase>('a phase', { runNs: durationShape, then: actionShape }),
      phasesMax
    )
  }),
  ({ phases }) =>
    phases.length === 0 || phases.some(takesTimeOrEnds)
      ? null
      : { path: ['phases'], reason: 'takes no time: no phase runs, blocks, halts or shuts down' }
)

const takesTimeOrEnds = ({ runNs, then }: ScriptPhase): boolean =>
  runNs > 0 || (then._tag === 'Block' && then.ns > 0) || then._tag === 'Halt' || then._tag === 'Shutdown'
