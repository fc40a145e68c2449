/**
 * Arbitrary laboratories for credit (credit1): its own boot parameters, short timeslices so that accountings
 * come often, and guests that never sleep for shares, caps and waiting.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainPlan } from '../abi/index.js'

import { labArbitrary } from './labArbitrary.js'
import type { LabLimits } from './labArbitrary.js'
import { labDomain, laboratoryMin, scriptVcpu } from './Laboratory.js'
import type { Laboratory } from './Laboratory.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Laboratories under credit, within the limits of {@link labArbitrary}; all its boot parameters vary.
 *
 * @category constructors
 * @since 0.1.0
 */
export const credit1LabArbitrary = (given: Partial<LabLimits> = {}): fc.Arbitrary<Laboratory> =>
  fc
    .record({
      lab: labArbitrary({ durationMaxNs: 60_000_000, ...given, scheduler: 'credit' }),
      own: ownParams
    })
    .map(({ lab, own }) => ({ ...lab, params: { ...lab.params, ...own } }))

/**
 * Laboratories for credit's shares, caps and waits: vCPUs that never sleep, but may yield, on 1 to
 * `pcpusMax` pCPUs; weights and caps of `weights` and `caps`. Shrinks towards one vCPU.
 *
 * @category constructors
 * @since 0.1.0
 */
export const credit1ShareLabArbitrary = (
  given: {
    readonly pcpusMax?: number
    readonly vcpusMax?: number
    readonly domainsMax?: number
    readonly weights?: fc.Arbitrary<number>
    readonly caps?: fc.Arbitrary<number>
    readonly withYields?: boolean
    readonly timeslicesMs?: ReadonlyArray<number>
    readonly durationNs?: number
  } = {}
): fc.Arbitrary<Laboratory> => {
  const { pcpusMax = 1, vcpusMax = 1, weights = fc.constant(256), caps = fc.constant(0) } = given
  const { domainsMax = 5, withYields = false, timeslicesMs = [30], durationNs = 3_000_000_000 } = given
  const phases = withYields
    ? fc.oneof(fc.constant(undefined), fc.nat({ max: 12_000_000 }).map(yielding))
    : fc.constant(undefined)
  const vcpus = fc.array(phases, { minLength: 1, maxLength: vcpusMax })
  return fc
    .record({
      pcpus: fc.integer({ min: 1, max: pcpusMax }),
      domains: fc.array(fc.record({ weight: weights, cap: caps, vcpus }), {
        minLength: Math.min(2, domainsMax),
        maxLength: domainsMax
      }),
      creditTimesliceMs: fc.constantFrom(...timeslicesMs)
    })
    .map(({ pcpus, domains, creditTimesliceMs }) => ({
      ...laboratoryMin,
      topology: { ...laboratoryMin.topology, coresPerSocket: pcpus },
      params: { ...laboratoryMin.params, scheduler: 'credit', creditTimesliceMs },
      domains: domains.map(({ weight, cap, vcpus: list }, i): DomainPlan => {
        const scripts = list.map((one) => scriptVcpu(one))
        return labDomain(i + 1, scripts, { weight, cap: cap === 0 ? null : cap })
      }),
      durationNs
    }))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Phases = Parameters<typeof scriptVcpu>[0]

/** A yield abuser: gives way again and again, for one around the tick of 10 ms. */
const yielding = (runNs: number): Phases => [{ runNs: runNs + 100_000, then: { _tag: 'Yield' } }]

const ownParams = fc.record({
  creditTimesliceMs: fc.constantFrom(30, 1, 2, 3, 5, 10),
  vcpuMigrationDelayUs: fc.constantFrom(0, 0, 500, 5000),
  loadBalanceRatelimitUs: fc.constantFrom(1000, 0, 0, 200),
  tickleOneIdleCpu: fc.boolean().map((isOff) => !isOff)
})
