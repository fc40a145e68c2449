/**
 * Arbitrary workloads: scripts of guests, from an honest hog to those who look for trouble.
 *
 * Every script takes some time to go round, so that no guest can do infinitely much in an instant.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { GuestAction } from '../abi/index.js'
import type { ScriptPhase } from '../guest/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What scripts may refer to: how long the experiment lasts, and whom a guest may signal.
 *
 * @category model
 * @since 0.1.0
 */
export interface WorkloadScope {
  readonly durationNs: number
  readonly domidMax: number
  readonly vcpusMax: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The first phase of every script runs at least this long: bounds the events of an experiment.
 *
 * @category constants
 * @since 0.1.0
 */
export const roundMinNs = 40_000

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Scripts, as lists of phases. Shrinks towards one phase that never ends.
 *
 * @category constructors
 * @since 0.1.0
 */
export const workloadArbitrary = (scope: WorkloadScope): fc.Arbitrary<ReadonlyArray<ScriptPhase>> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant(hog) },
    { weight: 2, arbitrary: periodic },
    { weight: 2, arbitrary: storm(scope.durationNs) },
    { weight: 2, arbitrary: yielder },
    { weight: 2, arbitrary: signaller(scope) },
    { weight: 4, arbitrary: anything(scope) }
  )

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const hog: ReadonlyArray<ScriptPhase> = [{ runNs: 1_000_000_000, then: { _tag: 'Go' } }]

const round = (phases: ReadonlyArray<ScriptPhase>): ReadonlyArray<ScriptPhase> =>
  phases.map((phase, i) => (i === 0 ? { ...phase, runNs: phase.runNs + roundMinNs } : phase))

/**
 * Times that matter to schedulers: around the rate limit, the shortest slice, a credit, and nothing in
 * particular.
 */
const spanNs = fc.oneof(
  fc.constantFrom(0, 50_000, 500_000, 949_999, 950_000, 950_001, 999_999, 1_000_000, 5_000_000, 10_000_000),
  fc.nat({ max: 200_000 }),
  fc.nat({ max: 12_000_000 })
)

const periodic = fc
  .tuple(spanNs, fc.integer({ min: 20_000, max: 9_000_000 }))
  .map(([runNs, ns]) => round([{ runNs, then: { _tag: 'Block', ns } }]))

/** All guests of this kind wake at the same instants. */
const storm = (durationNs: number): fc.Arbitrary<ReadonlyArray<ScriptPhase>> =>
  fc
    .tuple(fc.constantFrom(3_000_000, 1_000_000, 777_777), fc.nat({ max: 2_000_000 }))
    .map(([every, runNs]) => {
      const count = Math.min(32, Math.max(1, Math.floor(durationNs / every)))
      return round(
        Array.from({ length: count }, (_, i) => ({ runNs, then: { _tag: 'Until', atNs: (i + 1) * every } }))
      )
    })

const yielder = fc.nat({ max: 600_000 }).map((runNs) => round([{ runNs, then: { _tag: 'Yield' } }]))

/** Wakes another and goes to sleep until somebody wakes it. */
const signaller = ({ domidMax, vcpusMax }: WorkloadScope): fc.Arbitrary<ReadonlyArray<ScriptPhase>> =>
  fc
    .tuple(fc.integer({ min: 1, max: domidMax }), fc.nat({ max: vcpusMax - 1 }), fc.nat({ max: 300_000 }))
    .map(([domid, vcpu, runNs]) =>
      round([
        { runNs, then: { _tag: 'Signal', domid, vcpu } },
        { runNs: 0, then: { _tag: 'Wait' } }
      ])
    )

const anything = (scope: WorkloadScope): fc.Arbitrary<ReadonlyArray<ScriptPhase>> =>
  fc
    .array(fc.record({ runNs: spanNs, then: actionArbitrary(scope) }), { minLength: 1, maxLength: 6 })
    .map(round)

const actionArbitrary = ({ durationNs, domidMax, vcpusMax }: WorkloadScope): fc.Arbitrary<GuestAction> =>
  fc.oneof(
    { withCrossShrink: true },
    fc.constant({ _tag: 'Go' as const }),
    spanNs.map((ns) => ({ _tag: 'Block' as const, ns })),
    fc.nat({ max: durationNs }).map((atNs) => ({ _tag: 'Until' as const, atNs })),
    fc.constant({ _tag: 'Wait' as const }),
    fc
      .tuple(fc.integer({ min: 1, max: domidMax }), fc.nat({ max: vcpusMax - 1 }))
      .map(([domid, vcpu]) => ({ _tag: 'Signal' as const, domid, vcpu })),
    fc.constant({ _tag: 'Yield' as const }),
    fc.constant({ _tag: 'Halt' as const })
  )
