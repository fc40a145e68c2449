/**
 * Arbitrary operations of a control domain on a laboratory: affinity, pauses, parameters, vCPU hot-plug,
 * churn.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { DomainId, Operation } from '../abi/index.js'

import {
  capOf,
  capShareArbitrary,
  domainArbitrary,
  pcpuListArbitrary,
  weightArbitrary
} from './domainArbitrary.js'
import type { DomainScope } from './domainArbitrary.js'
import type { TimedOperation } from './Laboratory.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * One or two operations: what is done and, for pauses and hot-plug, what undoes it later. Shrinks towards a
 * kick.
 *
 * @category constructors
 * @since 0.1.0
 */
export const operationArbitrary = (scope: DomainScope): fc.Arbitrary<ReadonlyArray<TimedOperation>> => {
  const at = fc.nat({ max: scope.durationNs })
  const target = fc.tuple(fc.integer({ min: 1, max: scope.domidMax }), fc.nat({ max: scope.vcpusMax - 1 }))
  const gentle = [single(at, kickArbitrary(scope)), single(at, affinityArbitrary(scope)), hotplug(at, target)]
  const rough = [
    pair(at, target, ([domid]) => [
      { _tag: 'DomainPause', domid },
      { _tag: 'DomainUnpause', domid }
    ]),
    pair(at, target, ([domid, vcpu]) => [
      { _tag: 'VcpuPause', domid, vcpu },
      { _tag: 'VcpuUnpause', domid, vcpu }
    ]),
    single(at, paramsOperation(scope)),
    single(at, ratelimitOperation),
    churn(at, scope)
  ]
  return fc.oneof({ withCrossShrink: true }, ...gentle, ...rough)
}

/**
 * cpupools: a second pool under the same scheduler, pCPUs that go to and fro, domains that move. pCPUs that
 * were not folded onto a laboratory yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const poolOperationArbitrary = (
  scheduler: string,
  scope: DomainScope
): fc.Arbitrary<ReadonlyArray<TimedOperation>> => {
  const at = fc.nat({ max: scope.durationNs })
  const pcpu = fc.nat({ max: scope.pcpusTotal - 1 })
  const domid = fc.integer({ min: 1, max: scope.domidMax })
  return fc.oneof(
    fc.tuple(at, pcpu, fc.nat({ max: 2_000_000 })).map(([atNs, given, laterNs]): TimedOperation[] => [
      { atNs, operation: { _tag: 'PoolCreate', poolId: 1, scheduler } },
      { atNs, operation: { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: given } },
      { atNs: atNs + laterNs, operation: { _tag: 'PoolAddPcpu', poolId: 1, pcpu: given } }
    ]),
    single(at, fc.record({ _tag: fc.constant('PoolRemovePcpu' as const), poolId: fc.nat({ max: 1 }), pcpu })),
    single(at, fc.record({ _tag: fc.constant('PoolAddPcpu' as const), poolId: fc.nat({ max: 1 }), pcpu })),
    single(at, fc.record({ _tag: fc.constant('PoolMoveDomain' as const), poolId: fc.nat({ max: 1 }), domid }))
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Target = readonly [domid: DomainId, vcpu: number]

const single = (
  at: fc.Arbitrary<number>,
  operation: fc.Arbitrary<Operation>
): fc.Arbitrary<TimedOperation[]> =>
  fc.tuple(at, operation).map(([atNs, done]) => [{ atNs, operation: done }])

const pair = (
  at: fc.Arbitrary<number>,
  target: fc.Arbitrary<Target>,
  make: (target: Target) => readonly [Operation, Operation]
): fc.Arbitrary<TimedOperation[]> =>
  fc.tuple(at, target, fc.nat({ max: 8_000_000 })).map(([atNs, chosen, laterNs]) => {
    const [first, second] = make(chosen)
    return [
      { atNs, operation: first },
      { atNs: atNs + laterNs, operation: second }
    ]
  })

const kickArbitrary = ({ domidMax, vcpusMax }: DomainScope): fc.Arbitrary<Operation> =>
  fc
    .tuple(fc.integer({ min: 1, max: domidMax }), fc.nat({ max: vcpusMax - 1 }))
    .map(([domid, vcpu]) => ({ _tag: 'VcpuKick' as const, domid, vcpu }))

const affinityArbitrary = (scope: DomainScope): fc.Arbitrary<Operation> =>
  fc.record({
    _tag: fc.constant('VcpuAffinity' as const),
    domid: fc.integer({ min: 1, max: scope.domidMax }),
    vcpu: fc.nat({ max: scope.vcpusMax - 1 }),
    kind: fc.constantFrom('hard' as const, 'soft' as const),
    pcpus: pcpuListArbitrary(scope.pcpusTotal)
  })

const hotplug = (
  at: fc.Arbitrary<number>,
  target: fc.Arbitrary<Target>
): fc.Arbitrary<ReadonlyArray<TimedOperation>> =>
  pair(at, target, ([domid, vcpu]) => [
    { _tag: 'VcpuOffline', domid, vcpu },
    { _tag: 'VcpuOnline', domid, vcpu }
  ])

/** A cap of 0 takes the cap away. */
const paramsOperation = ({ domidMax, vcpusMax }: DomainScope): fc.Arbitrary<Operation> =>
  fc
    .tuple(
      fc.integer({ min: 1, max: domidMax }),
      weightArbitrary,
      capShareArbitrary,
      fc.integer({ min: 1, max: vcpusMax })
    )
    .map(([domid, weight, capShare, vcpus]) => ({
      _tag: 'SchedDomainParams' as const,
      domid,
      scheduler: null,
      weight,
      cap: capOf(capShare, vcpus) ?? 0
    }))

const ratelimitOperation: fc.Arbitrary<Operation> = fc
  .constantFrom(1000, 0, 100, 3000)
  .map((ratelimitUs) => ({
    _tag: 'SchedPoolParams' as const,
    poolId: 0,
    ratelimitUs,
    timesliceMs: null,
    migrationDelayUs: null
  }))

/** A domain goes; one of the same number may come back later. */
const churn = (at: fc.Arbitrary<number>, scope: DomainScope): fc.Arbitrary<TimedOperation[]> =>
  fc
    .record({
      atNs: at,
      domid: fc.integer({ min: 1, max: scope.domidMax }),
      laterNs: fc.nat({ max: 3_000_000 }),
      plan: fc.option(domainArbitrary(scope))
    })
    .map(({ atNs, domid, laterNs, plan }) => {
      const gone: TimedOperation = { atNs, operation: { _tag: 'DomainDestroy', domid, inPlace: true } }
      if (plan === null) return [gone]
      return [gone, { atNs: atNs + laterNs, operation: { _tag: 'DomainBuild', plan: { ...plan, domid } } }]
    })
