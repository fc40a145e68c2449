import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import type { Output } from '../../../src/abi/index.js'
import { digestHost } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { decodeJournal, replay } from '../../../src/replay/index.js'
import { LibxlFailure, makeShellEnvironment, openHost, writeHostFile } from '../../../src/shell/index.js'
import type { Handle, NewHost, OpenOptions } from '../../../src/shell/index.js'
import { emptyDomainConfig } from '../../../src/toolstack/index.js'

const second = 1_000_000_000
const kernel = { path: '/boot/guest', kind: 'kernel', bytes: 1 << 20 } as const
const machine: NewHost = {
  topology: { sockets: 2, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 2 },
  commandLine: 'dom0_mem=1G,max:1G dom0_max_vcpus=2',
  files: [kernel]
}

const open = async (
  given: Parameters<typeof openHost>[0] = machine,
  options: OpenOptions = {}
): Promise<Handle> => {
  const opened = await openHost(given, options)()
  if (opened._tag === 'Left') throw new Error(`${opened.left._tag}: ${opened.left.reason}`)
  return opened.right
}

const cfg = (name: string, more = ''): string =>
  `name="${name}"\ntype="pvh"\nkernel="/boot/guest"\nmemory=128\nextra="mode=busy"\n${more}\n`

const scratch = (): string => mkdtempSync(join(tmpdir(), 'xensim-open-'))

const replayed = (journal: string): Host => {
  const env = makeShellEnvironment()
  const decoded = decodeJournal(env, journal, 'journal')
  if (decoded._tag === 'Left') throw new Error(decoded.left.reason)
  const result = replay(env, decoded.right.journal)
  if (result._tag !== 'Matched') throw new Error(JSON.stringify(result))
  return result.host
}

