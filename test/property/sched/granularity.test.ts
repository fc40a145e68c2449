import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { pcpusTotal } from '../../../src/abi/index.js'
import type { Granularity, Operation, Output } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { advance } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { Table } from '../../../src/prelude/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import { masterOf, schedulers, vcpuOn } from '../../../src/sched/index.js'
import {
  assertLaws,
  credit2Laws,
  firstDifference,
  genericLaws,
  labArbitrary,
  nextInstantNs,
  runLaboratory,
  startLaboratory
} from '../../../src/testing/index.js'
import type { LabLimits, Laboratory, Run, TimedOperation } from '../../../src/testing/index.js'
import { runs } from './runs.js'

/**
 * Granularities core and socket under every scheduler: the general laws hold, no core is shared, and where a
 * core is one pCPU nothing differs from granularity cpu.
 */
const registry = { schedulers, programs: [script] }

const coarse: ReadonlyArray<Granularity> = ['core', 'socket']

/** Cores of up to four threads; with pools a domain goes to one of another granularity and comes back. */
const labs = (given: Partial<LabLimits>): fc.Arbitrary<Laboratory> =>
  fc
    .record({
      lab: labArbitrary({ granularities: coarse, ...given }),
      threadsPerCore: fc.constantFrom(2, 1, 3, 4),
      granularity: fc.constantFrom<Granularity>('core', 'cpu', 'socket'),
      parts: fc.array(fc.nat({ max: 999 }), { minLength: 3, maxLength: 3 })
    })
    .map(({ lab, threadsPerCore, granularity, parts }) => {
      const { coresPerSocket } = lab.topology
      const topology = given.withPools
        ? { sockets: 2, coresPerSocket: 1 + (coresPerSocket % 2), threadsPerCore, nodesTotal: 1 }
        : { ...lab.topology, threadsPerCore }
      const times = parts.map((part) => Math.floor((part * lab.durationNs) / 1000)).sort((x, y) => x - y)
      // Operations on pools are not defined where context switches take time.
      const isTravelled = given.withPools === true && lab.params.contextSwitchNs === 0
      const journey = isTravelled ? journeyOf(lab, pcpusTotal(topology) - 1, granularity, times) : []
      return {
        ...lab,
        topology,
        domains: lab.domains.map((plan) => ({ ...plan, isControl: true })),
        operations: [...journey, ...lab.operations]
      }
    })

const journeyOf = (
  lab: Laboratory,
  pcpu: number,
  granularity: Granularity,
  [first = 0, second = 0, third = 0]: ReadonlyArray<number>
): ReadonlyArray<TimedOperation> => {
  const at = (atNs: number, ...operations: ReadonlyArray<Operation>): ReadonlyArray<TimedOperation> =>
    operations.map((operation) => ({ atNs, operation }))
  return [
    ...at(
      first,
      { _tag: 'PoolCreate', poolId: 1, scheduler: lab.params.scheduler },
      { _tag: 'PoolGranularity', poolId: 1, granularity },
      { _tag: 'PoolRemovePcpu', poolId: 0, pcpu },
      { _tag: 'PoolAddPcpu', poolId: 1, pcpu }
    ),
    ...at(second, { _tag: 'PoolMoveDomain', poolId: 1, domid: 1 }),
    ...at(third, { _tag: 'PoolMoveDomain', poolId: 0, domid: 1 })
  ]
}

/** What happened, by name: a property that never sees a forced switch says nothing about forced switches. */
const look = (seen: Map<string, number>, { instants }: Run): void => {
  const see = (name: string): void => void seen.set(name, (seen.get(name) ?? 0) + 1)
  let before: Host | null = null
  for (const { host, outputs } of instants) {
    const decided = new Set(outputs.flatMap((o) => (o._tag === 'Decision' ? [o.pcpu] : [])))
    for (let pcpu = 0; pcpu < host.sched.pcpus.length; pcpu++) {
      const master = masterOf(host.sched, pcpu)
      const { curr } = Table.get(host.sched.pcpus, master)
      const runsGuest = curr >= host.sched.pcpus.length
      if (runsGuest && vcpuOn(host.sched, pcpu) === pcpu) see('a pCPU idles while its unit runs')
      if (before !== null && !decided.has(master) && vcpuOn(before.sched, pcpu) !== vcpuOn(host.sched, pcpu))
        see('a pCPU switches without a decision')
    }
    if (outputs.some((o) => o._tag === 'Decision' && o.isMigrated)) see('a unit moves')
    for (const slot of host.sched.poolOrder.slice(1)) {
      const { domainsTotal, granularity } = Table.get(host.sched.pools, slot)
      if (domainsTotal > 0)
        see(granularity === undefined ? 'a domain in pool 1' : 'a domain in another granularity')
    }
    before = host
  }
}

