import { describe, expect, it } from 'vitest'

import type { Host } from '../../../../src/machine/index.js'
import { domainInfo, listCpupool, listVcpu } from '../../../../src/toolstack/index.js'
import type { XlResult } from '../../../../src/toolstack/index.js'
import { booted, environment, run, withDomain } from '../hosts.js'

const env = environment()
const bare = booted(env)

const after = (from: Host, ...lines: ReadonlyArray<string>): Host =>
  lines.reduce((host, line) => {
    const done = run(env, host, line.split(' '))
    expect([line, done.rc, done.stderr]).toEqual([line, 0, ''])
    return done.host
  }, from)

const pools = (host: Host): ReadonlyArray<readonly [number, string, string, ReadonlyArray<number>]> =>
  listCpupool(host).map(({ poolid, poolName, sched, cpus }) => [poolid, poolName, sched, cpus])

const onlineOfDom0 = (host: Host): number => {
  const info = domainInfo(host, 0)
  return info._tag === 'Right' ? info.right.vcpuOnline : -1
}

/** Everything after libxl's file, line and function. */
const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')

describe('xl cpupool-numa-split (xl-commands.md §8.3)', () => {
  it('makes a pool of each node, with the scheduler of pool 0', () => {
    const split = run(env, bare, ['cpupool-numa-split'])
    expect([split.rc, split.stdout, split.stderr]).toEqual([0, '', ''])
    expect(pools(split.host)).toEqual([
      [0, 'Pool-node0', 'credit2', [0, 1]],
      [1, 'Pool-node1', 'credit2', [2, 3]]
    ])
  })

  it('leaves domain 0 no more vCPUs than its node has pCPUs', () => {
    const host = booted(env, { commandLine: 'dom0_mem=1G,max:1G sched=credit' })
    expect(onlineOfDom0(host)).toBe(4)
    const split = after(host, 'cpupool-numa-split')
    expect(onlineOfDom0(split)).toBe(2)
    expect(pools(split).map(([, , sched]) => sched)).toEqual(['credit', 'credit'])
  })

  it('takes in first what is free of the first node, and leaves other free pCPUs to their nodes', () => {
    const host = after(bare, 'cpupool-cpu-remove 0 1,3', 'cpupool-numa-split')
    expect(pools(host).map(([, , , cpus]) => cpus)).toEqual([
      [0, 1],
      [2, 3]
    ])
  })

  it('moves guests off the nodes that leave, and breaks an affinity that nothing is left of', () => {
    const host = after(withDomain(env, bare, 'd1', 'cpus = "2-3"'), 'cpupool-numa-split')
    const vcpus = listVcpu(host, 1)
    expect(vcpus._tag === 'Right' ? vcpus.right[0] : null).toMatchObject({ hard: [0, 1, 2, 3] })
    expect(listCpupool(host)[0]).toMatchObject({ domainsTotal: 2 })
  })

  it('a step that fails ends it, and what was done before stays', () => {
    const topology = { sockets: 1, coresPerSocket: 4, threadsPerCore: 1, nodesTotal: 1 }
    const host = after(booted(env, { topology }), 'vcpu-set 0 2', 'cpupool-cpu-remove 0 3')
    const alone = run(env, host, ['cpupool-numa-split'])
    // Domain 0 has two vCPUs, the node four pCPUs: the request for as many is refused.
    expect([alone.rc, told(alone.stderr)]).toEqual([
      1,
      'libxl: error: Requested 4 VCPUs, however maxcpus is 2!: Success\n' +
        'error on removing vcpus for Domain-0\n'
    ])
    expect(pools(alone.host)).toEqual([[0, 'Pool-node0', 'credit2', [0, 1, 2, 3]]])
  })

  it('is refused while there are other pools', () => {
    const host = after(bare, "cpupool-create name='x'")
    const split = run(env, host, ['cpupool-numa-split'])
    expect([split.rc, split.stderr]).toEqual([1, 'splitting not possible, already cpupools in use\n'])
    expect(split.host).toBe(host)
  })
})

const create = (from: Host, text: string, ...argv: ReadonlyArray<string>): XlResult =>
  run(env, from, ['cpupool-create', ...(argv.length > 0 ? argv : ['/etc/xen/p1'])], {
    files: { '/etc/xen/p1': text }
  })

