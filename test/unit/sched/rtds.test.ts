import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { pcpusTotal } from '../../../src/abi/index.js'
import type { DomainPlan, Operation, RealTimeParams } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import {
  advance,
  bootHypervisor,
  digestHost,
  makeEnvironment,
  pendingEvents,
  plan,
  step
} from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { Table } from '../../../src/prelude/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import { credit2, listAt, rtds, unitAt, vcpuAt } from '../../../src/sched/index.js'
import { operationsOf, paramsOf, topologyOf } from '../../../src/trace/conform/golden.js'
import type { GoldenHeader } from '../../../src/trace/conform/golden.js'
import { advanced, booted, build, errnoOf, hog, operated, phases, planOf } from '../../support/lab.js'
import { rowsOf, withRow } from '../../support/rows.js'

const env = makeEnvironment([credit2, rtds], [script], {})
const ms = 1_000_000

const boot = (pcpus = 2): Host => booted(env, pcpus, { scheduler: 'rtds' })

/** Plans of rtds domains have no weight and no cap. */
const domain = (domid: number, vcpus = 1, realTime?: RealTimeParams): DomainPlan => ({
  ...planOf(
    domid,
    Array.from({ length: vcpus }, () => hog)
  ),
  weight: null,
  cap: null,
  ...(realTime === undefined ? {} : { realTime })
})

const strict = (periodUs: number, budgetUs: number): RealTimeParams => ({
  periodUs,
  budgetUs,
  isExtra: false
})

interface Shown {
  readonly period: number
  readonly budget: number
  readonly curBudget: number
  readonly curDeadline: number
  readonly prio: number
  readonly flags: number
}

const unitOf = (host: Host, domid: number, vcpu = 0): number => {
  const slot = host.sched.domainOrder.find((at) => Table.get(host.sched.domains, at).domid === domid)
  return Table.get(host.sched.domains, slot ?? -1).units[vcpu] ?? -1
}

const shown = (host: Host, domid: number, vcpu = 0): Shown =>
  rtds.unitSnapshot(host.sched, unitOf(host, domid, vcpu)) as Shown

const ranNs = (host: Host, domid: number, vcpu = 0): number => {
  const v = vcpuAt(host.sched, unitAt(host.sched, unitOf(host, domid, vcpu)).vcpus[0] ?? -1)
  return v.runningNs + (v.isRunning ? host.nowNs - v.stateEntryNs : 0)
}

const setDomain = (params: RealTimeParams): Operation => ({ _tag: 'SchedDomainRealTime', domid: 1, params })
const setVcpu = (params: RealTimeParams, vcpu = 0): Operation => ({
  _tag: 'SchedVcpuRealTime',
  domid: 1,
  vcpu,
  params
})

