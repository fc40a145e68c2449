import { describe, expect, it } from 'vitest'

import { runstate, schedParamsDefault } from '../../../src/abi/index.js'
import type { Operation, Output, SchedParams, Topology } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { advance, bootHypervisor, control, guestAt, makeEnvironment } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { BitSet, Table } from '../../../src/prelude/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import {
  masterOf,
  pcpusPerResource,
  schedulers,
  unitAt,
  unitRowAt,
  vcpuAt,
  vcpuOn
} from '../../../src/sched/index.js'
import type { Unit, Vcpu } from '../../../src/sched/index.js'
import { advanced, build, errnoOf, hog, operated, phases, planOf } from '../../support/lab.js'

/** Section 7 of the specification of scheduling, and section 11 of the machine model of the golden traces. */
const env = makeEnvironment(schedulers, [script], {})
const ms = 1_000_000
const idler = phases([0, { _tag: 'Halt' }])
const waiter = phases([0, { _tag: 'Wait' }], [1000 * ms, { _tag: 'Halt' }])

const host = (given: Partial<Topology>, params: Partial<SchedParams> = {}): Host =>
  bootHypervisor(
    env,
    {
      topology: { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1, ...given },
      params: { ...schedParamsDefault, granularity: 'core', ...params },
      facts: { commandLine: '', memoryBytes: 2 ** 30, seed: 1, files: [] }
    },
    { trace: false }
  )[0]

const traced = (from: Host, operation: Operation): readonly [Host, ReadonlyArray<Output>] => {
  const result = control(env, from, operation, { trace: true })
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return [result.right[0], result.right[1]]
}

const decisions = (outputs: ReadonlyArray<Output>): ReadonlyArray<string> =>
  outputs.flatMap((o) =>
    o._tag === 'Decision' ? [`${o.pcpu}: ${o.prevDomid}.${o.prevUnit} -> ${o.nextDomid}.${o.nextUnit}`] : []
  )

const domainOf = (from: Host, domid: number): number =>
  from.sched.domainOrder.find((slot) => Table.get(from.sched.domains, slot).domid === domid) ?? -1

const unitsOf = (from: Host, domid: number): ReadonlyArray<Readonly<Unit>> =>
  Table.get(from.sched.domains, domainOf(from, domid)).units.map((unit) => unitAt(from.sched, unit))

const vcpuOf = (from: Host, domid: number, id: number): Readonly<Vcpu> =>
  vcpuAt(from.sched, Table.get(from.sched.domains, domainOf(from, domid)).vcpus[id] ?? -1)

/** What each pCPU runs: `<domid>.<vCPU>` or `idle`. */
const running = (from: Host): ReadonlyArray<string> =>
  Array.from({ length: from.sched.pcpus.length }, (_, pcpu) => {
    const v = vcpuAt(from.sched, vcpuOn(from.sched, pcpu))
    return v.domain < 0 ? 'idle' : `${Table.get(from.sched.domains, v.domain).domid}.${v.vcpuId}`
  })

const cpusOf = (from: Host, pool: number): ReadonlyArray<number> =>
  BitSet.toArray(Table.get(from.sched.pools, pool).cpus)

