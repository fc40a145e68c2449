import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { schedParamsDefault } from '../../../src/abi/index.js'
import type { Operation } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { advance, bootHypervisor, hostCodec, makeEnvironment, plan } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { BitSet, Table } from '../../../src/prelude/index.js'
import { credit, credit2, unitRowAt, vcpuAt } from '../../../src/sched/index.js'
import { creditCodecs } from '../../../src/sched/credit/codec.js'
import type { DomainRow, Instance, PcpuRow, UnitRow } from '../../../src/sched/credit/model.js'
import { operationsOf, paramsOf, topologyOf } from '../../../src/trace/conform/golden.js'
import type { GoldenHeader } from '../../../src/trace/conform/golden.js'
import { advanced, booted, build, errnoOf, hog, operated, phases, planOf } from '../../support/lab.js'

const env = makeEnvironment([credit, credit2], [script], {})
const ms = 1_000_000

const bootedCredit = (pcpus = 2, given: Partial<typeof schedParamsDefault> = {}): Host =>
  booted(env, pcpus, { scheduler: 'credit', ...given })

const instanceOf = (host: Host, pool = 0): Instance => Table.get(host.sched.instances, pool) as Instance
const pcpuOf = (host: Host, pcpu: number): PcpuRow => Table.get(host.sched.pcpuPrivate, pcpu) as PcpuRow
const domainOf = (host: Host): DomainRow =>
  Table.get(host.sched.domainPrivate, host.sched.domainOrder[0] ?? -1) as DomainRow
/** The row of a domain's only unit; such domains are made one after the other. */
const unitOf = (host: Host, domid: number): UnitRow =>
  unitRowAt(host.sched, host.sched.pcpus.length + domid - 1) as UnitRow
const ranNs = (host: Host, domid: number): number =>
  vcpuAt(host.sched, host.sched.pcpus.length + domid - 1).runningNs

const poolParams = (
  ratelimitUs: number,
  timesliceMs: number | null = null,
  migrationDelayUs: number | null = null
): Operation => ({ _tag: 'SchedPoolParams', poolId: 0, ratelimitUs, timesliceMs, migrationDelayUs })

const domainParams = (weight: number | null, cap: number | null): Operation => ({
  _tag: 'SchedDomainParams',
  domid: 1,
  scheduler: null,
  weight,
  cap
})

describe('parameters of a pool', () => {
  const host = bootedCredit()
  it.each([
    ['a timeslice of 0 ms', poolParams(0, 0, 0)],
    ['a timeslice above 1000 ms', poolParams(0, 1001, 0)],
    ['a rate limit below 100 us', poolParams(99, 30, 0)],
    ['a rate limit above 500,000 us', poolParams(500_001, 1000, 0)],
    ['a rate limit above the timeslice', poolParams(5001, 5, 0)],
    ['a rate limit above the timeslice that stays', poolParams(30_001)],
    ['a migration delay above 100,000 us', poolParams(1000, 30, 100_001)]
  ])('are refused with EINVAL: %s', (_what, operation) => {
    expect(errnoOf(env, host, operation)).toBe('EINVAL')
  })
  it.each([
    ['the smallest', poolParams(0, 1, 0), { ratelimitNs: 0, timesliceMs: 1, migrationDelayNs: 0 }],
    [
      'the largest',
      poolParams(500_000, 1000, 100_000),
      { ratelimitNs: 500 * ms, timesliceMs: 1000, migrationDelayNs: 100 * ms }
    ],
    [
      'a rate limit as long as the timeslice',
      poolParams(5000, 5, 0),
      { ratelimitNs: 5 * ms, timesliceMs: 5, migrationDelayNs: 0 }
    ],
    ['only a rate limit', poolParams(100), { ratelimitNs: 100_000, timesliceMs: 30, migrationDelayNs: 0 }]
  ])('are stored: %s', (_what, operation, stored) => {
    expect(instanceOf(operated(env, host, operation))).toMatchObject(stored)
  })
  it('change nothing when one of them is refused', () => {
    expect(errnoOf(env, host, poolParams(100, 10, 100_001))).toBe('EINVAL')
    expect(instanceOf(host)).toMatchObject({ ratelimitNs: ms, timesliceMs: 30 })
  })
  it('begin with the boot line, the rate limit cut down to the timeslice', () => {
    const short = bootedCredit(1, { creditTimesliceMs: 2, ratelimitUs: 5000, vcpuMigrationDelayUs: 70 })
    expect(instanceOf(short)).toMatchObject({ timesliceMs: 2, ratelimitNs: 2 * ms, migrationDelayNs: 70_000 })
  })
})

