import { describe, expect, it } from 'vitest'

import type { Operation, Output } from '../../../../src/abi/index.js'
import { advance, control, digestHost, step } from '../../../../src/machine/index.js'
import type { Environment, Host } from '../../../../src/machine/index.js'
import { Memory } from '../../../../src/memory/index.js'
import { decodeHost, encodeHost } from '../../../../src/replay/index.js'
import { domainSchedParamsGet, listDomain } from '../../../../src/toolstack/index.js'
import { booted, configOf, environment, run } from '../hosts.js'

const env = environment()
const second = 1_000_000_000
const traced = { trace: true }

type Happened = readonly [host: Host, outputs: ReadonlyArray<Output>]

const operated = (host: Host, operation: Operation): Happened => {
  const done = control(env, host, operation, traced)
  if (done._tag === 'Left') throw new Error(JSON.stringify(done.left))
  return done.right
}

const passed = (host: Host, ns: number, within: Environment = env): Happened => {
  const done = advance(within, host, host.nowNs + ns, traced)
  if (done._tag === 'Left') throw new Error(JSON.stringify(done.left))
  return done.right
}

const created = (from: Host, name: string, ...lines: ReadonlyArray<string>): Host =>
  xl(from, ['create', '-q', '/cfg'], configOf(name, ...lines))

const xl = (from: Host, argv: ReadonlyArray<string>, text = ''): Host => {
  const done = run(env, from, argv, { files: { '/cfg': text } })
  expect([argv, done.rc, done.stderr]).toEqual([argv, 0, ''])
  return done.host
}

const ends = (host: Host, reason: number, domid = 1): Happened =>
  operated(host, { _tag: 'DomainShutdown', domid, reason })

const domains = (host: Host): ReadonlyArray<string> =>
  host.domains.records
    .slice(1)
    .map(({ domid, info, isShutDown }) => `${domid} ${info.name}${isShutDown ? ' down' : ''}`)

const log = (outputs: ReadonlyArray<Output>): ReadonlyArray<string> =>
  outputs.flatMap((output) => (output._tag === 'MonitorLine' ? [output.line] : []))

const cleaned = 'Domain 1 needs to be cleaned up: destroying the domain'

