import { describe, expect, it } from 'vitest'

import { digestHost } from '../../../src/machine/index.js'
import { decodeJournal, replay } from '../../../src/replay/index.js'
import { makeShellEnvironment, openHost } from '../../../src/shell/index.js'
import type { Handle } from '../../../src/shell/index.js'

const open = async (commandLine = ''): Promise<Handle> => {
  const opened = await openHost({
    topology: { sockets: 2, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 2 },
    commandLine: `dom0_mem=1G,max:1G dom0_max_vcpus=2 ${commandLine}`,
    files: [{ path: '/boot/guest', kind: 'kernel', bytes: 1 << 20 }]
  })()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  return opened.right
}

const cfg = 'name="a"\ntype="pvh"\nkernel="/boot/guest"\nmemory=128\nvcpus=2\n'

describe('cpupools of a handle', () => {
  it('are made, filled, named, given domains and taken away again, which is in the journal', async () => {
    const handle = await open()
    const { cpupool, domain, sched } = handle.promises
    await domain.create(cfg)
    await cpupool.removeNode(0, 1)
    expect(await cpupool.create({ name: 'p', sched: 'credit', cpus: [2] })).toBe(1)
    await cpupool.addCpu(1, 3)
    await cpupool.rename(1, 'q')
    await cpupool.moveDomain(1, 1)
    expect(await cpupool.info(1)).toMatchObject({ poolName: 'q', cpus: [2, 3], domainsTotal: 1 })
    await sched.setCredit(1, { tsliceMs: 5, ratelimitUs: 0, vcpuMigrDelayUs: 7 })
    expect(await sched.getCredit(1)).toEqual({ tsliceMs: 5, ratelimitUs: 0, vcpuMigrDelayUs: 7 })
    await cpupool.removeCpu(1, 3)
    await expect(cpupool.removeCpu(1, 2)).rejects.toMatchObject({ error: { _tag: 'FAIL' } })
    await expect(cpupool.destroy(1)).rejects.toMatchObject({ error: { _tag: 'INVAL' } })
    await cpupool.moveDomain(0, 1)
    await cpupool.destroy(1)
    await cpupool.addNode(0, 1)
    expect(await cpupool.list()).toMatchObject([{ poolid: 0, cpus: [0, 1, 2, 3], domainsTotal: 2 }])
    const env = makeShellEnvironment()
    const journal = decodeJournal(env, handle.journal(), 'journal')
    const replayed = journal._tag === 'Right' ? replay(env, journal.right.journal) : null
    if (replayed?._tag !== 'Matched') throw new Error(JSON.stringify(replayed))
    expect(digestHost(replayed.host)).toBe(digestHost(handle.snapshot()))
  })

  it.each([
    ['destroy', async (h: Handle) => h.cpupool.destroy(7)(), 'NOMEM'],
    ['rename', async (h: Handle) => h.cpupool.rename(7, 'x')(), 'NOMEM'],
    ['addCpu', async (h: Handle) => h.cpupool.addCpu(7, 1)(), 'FAIL'],
    ['removeCpu', async (h: Handle) => h.cpupool.removeCpu(7, 1)(), 'FAIL'],
    ['moveDomain', async (h: Handle) => h.cpupool.moveDomain(7, 1)(), 'FAIL'],
    ['create', async (h: Handle) => h.cpupool.create({ name: 'p', sched: 'fifo', cpus: [] })(), 'FAIL'],
    ['create', async (h: Handle) => h.cpupool.create({ name: 'p', sched: 'null', cpus: [0] })(), 'FAIL']
  ])('%s fails on a pool, a scheduler or a pCPU that is not there', async (_name, call, tag) => {
    const handle = await open()
    expect(await call(handle)).toMatchObject({ left: { _tag: tag } })
    expect(await handle.promises.cpupool.list()).toMatchObject([{ poolid: 0, cpus: [0, 1, 2, 3] }])
  })

  it('a pool that is not there is told from one with a higher id', async () => {
    const { cpupool } = (await open()).promises
    await cpupool.create({ name: 'a', sched: 'null', cpus: [] })
    await cpupool.create({ name: 'b', sched: 'null', cpus: [] })
    await cpupool.destroy(1)
    await expect(cpupool.destroy(1)).rejects.toMatchObject({ error: { _tag: 'INVAL' } })
    await expect(cpupool.rename(1, 'x')).rejects.toMatchObject({ error: { _tag: 'INVAL' } })
    await expect(cpupool.rename(3, 'x')).rejects.toMatchObject({ error: { _tag: 'NOMEM' } })
  })
})

describe('vCPUs of a handle', () => {
  it('are pinned together', async () => {
    const { domain, vcpu } = (await open()).promises
    await domain.create(cfg)
    await vcpu.pinAll(1, { hard: [1], soft: null })
    expect((await vcpu.list(1)).map(({ hard }) => hard)).toEqual([[1], [1]])
    await expect(vcpu.pinAll(1, { hard: null, soft: null })).rejects.toMatchObject({
      error: { _tag: 'FAIL' }
    })
    await expect(vcpu.pinAll(7, { hard: [1], soft: null })).rejects.toMatchObject({ error: { _tag: 'FAIL' } })
  })

  it('have periods and budgets under rtds', async () => {
    const { domain, sched } = (await open('sched=rtds')).promises
    await domain.create(cfg)
    await sched.setAllVcpus(1, { period: 900, budget: 300, extratime: false })
    await sched.setVcpus(1, [{ vcpuid: 1, period: 800, budget: 200, extratime: true }])
    expect(await sched.getVcpus(1)).toEqual([
      { vcpuid: 0, period: 900, budget: 300, extratime: false },
      { vcpuid: 1, period: 800, budget: 200, extratime: true }
    ])
    await expect(sched.setAllVcpus(1, { period: 1, budget: 2, extratime: false })).rejects.toMatchObject({
      error: { _tag: 'INVAL' }
    })
  })
})
