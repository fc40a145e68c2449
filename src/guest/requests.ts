/**
 * Programs that serve requests: `arrivals` (an open queue), `interactive` (a user who waits for the answer
 * and then thinks) and `server` (one service for each kick).
 *
 * The first two report each request as a job, from its arrival to its answer, so that response times can be
 * read off.
 *
 * @since 0.1.0
 */
import type { GuestPhase, GuestProgram } from '../abi/index.js'
import { Distribution } from '../prelude/index.js'

import { distributionShape, durationMaxNs, samplerFor, takesTime } from './durations.js'
import * as Shape from './Shape.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Requests arrive at drawn intervals whether or not earlier ones are answered; they queue up and are served
 * in order.
 *
 * @category model
 * @since 0.1.0
 */
export interface ArrivalsConfig {
  readonly interval: Distribution.Distribution
  readonly service: Distribution.Distribution
  readonly deadlineNs: number
}

/**
 * One user: thinks, asks, waits for the answer, thinks again.
 *
 * @category model
 * @since 0.1.0
 */
export interface InteractiveConfig {
  readonly think: Distribution.Distribution
  readonly service: Distribution.Distribution
  readonly deadlineNs: number
}

/**
 * Waits for a kick, serves, waits again. As everywhere, at most one kick is stored while it is busy.
 *
 * @category model
 * @since 0.1.0
 */
export interface ServerConfig {
  readonly service: Distribution.Distribution
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * 100 ms, about what people feel as at once.
 *
 * @category constants
 * @since 0.1.0
 */
export const deadlineDefaultNs = 100_000_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The program of an open queue; its configuration is an {@link ArrivalsConfig}. The first request arrives
 * one interval after the start.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arrivals: GuestProgram = {
  name: 'arrivals',
  version: 1,
  start: (config, seed, _vcpu, nowNs) => {
    const { interval } = config as unknown as ArrivalsConfig
    const [afterNs, sampler] = Distribution.sample(
      interval,
      samplerFor(seed, 'interval'),
      'arrivals.interval'
    )
    const atNs = nowNs + afterNs
    const state: ArrivalsState = { interval: sampler, service: samplerFor(seed, 'service'), arrivedNs: atNs }
    return { state: state as unknown as GuestPhase['state'], runNs: 0, then: { _tag: 'Until', atNs } }
  },
  next: (config, given) => {
    const queue = config as unknown as ArrivalsConfig
    const state = given as unknown as ArrivalsState
    const releasedNs = state.arrivedNs
    const [runNs, service] = Distribution.sample(queue.service, state.service, 'arrivals.service')
    const [afterNs, interval] = Distribution.sample(queue.interval, state.interval, 'arrivals.interval')
    const atNs = releasedNs + afterNs
    const next: ArrivalsState = { interval, service, arrivedNs: atNs }
    const then = { _tag: 'EndJob', atNs, releasedNs, deadlineNs: releasedNs + queue.deadlineNs } as const
    return { state: next as unknown as GuestPhase['state'], runNs, then }
  }
}

/**
 * The program of one user; its configuration is an {@link InteractiveConfig}.
 *
 * A thought begins when the answer is there, which only the end of the service tells; so a request is two
 * phases, the service and an empty one in which the thought begins.
 *
 * @category constructors
 * @since 0.1.0
 */
export const interactive: GuestProgram = {
  name: 'interactive',
  version: 1,
  start: (config, seed) =>
    thought(config as unknown as InteractiveConfig, samplerFor(seed, 'think'), samplerFor(seed, 'service')),
  next: (config, given, nowNs) => {
    const user = config as unknown as InteractiveConfig
    const state = given as unknown as InteractiveState
    if (state.thinkNs < 0) return thought(user, state.think, state.service)
    const releasedNs = nowNs + state.thinkNs
    const [runNs, service] = Distribution.sample(user.service, state.service, 'interactive.service')
    const next: InteractiveState = { think: state.think, service, thinkNs: -1 }
    // The time to wait until has passed when the service ends: the job is reported, the next phase follows.
    const then = {
      _tag: 'EndJob',
      atNs: releasedNs,
      releasedNs,
      deadlineNs: releasedNs + user.deadlineNs
    } as const
    return { state: next as unknown as GuestPhase['state'], runNs, then }
  }
}

/**
 * The program that answers kicks; its configuration is a {@link ServerConfig}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const server: GuestProgram = {
  name: 'server',
  version: 1,
  start: (_config, seed) => ({
    state: samplerFor(seed, 'service') as unknown as GuestPhase['state'],
    runNs: 0,
    then: { _tag: 'Wait' }
  }),
  next: (config, state) => {
    const sampler = state as unknown as Distribution.Sampler
    const { service } = config as unknown as ServerConfig
    const [runNs, drawn] = Distribution.sample(service, sampler, 'server.service')
    return { state: drawn as unknown as GuestPhase['state'], runNs, then: { _tag: 'Wait' } }
  }
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const arrivalsShape: Shape.Shape<ArrivalsConfig> = Shape.where(
  Shape.closed<ArrivalsConfig>(
    'an arrivals configuration',
    { interval: distributionShape, service: distributionShape, deadlineNs: Shape.integer(1, durationMaxNs) },
    { deadlineNs: deadlineDefaultNs }
  ),
  // Requests without an interval would never stop arriving at one instant.
  ({ interval }) =>
    takesTime(interval) ? null : { path: ['interval'], reason: 'takes no time: it is always 0' }
)

/**
 * @category instances
 * @since 0.1.0
 */
export const interactiveShape: Shape.Shape<InteractiveConfig> = Shape.where(
  Shape.closed<InteractiveConfig>(
    'an interactive configuration',
    { think: distributionShape, service: distributionShape, deadlineNs: Shape.integer(1, durationMaxNs) },
    { deadlineNs: deadlineDefaultNs }
  ),
  ({ think, service }) =>
    takesTime(think) || takesTime(service)
      ? null
      : { path: [], reason: 'takes no time: both think and service are 0' }
)

/**
 * A server needs time for a request: two that kick each other would else stop the clock.
 *
 * @category instances
 * @since 0.1.0
 */
export const serverShape: Shape.Shape<ServerConfig> = Shape.where(
  Shape.closed<ServerConfig>('a server configuration', { service: distributionShape }),
  ({ service }) =>
    takesTime(service) ? null : { path: ['service'], reason: 'takes no time: it is always 0' }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Where the streams are, and when the next request arrives. */
interface ArrivalsState {
  readonly interval: Distribution.Sampler
  readonly service: Distribution.Sampler
  readonly arrivedNs: number
}

/** `thinkNs` is how long the thought that begins now will take, -1 during a service. */
interface InteractiveState {
  readonly think: Distribution.Sampler
  readonly service: Distribution.Sampler
  readonly thinkNs: number
}

const thought = (
  user: InteractiveConfig,
  sampler: Distribution.Sampler,
  service: Distribution.Sampler
): GuestPhase => {
  const [thinkNs, think] = Distribution.sample(user.think, sampler, 'interactive.think')
  const state: InteractiveState = { think, service, thinkNs }
  return { state: state as unknown as GuestPhase['state'], runNs: 0, then: { _tag: 'Block', ns: thinkNs } }
}