describe('a domain that shuts down (toolstack.md §9)', () => {
  const rows: ReadonlyArray<
    readonly [line: string, reason: number, lines: ReadonlyArray<string>, domains: ReadonlyArray<string>]
  > = [
    ['', 0, ['Action for shutdown reason code 0 is destroy', cleaned, 'Done. Exiting now'], []],
    ['', 1, ['Action for shutdown reason code 1 is restart', cleaned, 'Done. Rebooting now'], []],
    ['', 3, ['Action for shutdown reason code 3 is destroy', cleaned, 'Done. Exiting now'], []],
    ['', 4, ['Action for shutdown reason code 4 is destroy', cleaned, 'Done. Exiting now'], []],
    ['', 5, ['Action for shutdown reason code 5 is soft-reset', 'NotImplemented: soft reset'], ['1 d1 down']],
    [
      '',
      7,
      [
        'Unknown shutdown reason code 7. Destroying domain.',
        'Action for shutdown reason code 7 is destroy',
        cleaned,
        'Done. Exiting now'
      ],
      []
    ],
    ['', 2, ['Domain has suspended.', 'Continue waiting for domain 1'], ['1 d1 down']],
    [
      'on_crash = "preserve"',
      3,
      ['Action for shutdown reason code 3 is preserve', 'Done. Exiting now'],
      ['1 d1 down']
    ],
    [
      'on_watchdog = "restart"',
      4,
      ['Action for shutdown reason code 4 is restart', cleaned, 'Done. Rebooting now'],
      []
    ],
    [
      'on_crash = "coredump-destroy"',
      3,
      [
        'Action for shutdown reason code 3 is coredump-destroy',
        'dumping core to /var/lib/xen/dump/d1',
        'NotImplemented: core dumps',
        cleaned,
        'Done. Exiting now'
      ],
      []
    ],
    [
      'on_poweroff = "coredump-restart"',
      0,
      [
        'Action for shutdown reason code 0 is coredump-restart',
        'dumping core to /var/lib/xen/dump/d1',
        'NotImplemented: core dumps',
        cleaned,
        'Done. Rebooting now'
      ],
      []
    ],
    [
      'on_poweroff = "rename-restart"',
      0,
      [
        'Action for shutdown reason code 0 is rename-restart',
        'Preserving domain 1 d1 with suffix-20260101T0000Z',
        'Done. Rebooting now'
      ],
      ['1 d1-20260101T0000Z down']
    ]
  ]

  it.each(rows)('%j, reason %i', (line, reason, lines, left) => {
    const [host, outputs] = ends(created(booted(env), 'd1', line), reason)
    const hex = `Domain 1 has shut down, reason code ${reason} 0x${reason.toString(16)}`
    expect(log(outputs)).toEqual([hex, ...lines])
    expect(domains(host)).toEqual(left)
  })

  it('is dealt with at the end of that very instant, whoever lets time pass', () => {
    const host = created(booted(env), 'd1', 'extra = "mode=off"')
    const [before] = passed(host, second - 1)
    expect(domains(before)).toEqual(['1 d1'])
    const [after, outputs] = passed(before, 1)
    expect(domains(after)).toEqual([])
    expect(outputs.filter(({ _tag }) => _tag === 'DomainDestroyed')).toMatchObject([{ atNs: second }])
    let stepping: Host | undefined = before
    while (stepping !== undefined && stepping.nowNs < second) stepping = step(env, stepping, traced)?.[0]
    expect(domains(stepping as Host)).toEqual([])
  })

  it('that stays shows how it ended: not blocked, and not running', () => {
    const host = created(booted(env), 'd1', 'extra = "mode=crash"', 'on_crash = "preserve"', 'vcpus = 2')
    const row = run(env, passed(host, 5 * second)[0], ['list', 'd1']).stdout.split('\n')[1]
    expect(row).toBe('d1                                           1   128     2     ---sc-       1.0')
  })

  it('that is left without a process stays: xl create -e', () => {
    const host = xl(booted(env), ['create', '-q', '-e', '/cfg'], configOf('d1'))
    const [after, outputs] = ends(host, 0)
    expect([domains(after), log(outputs)]).toEqual([['1 d1 down'], []])
  })

  it('for a suspension wakes its process once', () => {
    const [suspended] = ends(created(created(booted(env), 'd1'), 'd2'), 2)
    const [after, outputs] = ends(suspended, 0, 2)
    expect(domains(after)).toEqual(['1 d1 down'])
    expect(log(outputs).filter((line) => line.includes('omain 1'))).toEqual([])
  })

  it('together with another is dealt with in the order of ids', () => {
    const host = created(created(booted(env), 'd2', 'extra = "mode=off"'), 'd1', 'extra = "mode=off"')
    const pinned = xl(xl(host, ['vcpu-pin', 'd2', '0', '2']), ['vcpu-pin', 'd1', '0', '3'])
    const [, outputs] = passed(pinned, 2 * second)
    expect(outputs.flatMap((o) => (o._tag === 'DomainDestroyed' ? [[o.domid, o.atNs]] : []))).toEqual([
      [1, second],
      [2, second]
    ])
  })

  it('ends the log of a domain that somebody destroys', () => {
    const done = run(env, created(booted(env), 'd1'), ['destroy', 'd1'])
    expect(log(done.outputs)).toEqual([])
    const input = { _tag: 'Toolstack', name: 'xl', args: { argv: ['destroy', 'd1'] } } as const
    const operation = env.toolstack['xl']
    const [, outputs] = operation?.(env, created(booted(env), 'd1'), input.args, traced) ?? []
    expect(log(outputs ?? [])).toEqual(['Domain 1 has been destroyed.'])
  })
})

