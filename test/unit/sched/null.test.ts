import { describe, expect, it } from 'vitest'

import type { DomainPlan, Operation, Output } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { control, makeEnvironment } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { BitSet, Table } from '../../../src/prelude/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import { credit2, nullScheduler, unitAt } from '../../../src/sched/index.js'
import { advanced, booted, build, errnoOf, hog, operated, phases, planOf } from '../../support/lab.js'
import { withRow } from '../../support/rows.js'

const env = makeEnvironment([credit2, nullScheduler], [script], {})
const ms = 1_000_000
const naps = phases([200_000, { _tag: 'Block', ns: 800_000 }])

const boot = (pcpus: number): Host => booted(env, pcpus, { scheduler: 'null' })

const bound = (
  domid: number,
  masks: { readonly hard?: ReadonlyArray<number>; readonly soft?: ReadonlyArray<number> },
  guest = hog
): DomainPlan => ({
  ...planOf(domid, []),
  vcpus: [{ isOnline: true, hard: masks.hard ?? null, soft: masks.soft ?? null, guest }]
})

interface Shown {
  readonly assigned: boolean
  readonly waiting: boolean
  readonly pcpu: number
  readonly isRunning: boolean
}

const unitOf = (host: Host, domid: number, vcpu = 0): number => {
  const slot = host.sched.domainOrder.find((at) => Table.get(host.sched.domains, at).domid === domid)
  return Table.get(host.sched.domains, slot ?? -1).units[vcpu] ?? -1
}

const shown = (host: Host, domid: number, vcpu = 0): Shown => {
  const unit = unitOf(host, domid, vcpu)
  const { master, isRunning } = unitAt(host.sched, unit)
  const fields = nullScheduler.unitSnapshot(host.sched, unit) as Pick<Shown, 'assigned' | 'waiting'>
  return { ...fields, pcpu: master, isRunning }
}

const traced = (host: Host, operation: Operation): readonly [Host, ReadonlyArray<Output>] => {
  const result = control(env, host, operation, { trace: true })
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return [result.right[0], result.right[1]]
}

const readBack = (host: Host): void => {
  const read = decodeHost(env, encodeHost(env, host), 'host.json')
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  expect(read.right).toEqual(host)
}

describe('parameters of null', () => {
  const host = build(env, boot(2), planOf(1, [hog]))
  const weight = { _tag: 'SchedDomainParams', domid: 1, weight: 512, cap: 50 } as const
  const limit = { _tag: 'SchedPoolParams', poolId: 0, timesliceMs: null, migrationDelayUs: null } as const

  it.each<readonly [string, Operation]>([
    ['of a domain', { ...weight, scheduler: 'null' }],
    ['of a pool', { ...limit, ratelimitUs: 1 }]
  ])('%s are accepted and change nothing', (_name, operation) => {
    const set = operated(env, host, operation)
    expect(set.sched).toEqual(host.sched)
  })
  it('that name another scheduler, or that only others have, are EINVAL', () => {
    expect(errnoOf(env, host, { ...weight, scheduler: 'credit2' })).toBe('EINVAL')
    expect(errnoOf(env, host, { ...weight, scheduler: null })).toBe('EINVAL')
    const params = { periodUs: 10_000, budgetUs: 4000, isExtra: null }
    expect(errnoOf(env, host, { _tag: 'SchedDomainRealTime', domid: 1, params })).toBe('EINVAL')
    expect(errnoOf(env, host, { _tag: 'SchedVcpuRealTime', domid: 1, vcpu: 0, params })).toBe('EINVAL')
    const entries = [{ domid: 1, vcpu: 0, runtimeNs: ms }]
    expect(errnoOf(env, host, { _tag: 'SchedArinc', poolId: 0, majorFrameNs: ms, entries })).toBe('EINVAL')
  })
})

