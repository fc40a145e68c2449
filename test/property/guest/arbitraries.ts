import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'

import type { GuestAction, GuestSpec, PlainData } from '../../../src/abi/index.js'
import { Workload } from '../../../src/guest/index.js'
import type { Distribution } from '../../../src/prelude/index.js'

type Drawn = Distribution.Distribution

/** 0, or long enough that a run of some milliseconds has a bounded number of phases. */
const duration = (max: number): fc.Arbitrary<number> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(0) },
    { weight: 4, arbitrary: fc.integer({ min: 10_000, max }) }
  )

const span = (element: fc.Arbitrary<number>): fc.Arbitrary<readonly [number, number]> =>
  fc.tuple(element, element).map(([a, b]) => [Math.min(a, b), Math.max(a, b)])

/** Distributions of durations, and of no time at all. */
export const distribution = (max: number): fc.Arbitrary<Drawn> =>
  fc.oneof(
    duration(max).map((valueNs): Drawn => ({ _tag: 'Constant', valueNs })),
    span(duration(max)).map(([minNs, maxNs]): Drawn => ({ _tag: 'Uniform', minNs, maxNs })),
    duration(max).map((meanNs): Drawn => ({ _tag: 'Exponential', meanNs })),
    fc
      .tuple(fc.integer({ min: 1, max: 5000 }), span(fc.integer({ min: 10_000, max })))
      .map(([shapeThousandths, [minNs, maxNs]]): Drawn => ({
        _tag: 'BoundedPareto',
        shapeThousandths,
        minNs,
        maxNs
      })),
    fc
      .tuple(
        fc.array(duration(max), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('InOrder' as const, 'Random' as const)
      )
      .map(([samplesNs, order]): Drawn => ({ _tag: 'Recorded', samplesNs, order }))
  )

export const action: fc.Arbitrary<GuestAction> = fc.oneof(
  duration(1_000_000).map((ns): GuestAction => ({ _tag: 'Block', ns })),
  fc.nat(5_000_000).map((atNs): GuestAction => ({ _tag: 'Until', atNs })),
  fc.constantFrom<GuestAction>({ _tag: 'Wait' }, { _tag: 'Yield' }, { _tag: 'Go' }, { _tag: 'Halt' }),
  fc.record({ _tag: fc.constant('Signal' as const), domid: fc.nat(3), vcpu: fc.nat(2) }),
  fc
    .tuple(fc.nat(5_000_000), fc.nat(5_000_000), fc.nat(5_000_000))
    .map(([atNs, releasedNs, deadlineNs]): GuestAction => ({ _tag: 'EndJob', atNs, releasedNs, deadlineNs }))
)

/** Configurations of every program; some take no time and are refused. */
const configs: ReadonlyArray<fc.Arbitrary<readonly [keyof Workload.WorkloadConfigs, object]>> = [
  fc
    .record({ phases: fc.array(fc.record({ runNs: duration(500_000), then: action }), { maxLength: 6 }) })
    .map((config) => ['script', config]),
  fc.record({ phaseNs: fc.integer({ min: 10_000, max: 10_000_000 }) }).map((config) => ['hog', config]),
  fc.record({ run: distribution(500_000), block: distribution(500_000) }).map((config) => ['random', config]),
  fc
    .record({
      on: distribution(3_000_000),
      off: distribution(3_000_000),
      run: distribution(300_000),
      block: distribution(300_000)
    })
    .map((config) => ['bursts', config]),
  fc
    .record({
      periodNs: fc.integer({ min: 10_000, max: 3_000_000 }),
      phaseNs: fc.nat(3_000_000),
      execution: distribution(2_000_000),
      deadlineNs: fc.integer({ min: 1, max: 3_000_000 }),
      overrun: fc.constantFrom('AtOnce', 'Skip')
    })
    .map((config) => ['periodic', config]),
  fc
    .record({
      interval: distribution(2_000_000),
      service: distribution(500_000),
      deadlineNs: fc.integer({ min: 1, max: 3_000_000 })
    })
    .map((config) => ['arrivals', config]),
  fc
    .record({
      think: distribution(2_000_000),
      service: distribution(500_000),
      deadlineNs: fc.integer({ min: 1, max: 3_000_000 })
    })
    .map((config) => ['interactive', config]),
  fc.record({ service: distribution(500_000) }).map((config) => ['server', config]),
  fc.constant(['idle', {}] as const)
]

/** Any accepted workload. */
export const workload: fc.Arbitrary<GuestSpec> = fc
  .oneof(...configs)
  .map(([program, config]) =>
    Workload.validate({ program, version: 1, config: config as unknown as PlainData })
  )
  .filter(E.isRight)
  .map(({ right }) => right)

/** Any configuration at all, most of them nearly right. */
export const nearlyWorkload: fc.Arbitrary<readonly [string, PlainData]> = fc
  .tuple(fc.oneof(...configs), fc.array(fc.tuple(fc.nat(20), fc.jsonValue()), { maxLength: 2 }))
  .map(([[program, config], damages]) => {
    const damaged = JSON.parse(JSON.stringify(config)) as Record<string, unknown>
    for (const [at, value] of damages) {
      const keys = Object.keys(damaged)
      damaged[keys[at % (keys.length + 1)] ?? 'more'] = value
    }
    return [program, damaged as PlainData]
  })
