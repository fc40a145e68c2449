import * as E from 'fp-ts/lib/Either.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { RealTimeParams } from '../../../src/abi/index.js'
import { formatDuration, parseDuration } from '../../../src/replay/scenario/Duration.js'
import { parseJson } from '../../../src/replay/scenario/JsonText.js'
import { formatScenarioError, parseScenario, scenarioOf } from '../../../src/replay/scenario/parseScenario.js'
import type { Scenario, ScenarioDomain, ScenarioEvent } from '../../../src/replay/scenario/Scenario.js'
import { scenarioToPlan } from '../../../src/replay/scenario/scenarioPlan.js'
import { scenarioToJson } from '../../../src/replay/scenario/scenarioToJson.js'

import { workload } from './arbitraries.js'

const durationNs = 10_000_000_000
const pcpusTotal = 8

/** Types of inner calls are inferred too late for `fc.option` within a record. */
const orNull = <A>(element: fc.Arbitrary<A>): fc.Arbitrary<A | null> => fc.option(element)

const cpus = fc.option(
  fc.uniqueArray(fc.nat(pcpusTotal - 1), { minLength: 1 }).map((list) => list.sort((a, b) => a - b))
)
const spec = fc.option(workload)

const workloads = (vcpusMax: number) =>
  fc.record({
    all: spec,
    exceptions: fc
      .uniqueArray(fc.record({ vcpu: fc.nat(vcpusMax - 1), workload: spec }), {
        selector: ({ vcpu }) => vcpu,
        maxLength: 3
      })
      .map((list) => list.sort((a, b) => a.vcpu - b.vcpu))
  })

const lengthUs = fc.integer({ min: 10, max: 0xffff_ffff })
const params: fc.Arbitrary<RealTimeParams> = fc
  .record({ a: lengthUs, b: lengthUs, isExtra: fc.option(fc.boolean()) })
  .map(({ a, b, isExtra }) => ({ periodUs: Math.max(a, b), budgetUs: Math.min(a, b), isExtra }))

const recorded = fc.option(
  fc.record({
    source: fc.string(),
    elapsedNs: fc.integer({ min: 1, max: durationNs }),
    resolutionNs: fc.nat(durationNs),
    readingsNs: fc.nat(durationNs),
    vcpus: fc.nat(durationNs).map(
      (cpuNs) =>
        [{ domain: 'a', vcpu: 0, cpuNs }] as ReadonlyArray<{
          readonly domain: string
          readonly vcpu: number
          readonly cpuNs: number
        }>
    )
  })
)

const inline = (name: string): fc.Arbitrary<ScenarioDomain> =>
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })).chain(([a, b]) =>
    fc.record({
      _tag: fc.constant('Inline' as const),
      name: fc.constant(name),
      type: fc.constantFrom('pv' as const, 'pvh' as const, 'hvm' as const),
      vcpusMax: fc.constant(Math.max(a, b)),
      vcpusOnline: fc.constant(Math.min(a, b)),
      weight: orNull(fc.integer({ min: 1, max: 65_535 })),
      cap: orNull(fc.nat(400)),
      cpus,
      cpusSoft: cpus,
      realTime: orNull(params),
      realTimes: fc
        .uniqueArray(fc.record({ vcpu: fc.nat(Math.max(a, b) - 1), params }), {
          selector: ({ vcpu }) => vcpu,
          maxLength: 2
        })
        .map((list) => list.sort((one, other) => one.vcpu - other.vcpu)),
      memoryMiB: fc.nat(5000),
      isAutostarted: fc.constant(true),
      workloads: workloads(Math.max(a, b))
    })
  )

const cfg = (name: string): fc.Arbitrary<ScenarioDomain> =>
  fc.record({
    _tag: fc.constant('Cfg' as const),
    name: fc.constant(name),
    path: fc.string({ minLength: 1 }),
    overrides: fc.array(fc.string({ minLength: 1 }), { maxLength: 2 }),
    isAutostarted: fc.boolean(),
    workloads: workloads(8)
  })

/** Events on an inline domain that exists from the start and is never destroyed. */
const eventOn = ({ name: domain, ...rest }: ScenarioDomain): fc.Arbitrary<ScenarioEvent> => {
  const vcpu = fc.nat(rest._tag === 'Inline' ? rest.vcpusMax - 1 : 0)
  const atNs = fc.nat(durationNs)
  const name = fc.constant(domain)
  return fc.oneof(
    fc.record({ _tag: fc.constantFrom('pause' as const, 'unpause' as const), atNs, domain: name }),
    fc.record({
      _tag: fc.constantFrom('online' as const, 'offline' as const, 'kick' as const),
      atNs,
      domain: name,
      vcpu
    }),
    fc.record({
      _tag: fc.constant('sched' as const),
      atNs,
      domain: name,
      weight: fc.integer({ min: 1, max: 65_535 }),
      cap: fc.option(fc.nat(100))
    }),
    fc.record({
      _tag: fc.constant('rtds' as const),
      atNs,
      domain: name,
      vcpu: fc.option(vcpu),
      params
    }),
    fc.record({ _tag: fc.constant('ratelimit' as const), atNs, ratelimitUs: fc.nat(500_000) }),
    fc.record({
      _tag: fc.constant('pin' as const),
      atNs,
      domain: name,
      vcpu: fc.option(vcpu),
      cpus: fc.constant([1, 2]),
      cpusSoft: cpus
    }),
    fc.record({
      _tag: fc.constant('workload' as const),
      atNs,
      domain: name,
      vcpu: fc.option(vcpu),
      workload: spec
    })
  )
}