describe('parameters of a domain', () => {
  const host = build(env, bootedCredit(), planOf(1, [hog]))
  it('keep the weight at 0 and the cap at 65535, Xen’s ways to say “as it is”', () => {
    const changed = operated(env, operated(env, host, domainParams(300, 40)), domainParams(0, 0xffff))
    expect(domainOf(changed)).toMatchObject({ weight: 300, cap: 40 })
    expect(domainOf(operated(env, changed, domainParams(null, null)))).toMatchObject({ weight: 300, cap: 40 })
  })
  it('take any cap, also one above what the vCPUs can use, and 0 for none', () => {
    const changed = operated(env, host, domainParams(null, 5000))
    expect(domainOf(changed).cap).toBe(5000)
    expect(domainOf(operated(env, changed, domainParams(null, 0))).cap).toBe(0)
  })
  it.each([
    ['a negative weight', domainParams(-1, null)],
    ['a weight of 17 bits', domainParams(65_536, null)],
    ['a negative cap', domainParams(null, -1)],
    ['a cap of 17 bits', domainParams(null, 65_536)]
  ])('are refused with EINVAL when 16 bits cannot hold them: %s', (_what, operation) => {
    expect(errnoOf(env, host, operation)).toBe('EINVAL')
  })
  it('of another scheduler are refused with EINVAL', () => {
    expect(errnoOf(env, host, { ...domainParams(1, 0), scheduler: 'credit2' } as Operation)).toBe('EINVAL')
    const realTime = { periodUs: 10_000, budgetUs: 4000, isExtra: null }
    expect(errnoOf(env, host, { _tag: 'SchedDomainRealTime', domid: 1, params: realTime })).toBe('EINVAL')
  })
})

describe('weights and caps', () => {
  const two = (given: Partial<ReturnType<typeof planOf>>): Host =>
    build(env, build(env, bootedCredit(1), planOf(1, [hog])), { ...planOf(2, [hog]), ...given })

  it('R5: share a pCPU in proportion to the weights, within 2 % over 3 s', () => {
    const host = advanced(env, two({ weight: 512 }), 3000 * ms)
    expect(ranNs(host, 1) / (3000 * ms)).toBeGreaterThan(1 / 3 - 0.02)
    expect(ranNs(host, 1) / (3000 * ms)).toBeLessThan(1 / 3 + 0.02)
  })
  it('R6: a capped domain gets no more than its cap and a tenth, also when it is alone', () => {
    const host = advanced(env, build(env, bootedCredit(1), { ...planOf(1, [hog]), cap: 30 }), 6000 * ms)
    expect(ranNs(host, 1) / (6000 * ms)).toBeLessThanOrEqual(0.33)
    expect(ranNs(host, 1) / (6000 * ms)).toBeGreaterThan(0.25)
  })
  it('a unit parked by its cap is paused; no operation takes that back; it can be destroyed', () => {
    let host = build(env, bootedCredit(1), { ...planOf(1, [hog]), cap: 5 })
    for (let atMs = 30; (unitOf(host, 1).flags & 1) === 0; atMs += 30) host = advanced(env, host, atMs * ms)
    expect(vcpuAt(host.sched, 1)).toMatchObject({ pauseCount: 1, isRunning: false })
    expect(errnoOf(env, host, { _tag: 'VcpuUnpause', domid: 1, vcpu: 0 })).toBe('EINVAL')
    const gone = operated(env, host, { _tag: 'DomainDestroy', domid: 1, inPlace: true })
    expect(instanceOf(gone).activeDomains).toEqual([])
  })
})

