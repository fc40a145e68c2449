/**
 * The registry of guest programs, and the check that a workload names one of them with a configuration it
 * understands.
 *
 * A workload that {@link validate} accepts never stops the clock: every cycle of it takes time. The machine
 * checks nothing any more; whatever comes from outside goes through here first.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { GuestProgram, GuestSpec, PlainData } from '../abi/index.js'
import { absurd } from '../prelude/index.js'

import { bursts, burstsShape } from './bursts.js'
import type { BurstsConfig } from './bursts.js'
import { periodic, periodicShape } from './periodic.js'
import type { PeriodicConfig } from './periodic.js'
import { random, randomShape } from './random.js'
import type { RandomConfig } from './random.js'
import { arrivals, arrivalsShape, interactive, interactiveShape, server, serverShape } from './requests.js'
import type { ArrivalsConfig, InteractiveConfig, ServerConfig } from './requests.js'
import { script, scriptShape } from './script.js'
import type { Script } from './script.js'
import * as Shape from './Shape.js'
import { hog, hogShape, idle, idleShape } from './steady.js'
import type { HogConfig, IdleConfig } from './steady.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The configuration of each program, by its name.
 *
 * @category model
 * @since 0.1.0
 */
export interface WorkloadConfigs {
  readonly script: Script
  readonly hog: HogConfig
  readonly idle: IdleConfig
  readonly random: RandomConfig
  readonly bursts: BurstsConfig
  readonly periodic: PeriodicConfig
  readonly arrivals: ArrivalsConfig
  readonly interactive: InteractiveConfig
  readonly server: ServerConfig
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a workload was refused. `path` leads to the place within the configuration.
 *
 * @category errors
 * @since 0.1.0
 */
export type WorkloadError =
  | { readonly _tag: 'UnknownProgram'; readonly program: string; readonly known: ReadonlyArray<string> }
  | {
      readonly _tag: 'UnknownVersion'
      readonly program: string
      readonly version: number
      readonly known: ReadonlyArray<number>
    }
  | {
      readonly _tag: 'BadConfig'
      readonly program: string
      readonly path: ReadonlyArray<string>
      readonly reason: string
    }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A workload of the newest version of a program.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <N extends keyof WorkloadConfigs>(
  program: N,
  config: WorkloadConfigs[N]
): Either<WorkloadError, GuestSpec> =>
  validate({ program, version: versionOf(program), config: config as unknown as PlainData })

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * All guest programs, for the environment of a host.
 *
 * @category queries
 * @since 0.1.0
 */
export const programs: ReadonlyArray<GuestProgram> = [
  script,
  hog,
  random,
  periodic,
  bursts,
  arrivals,
  interactive,
  server,
  idle
].map((program) => ({
  ...program,
  accepts: (config) => E.isRight(Shape.read<object>(shapes[program.name as keyof WorkloadConfigs], config))
}))

/**
 * The workload with a complete configuration (defaults filled in, keys in order), or what is wrong with it.
 *
 * @category queries
 * @since 0.1.0
 */
export const validate = (spec: GuestSpec): Either<WorkloadError, GuestSpec> => {
  const { program, version } = spec
  const known = programs.filter(({ name }) => name === program).map((found) => found.version)
  if (known.length === 0) {
    const names = programs.map(({ name }) => name)
    return E.left({ _tag: 'UnknownProgram', program, known: names })
  }
  if (!known.includes(version)) return E.left({ _tag: 'UnknownVersion', program, version, known })
  const config = Shape.read<object>(shapes[program as keyof WorkloadConfigs], spec.config)
  if (E.isLeft(config)) return E.left({ _tag: 'BadConfig', program, ...config.left })
  return E.right({ program, version, config: config.right as unknown as PlainData })
}

/**
 * The newest version of a program; 1 for an unknown one.
 *
 * @category queries
 * @since 0.1.0
 */
export const versionOf = (program: string): number =>
  programs.reduce((newest, { name, version }) => (name === program ? Math.max(newest, version) : newest), 1)

/**
 * A workload error as one line.
 *
 * @category queries
 * @since 0.1.0
 */
export const formatError = (error: WorkloadError): string => {
  switch (error._tag) {
    case 'UnknownProgram':
      return `unknown program ${Shape.show(error.program)}; the programs are ${error.known.join(', ')}`
    case 'UnknownVersion':
      return `unknown version ${error.version} of program ${error.program}; known: ${error.known.join(', ')}`
    case 'BadConfig': {
      const place = Shape.formatPath(error.path)
      return `program ${error.program}: ${place === '' ? '' : `${place}: `}${error.reason}`
    }
    default:
      return absurd(error)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const shapes: { readonly [N in keyof WorkloadConfigs]: Shape.Shape<WorkloadConfigs[N]> } = {
  script: scriptShape,
  hog: hogShape,
  idle: idleShape,
  random: randomShape,
  bursts: burstsShape,
  periodic: periodicShape,
  arrivals: arrivalsShape,
  interactive: interactiveShape,
  server: serverShape
}