describe('resources', () => {
  const topology = { sockets: 2, coresPerSocket: 3, threadsPerCore: 2, nodesTotal: 1 }
  it.each([
    ['cpu', 1],
    ['core', 2],
    ['socket', 6]
  ] as const)('of granularity %s have %i of the pCPUs', (granularity, size) => {
    expect(pcpusPerResource(topology, granularity)).toBe(size)
  })
  it.each([
    ['cpu', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['core', [0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10]],
    ['socket', [0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6]]
  ] as const)('of granularity %s are known by their lowest pCPU', (granularity, masters) => {
    const { sched } = host(topology, { granularity })
    expect(masters.map((_, pcpu) => masterOf(sched, pcpu))).toEqual(masters)
  })
  it('decide once each at boot', () => {
    const params = { ...schedParamsDefault, granularity: 'core' as const }
    const facts = { commandLine: '', memoryBytes: 0, seed: 1, files: [] }
    const [, outputs] = bootHypervisor(env, { topology, params, facts }, { trace: true })
    const idle = [0, 2, 4, 6, 8, 10].map((pcpu) => `${pcpu}: -1.0 -> -1.0`)
    expect(decisions(outputs)).toEqual(idle)
  })
})

describe('units', () => {
  const two = host({ coresPerSocket: 2 })
  it('are vCPUs k*g to k*g+g-1, the last one may be short', () => {
    const from = build(env, two, planOf(1, [hog, hog, hog]))
    expect(unitsOf(from, 1).map(({ unitId, vcpus }) => [unitId, vcpus.length])).toEqual([
      [0, 2],
      [2, 1]
    ])
  })
  it('run vCPU j on the j-th pCPU of the resource; beyond the last vCPU a pCPU idles', () => {
    expect(running(build(env, two, planOf(1, [hog, hog, hog])))).toEqual(['1.0', '1.1', '1.2', 'idle'])
  })
  it('of different domains never share a core, though a thread of it idles', () => {
    let from = build(env, build(env, host({}), planOf(1, [hog])), planOf(2, [hog]))
    for (let at = 0; at <= 50; at++) {
      from = advanced(env, from, at * ms)
      expect([
        ['1.0', 'idle'],
        ['2.0', 'idle']
      ]).toContainEqual(running(from))
    }
    expect(vcpuAt(from.sched, 1).switchesIn).toBe(0)
  })
  it('of four threads run where the topology has them', () => {
    const from = build(env, host({ threadsPerCore: 4 }), planOf(1, [hog, hog, hog]))
    expect(running(from)).toEqual(['1.0', '1.1', '1.2', 'idle'])
  })
  it('of granularity socket take a whole socket', () => {
    const from = host({ sockets: 2, coresPerSocket: 2 }, { granularity: 'socket', scheduler: 'null' })
    const busy = build(env, build(env, from, planOf(1, [hog, idler, hog])), planOf(2, [hog]))
    expect(running(advanced(env, busy, 0))).toEqual([
      '1.0',
      'idle',
      '1.2',
      'idle',
      '2.0',
      'idle',
      'idle',
      'idle'
    ])
  })
  it('have the real-time parameters that a vCPU of theirs was given', () => {
    const plan = { ...planOf(1, [hog, hog]), weight: null, cap: null }
    const from = build(env, host({}, { scheduler: 'rtds' }), plan)
    const params = { periodUs: 5000, budgetUs: 1000, isExtra: false }
    const set = operated(env, from, { _tag: 'SchedVcpuRealTime', domid: 1, vcpu: 1, params })
    const [unit = -1] = Table.get(set.sched.domains, domainOf(set, 1)).units
    expect(unitRowAt(set.sched, unit)).toMatchObject({ periodNs: 5 * ms, budgetNs: ms })
  })
})

describe('single vCPUs of a running unit', () => {
  const busy = advanced(env, build(env, host({}), planOf(1, [hog, waiter])), 0)
  const both = operated(env, busy, { _tag: 'VcpuKick', domid: 1, vcpu: 1 })

  it('that block leave their pCPU to its idle vCPU', () => {
    expect(running(busy)).toEqual(['1.0', 'idle'])
    expect(vcpuOf(busy, 1, 1)).toMatchObject({ runstate: runstate.blocked, isRunning: false })
  })
  it('that wake start without a decision', () => {
    const [woken, outputs] = traced(busy, { _tag: 'VcpuKick', domid: 1, vcpu: 1 })
    expect(decisions(outputs)).toEqual([])
    expect(running(woken)).toEqual(['1.0', '1.1'])
    expect(vcpuAt(woken.sched, 1)).toMatchObject({ runstate: runstate.runnable, isRunning: false })
  })
  it.each<readonly [string, Operation]>([
    ['are paused', { _tag: 'VcpuPause', domid: 1, vcpu: 1 }],
    ['go down', { _tag: 'VcpuOffline', domid: 1, vcpu: 1 }]
  ])('that %s stop without a decision', (_name, operation) => {
    const [stopped, outputs] = traced(both, operation)
    expect(decisions(outputs)).toEqual([])
    expect(running(stopped)).toEqual(['1.0', 'idle'])
    expect(vcpuOf(stopped, 1, 1)).toMatchObject({ runstate: runstate.offline, isRunning: false })
  })
  it('that come back go on where they stopped', () => {
    let from = operated(env, advanced(env, both, 3 * ms), { _tag: 'VcpuPause', domid: 1, vcpu: 1 })
    from = operated(env, advanced(env, from, 5 * ms), { _tag: 'VcpuUnpause', domid: 1, vcpu: 1 })
    expect(running(from)).toEqual(['1.0', '1.1'])
    const guest = guestAt(from, Table.get(from.sched.domains, domainOf(from, 1)).vcpus[1] ?? -1)
    expect(guest).toMatchObject({ remainingNs: 997 * ms, sinceNs: 5 * ms })
  })
  it('that are the last ones running take the unit off by a decision', () => {
    const [stopped, outputs] = traced(busy, { _tag: 'VcpuPause', domid: 1, vcpu: 0 })
    expect(decisions(outputs)).toEqual(['0: 1.0 -> -1.0'])
    expect(running(stopped)).toEqual(['idle', 'idle'])
  })
  it('that are paused one after the other, or all at once with their domain, all stop', () => {
    const one = operated(env, both, { _tag: 'VcpuPause', domid: 1, vcpu: 0 })
    expect(running(one)).toEqual(['idle', '1.1'])
    expect(running(operated(env, one, { _tag: 'VcpuPause', domid: 1, vcpu: 1 }))).toEqual(['idle', 'idle'])
    const [paused, outputs] = traced(both, { _tag: 'DomainPause', domid: 1 })
    expect(decisions(outputs)).toEqual(['0: 1.0 -> -1.0'])
    expect([0, 1].map((id) => vcpuOf(paused, 1, id).runstate)).toEqual([runstate.offline, runstate.offline])
  })
  it('block at one instant: each SCHEDULE pending on a pCPU of the resource is a decision', () => {
    const nap = phases([ms, { _tag: 'Block', ns: ms }])
    const from = build(env, host({}), planOf(1, [nap, nap]))
    const result = advance(env, from, ms, { trace: true })
    if (result._tag === 'Left') throw new Error(result.left._tag)
    expect(decisions(result.right[1])).toEqual(['0: 1.0 -> -1.0', '0: -1.0 -> -1.0'])
  })
})

describe('affinity', () => {
  const from = build(env, host({ coresPerSocket: 2 }), planOf(1, [hog, hog]))
  const hard = { _tag: 'VcpuAffinity', domid: 1, vcpu: 1, kind: 'hard' } as const

  it('belongs to the unit: set for one vCPU it moves all', () => {
    const moved = operated(env, from, { ...hard, pcpus: [2] })
    expect(running(moved)).toEqual(['idle', 'idle', '1.0', '1.1'])
    expect(unitsOf(moved, 1).map((unit) => BitSet.toArray(unit.hard))).toEqual([[2]])
  })
  it('needs the master of some resource: without one it is EINVAL', () => {
    expect(errnoOf(env, from, { ...hard, pcpus: [1, 3] })).toBe('EINVAL')
    expect(errnoOf(env, from, { ...hard, pcpus: [1, 2] })).toBe('no error')
  })
})

describe('cpupools', () => {
  const six = host({ coresPerSocket: 3 })
  const removed = operated(env, six, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 5 })
  const empty = operated(env, removed, { _tag: 'PoolCreate', poolId: 1, scheduler: 'credit' })

  it('give and take whole resources, whichever pCPU is named', () => {
    expect([cpusOf(removed, 0), BitSet.toArray(removed.sched.freePcpus)]).toEqual([
      [0, 1, 2, 3],
      [4, 5]
    ])
    const added = operated(env, empty, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 5 })
    expect([cpusOf(added, 1), BitSet.toArray(added.sched.freePcpus)]).toEqual([[4, 5], []])
    expect(errnoOf(env, added, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 4 })).toBe('ENODEV')
  })
  it('keep the core of pCPU 0 in pool 0, and the last core of a pool with domains', () => {
    for (const pcpu of [0, 1])
      expect(errnoOf(env, six, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu })).toBe('EINVAL')
    const added = operated(env, empty, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 4 })
    const used = build(env, added, { ...planOf(1, [hog]), poolId: 1, weight: null, cap: null })
    for (const pcpu of [4, 5])
      expect(errnoOf(env, used, { _tag: 'PoolRemovePcpu', poolId: 1, pcpu })).toBe('EBUSY')
  })
  it('move the units of a core that goes', () => {
    const busy = build(env, six, planOf(1, [hog, hog, hog, hog]))
    expect(unitsOf(busy, 1).map(({ master }) => master)).toContain(2)
    const less = operated(env, busy, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 3 })
    expect(running(less)).toEqual(expect.arrayContaining(['1.0', '1.1', '1.2', '1.3']))
    expect(running(less).slice(2, 4)).toEqual(['idle', 'idle'])
  })
  it('have the granularity of the boot line, or one of their own while they have no pCPU', () => {
    const set = (granularity: 'cpu' | 'core' | 'socket', poolId = 1): Operation => ({
      _tag: 'PoolGranularity',
      poolId,
      granularity
    })
    expect(errnoOf(env, empty, set('cpu', 7))).toBe('ENOENT')
    expect(errnoOf(env, empty, set('cpu', 0))).toBe('EBUSY')
    expect(Table.get(operated(env, empty, set('core')).sched.pools, 1)).not.toHaveProperty('granularity')
    const own = operated(env, empty, set('cpu'))
    expect(Table.get(own.sched.pools, 1)).toMatchObject({ granularity: 'cpu' })
    const single = operated(env, own, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 5 })
    expect([cpusOf(single, 1), BitSet.toArray(single.sched.freePcpus)]).toEqual([[5], [4]])
    expect(errnoOf(env, single, set('core'))).toBe('EBUSY')
    expect(
      errnoOf(env, operated(env, empty, set('socket')), { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 5 })
    ).toBe('ENODEV')
  })
  it('of another granularity give a domain that comes new units', () => {
    let from = operated(env, empty, { _tag: 'PoolGranularity', poolId: 1, granularity: 'cpu' })
    for (const pcpu of [4, 5]) from = operated(env, from, { _tag: 'PoolAddPcpu', poolId: 1, pcpu })
    from = operated(env, build(env, from, planOf(1, [hog, hog, hog])), move(1))
    expect(unitsOf(from, 1).map(({ unitId, vcpus }) => [unitId, vcpus.length])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1]
    ])
    expect(running(advanced(env, from, ms)).slice(0, 4)).toEqual(['idle', 'idle', 'idle', 'idle'])
    from = operated(env, from, move(0))
    expect(unitsOf(from, 1).map(({ unitId, vcpus }) => [unitId, vcpus.length])).toEqual([
      [0, 2],
      [2, 1]
    ])
    expect(running(advanced(env, from, ms))).toEqual(['1.0', '1.1', '1.2', 'idle', 'idle', 'idle'])
  })
})