describe('a handle', () => {
  it("has a call for each thing in a domain's life, as a task and as a promise", async () => {
    const { domain, vcpu, sched, promises } = await open()
    expect(await domain.create(cfg('a', 'vcpus=2\ncpu_weight=512'))()).toEqual({ _tag: 'Right', right: 1 })
    expect(await promises.domain.create(cfg('b'), { isPaused: true })).toBe(2)
    expect((await promises.domain.list()).map(({ domid }) => domid)).toEqual([0, 1, 2])
    // 128 MiB and the 15 special pages of a PVH guest.
    expect(await promises.domain.info(2)).toMatchObject({ isPaused: true, currentMemkb: 131_072 + 15 * 4 })
    expect(await promises.sched.get(1)).toMatchObject({ weight: 512, cap: 0 })
    await promises.sched.set(1, { cap: 50 })
    expect(await promises.sched.get(1)).toMatchObject({ weight: 512, cap: 50 })
    await promises.vcpu.pin(1, 0, { hard: [3], soft: null })
    expect((await promises.vcpu.list(1))[0]?.hard).toEqual([3])
    await promises.domain.rename(1, 'other')
    expect(await domain.find('other')()).toEqual({ _tag: 'Right', right: 1 })
    await promises.domain.unpause(2)
    await promises.advance(second)
    expect((await promises.vcpu.list(1))[0]?.cpu).toBe(3)
    expect((await promises.domain.info(1)).cpuTimeNs).toBe(second / 2)
    expect((await promises.domain.info(2)).cpuTimeNs).toBe(second)
    await promises.domain.pause(2)
    await promises.advance(second)
    expect((await promises.domain.info(2)).cpuTimeNs).toBe(second)
    await promises.domain.destroy(2)
    expect(await vcpu.list(2)()).toMatchObject({ _tag: 'Left', left: { _tag: 'FAIL' } })
    expect(await sched.getCredit2(0)()).toMatchObject({ _tag: 'Right', right: { ratelimitUs: 1000 } })
    await promises.sched.setCredit2(0, { ratelimitUs: 0 })
    expect(await promises.sched.getCredit2(0)).toEqual({ ratelimitUs: 0 })
  })

  it('tells about the host and its cpupools', async () => {
    const { promises } = await open()
    expect(await promises.host.physinfo()).toMatchObject({ nrCpus: 4, nrNodes: 2 })
    expect((await promises.host.cpuTopology()).map(({ node }) => node)).toEqual([0, 0, 1, 1])
    expect((await promises.host.numainfo()).length).toBe(2)
    expect((await promises.host.versionInfo()).commandline).toBe(machine.commandLine)
    expect((await promises.cpupool.list()).map(({ poolid }) => poolid)).toEqual([0])
    expect((await promises.cpupool.info(0)).sched).toBe('credit2')
    await expect(promises.cpupool.info(7)).rejects.toMatchObject({ error: { _tag: 'NOTFOUND' } })
  })

  it('does nothing until a task is run', async () => {
    const handle = await open()
    const before = handle.snapshot()
    const task = handle.advance(second)
    expect(handle.snapshot()).toBe(before)
    await task()
    expect(handle.snapshot().nowNs).toBe(second)
  })

  it('creates a domain from a finished configuration, with the workload it is given', async () => {
    const handle = await open()
    const empty = emptyDomainConfig('pvh')
    const config = {
      ...empty,
      createInfo: { ...empty.createInfo, name: 'made' },
      buildInfo: { ...empty.buildInfo, kernel: kernel.path, maxVcpus: 1 }
    }
    const hog = { program: 'hog', version: 1, config: { phaseNs: second } }
    const domid = await handle.promises.domain.create(config, { workloads: { made: hog } })
    await handle.promises.advance(second)
    expect((await handle.promises.domain.info(domid)).cpuTimeNs).toBe(second)
    await handle.promises.vcpu.setProgram(domid, 0, null)
    await handle.promises.advance(second)
    expect((await handle.promises.domain.info(domid)).cpuTimeNs).toBeLessThan(1.1 * second)
  })

  it('carries out xl command lines', async () => {
    const { promises } = await open()
    const { rc, stdout } = await promises.xl(['list'])
    expect(rc).toBe(0)
    expect(stdout).toMatch(/^Name .*\nDomain-0 .*\n$/)
    expect((await promises.xl(['pause', 'nobody'])).rc).toBe(1)
  })

  it.each([
    ['domain.info', (h: Handle) => h.domain.info(77), 'DOMAIN_NOTFOUND'],
    ['domain.destroy', (h: Handle) => h.domain.destroy(77), 'DOMAIN_NOTFOUND'],
    ['domain.destroy of dom0', (h: Handle) => h.domain.destroy(0), 'FAIL'],
    [
      'domain.create without a kernel',
      (h: Handle) => h.domain.create('name="x"\ntype="pvh"\nkernel="/none"'),
      'FAIL'
    ],
    ['domain.create with a broken text', (h: Handle) => h.domain.create('name = = "x"'), 'INVAL'],
    ['domain.create without a name', (h: Handle) => h.domain.create('memory=1'), 'INVAL'],
    ['sched.set to weight 0', (h: Handle) => h.sched.set(0, { weight: 0 }), 'INVAL'],
    ['sched.set to weight 65536', (h: Handle) => h.sched.set(0, { weight: 65_536 }), 'INVAL'],
    ['sched.set to a cap above 100 x vCPUs', (h: Handle) => h.sched.set(0, { cap: 201 }), 'INVAL'],
    ['advance backwards', (h: Handle) => h.advance(-1), 'INVAL'],
    ['advance past 2^53', (h: Handle) => h.advance(2 ** 53), 'INVAL'],
    ['advance by a fraction', (h: Handle) => h.advance(0.5), 'INVAL']
  ])('%s is an error with a log that says why, and the time stands still', async (_name, call, tag) => {
    const handle = await open()
    const before = handle.snapshot()
    const result = await call(handle)()
    expect(result).toMatchObject({ _tag: 'Left', left: { _tag: tag } })
    if (result._tag === 'Left') expect(result.left.log[0]?.text ?? '').not.toBe('')
    expect(handle.snapshot().nowNs).toBe(before.nowNs)
    expect(handle.snapshot().domains.records.length).toBe(1)
  })

  it('rejects a promise with the error and its log', async () => {
    const { promises } = await open()
    const error = await promises.domain.destroy(77).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(LibxlFailure)
    expect((error as LibxlFailure).error._tag).toBe('DOMAIN_NOTFOUND')
    expect((error as LibxlFailure).message).toContain('Domain 77:Non-existant domain')
  })

  it('tells listeners everything, in order, until they leave', async () => {
    const handle = await open()
    const seen: Output[] = []
    const hosts: Host[] = []
    const leave = handle.subscribe((outputs, host) => {
      seen.push(...outputs)
      hosts.push(host)
    })
    await handle.promises.domain.create(cfg('a'))
    await handle.promises.advance(second)
    expect(seen.some(({ _tag }) => _tag === 'DomainCreated')).toBe(true)
    expect(seen.some(({ _tag }) => _tag === 'Decision')).toBe(true)
    expect(hosts.at(-1)).toBe(handle.snapshot())
    leave()
    leave()
    const total = seen.length
    await handle.promises.advance(second)
    expect(seen.length).toBe(total)
  })

  it('records a journal of everything, refusals too, which gives the same host again', async () => {
    const folder = scratch()
    const journalFile = join(folder, 'run.journal')
    const handle = await open(machine, { journalFile })
    await handle.promises.domain.create(cfg('a', 'vcpus=2'))
    await handle.promises.advance(second)
    await handle.domain.create(cfg('a'))()
    await handle.domain.destroy(9)()
    await handle.advance(-1)()
    await handle.promises.xl(['sched-credit2', '-d', 'a', '-w', '1024'])
    await handle.promises.advance(second)
    expect(digestHost(replayed(handle.journal()))).toBe(digestHost(handle.snapshot()))
    // As it goes: whoever kills the process finds it on the disk.
    expect(readFileSync(journalFile, 'utf8')).toBe(handle.journal())
    handle.close()
    expect(readFileSync(journalFile, 'utf8')).toBe(handle.journal())
  })

  it('is refused for impossible machines, broken files, journals that cannot be written', async () => {
    const refused = async (...given: Parameters<typeof openHost>): Promise<string> => {
      const opened = await openHost(...given)()
      return opened._tag === 'Left' ? `${opened.left._tag}: ${opened.left.reason}` : 'opened'
    }
    const zero = { sockets: 0, coresPerSocket: 1, threadsPerCore: 1 }
    expect(await refused({ topology: zero })).toBe('CannotBoot: topology: sockets must be at least 1, not 0')
    const uneven = { sockets: 1, coresPerSocket: 4, threadsPerCore: 1, nodesTotal: 3 }
    expect(await refused({ topology: uneven })).toMatch(/^CannotBoot: .*4 pCPUs do not spread evenly over 3/)
    expect(await refused({ ...machine, memoryBytes: 4096 })).toMatch(/^CannotBoot: memory: 4096 bytes/)
    expect(await refused({ ...machine, commandLine: 'dom0=pvh' })).toBe(
      'CannotBoot: NotImplemented: dom0=pvh'
    )
    const folder = scratch()
    expect(await refused({ file: join(folder, 'none.json') })).toMatch(
      /^CannotRead: .*No such file or directory$/
    )
    writeFileSync(join(folder, 'bad.json'), '{"format":"xensim-host"')
    expect(await refused({ file: join(folder, 'bad.json') })).toMatch(/^CannotRead: .*bad\.json: /)
    expect(readdirSync(folder)).toEqual(['bad.json'])
    const journalFile = join(folder, 'none/run.journal')
    expect(await refused(machine, { journalFile })).toMatch(/^CannotWrite: .*No such file or directory$/)
  })
})

describe('a handle on a host file', () => {
  it('has the file to itself, and writes it when it is saved and closed', async () => {
    const folder = scratch()
    const file = join(folder, 'host.json')
    const first = await open()
    writeHostFile(makeShellEnvironment(), file, first.snapshot())
    const handle = await open({ file })
    await handle.promises.advance(second)
    const waiting = open({ file })
    handle.save()
    await handle.promises.advance(second)
    handle.close()
    handle.close()
    const second_ = await waiting
    expect(second_.snapshot().nowNs).toBe(2 * second)
    expect(digestHost(second_.snapshot())).toBe(digestHost(handle.snapshot()))
    second_.close()
    expect(readdirSync(folder)).toEqual(['host.json'])
  })

  it('refuses calls after it was closed', async () => {
    const handle = await open()
    handle.close()
    await expect(handle.promises.advance(1)).rejects.toThrow('this handle is closed')
    await expect(handle.promises.domain.list()).rejects.toThrow('this handle is closed')
  })
})
