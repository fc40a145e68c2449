import { describe, expect, it } from 'vitest'

import type { Host } from '../../../../src/machine/index.js'
import { listVcpu } from '../../../../src/toolstack/index.js'
import type { VcpuInfo, XlResult } from '../../../../src/toolstack/index.js'
import { booted, configOf, environment, run, withDomain } from '../hosts.js'

const env = environment()
const host = withDomain(env, booted(env), 'd1', 'vcpus = 2')
const xlConf = '/etc/xen/xl.conf'

const call = (from: Host, line: string, files: Readonly<Record<string, string>> = {}): XlResult =>
  run(env, from, line.split(' '), { files })

const vcpus = (from: Host, domid = 1): ReadonlyArray<VcpuInfo> => {
  const listed = listVcpu(from, domid)
  if (listed._tag === 'Left') throw new Error(listed.left._tag)
  return listed.right
}

const masks = (from: Host): ReadonlyArray<readonly [ReadonlyArray<number>, ReadonlyArray<number>]> =>
  vcpus(from).map(({ hard, soft }) => [hard, soft])

/** Everything after libxl's file, line and function. */
const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')

const node0 = [0, 1]
const all = [0, 1, 2, 3]

describe('xl vcpu-pin (xl-commands.md §6.2)', () => {
  const pins: ReadonlyArray<
    readonly [words: string, vcpu0: readonly [ReadonlyArray<number>, ReadonlyArray<number>]]
  > = [
    ['d1 0 1', [[1], node0]],
    ['d1 0 0-3,^1', [[0, 2, 3], node0]],
    ['d1 0 ^1,0-3', [all, node0]],
    ['d1 0 node:1', [[2, 3], node0]],
    ['d1 0 nodes:0-1,^node:0', [[2, 3], node0]],
    ['d1 0 nodes:all,^3', [[0, 1, 2], node0]],
    ['d1 0 - 3', [all, [3]]],
    ['d1 0 1,, 3', [[1], [3]]],
    ['d1 0 1-2 -', [[1, 2], node0]],
    ['d1 all 2 2', [[2], [2]]],
    ['-f d1 0 2', [[2], node0]],
    ['--force d1 0 2', [[2], node0]],
    ['1 0x 2', [[2], node0]]
  ]

  it.each(pins)('xl vcpu-pin %s', (words, vcpu0) => {
    const done = call(host, `vcpu-pin ${words}`)
    expect([done.rc, done.stdout]).toEqual([0, ''])
    expect(masks(done.host)[0]).toEqual(vcpu0)
    expect(masks(done.host)[1]).toEqual(words.includes(' all ') ? vcpu0 : [all, node0])
  })

  const refusals: ReadonlyArray<readonly [words: string, rc: number, stderr: string]> = [
    ['d1 0 ^all', 1, 'Can\'t combine "^" and "all".\n'],
    ['d1 0 1-', 1, 'Invalid pcpu range: 1-.\n'],
    ['d1 0 node:x', 1, 'Invalid pcpu range: x.\n'],
    ['d1 0 1 2-1', 1, 'Invalid pcpu range: 2-1.\n'],
    ['d1 0 node:9', 1, 'vcpu hard affinity map is empty\n'],
    ['d1 -f 0 1', 1, 'Error: Invalid argument -f as VCPU.\n'],
    [
      '--ignore-global-affinity-masks d1 0 node:9',
      1,
      "libxl: error: Domain 1:Setting vcpu affinity: Invalid argument\nCould not set affinity for vcpu `0'.\n"
    ],
    [
      'd1 9 0',
      1,
      "libxl: error: Domain 1:Setting vcpu affinity: Invalid argument\nCould not set affinity for vcpu `9'.\n"
    ],
    [
      '77 0 0',
      1,
      'libxl: error: Domain 77:Getting domain info: No such process\nCould not get domain info\n'
    ],
    ['77 all - 0', 1, 'libxl: error: Domain 77:Getting dominfo: No such process\nlibxl_list_vcpu failed.\n'],
    ['d1 all - -', 0, 'Could not set affinity.\n']
  ]

  it.each(refusals)('xl vcpu-pin %s: exit status %i', (words, rc, stderr) => {
    const done = call(host, `vcpu-pin ${words}`)
    const lines = told(done.stderr).split('\n')
    expect([
      done.rc,
      done.stdout,
      lines.filter((line) => !line.startsWith('libxl: warning')).join('\n')
    ]).toEqual([rc, '', stderr])
    expect(masks(done.host)).toEqual(masks(host))
  })

  it('masks of xl.conf narrow what is given, unless they are to be ignored', () => {
    const files = { [xlConf]: 'vm.cpumask = "0-2"\nvm.pv.cpumask = "1-3"\nvm.hvm.cpumask = "0"\n' }
    const narrowed = call(host, 'vcpu-pin d1 0 0-3', files)
    expect(masks(narrowed.host)[0]).toEqual([[1, 2], node0])
    const empty = call(host, 'vcpu-pin d1 0 3', files)
    expect([empty.rc, empty.stderr]).toEqual([1, 'vcpu hard affinity map is empty\n'])
    const ignored = call(host, 'vcpu-pin --ignore-global-affinity-masks d1 0 3', files)
    expect(masks(ignored.host)[0]).toEqual([[3], node0])
    expect(call(host, 'vcpu-pin d1 0 - 3', files).rc).toBe(0)
  })

  it.each([
    ['-N vcpu-pin d1 0 0-3,^1 3', 'cpumap: 0,2-3 3\n'],
    ['-N vcpu-pin d1 all -', 'cpumap: -\n'],
    ['-N vcpu-pin d1 0 - all', 'cpumap: - all\n']
  ])('xl %s only tells', (line, stdout) => {
    const done = call(host, line)
    expect([done.rc, done.stdout, done.stderr]).toEqual([0, stdout, ''])
    expect(done.host).toBe(host)
  })
})

