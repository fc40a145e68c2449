import * as fc from 'fast-check'

import type { GuestAction, Input, Operation } from '../../../src/abi/index.js'
import { advanceTo, build, millisecond, operate } from '../../unit/replay/rig.js'

const domid = fc.integer({ min: 0, max: 3 })

const action: fc.Arbitrary<GuestAction> = fc.oneof(
  fc.integer({ min: 1, max: 5 * millisecond }).map((ns): GuestAction => ({ _tag: 'Block', ns })),
  fc.constant<GuestAction>({ _tag: 'Yield' }),
  fc.constant<GuestAction>({ _tag: 'Wait' }),
  fc.constant<GuestAction>({ _tag: 'Go' }),
  domid.map((to): GuestAction => ({ _tag: 'Signal', domid: to, vcpu: 0 }))
)

const building: fc.Arbitrary<Input> = fc
  .record({
    domid,
    vcpus: fc.integer({ min: 1, max: 3 }),
    runNs: fc.integer({ min: 100_000, max: 8 * millisecond }),
    then: action,
    weight: fc.option(fc.integer({ min: 1, max: 1024 }), { nil: null }),
    cap: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null })
  })
  .map(({ domid: id, ...wanted }) => build(id, wanted))

const small: fc.Arbitrary<Operation> = fc.oneof(
  domid.map((id): Operation => ({ _tag: 'DomainDestroy', domid: id, inPlace: false })),
  domid.map((id): Operation => ({ _tag: 'DomainPause', domid: id })),
  domid.map((id): Operation => ({ _tag: 'DomainUnpause', domid: id })),
  fc.tuple(domid, fc.string()).map(([id, name]): Operation => ({ _tag: 'DomainRename', domid: id, name })),
  fc
    .tuple(
      domid,
      fc.dictionary(fc.string(), fc.oneof(fc.maxSafeInteger(), fc.string({ unit: 'binary' }), fc.boolean()))
    )
    .map(([id, userdata]): Operation => ({ _tag: 'DomainUserdata', domid: id, userdata })),
  domid.map((id): Operation => ({ _tag: 'VcpuOffline', domid: id, vcpu: 0 })),
  domid.map((id): Operation => ({ _tag: 'VcpuOnline', domid: id, vcpu: 0 })),
  domid.map((id): Operation => ({ _tag: 'VcpuKick', domid: id, vcpu: 0 })),
  fc
    .tuple(domid, fc.subarray([0, 1], { minLength: 1 }))
    .map(([id, pcpus]): Operation => ({ _tag: 'VcpuAffinity', domid: id, vcpu: 0, kind: 'hard', pcpus })),
  fc.tuple(domid, fc.integer({ min: 1, max: 1024 })).map(([id, weight]): Operation => ({
    _tag: 'SchedDomainParams',
    domid: id,
    scheduler: null,
    weight,
    cap: null
  })),
  fc.constantFrom<Operation>(
    { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 1 },
    { _tag: 'PoolCreate', poolId: 1, scheduler: 'credit2' },
    { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 1 },
    { _tag: 'PoolMoveDomain', poolId: 1, domid: 1 },
    { _tag: 'PoolAddPcpu', poolId: 0, pcpu: 1 }
  )
)

type Step =
  | { readonly advanceNs: number }
  | { readonly input: Input }
  | { readonly later: readonly [number, Operation] }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc.integer({ min: 0, max: 30 * millisecond }).map((advanceNs): Step => ({ advanceNs })),
    weight: 4
  },
  { arbitrary: building.map((input): Step => ({ input })), weight: 3 },
  { arbitrary: small.map((operation): Step => ({ input: operate(operation) })), weight: 4 },
  {
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 40 * millisecond }), small)
      .map((later): Step => ({ later })),
    weight: 1
  }
)

/** Inputs of every kind for a host of two pCPUs; many of them are refused. Times go up. */
export const inputs: fc.Arbitrary<ReadonlyArray<Input>> = fc
  .array(step, { minLength: 1, maxLength: 25 })
  .map((steps) => {
    let nowNs = 0
    return steps.map((given): Input => {
      if ('input' in given) return given.input
      if ('later' in given)
        return { _tag: 'Plan', operations: [{ atNs: nowNs + given.later[0], operation: given.later[1] }] }
      nowNs += given.advanceNs
      return advanceTo(nowNs)
    })
  })