describe('xl cpupool-create (xl-commands.md §8.2)', () => {
  const free = after(bare, 'cpupool-cpu-remove 0 1-3')

  it('reads a file: comments, unknown keys, its own name when it has none', () => {
    const done = create(free, '# a pool\nsched = "RTDS" # real time\ncolour = "blue"\ncpus = "2-3"\n')
    expect([done.rc, done.stderr, done.stdout]).toEqual([
      0,
      '',
      'Using config file "/etc/xen/p1"\ncpupool name:   p1\nscheduler:      rtds\nnumber of cpus: 2\n'
    ])
    expect(pools(done.host)[1]).toEqual([1, 'p1', 'rtds', [2, 3]])
  })

  const forms: ReadonlyArray<readonly [argv: ReadonlyArray<string>, pool: string]> = [
    [['-f', '/etc/xen/p1'], 'p1'],
    [['--defconfig=/etc/xen/p1'], 'p1'],
    [['/etc/xen/p1', 'name="other"'], 'other'],
    [['name="first"', '/etc/xen/p1', 'name="second"'], 'second']
  ]

  it.each(forms)('%j makes %s', (argv, name) => {
    expect(pools(create(free, '', ...argv).host)[1]?.[1]).toBe(name)
  })

  it.each([[['-n', '/etc/xen/p1']], [['--dryrun', '/etc/xen/p1']]])('%j only tells', (argv) => {
    const done = create(free, 'cpus = ["1"]\n', ...argv)
    expect([done.rc, done.stdout.split('\n')[3]]).toEqual([0, 'number of cpus: 1'])
    expect(done.host).toBe(free)
  })

  it('with two files it prints its help, exit status 1', () => {
    const done = create(free, '', '/etc/xen/p1', '/etc/xen/p2')
    expect([done.rc, done.stdout.slice(0, 35)]).toEqual([
      1,
      'Usage: xl [-vtTfN] cpupool-create [o'.slice(0, 35)
    ])
  })

  const contents: ReadonlyArray<readonly [text: string, count: number, cpus: ReadonlyArray<number>]> = [
    ['nodes = ["1"]', 2, [2, 3]],
    ['nodes = ["1", "0"]', 3, [1, 2, 3]],
    ['nodes = ["1", "1"]', 4, [2, 3]],
    ['cpus = ["3", "3"]', 2, [3]],
    ['cpus = "node:1,^3"', 1, [2]],
    ['cpus = "9"', 0, []],
    ['cpus = "1"\ncpus = "2"', 1, [2]],
    ['cpus = 3', 1, [3]],
    ['cpus = []', 0, []]
  ]

  it.each(contents)('%j: number of cpus %i, the pool has %j', (text, count, cpus) => {
    const done = create(free, `${text}\n`)
    expect([done.rc, done.stderr, done.stdout.split('\n')[3]]).toEqual([0, '', `number of cpus: ${count}`])
    expect(pools(done.host)[1]?.[3]).toEqual(cpus)
  })

  // Without `sched` the status is the number of the host's scheduler, once that was asked for.
  const refusals: ReadonlyArray<readonly [text: string, rc: number, stderr: string]> = [
    ['name = "Pool-0"', 1, 'Pool name "Pool-0" already exists\n'],
    ['sched = "fifo"', 1, 'Unknown scheduler\n'],
    ['cpus = "0"', 6, 'cpu 0 illegal or not free\n'],
    ['cpus = ["0"]', 6, 'cpu 0 illegal or not free\n'],
    ['cpus = ["-1"]', 6, 'cpu -1 illegal or not free\n'],
    ['cpus = ["4"]', 6, 'cpu 4 illegal or not free\n'],
    ['cpus = "x"', 6, 'Invalid pcpu range: x.\n'],
    ['nodes = ["7"]', 6, 'no free cpu found\n'],
    ['nodes = []', 6, 'no free cpu found\n'],
    ['sched = "null"\ncpus = "0"', 1, 'cpu 0 illegal or not free\n'],
    ['sched = "credit"\nnodes = ["7"]', 1, 'no free cpu found\n'],
    [
      'sched = "sedf"',
      1,
      'libxl: error: Could not create cpupool: No such file or directory\nerror on creating cpupool\n'
    ],
    [
      'nodes = "1"\ncpus = "0"',
      6,
      "/etc/xen/p1:1: warning: parameter `nodes' is a single value but should be a list\n" +
        'cpu 0 illegal or not free\n'
    ],
    [
      'name = ["a"]\nsched = "fifo"',
      1,
      "/etc/xen/p1:1: warning: parameter `name' is a list but should be a single value\nUnknown scheduler\n"
    ],
    [
      'sched = credit',
      1,
      "/etc/xen/p1:1: config parsing error near `credit': " +
        "syntax error, unexpected IDENT, expecting STRING or NUMBER or '['\n" +
        'Failed to parse config file: Invalid argument\n'
    ]
  ]

  it.each(refusals)('%j: exit status %i', (text, rc, stderr) => {
    const done = create(free, `${text}\n`)
    expect([done.rc, told(done.stderr)]).toEqual([rc, stderr])
    expect(pools(done.host)).toEqual(pools(free))
  })

  it('the status of the host’s scheduler under credit is 5', () => {
    const host = booted(env, { commandLine: 'dom0_mem=1G,max:1G sched=credit' })
    expect(create(host, 'nodes = ["7"]\n').rc).toBe(5)
  })

  it('ids go on after the highest in use, not into gaps', () => {
    const host = after(bare, "cpupool-create name='a'", "cpupool-create name='b'", 'cpupool-destroy a')
    expect(pools(after(host, "cpupool-create name='c'")).map(([poolid]) => poolid)).toEqual([0, 2, 3])
  })
})

describe('xl cpupool-list', () => {
  const host = after(
    bare,
    'cpupool-cpu-remove 0 3',
    "cpupool-create name='a' sched='null'",
    "cpupool-create name='b' cpus='3'",
    'cpupool-rename b a'
  )

  it('of two pools with one name shows the first; knows no ids', () => {
    expect(run(env, host, ['cpupool-list', 'a']).stdout).toBe(
      'Name               CPUs   Sched     Active   Domain count\n' +
        'a                    0      null       y          0\n'
    )
    const done = run(env, host, ['cpupool-list', '1'])
    expect([done.rc, done.stdout, done.stderr]).toEqual([1, '', "Pool '1' does not exist\n"])
  })

  it('with -c lists the pCPUs of the pool named', () => {
    expect(run(env, host, ['cpupool-list', '--cpus', 'Pool-0']).stdout).toBe(
      'Name               CPU list\nPool-0             0,1,2\n'
    )
  })
})