describe('xl create under masks of xl.conf', () => {
  const create = (conf: string, ...lines: ReadonlyArray<string>): XlResult =>
    call(booted(env), 'create -q /cfg', { [xlConf]: conf, '/cfg': configOf('d1', ...lines) })

  it('binds vCPUs without an affinity, and narrows one', () => {
    expect(masks(create('vm.cpumask = "1-2"', 'vcpus = 2').host).map(([hard]) => hard)).toEqual([
      [1, 2],
      [1, 2]
    ])
    expect(masks(create('vm.pv.cpumask = "1-2"', 'vcpus = 1', 'cpus = "0-1"').host)[0]?.[0]).toEqual([1])
    expect(masks(create('vm.hvm.cpumask = "1-2"').host)[0]?.[0]).toEqual(all)
  })

  it('refuses a vCPU for which nothing is left', () => {
    const done = create('vm.cpumask = "1-2"', 'vcpus = 1', 'cpus = "3"')
    expect([done.rc, done.stderr]).toEqual([3, 'vcpu hard affinity map is empty\n'])
  })
})

describe('xl vcpu-set (xl-commands.md §6.3)', () => {
  const overcommitted =
    'You are overcommmitting! You have 4 physical CPUs and want 5 vCPUs! ' +
    'Aborting, use --ignore-host to continue\n'
  const failed = (vcpus: number): string => `libxl_set_vcpuonline failed domid=1 max_vcpus=${vcpus}, rc: -3\n`
  const refusals: ReadonlyArray<readonly [words: string, stderr: string]> = [
    ['d1 x', 'Error: Invalid argument.\n'],
    ['d1 -1', 'Error: Invalid argument.\n'],
    ['d1 2147483648', 'Error: Invalid argument.\n'],
    ['nosuch 1', 'nosuch is an invalid domain identifier (rc=-6)\n'],
    ['d1 5', overcommitted],
    ['d1 0', `libxl: error: Domain 1:Requested 0 VCPUs!: Success\n${failed(0)}`],
    ['d1 3', `libxl: error: Domain 1:Requested 3 VCPUs, however maxcpus is 2!: Success\n${failed(3)}`],
    ['-i d1 5', `libxl: error: Domain 1:Requested 5 VCPUs, however maxcpus is 2!: Success\n${failed(5)}`],
    ['--ignore-host d1 0', `libxl: error: Domain 1:Requested 0 VCPUs!: Success\n${failed(0)}`],
    ['77 1', 'libxl: error: Domain 77:Getting domain info: No such process\n']
  ]

  it.each(refusals)('xl vcpu-set %s is refused', (words, stderr) => {
    const done = call(host, `vcpu-set ${words}`)
    expect([done.rc, done.stdout, told(done.stderr)]).toEqual([1, '', stderr])
    expect(done.host).toBe(host)
  })

  it('takes the leading number', () => {
    const done = call(host, 'vcpu-set d1 1x')
    expect(vcpus(done.host).map(({ isOnline }) => isOnline)).toEqual([true, false])
  })
})