describe('work stealing', () => {
  it('reaches other NUMA nodes: three hogs on two nodes of one pCPU each get two thirds', () => {
    const topology = { sockets: 2, coresPerSocket: 1, threadsPerCore: 1, nodesTotal: 2 }
    const params = { ...schedParamsDefault, scheduler: 'credit' }
    const facts = { commandLine: '', memoryBytes: 2 ** 30, seed: 1, files: [] }
    let [host] = bootHypervisor(env, { topology, params, facts }, { trace: false })
    for (const domid of [1, 2, 3]) host = build(env, host, planOf(domid, [hog]))
    host = advanced(env, host, 6000 * ms)
    for (const domid of [1, 2, 3]) {
      expect(ranNs(host, domid) / (6000 * ms)).toBeGreaterThan(0.6)
      expect(ranNs(host, domid) / (6000 * ms)).toBeLessThan(0.73)
    }
    expect(vcpuAt(host.sched, 4).migrationsTotal).toBeGreaterThan(0)
  })
})

describe('boost', () => {
  const sleeper = phases([100_000, { _tag: 'Block', ns: 7 * ms }])
  it('R7: lets a unit that wakes with credit run before one that computes', () => {
    const both = build(env, build(env, bootedCredit(1), planOf(1, [hog])), planOf(2, [sleeper]))
    const host = advanced(env, both, 100 * ms)
    expect(vcpuAt(host.sched, 2).switchesIn).toBeGreaterThanOrEqual(9)
  })
  it('R8: is not given right after insertion', () => {
    const host = build(env, bootedCredit(1), planOf(1, [hog]))
    expect(unitOf(host, 1).priority).toBe(-1)
  })
})

describe('pCPUs of an instance', () => {
  const split = (): Host => {
    let host = bootedCredit(4)
    host = operated(env, host, { _tag: 'PoolCreate', poolId: 1, scheduler: 'credit' })
    for (const pcpu of [2, 3]) {
      host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu })
      host = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 1, pcpu })
    }
    return host
  }
  it('have a master, which moves on when it leaves', () => {
    let host = split()
    expect(instanceOf(host, 1).master).toBe(2)
    host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 1, pcpu: 2 })
    expect(instanceOf(host, 1).master).toBe(3)
  })
  it('leave with their timers, the last one with that of the accounting', () => {
    let host = split()
    for (const pcpu of [2, 3]) host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 1, pcpu })
    expect(instanceOf(host, 1).timer).toBe(-1)
    const kinds = Table.toArray(host.timers.keys).flatMap((key) => (key.class === 2 ? [key] : []))
    expect(kinds.map(({ k1, payload }) => [k1, payload])).toEqual([
      [3, 0],
      [2, 0],
      [3, 1]
    ])
  })
  it('tick while they run a guest and at most until they first go idle', () => {
    const host = advanced(env, build(env, bootedCredit(2), planOf(1, [hog])), 100 * ms)
    expect(pcpuOf(host, 0).ticksTotal + pcpuOf(host, 1).ticksTotal).toBe(20)
    const short = phases([ms, { _tag: 'Halt' }])
    const idle = advanced(env, build(env, bootedCredit(1), planOf(1, [short])), 100 * ms)
    expect(pcpuOf(idle, 0).ticksTotal).toBe(0)
  })
  it('remember across pools which idle pCPU they tickled last', () => {
    const naps = [2, 3, 4, 5, 6].map((n) => phases([ms, { _tag: 'Block', ns: n * 500_000 }]))
    let host = advanced(env, build(env, bootedCredit(4), planOf(1, naps)), 50 * ms)
    const cursorsOf = (given: Host): ReadonlyArray<number> =>
      Table.toArray(given.sched.pcpus).map(({ lastTickled }) => lastTickled)
    const cursors = cursorsOf(host)
    expect(cursors.some((cursor) => cursor !== 0)).toBe(true)
    host = operated(env, host, { _tag: 'DomainDestroy', domid: 1, inPlace: true })
    for (const pcpu of [1, 2, 3]) {
      host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu })
      host = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 0, pcpu })
    }
    expect(cursorsOf(host)).toEqual(cursors)
  })
})

