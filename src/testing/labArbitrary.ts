/**
 * Arbitrary laboratories.
 *
 * Built from constructors: every reference is to something that exists (or existed), no case is thrown
 * away. Shrinks towards one pCPU, one domain, one vCPU that always runs, default parameters, no operations,
 * a millisecond.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainPlan, Granularity } from '../abi/index.js'

import { domainArbitrary } from './domainArbitrary.js'
import { labDomain, scriptVcpu } from './Laboratory.js'
import type { Laboratory } from './Laboratory.js'
import { operationArbitrary, poolOperationArbitrary } from './operationArbitrary.js'
import { settle } from './settle.js'
import { paramsArbitrary, topologyArbitrary } from './topologyArbitrary.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Limits of arbitrary laboratories, and which scheduler they boot with.
 *
 * @category model
 * @since 0.1.0
 */
export interface LabLimits {
  readonly scheduler: string
  readonly pcpusMax: number
  readonly domainsMax: number
  readonly vcpusMax: number
  readonly operationsMax: number
  readonly durationMaxNs: number
  /** What boot lines say of `sched-gran`. */
  readonly granularities: ReadonlyArray<Granularity>
  /** Context switches may take time. */
  readonly withSwitchCost: boolean
  /** Operations on cpupools too. */
  readonly withPools: boolean
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Small enough for hundreds of laboratories a minute, large enough for several run queues and replenishments.
 *
 * @category constants
 * @since 0.1.0
 */
export const labLimitsDefault: LabLimits = {
  scheduler: 'credit2',
  pcpusMax: 6,
  domainsMax: 4,
  vcpusMax: 4,
  operationsMax: 6,
  durationMaxNs: 40_000_000,
  granularities: ['cpu'],
  withSwitchCost: false,
  withPools: false
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Laboratories within the given limits.
 *
 * @category constructors
 * @since 0.1.0
 */
export const labArbitrary = (given: Partial<LabLimits> = {}): fc.Arbitrary<Laboratory> => {
  const limits = { ...labLimitsDefault, ...given }
  const scope = {
    durationNs: limits.durationMaxNs,
    domidMax: limits.domainsMax,
    vcpusMax: limits.vcpusMax,
    pcpusTotal: limits.pcpusMax
  }
  const operation = limits.withPools
    ? fc.oneof(operationArbitrary(scope), poolOperationArbitrary(limits.scheduler, scope))
    : operationArbitrary(scope)
  return fc
    .record({
      topology: topologyArbitrary(limits),
      params: paramsArbitrary(limits),
      domains: fc.array(domainArbitrary(scope), { minLength: 1, maxLength: limits.domainsMax, size: 'max' }),
      operations: fc.array(operation, { maxLength: limits.operationsMax, size: 'max' }),
      durationNs: fc.noBias(fc.integer({ min: 1_000_000, max: limits.durationMaxNs }))
    })
    .map(({ domains, operations, ...rest }) =>
      settle({
        ...rest,
        domains: domains.map((plan, i) => ({ ...plan, domid: i + 1 })),
        operations: operations.flat()
      })
    )
}

/**
 * Laboratories for proportional shares: one pCPU, from 2 to 6 domains of one vCPU that always wants to run,
 * the default rate limit or `ratelimitsUs`, weights of `weights`, no caps, no operations.
 *
 * @category constructors
 * @since 0.1.0
 */
export const shareLabArbitrary = (
  given: {
    readonly scheduler?: string
    readonly weights?: fc.Arbitrary<number>
    readonly ratelimitsUs?: ReadonlyArray<number>
    readonly durationMaxNs?: number
  } = {}
): fc.Arbitrary<Laboratory> => {
  const { scheduler = 'credit2', weights = fc.constant(256), ratelimitsUs = [1000] } = given
  const { durationMaxNs = 300_000_000 } = given
  return fc
    .record({
      weights: fc.array(weights, { minLength: 2, maxLength: 6 }),
      params: fc
        .tuple(paramsArbitrary({ scheduler }), fc.constantFrom(...ratelimitsUs))
        .map(([params, ratelimitUs]) => ({ ...params, ratelimitUs })),
      durationNs: fc.noBias(fc.integer({ min: 50_000_000, max: durationMaxNs }))
    })
    .map(({ weights: list, params, durationNs }) => ({
      topology: { sockets: 1, coresPerSocket: 1, threadsPerCore: 1, nodesTotal: 1 },
      params,
      domains: list.map((weight, i): DomainPlan => labDomain(i + 1, [scriptVcpu()], { weight })),
      operations: [],
      durationNs
    }))
}