describe('a restart', () => {
  const rebooting = created(booted(env), 'd1', 'vcpus = 2')

  it('makes the domain once more after two seconds, with another id, and lets it run', () => {
    const [down] = ends(rebooting, 1)
    const [before] = passed(down, 2 * second - 1)
    expect(domains(before)).toEqual([])
    const [after, outputs] = passed(before, 1)
    expect(domains(after)).toEqual(['2 d1'])
    expect(log(outputs)).toEqual(['Waiting for domain d1 (domid 2) to die [pid 1]'])
    expect(listDomain(after)[1]).toMatchObject({ isPaused: false, vcpuOnline: 2 })
    expect(after.domains.records[1]?.info.uuid).toBe(rebooting.domains.records[1]?.info.uuid)
  })

  it('keeps name and parameters as they were last, and watches again', () => {
    const changed = xl(xl(rebooting, ['rename', 'd1', 'neu']), ['sched-credit2', '-d', 'neu', '-w', '700'])
    const [host] = passed(ends(changed, 1)[0], 3 * second)
    expect(domains(host)).toEqual(['2 neu'])
    expect(domainSchedParamsGet(env, host, 2)).toMatchObject({ right: { weight: 700 } })
    expect(domains(passed(ends(host, 1, 2)[0], 3 * second)[0])).toEqual(['3 neu'])
  })

  it('brings back the workload that the domain was given', () => {
    const phases = [{ runNs: second, then: { _tag: 'Shutdown', reason: 1 } }]
    const done = run(env, booted(env), ['create', '-q', '/cfg'], {
      files: { '/cfg': configOf('d1') },
      workloads: { d1: { program: 'script', version: 1, config: { phases } } }
    })
    expect(domains(passed(done.host, 10 * second - 1)[0])).toEqual(['4 d1'])
    expect(domains(passed(done.host, 10 * second)[0])).toEqual([])
  })

  it('takes the sizes of files that only its caller knew', () => {
    const text = configOf('d1').replace('/boot/vmlinux', '/elsewhere')
    const done = run(env, booted(env), ['create', '-q', '/cfg'], {
      files: { '/cfg': text },
      sizes: { '/elsewhere': 5 }
    })
    expect(domains(passed(ends(done.host, 1)[0], 3 * second)[0])).toEqual(['2 d1'])
  })

  it('is pending in the host: it survives a file, and any cutting of time', () => {
    const [down] = ends(rebooting, 1)
    const read = decodeHost(env, encodeHost(env, down), 'host.json')
    if (read._tag === 'Left') throw new Error(JSON.stringify(read.left))
    const [atOnce] = passed(down, 5 * second)
    const [fromFile] = passed(read.right, 5 * second, environment())
    const slices = Array.from({ length: 50 }).reduce<Host>((host) => passed(host, second / 10)[0], down)
    expect(domains(atOnce)).toEqual(['2 d1'])
    expect([digestHost(fromFile), digestHost(slices)]).toEqual([digestHost(atOnce), digestHost(atOnce)])
  })

  it('that fails leaves nothing but the reason in the log', () => {
    const pooled = xl(xl(booted(env), ['cpupool-cpu-remove', '0', '3']), [
      'cpupool-create',
      'name="p"',
      'cpus="3"'
    ])
    const [down] = ends(created(pooled, 'd1', 'pool = "p"'), 1)
    const [after, outputs] = passed(xl(down, ['cpupool-destroy', 'p']), 3 * second)
    expect(domains(after)).toEqual([])
    expect(log(outputs)).toEqual([
      'libxl: error: libxl_create.c:0:libxl__domain_create_info_setdefault: Illegal pool specified: p'
    ])
  })

  it('of a domain that crashes at once takes two seconds each time', () => {
    const host = created(booted(env), 'd1', 'extra = "mode=crash"', 'on_crash = "restart"')
    const [after, outputs] = passed(host, 30 * second)
    expect(domains(after)).toEqual(['11 d1'])
    const made = outputs.flatMap((output) => (output._tag === 'DomainCreated' ? [output.atNs / second] : []))
    expect(made).toEqual([3, 6, 9, 12, 15, 18, 21, 24, 27, 30])
    expect(Memory.freePages(after.memory)).toBe(Memory.freePages(host.memory))
    expect(decodeHost(env, encodeHost(env, after), 'host.json')).toMatchObject({ _tag: 'Right' })
  })

  it('under another name for the old one fails when that name is taken', () => {
    const host = created(booted(env), 'd1', 'extra = "mode=crash"', 'on_crash = "rename-restart"')
    const [after, outputs] = passed(host, 10 * second)
    expect(domains(after)).toEqual(['1 d1-20260101T0000Z down', '2 d1 down'])
    const [old, next] = after.domains.records.slice(1).map(({ info }) => info.uuid)
    expect(next).toBe(host.domains.records[1]?.info.uuid)
    expect(old).not.toBe(next)
    expect(log(outputs).at(-1)).toBe(
      'libxl: error: libxl_domain.c:0:libxl__domain_rename: Domain 2:' +
        'Domain with name "d1-20260101T0000Z" already exists.'
    )
  })
})