const move = (poolId: number): Operation => ({ _tag: 'PoolMoveDomain', poolId, domid: 1 })

describe('context switches that take time', () => {
  const cost = 100_000
  const from = build(env, host({}, { contextSwitchNs: cost }), planOf(1, [hog, waiter]))
  const since = (at: Host): ReadonlyArray<number> =>
    Table.get(at.sched.domains, domainOf(at, 1)).vcpus.map((vcpu) => guestAt(at, vcpu).sinceNs)

  it('let all vCPUs of a unit begin when the whole resource has switched', () => {
    expect(since(from)).toEqual([-1, -1])
    expect(since(advanced(env, from, cost))[0]).toBe(cost)
  })
  it('keep a single pCPU busy when a single vCPU starts', () => {
    const woken = operated(env, advanced(env, from, ms), { _tag: 'VcpuKick', domid: 1, vcpu: 1 })
    expect(running(woken)).toEqual(['1.0', '1.1'])
    expect(since(woken)).toEqual([cost, -1])
    expect(since(advanced(env, woken, ms + cost))).toEqual([cost, ms + cost])
  })
})

describe('a host file', () => {
  const busy = build(env, host({ coresPerSocket: 2 }), planOf(1, [hog, hog, hog]))
  const text = encodeHost(env, busy)

  it('with units of several vCPUs is read back', () => {
    const read = decodeHost(env, text, 'host.json')
    if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
    expect(read.right).toEqual(busy)
  })
  it.each<readonly [string, (sched: Raw) => void, RegExp]>([
    ['half a core in a pool', ({ pools }) => void (pools[0].cpus = 'e'), /cpus/],
    ['a unit that lacks a vCPU', ({ units }) => void units[4].vcpus.pop(), /units\[4\]\.vcpus/],
    ['vCPUs in another order', ({ units }) => void units[4].vcpus.reverse(), /units\[4\]\.vcpus\[0\]/],
    [
      'a vCPU on a pCPU of another core',
      ({ vcpus }) => void (vcpus[5].processor = 3),
      /units\[4\]\.vcpus\[1\]/
    ],
    ['a unit bound to a pCPU that is no master', (sched) => bindToThread(sched), /units\[4\]\.master/],
    [
      'a pCPU that runs what its master did not decide',
      ({ pcpus }) => void (pcpus[1].curr = 1),
      /pcpus\[1\]\.curr/
    ]
  ])('with %s is refused', (_name, spoil, place) => {
    const file = JSON.parse(text) as { host: { sched: Raw } }
    spoil(file.host.sched)
    const read = decodeHost(env, JSON.stringify(file), 'host.json')
    expect(read._tag === 'Left' ? fileErrorText(read.left) : 'read').toMatch(place)
  })
})

interface Raw {
  readonly pools: [{ cpus: unknown }]
  readonly units: Record<number, { vcpus: number[]; master: number }> & {
    4: { vcpus: number[]; master: number }
  }
  readonly vcpus: Record<number, { processor: number }> & {
    4: { processor: number }
    5: { processor: number }
  }
  readonly pcpus: Record<number, { curr: number }> & { 1: { curr: number } }
}

const bindToThread = ({ units, vcpus }: Raw): void => {
  units[4].master = 1
  vcpus[4].processor = 1
  vcpus[5].processor = 2
}
