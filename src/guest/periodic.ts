/**
 * The periodic program: a real-time task. Jobs are released at fixed times; each takes a drawn execution
 * time and should be finished by its deadline.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import type { GuestPhase, GuestProgram } from '../abi/index.js'
import { Distribution } from '../prelude/index.js'

import { distributionShape, durationMaxNs, durationShape, samplerFor } from './durations.js'
import * as Shape from './Shape.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Jobs are released at `phaseNs`, `phaseNs + periodNs`, ... of the host's time; the first one is the first
 * release not before the task starts, which is when its vCPU first runs. `deadlineNs` counts from the
 * release.
 *
 * When a job ends after the next release, `AtOnce` starts the next job at once, late; `Skip` leaves out the
 * jobs whose releases have passed and goes on with the next release to come.
 *
 * @category model
 * @since 0.1.0
 */
export interface PeriodicConfig {
  readonly periodNs: number
  readonly phaseNs: number
  readonly execution: Distribution.Distribution
  readonly deadlineNs: number
  readonly overrun: 'AtOnce' | 'Skip'
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The shortest period: a task that was stopped for long catches up on at most a million jobs a second.
 *
 * @category constants
 * @since 0.1.0
 */
export const periodMinNs = 1000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program; its configuration is a {@link PeriodicConfig}. Every job is reported at its end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const periodic: GuestProgram = {
  name: 'periodic',
  version: 1,
  start: (config, seed, _vcpu, nowNs) => {
    const task = config as unknown as PeriodicConfig
    const execution = samplerFor(seed, 'execution')
    const releaseNs = releaseFrom(task, nowNs)
    return releaseNs === nowNs ? job(task, execution, releaseNs) : untilRelease(execution, releaseNs)
  },
  next: (config, state, nowNs) => {
    const task = config as unknown as PeriodicConfig
    const { execution, releaseNs } = state as unknown as State
    if (nowNs <= releaseNs || task.overrun === 'AtOnce') return job(task, execution, releaseNs)
    const laterNs = releaseFrom(task, nowNs)
    return laterNs === nowNs ? job(task, execution, laterNs) : untilRelease(execution, laterNs)
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * Phase 0, a deadline equal to the period and `AtOnce` are the defaults.
 *
 * @category instances
 * @since 0.1.0
 */
export const periodicShape: Shape.Shape<PeriodicConfig> = Shape.make(
  'a periodic configuration',
  (input, context) => {
    const found = given.validate(input, context)
    if (E.isLeft(found)) return found
    const { deadlineNs, periodNs } = found.right
    return t.success({ ...found.right, deadlineNs: deadlineNs < 0 ? periodNs : deadlineNs })
  }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A deadline that is not given is negative here. */
const given = Shape.closed<PeriodicConfig>(
  'a periodic configuration',
  {
    periodNs: Shape.integer(periodMinNs, durationMaxNs),
    phaseNs: durationShape,
    execution: distributionShape,
    deadlineNs: Shape.integer(1, durationMaxNs),
    overrun: Shape.choice('AtOnce', 'Skip')
  },
  { phaseNs: 0, deadlineNs: -1, overrun: 'AtOnce' }
)

/** The release of the next job, and where the stream of execution times is. */
interface State {
  readonly execution: Distribution.Sampler
  readonly releaseNs: number
}

/** The first release that is not before `nowNs`. */
const releaseFrom = ({ periodNs, phaseNs }: PeriodicConfig, nowNs: number): number =>
  nowNs <= phaseNs ? phaseNs : phaseNs + Math.ceil((nowNs - phaseNs) / periodNs) * periodNs

const job = (task: PeriodicConfig, sampler: Distribution.Sampler, releasedNs: number): GuestPhase => {
  const [runNs, execution] = Distribution.sample(task.execution, sampler, 'periodic.execution')
  const atNs = releasedNs + task.periodNs
  const state: State = { execution, releaseNs: atNs }
  return {
    state: state as unknown as GuestPhase['state'],
    runNs,
    then: { _tag: 'EndJob', atNs, releasedNs, deadlineNs: releasedNs + task.deadlineNs }
  }
}

const untilRelease = (execution: Distribution.Sampler, releaseNs: number): GuestPhase => {
  const state: State = { execution, releaseNs }
  return {
    state: state as unknown as GuestPhase['state'],
    runNs: 0,
    then: { _tag: 'Until', atNs: releaseNs }
  }
}