describe('a pCPU of null', () => {
  it('N1: has one unit; those that come later wait in the order in which they came', () => {
    let host = boot(2)
    for (const domid of [1, 2, 3, 4]) host = build(env, host, planOf(domid, [hog]))
    expect([1, 2, 3, 4].map((domid) => shown(host, domid).waiting)).toEqual([false, false, true, true])
    host = operated(env, host, { _tag: 'DomainDestroy', domid: 1, inPlace: true })
    expect(shown(host, 3)).toMatchObject({ assigned: true, isRunning: true, pcpu: 0 })
    expect(shown(host, 4).waiting).toBe(true)
  })
  it('N2: stays with a unit that is paused or blocks, and idles meanwhile', () => {
    let host = build(env, build(env, boot(1), planOf(1, [hog])), planOf(2, [hog]))
    host = advanced(env, operated(env, host, { _tag: 'DomainPause', domid: 1 }), 50 * ms)
    expect(shown(host, 1)).toMatchObject({ assigned: true, isRunning: false })
    expect(shown(host, 2)).toMatchObject({ waiting: true, isRunning: false })
  })
  it('goes to a waiting unit when its unit goes offline', () => {
    let host = build(env, build(env, boot(1), planOf(1, [hog])), planOf(2, [hog]))
    host = operated(env, host, { _tag: 'VcpuOffline', domid: 1, vcpu: 0 })
    expect(shown(host, 2)).toMatchObject({ assigned: true, isRunning: true })
    host = operated(env, host, { _tag: 'VcpuOnline', domid: 1, vcpu: 0 })
    expect(shown(host, 1)).toMatchObject({ assigned: false, waiting: true })
  })
  it('goes to a unit that prefers it before one that came earlier', () => {
    let host = build(env, build(env, boot(2), bound(1, { hard: [0] })), bound(2, { hard: [1] }))
    host = build(env, build(env, host, planOf(3, [hog])), bound(4, { soft: [1] }))
    host = operated(env, host, { _tag: 'DomainDestroy', domid: 2, inPlace: true })
    expect(shown(host, 4)).toMatchObject({ assigned: true, pcpu: 1 })
    expect(shown(host, 3).waiting).toBe(true)
  })
})

describe('a waiting unit that is bound to the only free pCPU', () => {
  /** pCPU 1 is taken, and a unit that prefers it starts out on pCPU 0, which is free. */
  const scene = (pcpus: number): Host => build(env, boot(pcpus), bound(1, { hard: [1] }))

  it('gets it instead of making it reschedule for ever, as in real Xen', () => {
    const [host, outputs] = traced(scene(2), { _tag: 'DomainBuild', plan: bound(2, { soft: [1] }) })
    expect(shown(host, 2)).toEqual({ assigned: true, waiting: false, pcpu: 0, isRunning: true })
    expect(outputs.filter((output) => output._tag === 'Decision').length).toBe(1)
    readBack(host)
  })
  it('is left to another free pCPU where there is one', () => {
    const host = build(env, scene(3), bound(2, { soft: [1] }))
    expect(shown(host, 2)).toMatchObject({ assigned: true, pcpu: 2, isRunning: true })
  })
  it('gets it when the other free pCPU is not allowed', () => {
    const host = build(env, scene(3), bound(2, { hard: [0, 1], soft: [1] }))
    expect(shown(host, 2)).toMatchObject({ assigned: true, pcpu: 0, isRunning: true })
  })
  it('gets it when the other pCPU is still busy switching', () => {
    const boots = (contextSwitchNs: number): Host => booted(env, 3, { scheduler: 'null', contextSwitchNs })
    for (const costNs of [0, 5000, ms]) {
      let host = build(env, boots(costNs), bound(1, { hard: [1] }))
      host = advanced(env, build(env, host, bound(3, { hard: [2] }, naps)), 10 * ms)
      host = operated(env, host, { _tag: 'VcpuOffline', domid: 3, vcpu: 0 })
      host = advanced(env, build(env, host, bound(2, { soft: [1] })), 30 * ms)
      expect(shown(host, 2)).toMatchObject({ assigned: true, isRunning: true })
    }
  })
})