describe('parameters of rtds', () => {
  const host = advanced(env, build(env, boot(), domain(1, 2)), 3 * ms)

  it.each([
    ['a period below 10 us', 9, 9],
    ['a budget below 10 us', 10_000, 9],
    ['a budget of nothing', 10_000, 0],
    ['a budget longer than the period', 10_000, 10_001],
    ['a period that is no whole number of microseconds', 10_000.5, 4000],
    ['a budget that is no whole number of microseconds', 10_000, 4000.5],
    ['a period past 32 bits', 4_294_967_296, 4000],
    ['negative ones', -10_000, -20_000]
  ])('that say %s are refused with EINVAL, and the host stays as it was', (_name, periodUs, budgetUs) => {
    const params = { periodUs, budgetUs, isExtra: null }
    const before = encodeHost(env, host)
    expect(errnoOf(env, host, setDomain(params))).toBe('EINVAL')
    expect(errnoOf(env, host, setVcpu(params, 1))).toBe('EINVAL')
    expect(encodeHost(env, host)).toBe(before)
    const fresh = makeEnvironment([credit2, rtds], [script], {})
    expect(digestHost(advanced(env, host, 50 * ms))).toBe(digestHost(advanced(fresh, host, 50 * ms)))
  })
  it.each([
    ['the shortest period', 10, 10],
    ['a budget of the whole period', 4000, 4000],
    ['the longest period', 4_294_967_295, 4_294_967_295]
  ])('may say %s', (_name, periodUs, budgetUs) => {
    const set = operated(env, host, setDomain({ periodUs, budgetUs, isExtra: null }))
    for (const vcpu of [0, 1])
      expect(shown(set, 1, vcpu)).toMatchObject({ period: periodUs * 1000, budget: budgetUs * 1000 })
  })
  it('are 10 ms and 4 ms with extra time for a new vCPU', () => {
    expect(shown(build(env, boot(), domain(1)), 1)).toMatchObject({
      period: 10 * ms,
      budget: 4 * ms,
      flags: 16 | 2
    })
  })
  it('leave extra time alone unless they speak of it', () => {
    const set = (h: Host, isExtra: boolean | null): Host =>
      operated(env, h, setVcpu({ periodUs: 20_000, budgetUs: 5000, isExtra }))
    const off = set(host, false)
    expect(shown(off, 1).flags & 16).toBe(0)
    expect(shown(set(off, null), 1).flags & 16).toBe(0)
    expect(shown(set(set(off, true), null), 1).flags & 16).toBe(16)
    expect(shown(off, 1, 1).flags & 16).toBe(16)
  })
  it('count from the next period on', () => {
    const set = operated(env, host, setVcpu(strict(20_000, 5000)))
    expect(shown(set, 1)).toMatchObject({ curDeadline: 10 * ms, curBudget: shown(host, 1).curBudget })
    expect(shown(advanced(env, set, 10 * ms), 1)).toMatchObject({ curDeadline: 30 * ms, curBudget: 5 * ms })
  })
  it('are not weight or cap; pool-wide ones succeed and change nothing', () => {
    const weight = { _tag: 'SchedDomainParams', domid: 1, scheduler: null, weight: 512, cap: null } as const
    expect(errnoOf(env, host, weight)).toBe('EINVAL')
    const limit = { _tag: 'SchedPoolParams', poolId: 0, ratelimitUs: 1000 } as const
    const whole = { ...limit, timesliceMs: null, migrationDelayUs: null }
    expect(errnoOf(env, host, whole)).toBe('no error')
    expect(digestHost(operated(env, host, whole))).toBe(digestHost(host))
  })
  it('of real time mean nothing to credit2', () => {
    const other = build(env, booted(env), planOf(1, [hog]))
    expect(errnoOf(env, other, setDomain(strict(10_000, 4000)))).toBe('EINVAL')
    expect(errnoOf(env, other, setVcpu(strict(10_000, 4000)))).toBe('EINVAL')
  })
})

describe('a vCPU of rtds', () => {
  it('T3: without extra time runs for its budget in each period and no longer', () => {
    let host = advanced(env, build(env, boot(1), domain(1, 1, strict(10_000, 3000))), 10 * ms)
    host = operated(env, host, setVcpu(strict(10_000, 3000)))
    host = advanced(env, host, 20 * ms)
    for (let period = 2; period < 12; period++) {
      const before = ranNs(host, 1)
      host = advanced(env, host, (period + 1) * 10 * ms)
      expect(ranNs(host, 1) - before).toBe(3 * ms)
    }
  })
  it('T7: with extra time has an otherwise idle pCPU to itself', () => {
    const host = advanced(env, build(env, boot(1), domain(1)), 100 * ms)
    expect(ranNs(host, 1)).toBe(100 * ms)
  })
  it('T4: gets its full budget in each period while the budgets fit one pCPU', () => {
    const wanted = [strict(5000, 1000), strict(10_000, 4000), strict(20_000, 8000)]
    let host = boot(1)
    wanted.forEach((params, i) => (host = build(env, host, domain(i + 1, 1, params))))
    host = advanced(env, host, 20 * ms)
    for (let round = 1; round < 10; round++) {
      const before = wanted.map((_, i) => ranNs(host, i + 1))
      host = advanced(env, host, (round + 1) * 20 * ms)
      const ran = wanted.map((_, i) => ranNs(host, i + 1) - (before[i] ?? 0))
      expect(ran).toEqual([4 * ms, 8 * ms, 8 * ms])
    }
  })
})

