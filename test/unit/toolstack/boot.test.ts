import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { advance, makeEnvironment } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { Memory, memoryViolations } from '../../../src/memory/index.js'
import { Table } from '../../../src/prelude/index.js'
import { credit2, vcpuAt } from '../../../src/sched/index.js'
import {
  bootHost,
  domainSchedParamsGet,
  getNumainfo,
  getPhysinfo,
  listCpupool,
  listDomain,
  listVcpu
} from '../../../src/toolstack/index.js'
import { bootRequest, booted, environment } from './hosts.js'

const env = environment()
const unitOf = (host: Host, vcpu: number): number =>
  vcpuAt(host.sched, Table.get(host.sched.domains, 0).vcpus[vcpu] ?? -1).unit
const mib = (bytes: number): number => Math.floor(bytes / 2 ** 20)

describe('bootHost', () => {
  it('gives the recorded machine the memory that the recorded xl info -n showed', () => {
    const host = booted(env)
    expect(getNumainfo(host).map(({ size, free }) => [mib(size), mib(free)])).toEqual([
      [5120, 2729],
      [3072, 2324]
    ])
    const { totalPages, freePages } = getPhysinfo(host)
    expect([Math.floor(totalPages / 256), Math.floor(freePages / 256)]).toEqual([6143, 5054])
    expect(memoryViolations(host.memory)).toEqual([])
  })

  it('a host below 2.75 GiB has no hole below 4 GiB', () => {
    const host = booted(env, { memoryBytes: 2 * 2 ** 30, commandLine: 'dom0_mem=512M' })
    expect(getNumainfo(host).map(({ size }) => mib(size))).toEqual([1024, 1023])
  })

  it('domain 0 has all pCPUs as vCPUs unless dom0_max_vcpus says otherwise, and they are online', () => {
    for (const [commandLine, vcpus] of [
      ['dom0_mem=1G', 4],
      ['dom0_mem=1G dom0_max_vcpus=2', 2],
      ['dom0_mem=1G dom0_max_vcpus=6-8', 6]
    ] as const) {
      expect(listDomain(booted(env, { commandLine }))[0]).toMatchObject({ domid: 0, vcpuOnline: vcpus })
    }
  })

  it('domain 0 gets what dom0_mem says, and may have no more than its max', () => {
    const host = booted(env, { commandLine: 'dom0_mem=512M,max:1G' })
    expect(Memory.domainPages(host.memory, 0)).toMatchObject({ totPages: 131072, maxPages: 262144 })
    const rest = booted(env, { commandLine: '' })
    expect(Memory.domainPages(rest.memory, 0)?.maxPages).toBe(Memory.pagesMax)
    expect(Memory.freePages(rest.memory)).toBe(128 * 256)
  })

  it('dom0_vcpus_pin pins each vCPU on the pCPU of its number', () => {
    const vcpus = listVcpu(booted(env, { commandLine: 'dom0_mem=1G dom0_vcpus_pin' }), 0)
    expect(E.isRight(vcpus) && vcpus.right.map(({ hard }) => hard)).toEqual([[0], [1], [2], [3]])
  })

  it('dom0_nodes gives domain 0 the pCPUs and the memory of its nodes', () => {
    const host = booted(env, { commandLine: 'dom0_mem=1G dom0_nodes=1' })
    const vcpus = listVcpu(host, 0)
    expect(E.isRight(vcpus) && vcpus.right.map(({ hard }) => hard)).toEqual([
      [2, 3],
      [2, 3]
    ])
    expect(Memory.domainPagesByNode(host.memory, 0)).toEqual([0, 262144])
  })

  it('an unknown scheduler is reported and the default taken', () => {
    const host = bootHost(env, { ...bootRequest, commandLine: 'sched=bogus' }, { trace: false })
    expect(E.isRight(host) && host.right.messages).toEqual([
      'Could not find scheduler: bogus',
      "Using 'SMP Credit Scheduler rev2' (credit2)"
    ])
    expect(E.isRight(host) && host.right.host.sched.params.scheduler).toBe('credit2')
  })

  it('what is not built is refused by name', () => {
    for (const [option, feature] of [
      ['dom0=pvh', 'dom0=pvh'],
      ['maxcpus=2', 'maxcpus=2']
    ] as const) {
      const host = bootHost(env, { ...bootRequest, commandLine: option }, { trace: false })
      expect(host).toEqual(E.left({ _tag: 'NotImplemented', feature }))
    }
  })

  it('a scheduler that the environment does not have is refused by name', () => {
    const poor = makeEnvironment([credit2], [], {})
    expect(bootHost(poor, { ...bootRequest, commandLine: 'sched=rtds' }, { trace: false })).toEqual(
      E.left({ _tag: 'NotImplemented', feature: 'sched=rtds' })
    )
  })

  it.each(['credit', 'credit2', 'rtds', 'null', 'arinc653'] as const)(
    'sched=%s: the first pool has the scheduler, and domain 0 what it gives by default',
    (sched) => {
      const host = booted(env, { commandLine: `dom0_mem=1G sched=${sched}` })
      expect(listCpupool(host).map((pool) => pool.sched)).toEqual([sched])
      expect(domainSchedParamsGet(env, host, 0)).toEqual(
        E.right(
          sched === 'rtds'
            ? { sched, period: 10_000, budget: 4000 }
            : sched.startsWith('credit')
              ? { sched, weight: 256, cap: 0 }
              : { sched }
        )
      )
      expect(E.isRight(advance(env, host, 1_000_000_000, { trace: false }))).toBe(true)
    }
  )

  it('a topology that is none and a machine without memory are refused', () => {
    const topology = { ...bootRequest.topology, sockets: 0 }
    expect(E.isLeft(bootHost(env, { ...bootRequest, topology }, { trace: false }))).toBe(true)
    expect(bootHost(env, { ...bootRequest, memoryBytes: 0 }, { trace: false })).toEqual(
      E.left({ _tag: 'TooLittleMemory', memoryBytes: 0 })
    )
  })

  it('scheduling options reach the scheduler', () => {
    const bare = makeEnvironment(env.schedulers, [], {})
    const host = booted(bare, { commandLine: 'dom0_mem=1G sched_ratelimit_us=500 credit2_runqueue=core' })
    expect(host.sched.params).toMatchObject({ ratelimitUs: 500, credit2Runqueue: 'core' })
  })

  it.each([
    ['cpu', 4],
    ['core', 2],
    ['socket', 1]
  ] as const)('sched-gran=%s: the vCPUs of domain 0 are %i units', (granularity, units) => {
    const topology = { sockets: 1, coresPerSocket: 2, threadsPerCore: 2, nodesTotal: 1 }
    const commandLine = `dom0_mem=1G sched-gran=${granularity}`
    const host = booted(env, { topology, commandLine })
    expect(host.sched.params.granularity).toBe(granularity)
    const used = new Set([0, 1, 2, 3].map((vcpu) => unitOf(host, vcpu)))
    expect(used.size).toBe(units)
  })

  it('equal requests give equal hosts, and a host survives JSON', () => {
    const host = booted(env)
    expect(booted(environment())).toEqual(host)
    expect(JSON.parse(JSON.stringify(host))).toEqual(host)
  })
})
