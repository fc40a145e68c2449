/**
 * Arbitrary laboratories that look for trouble, each in one way: wake-up storms, yield abusers, weights at
 * the extremes, caps over many vCPUs, hogs pinned apart, cpupools that change under load, tables of arinc653,
 * more units than pCPUs for null.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainPlan, VcpuPlan } from '../abi/index.js'

import { pcpuListArbitrary, pcpusArbitrary } from './domainArbitrary.js'
import { labArbitrary } from './labArbitrary.js'
import type { LabLimits } from './labArbitrary.js'
import { labDomain, laboratoryMin, scriptVcpu } from './Laboratory.js'
import type { Laboratory, TimedOperation } from './Laboratory.js'
import { poolOperationArbitrary } from './operationArbitrary.js'
import { settle } from './settle.js'
import { topologyArbitrary } from './topologyArbitrary.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Which scheduler is troubled, and how large the laboratory is.
 *
 * @category model
 * @since 0.1.0
 */
export interface TroubleScope {
  readonly scheduler: string
  readonly pcpusMax: number
  readonly vcpusMax: number
  readonly durationNs: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const troubleScopeDefault: TroubleScope = {
  scheduler: 'credit2',
  pcpusMax: 4,
  vcpusMax: 8,
  durationNs: 40_000_000
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Many vCPUs that sleep and wake at the very same instants, up to the end, and some that never sleep.
 *
 * @category constructors
 * @since 0.1.0
 */
export const wakeStormArbitrary = (given: Partial<TroubleScope> = {}): fc.Arbitrary<Laboratory> => {
  const scope = { ...troubleScopeDefault, ...given }
  return fc
    .record({
      everyNs: fc.constantFrom(3_000_000, 1_000_000, 500_000),
      runsNs: fc.array(fc.option(fc.nat({ max: 400_000 })), { minLength: 2, maxLength: scope.vcpusMax }),
      topology: topologyArbitrary(scope)
    })
    .map(({ everyNs, runsNs, topology }) => {
      const times = Array.from(
        { length: Math.floor(scope.durationNs / everyNs) },
        (_, i) => (i + 1) * everyNs
      )
      const vcpus = runsNs.map((runNs) =>
        runNs === null
          ? scriptVcpu()
          : scriptVcpu(times.map((atNs) => ({ runNs: runNs + 1000, then: { _tag: 'Until' as const, atNs } })))
      )
      return troubled(scope, topology, [labDomain(1, vcpus)])
    })
}

/**
 * Guests that yield again and again, just before a tick or a rate limit for one, beside hogs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const yieldAbuserArbitrary = (given: Partial<TroubleScope> = {}): fc.Arbitrary<Laboratory> => {
  const scope = { ...troubleScopeDefault, ...given }
  const runNs = fc.oneof(
    fc.constantFrom(9_500_000, 999_999, 1_000_000, 500_000),
    fc.integer({ min: 50_000, max: 12_000_000 })
  )
  return fc
    .record({
      abusers: fc.array(runNs, { minLength: 1, maxLength: 3 }),
      hogs: fc.integer({ min: 1, max: 3 }),
      topology: topologyArbitrary(scope)
    })
    .map(({ abusers, hogs, topology }) => {
      const yielding = abusers.map((ns) => scriptVcpu([{ runNs: ns, then: { _tag: 'Yield' } }]))
      const honest = Array.from({ length: hogs }, () => scriptVcpu())
      return troubled(
        scope,
        topology,
        [...yielding, ...honest].map((vcpu, i) => labDomain(i + 1, [vcpu]))
      )
    })
}

/**
 * Weights of 1 beside 65,535, and caps from 1 per cent to all over domains of many vCPUs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const extremesArbitrary = (given: Partial<TroubleScope> = {}): fc.Arbitrary<Laboratory> => {
  const scope = { ...troubleScopeDefault, ...given }
  const domain = fc.record({
    weight: fc.constantFrom(1, 65_535, 2, 256),
    capShare: fc.option(fc.constantFrom(1, 10, 500, 1000)),
    blocks: fc.array(fc.option(fc.integer({ min: 20_000, max: 4_000_000 })), {
      minLength: 1,
      maxLength: scope.vcpusMax
    })
  })
  return fc
    .record({ domains: fc.array(domain, { minLength: 2, maxLength: 3 }), topology: topologyArbitrary(scope) })
    .map(({ domains, topology }) =>
      troubled(
        scope,
        topology,
        domains.map(({ weight, capShare, blocks }, i): DomainPlan => {
          const cap = capShare === null ? null : Math.max(1, Math.floor((capShare * blocks.length) / 10))
          return labDomain(i + 1, blocks.map(workerVcpu), { weight, cap })
        })
      )
    )
}

/**
 * Hogs of any weights, some of them pinned: a pCPU has to pass over units that may not run there.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pinnedHogsArbitrary = (given: Partial<TroubleScope> = {}): fc.Arbitrary<Laboratory> => {
  const scope = { ...troubleScopeDefault, ...given }
  const hog = fc.record({
    weight: fc.constantFrom(256, 512, 1, 65_535),
    hard: pcpusArbitrary(scope.pcpusMax)
  })
  return fc
    .record({
      hogs: fc.array(hog, { minLength: 2, maxLength: scope.vcpusMax }),
      topology: topologyArbitrary(scope)
    })
    .map(({ hogs, topology }) => {
      const domains = hogs.map(({ weight, hard }, i) =>
        labDomain(i + 1, [{ ...scriptVcpu(), hard }], { weight })
      )
      return settle(troubled(scope, topology, domains))
    })
}

/**
 * cpupools under different schedulers that exchange pCPUs and domains while everybody is at work.
 *
 * @category constructors
 * @since 0.1.0
 */
export const changingPoolsArbitrary = (given: Partial<LabLimits> = {}): fc.Arbitrary<Laboratory> => {
  const limits = {
    scheduler: 'credit2',
    pcpusMax: 5,
    domainsMax: 4,
    vcpusMax: 3,
    durationMaxNs: 40_000_000,
    ...given
  }
  const scope = {
    durationNs: limits.durationMaxNs,
    domidMax: limits.domainsMax,
    vcpusMax: limits.vcpusMax,
    pcpusTotal: limits.pcpusMax
  }
  const second = fc.constantFrom('credit2', 'credit', 'rtds', 'null', 'arinc653')
  const changes = second.chain((scheduler) =>
    fc.array(poolOperationArbitrary(scheduler, scope), { minLength: 1, maxLength: 12, size: 'max' })
  )
  return fc
    .record({ lab: labArbitrary({ ...limits, operationsMax: 3 }), changes, isLong: fc.boolean() })
    .map(({ lab, changes: list, isLong }) =>
      settle({
        ...lab,
        durationNs: isLong ? limits.durationMaxNs : lab.durationNs,
        operations: [...lab.operations, ...list.flat()]
      })
    )
}

/**
 * Laboratories under arinc653: tables installed at the start and later, with entries for units that exist or
 * do not, and control domains, which bring entries of their own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const arincLabArbitrary = (given: Partial<LabLimits> = {}): fc.Arbitrary<Laboratory> =>
  fc
    .record({
      lab: labArbitrary({ pcpusMax: 3, ...given, scheduler: 'arinc653' }),
      tables: fc.array(tableArbitrary, { maxLength: 3 }),
      isControl: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 })
    })
    .map(({ lab, tables, isControl }) => ({
      ...lab,
      domains: lab.domains.map((plan, i) => ({ ...plan, isControl: isControl[i] === true })),
      operations: [...lab.operations, ...tables.filter(({ atNs }) => atNs <= lab.durationNs)]
    }))

/**
 * Laboratories under null, with about as many units as pCPUs, sometimes more. Of every second one the domains
 * prefer a few pCPUs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nullLabArbitrary = (given: Partial<LabLimits> = {}): fc.Arbitrary<Laboratory> =>
  fc
    .record({
      lab: labArbitrary({ pcpusMax: 6, domainsMax: 3, vcpusMax: 3, ...given, scheduler: 'null' }),
      soft: fc.option(pcpuListArbitrary(2), { freq: 1 })
    })
    .map(({ lab, soft }) =>
      soft === null
        ? lab
        : settle({
            ...lab,
            domains: lab.domains.map((plan) => ({
              ...plan,
              vcpus: plan.vcpus.map((vcpu) => ({ ...vcpu, soft }))
            }))
          })
    )

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const troubled = (
  scope: TroubleScope,
  topology: Laboratory['topology'],
  domains: ReadonlyArray<DomainPlan>
): Laboratory => ({
  ...laboratoryMin,
  topology,
  params: { ...laboratoryMin.params, scheduler: scope.scheduler },
  domains,
  durationNs: scope.durationNs
})

/** Always wants to run, or computes for half of a time and sleeps for the rest. */
const workerVcpu = (everyNs: number | null): VcpuPlan =>
  everyNs === null
    ? scriptVcpu()
    : scriptVcpu([{ runNs: Math.ceil(everyNs / 2), then: { _tag: 'Block', ns: Math.ceil(everyNs / 2) } }])

const tableArbitrary: fc.Arbitrary<TimedOperation> = fc
  .record({
    atNs: fc.oneof(fc.constant(0), fc.nat({ max: 30_000_000 })),
    entries: fc.array(
      fc.record({
        domid: fc.integer({ min: 1, max: 5 }),
        vcpu: fc.nat({ max: 3 }),
        runtimeNs: fc.integer({ min: 50_000, max: 4_000_000 })
      }),
      { minLength: 1, maxLength: 5 }
    ),
    restNs: fc.nat({ max: 2_000_000 })
  })
  .map(({ atNs, entries, restNs }) => ({
    atNs,
    operation: {
      _tag: 'SchedArinc',
      poolId: 0,
      majorFrameNs: entries.reduce((sum, { runtimeNs }) => sum + runtimeNs, restNs),
      entries
    }
  }))