describe('the pCPU that carries the replenishment timer of a pool', () => {
  const move = (pcpu: number, poolId: number, from: number, host: Host): Host =>
    operated(env, operated(env, host, { _tag: 'PoolRemovePcpu', poolId: from, pcpu }), {
      _tag: 'PoolAddPcpu',
      poolId,
      pcpu
    })
  const timersOf = (host: Host): ReadonlyArray<{ readonly k2: number; readonly deadlineNs: number }> =>
    pendingEvents(host)
      .filter((timer) => timer.class === 2 && timer.k1 === 1)
      .map(({ k2, deadlineNs }) => ({ k2, deadlineNs }))
  const second = (pcpus: ReadonlyArray<number>): Host => {
    let host = operated(env, boot(4), { _tag: 'PoolCreate', poolId: 1, scheduler: 'rtds' })
    for (const pcpu of pcpus) host = move(pcpu, 1, 0, host)
    return host
  }

  it('can leave: the timer goes to the next pCPU of the pool, and budgets come as before', () => {
    let host = build(env, second([2, 3, 1]), { ...domain(1, 1, strict(10_000, 3000)), poolId: 1 })
    host = advanced(env, host, 15 * ms)
    expect(timersOf(host)).toEqual([{ k2: 2, deadlineNs: 20 * ms }])
    host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 1, pcpu: 2 })
    expect(timersOf(host)).toEqual([{ k2: 3, deadlineNs: 20 * ms }])
    const before = ranNs(advanced(env, host, 20 * ms), 1)
    expect(ranNs(advanced(env, host, 120 * ms), 1) - before).toBe(30 * ms)
  })
  it('can leave as the last one, and the pool can be used again or destroyed', () => {
    const emptied = operated(env, second([3]), { _tag: 'PoolRemovePcpu', poolId: 1, pcpu: 3 })
    expect(timersOf(emptied)).toEqual([])
    expect(decodeHost(env, encodeHost(env, emptied), 'host.json')._tag).toBe('Right')
    const gone = operated(env, emptied, { _tag: 'PoolDestroy', poolId: 1 })
    expect(gone.sched.poolOrder).toHaveLength(1)
    let host = operated(env, emptied, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 3 })
    host = build(env, host, { ...domain(1, 1, strict(10_000, 3000)), poolId: 1 })
    expect(timersOf(advanced(env, host, 15 * ms))).toEqual([{ k2: 3, deadlineNs: 20 * ms }])
  })
})

describe('a domain that moves to an rtds pool', () => {
  it('has the defaults of rtds and nothing of its former scheduler', () => {
    let host = build(env, booted(env, 2), planOf(1, [hog]))
    host = operated(env, host, { _tag: 'PoolCreate', poolId: 1, scheduler: 'rtds' })
    host = operated(env, host, { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 1 })
    host = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 1 })
    host = operated(env, host, { _tag: 'PoolMoveDomain', poolId: 1, domid: 1 })
    expect(shown(host, 1)).toMatchObject({ period: 10 * ms, budget: 4 * ms })
    expect(Table.toArray(host.sched.domainPrivate)).toEqual([null])
    expect(decodeHost(env, encodeHost(env, host), 'host.json')).toEqual({ _tag: 'Right', right: host })
  })
})

const root = join(import.meta.dirname, '../../fixtures/sched')
const goldens = ['rtds', 'switchcost'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => folder === 'rtds' || name.includes('rtds'))
    .map((name) => [`${folder}/${name}`, join(root, folder, name)] as const)
)

const planned = (own: Environment, path: string): readonly [Host, GoldenHeader] => {
  const [line = ''] = gunzipSync(readFileSync(path)).toString().split('\n', 1)
  const header = JSON.parse(line) as GoldenHeader
  const topology = topologyOf(header)
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const [host] = bootHypervisor(own, { topology, params: paramsOf(header), facts }, { trace: false })
  const operations = operationsOf(header, pcpusTotal(topology))
  if (typeof operations === 'string') throw new Error(operations)
  const result = plan(own, host, operations)
  if (result._tag === 'Left') throw new Error('refused')
  return [result.right[0], header]
}