const scenario: fc.Arbitrary<Scenario> = fc
  .tuple(inline('a'), fc.option(inline('b')), fc.option(cfg('c')))
  .chain(([a, b, c]) =>
    fc.record({
      version: fc.constant(1 as const),
      name: fc.string(),
      topology: fc.constantFrom(
        { sockets: 1, coresPerSocket: 4, threadsPerCore: 2, nodesTotal: 1 },
        { sockets: 2, coresPerSocket: 4, threadsPerCore: 1, nodesTotal: 2 }
      ),
      memoryMiB: fc.integer({ min: 1, max: 0x100_0000 }),
      commandLine: fc.string(),
      seed: fc.maxSafeNat(),
      durationNs: fc.constant(durationNs),
      files: fc.array(
        fc.record({
          path: fc.string({ minLength: 1 }),
          kind: fc.constantFrom('kernel' as const, 'ramdisk' as const, 'disk' as const, 'file' as const),
          bytes: fc.maxSafeNat()
        }),
        { maxLength: 2 }
      ),
      dom0: fc.option(workloads(4)),
      domains: fc.constant([a, b, c].filter((domain) => domain !== null)),
      events: fc.array(eventOn(a), { maxLength: 5 }),
      costs: fc.record({
        contextSwitchNs: fc.nat(1_000_000_000),
        migrationNs: fc.nat(1_000_000_000),
        socketNs: fc.nat(1_000_000_000),
        smtPercent: fc.nat(10_000),
        remotePercent: fc.nat(10_000)
      }),
      recorded
    })
  )

test('a scenario that is printed and read again is the same scenario', () => {
  fc.assert(
    fc.property(scenario, (given) => {
      expect(parseScenario(scenarioToJson(given), 'x')).toEqual(E.right(given))
    })
  )
})

test('a plan is in the order of times and names only domains that it created before', () => {
  fc.assert(
    fc.property(scenario, (given) => {
      const created = new Set([0])
      let atNs = 0
      for (const step of scenarioToPlan(given).steps) {
        expect(step.atNs).toBeGreaterThanOrEqual(atNs)
        atNs = step.atNs
        if (step._tag === 'CreateFromFile') created.add(step.domid)
        else if (step.operation._tag === 'DomainBuild') created.add(step.operation.plan.domid)
        else if ('domid' in step.operation) expect(created).toContain(step.operation.domid)
      }
    })
  )
})

const checkNeverThrows = (text: string): boolean => {
  const found = parseScenario(text, 'x')
  if (E.isRight(found)) return true
  expect(formatScenarioError(found.left).length).toBeLessThan(1000)
  expect(found.left.line).toBeGreaterThanOrEqual(1)
  expect(found.left.column).toBeGreaterThanOrEqual(1)
  return false
}

test('any text is read or refused, never thrown at', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json(), fc.json({ maxDepth: 8 })),
      (text) => void checkNeverThrows(text)
    ),
    {
      numRuns: 500
    }
  )
})

test('any scenario with a part replaced by anything is read or refused, never thrown at', () => {
  const seen = { accepted: 0, refused: 0 }
  fc.assert(
    fc.property(
      scenario,
      fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { minLength: 1, maxLength: 2 }),
      (given, damages) => {
        let value = JSON.parse(scenarioToJson(given)) as unknown
        for (const [at, replacement] of damages) value = damaged(value, at, replacement)
        const isRead = checkNeverThrows(JSON.stringify(value))
        seen[isRead ? 'accepted' : 'refused'] += 1
        expect(E.isRight(scenarioOf(JSON.parse(JSON.stringify(value))))).toBe(isRead)
      }
    ),
    { numRuns: 500 }
  )
  expect(seen.refused).toBeGreaterThan(20)
})

/** `value` with one of its parts, chosen by `at`, replaced. */
const damaged = (value: unknown, at: number, replacement: unknown): unknown => {
  if (typeof value !== 'object' || value === null || at % 7 === 0) return replacement
  const entries = Object.entries(value)
  const chosen = at % (entries.length + 1)
  const inner = entries.map(([key, part], i): readonly [string, unknown] => [
    key,
    i === chosen ? damaged(part, Math.floor(at / 3), replacement) : part
  ])
  if (Array.isArray(value)) return inner.map(([, part]) => part)
  return Object.fromEntries(chosen === entries.length ? [...inner, ['more', replacement]] : inner)
}

test('any JSON reads as the language reads it', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (compact, indent) => {
      const text = JSON.stringify(JSON.parse(compact), null, indent)
      const found = parseJson(text)
      expect(E.isRight(found) ? found.right.value : found.left).toEqual(JSON.parse(text))
    })
  )
})

test('a duration that is printed and read again is the same', () => {
  fc.assert(
    fc.property(
      fc.maxSafeNat(),
      fc.constantFrom(1, 1000, 1_000_000, 1_000_000_000, 60_000_000_000),
      (n, unit) => {
        const ns = Math.floor(n / unit) * unit
        expect(parseDuration(formatDuration(ns))).toEqual(E.right(ns))
      }
    )
  )
})

test('decimals of seconds are exact', () => {
  fc.assert(
    fc.property(fc.nat(9_000_000), fc.nat(999_999_999), (seconds, ns) => {
      const text = `${seconds}.${String(ns).padStart(9, '0')}s`
      const expected = BigInt(seconds) * 1_000_000_000n + BigInt(ns)
      expect(parseDuration(text)).toEqual(E.right(Number(expected)))
    })
  )
})
