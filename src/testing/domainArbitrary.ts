/**
 * Arbitrary domains: weights at the extremes, caps, affinities, vCPUs that start offline.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainPlan, VcpuPlan } from '../abi/index.js'

import { labDomain, scriptVcpu } from './Laboratory.js'
import { workloadArbitrary } from './workloadArbitrary.js'
import type { WorkloadScope } from './workloadArbitrary.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What domains may refer to.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainScope extends WorkloadScope {
  readonly pcpusTotal: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A domain of number 1. Shrinks towards one vCPU that always wants to run, without weight, cap or affinity.
 *
 * @category constructors
 * @since 0.1.0
 */
export const domainArbitrary = (scope: DomainScope): fc.Arbitrary<DomainPlan> =>
  fc
    .record({
      vcpus: fc.array(vcpuArbitrary(scope), { minLength: 1, maxLength: scope.vcpusMax }),
      weight: weightArbitrary,
      capShare: capShareArbitrary
    })
    .map(({ vcpus, weight, capShare }) => labDomain(1, vcpus, { weight, cap: capOf(capShare, vcpus.length) }))

/**
 * Weights: none given, then the extremes and what lies between.
 *
 * @category constructors
 * @since 0.1.0
 */
export const weightArbitrary: fc.Arbitrary<number | null> = fc.oneof(
  { withCrossShrink: true },
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom(256, 512, 1, 2, 100, 65_535) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 65_535 }) }
)

/**
 * Sets of pCPUs, as lists; null for all. Never empty. Shrinks towards null.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pcpusArbitrary = (pcpusTotal: number): fc.Arbitrary<ReadonlyArray<number> | null> =>
  fc.oneof(
    { withCrossShrink: true },
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: pcpuListArbitrary(pcpusTotal) }
  )

/**
 * Sets of pCPUs, as ascending lists of at least one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pcpuListArbitrary = (pcpusTotal: number): fc.Arbitrary<ReadonlyArray<number>> =>
  fc
    .uniqueArray(fc.nat({ max: pcpusTotal - 1 }), { minLength: 1, maxLength: Math.min(pcpusTotal, 4) })
    .map((list) => list.sort((a, b) => a - b))

/**
 * Caps as thousandths of what all vCPUs of a domain could use; null for no cap.
 *
 * @category constructors
 * @since 0.1.0
 */
export const capShareArbitrary: fc.Arbitrary<number | null> = fc.oneof(
  { withCrossShrink: true },
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 1000 }) }
)

/**
 * The cap in per cent that a share of `capShareArbitrary` stands for; at least 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const capOf = (capShare: number | null, vcpusTotal: number): number | null =>
  capShare === null ? null : Math.max(1, Math.floor((capShare * vcpusTotal) / 10))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const vcpuArbitrary = (scope: DomainScope): fc.Arbitrary<VcpuPlan> =>
  fc
    .record({
      phases: workloadArbitrary(scope),
      hard: pcpusArbitrary(scope.pcpusTotal),
      soft: pcpusArbitrary(scope.pcpusTotal),
      isOffline: fc.nat({ max: 7 })
    })
    .map(({ phases, hard, soft, isOffline }) => ({
      ...scriptVcpu(phases),
      hard,
      soft,
      isOnline: isOffline < 7
    }))