describe('a host with null', () => {
  it('N1: keeps free pCPUs, assignments and the queue in step through random life', () => {
    let host = boot(4)
    const operations: Operation[] = []
    for (let i = 0; i < 400; i++) {
      const [domid, kind, mask] = [1 + ((i * 7) % 6), (i * 13 + (i >> 3)) % 7, 1 + ((i * 11) % 15)]
      const pcpus = [0, 1, 2, 3].filter((pcpu) => (mask >> pcpu) % 2 === 1)
      const affinity = { _tag: 'VcpuAffinity', domid, vcpu: 0, pcpus } as const
      if (kind === 0) operations.push({ _tag: 'DomainBuild', plan: planOf(domid, [naps, hog]) })
      else if (kind === 1) operations.push({ _tag: 'DomainDestroy', domid, inPlace: true })
      else if (kind === 2) operations.push({ ...affinity, kind: 'soft' })
      else if (kind === 3) operations.push({ ...affinity, kind: 'hard' })
      else if (kind === 4) operations.push({ _tag: 'VcpuOffline', domid, vcpu: i % 2 })
      else if (kind === 5) operations.push({ _tag: 'VcpuOnline', domid, vcpu: i % 2 })
      else operations.push({ _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 1 + (i % 3) })
      operations.push({ _tag: 'PoolAddPcpu', poolId: 0, pcpu: 1 + ((i >> 2) % 3) })
    }
    let done = 0
    for (const operation of operations) {
      const result = control(env, host, operation, { trace: false })
      if (result._tag === 'Right') {
        host = result.right[0]
        done++
      }
      host = advanced(env, host, host.nowNs + 300_000)
      if (done % 4 === 0) readBack(host)
    }
    expect(done).toBeGreaterThan(250)
  })
  it('draws a placement where none is free only under the seeded policy', () => {
    const host = boot(4)
    const seeded: Host = { ...host, choice: { _tag: 'Seeded', random: [1, 2, 3, 4, 0] } }
    const places = (first: Host): ReadonlyArray<number> => {
      let next = build(env, first, planOf(1, [hog, hog, hog, hog]))
      next = build(
        env,
        next,
        planOf(
          2,
          Array.from({ length: 12 }, () => hog)
        )
      )
      for (let vcpu = 0; vcpu < 12; vcpu++)
        next = operated(env, next, {
          _tag: 'VcpuAffinity',
          domid: 2,
          vcpu,
          kind: 'soft',
          pcpus: [0, 1, 2, 3]
        })
      return Array.from({ length: 12 }, (_, vcpu) => shown(next, 2, vcpu).pcpu)
    }
    expect(new Set(places(host))).toEqual(new Set([0]))
    expect(new Set(places(seeded)).size).toBeGreaterThan(1)
    expect(places(seeded)).toEqual(places(seeded))
  })
})

describe('a host file in which null contradicts itself', () => {
  let host = build(env, build(env, boot(2), planOf(1, [hog])), planOf(2, [hog]))
  host = build(env, host, planOf(3, [hog]))
  const [assigned, waiting] = [unitOf(host, 1), unitOf(host, 3)]
  const changes: ReadonlyArray<
    readonly [string, 'instances' | 'unitPrivate' | 'pcpuPrivate', number, object | null]
  > = [
    ['a pCPU both free and taken', 'instances', 0, { free: BitSet.fromBits(2, [0]), waitq: [waiting] }],
    ['a unit that waits nowhere', 'instances', 0, { free: BitSet.make(2), waitq: [] }],
    ['a unit that waits twice', 'instances', 0, { free: BitSet.make(2), waitq: [waiting, waiting] }],
    ['a queue with a unit that does not wait', 'unitPrivate', waiting, { isWaiting: false }],
    ['a unit that has a pCPU and waits', 'unitPrivate', assigned, { isWaiting: true }],
    ['a pCPU with a unit bound elsewhere', 'pcpuPrivate', 1, { unit: assigned }],
    ['a pCPU with a unit that is none', 'pcpuPrivate', 1, { unit: 99 }],
    ['a pCPU without a row', 'pcpuPrivate', 1, null],
    ['a unit without a row', 'unitPrivate', assigned, null],
    ['no instance', 'instances', 0, null]
  ]
  it('is the exception: an untouched one is read', () => readBack(host))
  it.each(changes)('is refused: %s', (_name, table, at, row) => {
    const bad = { ...host, sched: withRow(host.sched, table, at, row) }
    expect(decodeHost(env, encodeHost(env, bad), 'host.json')).toMatchObject({ _tag: 'Left' })
  })
})