describe('hosts with credit in files', () => {
  const reads = (host: Host): string => {
    const read = hostCodec.decode(JSON.parse(JSON.stringify(hostCodec.encode(host))))
    if (read._tag === 'Left') return JSON.stringify(read.left.map(({ message }) => message))
    expect(read.right).toEqual(host)
    return 'equal'
  }
  const root = join(import.meta.dirname, '../../fixtures/sched/credit')
  it.each(readdirSync(root).filter((_, i) => i % 3 === 0))('are read back equal: %s', (name) => {
    const [line = ''] = gunzipSync(readFileSync(join(root, name)))
      .toString()
      .split('\n')
    const header = JSON.parse(line) as GoldenHeader
    const topology = topologyOf(header)
    const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
    let [host] = bootHypervisor(env, { topology, params: paramsOf(header), facts }, { trace: false })
    expect(reads(host)).toBe('equal')
    const operations = operationsOf(header, host.sched.pcpus.length)
    if (typeof operations === 'string') throw new Error(operations)
    const planned = plan(env, host, operations)
    if (planned._tag === 'Left') throw new Error('refused')
    host = planned.right[0]
    for (const part of [0.13, 0.41, 0.7, 1]) {
      const moved = advance(env, host, Math.floor(header.duration * part), { trace: false })
      if (moved._tag === 'Left') throw new Error('refused')
      host = moved.right[0]
      expect(reads(host)).toBe('equal')
    }
  })
  it('are read back when the number of a pool is that of a free pCPU', () => {
    let host = operated(env, bootedCredit(3), { _tag: 'PoolCreate', poolId: 7, scheduler: 'credit' })
    for (const pcpu of [1, 2]) host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu })
    host = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 7, pcpu: 2 })
    expect(BitSet.toArray(host.sched.freePcpus)).toEqual([1])
    expect(reads(host)).toBe('equal')
  })

  const host = advanced(env, build(env, bootedCredit(2), planOf(1, [hog, hog, hog])), 100 * ms)
  const context = {
    nowNs: host.nowNs,
    keyOf: (timer: number) => (timer < host.timers.keys.length ? Table.get(host.timers.keys, timer) : null)
  }
  const { fault } = creditCodecs(host.sched.topology)
  const changedInstance = (change: Partial<Instance>): Host['sched'] => ({
    ...host.sched,
    instances: Table.fromArray([{ ...instanceOf(host), ...change }])
  })
  const changedPcpu = (change: Partial<PcpuRow>): Host['sched'] => ({
    ...host.sched,
    pcpuPrivate: Table.fromArray([{ ...pcpuOf(host, 0), ...change }, pcpuOf(host, 1)])
  })
  it('have no fault as they are', () => expect(fault(host.sched, 0, context)).toBeNull())
  it.each([
    ['pCPUs that are not its own', changedInstance({ cpus: [1] }), 'instances[0].cpus'],
    ['idlers of another instance', changedInstance({ idlers: [4] }), 'instances[0].idlers'],
    ['no bias for a node', changedInstance({ balanceBias: [] }), 'instances[0].balanceBias'],
    ['an active domain that is none', changedInstance({ activeDomains: [9] }), 'instances[0].activeDomains'],
    ['an active domain left out', changedInstance({ activeDomains: [] }), 'domainPrivate[0].activeUnits'],
    ['a master elsewhere', changedInstance({ master: -1 }), 'instances[0].master'],
    ['a timer of somebody else', changedInstance({ timer: 0 }), 'instances[0].timer'],
    ['a ticker of another pCPU', changedPcpu({ ticker: pcpuOf(host, 1).ticker }), 'pcpuPrivate[0].ticker'],
    ['a queue without the idle unit', changedPcpu({ runq: [] }), 'pcpuPrivate[0].runq'],
    [
      'a running unit that is queued',
      changedPcpu({ runq: [Table.get(host.sched.pcpus, 0).curr, 0] }),
      'pcpuPrivate[0].runq'
    ],
    ['a unit queued twice', changedPcpu({ runq: [4, 4, 0] }), 'pcpuPrivate[0].runq']
  ])('are refused with %s', (_what, sched, path) => {
    expect(fault(sched, 0, context)?.[0]).toBe(path)
  })
})
