import { describe, expect, it } from 'vitest'

import { pauseFlag, runstate } from '../../../src/abi/index.js'
import type { Host } from '../../../src/machine/index.js'
import { BitSet, Table } from '../../../src/prelude/index.js'
import type { Vcpu } from '../../../src/sched/index.js'
import { advanced, booted, build, errnoOf, hog, lab, operated, phases, planOf } from '../../support/lab.js'
import { unitAt, vcpuAt } from '../../../src/sched/index.js'

const env = lab()

const vcpuOf = (host: Host, domid: number, vcpuId: number): Readonly<Vcpu> => {
  for (const slot of host.sched.domainOrder) {
    const domain = Table.get(host.sched.domains, slot)
    if (domain.domid === domid) return vcpuAt(host.sched, domain.vcpus[vcpuId] ?? -1)
  }
  throw new Error('no such domain')
}

const naps = phases([1_000_000, { _tag: 'Block', ns: 1_000_000 }])

describe('pauses', () => {
  it('nest: a domain runs again after as many unpauses', () => {
    let host = build(env, booted(env), planOf(1, [hog]))
    host = operated(env, host, { _tag: 'DomainPause', domid: 1 })
    host = operated(env, host, { _tag: 'DomainPause', domid: 1 })
    host = operated(env, host, { _tag: 'DomainUnpause', domid: 1 })
    expect(vcpuOf(host, 1, 0).isRunning).toBe(false)
    host = operated(env, host, { _tag: 'DomainUnpause', domid: 1 })
    expect(vcpuOf(host, 1, 0).isRunning).toBe(true)
  })
  it('stop a running vCPU before the operation ends', () => {
    const host = operated(env, build(env, booted(env), planOf(1, [hog, hog])), {
      _tag: 'DomainPause',
      domid: 1
    })
    expect([0, 1].map((id) => vcpuOf(host, 1, id).runstate)).toEqual([runstate.offline, runstate.offline])
  })
  it('let timed blocks run on', () => {
    let host = advanced(env, build(env, booted(env), planOf(1, [naps])), 1_500_000)
    host = operated(env, host, { _tag: 'DomainPause', domid: 1 })
    host = operated(env, advanced(env, host, 10_000_000), { _tag: 'DomainUnpause', domid: 1 })
    expect(vcpuOf(host, 1, 0).isRunning).toBe(true)
  })
})

describe('vCPUs', () => {
  it('that are offline do not run, and run again when they come back', () => {
    let host = build(env, booted(env), planOf(1, [hog, hog]))
    host = operated(env, host, { _tag: 'VcpuOffline', domid: 1, vcpu: 1 })
    expect(vcpuOf(host, 1, 1)).toMatchObject({ pauseFlags: pauseFlag.down, isRunning: false })
    host = operated(env, advanced(env, host, 5_000_000), { _tag: 'VcpuOnline', domid: 1, vcpu: 1 })
    expect(vcpuOf(host, 1, 1)).toMatchObject({ pauseFlags: 0, isRunning: true })
  })
  it('spend every nanosecond of their life in one run state', () => {
    const host = advanced(env, build(env, booted(env), planOf(1, [naps, hog, hog])), 77_777_777)
    for (const id of [0, 1, 2]) {
      const v = vcpuOf(host, 1, id)
      const spent = v.runningNs + v.runnableNs + v.blockedNs + v.offlineNs
      expect(spent + (host.nowNs - v.stateEntryNs)).toBe(77_777_777)
    }
  })
})