const setups: ReadonlyArray<{
  readonly name: string
  readonly given: Partial<LabLimits>
  readonly usual: number
  readonly events: ReadonlyArray<string>
}> = [
  {
    name: 'credit2',
    given: {},
    usual: 120,
    events: ['a pCPU idles while its unit runs', 'a pCPU switches without a decision', 'a unit moves']
  },
  {
    name: 'credit2, several pools',
    given: { withPools: true, operationsMax: 12, durationMaxNs: 20_000_000 },
    usual: 120,
    events: ['a pCPU switches without a decision', 'a domain in pool 1', 'a domain in another granularity']
  },
  {
    name: 'credit2, switches that take time',
    given: { withSwitchCost: true },
    usual: 60,
    events: ['a pCPU idles while its unit runs']
  },
  ...['credit', 'rtds', 'null'].map((scheduler) => ({
    name: scheduler,
    given: { scheduler, withPools: true, operationsMax: 10 },
    usual: 80,
    events: [
      'a pCPU idles while its unit runs',
      'a pCPU switches without a decision',
      'a domain in another granularity'
    ]
  })),
  {
    // Every wake-up is a decision here.
    name: 'arinc653',
    given: { scheduler: 'arinc653', withPools: true, operationsMax: 10 },
    usual: 80,
    events: ['a pCPU idles while its unit runs']
  }
]

describe.each(setups)('laws under granularities core and socket: $name', ({ given, usual, events }) => {
  const seen = new Map<string, number>()
  const laws = given.scheduler === undefined ? [...genericLaws, ...credit2Laws] : genericLaws
  let applied: ReadonlyMap<string, number> = new Map()

  test('no law is broken', () => {
    const options = { parameters: runs(usual), registry, onRun: (run: Run) => look(seen, run) }
    applied = assertLaws(laws, labs(given), options).applied
  })
  test('GEN-7 has something to say: no core is shared between domains', () => {
    expect(applied.get('GEN-7') ?? 0).toBeGreaterThan(usual / 4)
  })
  test.each(events)('the laboratories bring about that %s', (event) => {
    expect(seen.get(event) ?? 0).toBeGreaterThan(0)
  })
})

/** All outputs of a laboratory, and how it ended. */
const ran = (lab: Laboratory): readonly [Host, ReadonlyArray<Output>] => {
  const outputs: Output[] = []
  const ended = runLaboratory(lab, (_, told) => outputs.push(...told), registry)
  if (ended._tag === 'Left') throw new Error(ended.left._tag)
  return [ended.right, outputs]
}

test.each(schedulers.map(({ name }) => name))(
  '%s: where a core, or a socket, is one pCPU, granularity makes no difference',
  (scheduler) => {
    let decisions = 0
    fc.assert(
      fc.property(labArbitrary({ scheduler, withPools: true, withSwitchCost: true }), (given) => {
        const { sockets } = given.topology
        const same = (granularity: Granularity, coresPerSocket: number): void => {
          const topology = { ...given.topology, threadsPerCore: 1, coresPerSocket }
          const withPlain = { ...given, topology }
          const params = { ...given.params, granularity }
          const [plain, told] = ran(withPlain)
          const [host, outputs] = ran({ ...withPlain, params })
          expect(firstDifference(told, outputs)).toBeNull()
          expect(
            firstDifference(plain, { ...host, sched: { ...host.sched, params: given.params } })
          ).toBeNull()
          decisions += outputs.filter(({ _tag }) => _tag === 'Decision').length
        }
        same('core', given.topology.coresPerSocket * given.topology.threadsPerCore)
        if (sockets > 1) same('socket', 1)
      }),
      runs(30)
    )
    expect(decisions).toBeGreaterThan(300)
  }
)

test('a host file of any granularity is read back, and goes on as before', () => {
  fc.assert(
    fc.property(
      fc
        .constantFrom(...schedulers.map(({ name }) => name))
        .chain((scheduler) => labs({ scheduler, withPools: true, withSwitchCost: true, operationsMax: 10 })),
      fc.nat({ max: 30 }),
      (lab, stops) => {
        const started = startLaboratory(lab, registry)
        if (started._tag === 'Left') throw new Error(started.left._tag)
        const [env] = started.right
        let host = started.right[1]
        for (let i = 0; i <= stops && nextInstantNs(host) <= lab.durationNs; i++)
          host = to(env, host, nextInstantNs(host))
        const read = decodeHost(env, encodeHost(env, host), 'memory')
        if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
        expect(firstDifference(to(env, host, lab.durationNs), to(env, read.right, lab.durationNs))).toBeNull()
      }
    ),
    runs(120)
  )
})

const to = (env: Parameters<typeof advance>[0], host: Host, toNs: number): Host => {
  const advanced = advance(env, host, toNs, { trace: false })
  if (advanced._tag === 'Left') throw new Error(advanced.left._tag)
  return advanced.right[0]
}