const later = (own: Environment, host: Host, toNs: number): Host => {
  const result = advance(own, host, toNs, { trace: false })
  if (result._tag === 'Left') throw new Error('refused')
  return result.right[0]
}

describe('the host of every golden scenario of rtds', () => {
  it.each(goldens)('%s is read back equal at three times, and goes on alike', (_name, path) => {
    const [first, header] = planned(env, path)
    let host = first
    let other = first
    for (let part = 1; part <= 3; part++) {
      const toNs = Math.floor((header.duration * part) / 3.3)
      host = later(env, host, toNs)
      other = later(env, other, toNs)
      const read = decodeHost(env, encodeHost(env, other), 'host.json')
      if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
      other = read.right
      expect(other).toEqual(host)
    }
  })
  it('is the same when it is reached instant by instant', () => {
    const [, path] = goldens.find(([name]) => name.includes('055')) ?? ['', '']
    const [first, header] = planned(env, path)
    const own = makeEnvironment([credit2, rtds], [script], {})
    let host = first
    for (;;) {
      const stepped = step(own, host, { trace: false })
      if (stepped === null || stepped[0].nowNs > header.duration) break
      host = stepped[0]
    }
    expect(host.nowNs).toBeGreaterThan(header.duration / 2)
    expect(digestHost(host)).toBe(digestHost(later(env, first, host.nowNs)))
  })
})

describe('a host file in which rtds contradicts itself', () => {
  const host = advanced(
    env,
    build(env, build(env, boot(2), domain(1, 3)), domain(2, 2, strict(10_000, 1000))),
    7_300_000
  )
  const naps = phases([ms, { _tag: 'Block', ns: ms }])
  const whole = build(env, host, { ...planOf(3, [naps]), weight: null, cap: null })
  interface Change {
    readonly table: 'instances' | 'unitPrivate' | 'lists'
    readonly at: number
    readonly to: (value: object) => unknown
  }
  const [instance] = Table.toArray(whole.sched.instances) as ReadonlyArray<{
    readonly runq: number
    readonly replq: number
  }>
  const queued = listAt(whole.sched, instance?.runq ?? -1)[0] ?? -1
  const changes: ReadonlyArray<readonly [string, Change]> = [
    ['an idle pCPU that is not', { table: 'instances', at: 0, to: (row) => ({ ...row, idlers: [3] }) }],
    ['a timer for another time', { table: 'instances', at: 0, to: (row) => ({ ...row, timerAtNs: 1 }) }],
    ['no timer', { table: 'instances', at: 0, to: (row) => ({ ...row, timer: -1 }) }],
    ['a queue that is another', { table: 'instances', at: 0, to: (row) => ({ ...row, runq: 1 }) }],
    ['a unit that waits nowhere', { table: 'unitPrivate', at: queued, to: (row) => ({ ...row, waits: 0 }) }],
    ['a unit without a period', { table: 'unitPrivate', at: queued, to: (row) => ({ ...row, periodNs: 0 }) }],
    ['a unit without a row', { table: 'unitPrivate', at: queued, to: () => null }],
    [
      'a unit twice in a queue',
      { table: 'lists', at: instance?.runq ?? -1, to: (list) => [...(list as number[]), queued] }
    ],
    [
      'units that nobody replenishes',
      { table: 'lists', at: instance?.replq ?? -1, to: (list) => (list as number[]).slice(1) }
    ]
  ]

  it('is the exception: an untouched one is read', () => {
    expect(decodeHost(env, encodeHost(env, whole), 'host.json')._tag).toBe('Right')
  })
  it.each(changes)('is refused: %s', (_name, { table, at, to }) => {
    const row = to(rowsOf(whole.sched, table)[at] as object)
    const bad = { ...whole, sched: withRow(whole.sched, table, at, row) }
    const read = decodeHost(env, encodeHost(env, bad), 'host.json')
    expect(read).toMatchObject({ _tag: 'Left' })
    expect(read._tag === 'Left' ? fileErrorText(read.left) : '').toMatch(/sched|instances|unitPrivate|lists/)
  })
})