describe('affinity', () => {
  it('moves a vCPU at once when it may not stay', () => {
    let host = build(env, booted(env, 4), planOf(1, [hog]))
    const away = 3 - vcpuOf(host, 1, 0).processor
    host = operated(env, host, { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [away] })
    expect(vcpuOf(host, 1, 0)).toMatchObject({ processor: away, isRunning: true })
  })
  it('drops pCPUs that the host has not got', () => {
    const host = build(env, booted(env, 2), planOf(1, [hog]))
    const hard = { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard' } as const
    expect(errnoOf(env, host, { ...hard, pcpus: [7] })).toBe('EINVAL')
    expect(errnoOf(env, host, { ...hard, pcpus: [1, 7] })).toBe('no error')
  })
  it('accepts any soft mask, also an empty one', () => {
    const host = build(env, booted(env, 2), planOf(1, [hog]))
    const soft = { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'soft', pcpus: [] } as const
    expect(errnoOf(env, host, soft)).toBe('no error')
  })
})

describe('cpupools', () => {
  const host = operated(env, operated(env, booted(env, 4), { _tag: 'PoolRemovePcpu', poolId: 0, pcpu: 3 }), {
    _tag: 'PoolCreate',
    poolId: 1,
    scheduler: 'credit2'
  })
  const second = operated(env, host, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 3 })

  it('take free pCPUs only', () => {
    expect(BitSet.toArray(host.sched.freePcpus)).toEqual([3])
    expect(BitSet.toArray(second.sched.freePcpus)).toEqual([])
    expect(errnoOf(env, second, { _tag: 'PoolAddPcpu', poolId: 1, pcpu: 3 })).toBe('ENODEV')
  })
  it('take domains, whose parameters and affinities go back to their defaults', () => {
    let moved = build(env, second, { ...planOf(1, [hog]), weight: 700 })
    moved = operated(env, moved, { _tag: 'VcpuAffinity', domid: 1, vcpu: 0, kind: 'hard', pcpus: [0] })
    moved = operated(env, moved, { _tag: 'PoolMoveDomain', poolId: 1, domid: 1 })
    expect(vcpuOf(moved, 1, 0)).toMatchObject({ processor: 3, isRunning: true })
    const unit = unitAt(moved.sched, vcpuOf(moved, 1, 0).unit)
    expect(BitSet.toArray(unit.hard)).toEqual([0, 1, 2, 3])
    const domain = moved.sched.domainOrder[0] ?? -1
    expect(Table.get(moved.sched.domainPrivate, domain)).toMatchObject({ weight: 256, cap: 0 })
  })
  it('without pCPUs take no domain', () => {
    const withDomain = build(env, host, planOf(1, [hog]))
    expect(errnoOf(env, withDomain, { _tag: 'PoolMoveDomain', poolId: 1, domid: 1 })).toBe('ENOENT')
    expect(errnoOf(env, host, { _tag: 'DomainBuild', plan: { ...planOf(1, [hog]), poolId: 1 } })).toBe(
      'ENODEV'
    )
  })
  it('keep their last pCPU while they have domains', () => {
    const used = build(env, second, { ...planOf(1, [hog]), poolId: 1 })
    expect(errnoOf(env, used, { _tag: 'PoolRemovePcpu', poolId: 1, pcpu: 3 })).toBe('EBUSY')
    expect(errnoOf(env, used, { _tag: 'PoolDestroy', poolId: 1 })).toBe('EBUSY')
  })
  it('are at most two for each pCPU', () => {
    let many = booted(env, 1)
    many = operated(env, many, { _tag: 'PoolCreate', poolId: 1, scheduler: 'credit2' })
    expect(errnoOf(env, many, { _tag: 'PoolCreate', poolId: 2, scheduler: 'credit2' })).toBe('ENOSPC')
  })
  it('let a dying domain pass through pool 0', () => {
    const used = build(env, second, { ...planOf(1, [hog]), poolId: 1 })
    const gone = operated(env, used, { _tag: 'DomainDestroy', domid: 1, inPlace: false })
    expect(gone.sched.poolOrder.map((slot) => Table.get(gone.sched.pools, slot).domainsTotal)).toEqual([0, 0])
  })
})

describe('the seeded policy of choices', () => {
  it('orders softirqs differently, and always the same way for one seed', () => {
    const run = (seed: number) => {
      const random = [seed, 2, 3, 4, 5] as const
      let host: Host = { ...booted(env, 4), choice: { _tag: 'Seeded', random } }
      for (let domid = 1; domid <= 6; domid++) host = build(env, host, planOf(domid, [hog, naps]))
      return advanced(env, host, 200_000_000)
    }
    expect(run(1)).toEqual(run(1))
    expect(run(1).choice).not.toEqual({ _tag: 'Seeded', random: [1, 2, 3, 4, 5] })
  })
})
