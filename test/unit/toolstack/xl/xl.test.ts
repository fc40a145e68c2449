import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { advance, transition } from '../../../../src/machine/index.js'
import { listDomain, xlArguments } from '../../../../src/toolstack/index.js'
import { booted, configOf, environment, run, withDomain } from '../hosts.js'

const env = environment()
const bare = booted(env)
const host = withDomain(env, withDomain(env, bare, 'd1'), 'd2', 'vcpus = 2')

/** Everything after libxl's file, line and function. */
const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')

const refusals: ReadonlyArray<readonly [line: string, rc: number, stderr: string]> = [
  ['list nosuch', 1, 'nosuch is an invalid domain identifier (rc=-6)\n'],
  [
    'list 77',
    1,
    "libxl: error: Domain 77:Getting domain info: No such process\nError: Domain '77' does not exist.\n"
  ],
  ['list --bogus', 2, "option `\0' not supported.\n"],
  ['list -1', 2, "option `1' not supported.\n"],
  ['sched-credit2 -d d1 -w', 2, "option `w' not supported.\n"],
  ['pause', 2, "'xl pause' requires at least 1 argument.\n\n"],
  ['vcpu-pin 0 1', 2, "'xl vcpu-pin' requires at least 3 arguments.\n\n"],
  ['rename nosuch x', 1, 'nosuch is an invalid domain identifier (rc=-6)\n'],
  [
    'rename d1 d2',
    1,
    "libxl: error: Domain 1:Domain with name \"d2\" already exists.\nCan't rename domain 'd1'.\n"
  ],
  ['rename 77 x', 1, "Can't rename domain '77'.\n"],
  [
    'sched-credit2 -d d1 -w 0',
    1,
    'libxl: error: Domain 1:Cpu weight out of range, valid values are within range from 1 to 65535\n' +
      'libxl_domain_sched_params_set failed.\n'
  ],
  [
    'sched-credit2 -d d1 -w 65536',
    1,
    'libxl: error: Domain 1:Cpu weight out of range, valid values are within range from 1 to 65535\n' +
      'libxl_domain_sched_params_set failed.\n'
  ],
  [
    'sched-credit2 -d d2 -c 201',
    1,
    'libxl: error: Domain 2:Cpu cap out of range, valid range is from 0 to 200 ' +
      'for specified number of vcpus\n' +
      'libxl_domain_sched_params_set failed.\n'
  ],
  [
    'sched-credit2 -s -r 50',
    1,
    'libxl: error: Ratelimit out of range, valid range is from 100 to 500000\n' +
      'libxl_sched_credit2_params_set failed.\n'
  ],
  [
    'destroy 77',
    1,
    'libxl: error: Domain 77:Getting domain info: No such process\n' +
      'libxl: error: Domain 77:Non-existant domain\n' +
      'libxl: error: Domain 77:Unable to destroy guest\n' +
      'libxl: error: Domain 77:Destruction of domain failed\n' +
      'destroy failed (rc=-21)\n'
  ],
  ['pause 77', 0, 'libxl: error: Domain 77:Pausing domain: No such process\n'],
  ['pause 0', 0, 'libxl: error: Pausing domain: Invalid argument\n'],
  ['vcpu-pin d1 x 0', 1, 'Error: Invalid argument x as VCPU.\n'],
  ['vcpu-pin -f d1 all 0', 1, "Error: --force and 'all' as VCPU not allowed.\n"],
  [
    'vcpu-pin 77 all 0',
    1,
    'libxl: error: Domain 77:Getting domain info: No such process\nCould not get domain info\n'
  ],
  ['vcpu-pin d1 0 - -', 1, "Could not set affinity for vcpu `0'.\n"],
  [
    'vcpu-set -i 77 1',
    1,
    'libxl: error: Domain 77:Getting domain info: No such process\nDomain 77 does not exist.\n'
  ],
  ['foo', 1, 'command not implemented\n'],
  ['de d1', 1, 'command not implemented\n'],
  ['-N list', 1, 'command does not implement -N (dryrun) option\n'],
  ['-Z list', 1, "xl: invalid option -- 'Z'\nunknown global option\n"],
  ['shutdown', 1, 'You must specify -a or a domain id.\n\n'],
  ['shutdown d1', 1, 'NotImplemented: xl shutdown\n'],
  ['reboot -a', 1, 'NotImplemented: xl reboot\n'],
  ['reboot nosuch', 1, 'nosuch is an invalid domain identifier (rc=-6)\n'],
  [
    'shutdown 77',
    1,
    'Shutting down domain 77\n' +
      'libxl: error: Domain 77:unable to get dominfo: No such process\nshutdown failed (rc=-3)\n'
  ],
  [
    'reboot 77',
    1,
    'Rebooting domain 77\n' +
      'libxl: error: Domain 77:unable to get dominfo: No such process\nreboot failed (rc=-3)\n'
  ],
  ['migrate nosuch elsewhere', 1, 'nosuch is an invalid domain identifier (rc=-6)\n'],
  ['mem-set d1 64', 1, 'NotImplemented: xl mem-set\n'],
  ['cpupool-destroy nosuch', 1, "unknown cpupool 'nosuch'\n"],
  ['cpupool-destroy Pool-0', 1, "Can't destroy cpupool 'Pool-0'\n"],
  ['cpupool-migrate nosuch Pool-0', 1, "unknown domain 'nosuch'\n"],
  ['cpupool-migrate 0 Pool-0', 1, 'libxl: error: Error moving domain to cpupool\n'],
  ['cpupool-cpu-add Pool-0 foo', 1, 'Invalid pcpu range: foo.\n'],
  ['cpupool-create', 1, 'Missing cpupool name!\n'],
  [
    'cpupool-create name="p" sched="sedf"',
    1,
    'libxl: error: Could not create cpupool: No such file or directory\nerror on creating cpupool\n'
  ],
  ['cpupool-create name="p" cpus="3"', 6, 'cpu 3 illegal or not free\n'],
  ['cpupool-create name="Pool-0"', 1, 'Pool name "Pool-0" already exists\n'],
  ['cpupool-list nosuch', 1, "Pool 'nosuch' does not exist\n"],
  ['create', 6, 'Config file not specified and none in save file\n'],
  ['create /nowhere', 3, 'Failed to read config file: /nowhere: No such file or directory\n'],
  ['create -c /cfg', 1, 'NotImplemented: xl create -c (guest consoles)\n']
]

describe('xl refuses, with the text and the exit status of the real one, and changes nothing', () => {
  it.each(refusals)('xl %s', (line, rc, stderr) => {
    const done = run(env, host, line.split(' '))
    expect({ rc: done.rc, stderr: told(done.stderr) }).toEqual({ rc, stderr })
    expect(done.host).toBe(host)
  })

  it('a malformed configuration ends with exit status 1 and names the line', () => {
    const world = { files: { '/cfg': 'name = "x"\nmemory = = 3\n' } }
    const done = run(env, host, ['create', '/cfg'], world)
    expect(done.rc).toBe(1)
    expect(done.stderr).toContain('Parsing config from /cfg\n/cfg:2: config parsing error near ')
    expect(done.stderr).toContain('Failed to parse config: Invalid argument\n')
    expect(done.host).toBe(host)
  })

  it('a configuration without a name ends with exit status 1', () => {
    const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': 'memory=128\n' } })
    expect([done.rc, done.stderr, done.host]).toEqual([1, 'Domain name must be specified.\n', host])
  })
})

describe('xl create', () => {
  it('a name in use is noticed when the domain has its id, which is used up', () => {
    const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': configOf('d1') } })
    expect([done.rc, told(done.stderr).split('\n').slice(0, 2)]).toEqual([
      3,
      [
        'libxl: error: Domain 3:Domain with name "d1" already exists.',
        'libxl: error: Domain 3:cannot make domain: -6'
      ]
    ])
    expect(listDomain(done.host)).toEqual(listDomain(host))
    expect(done.host.memory).toEqual(host.memory)
    expect(listDomain(withDomain(env, done.host, 'd3')).map(({ domid }) => domid)).toEqual([0, 1, 2, 4])
  })

  it('a disk image that is not there', () => {
    const config = configOf('x', 'disk = ["/img/none,raw,xvda,w"]')
    const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': config } })
    expect([done.rc, told(done.stderr).split('\n').slice(0, 2)]).toEqual([
      3,
      [
        'libxl: error: Disk vdev=xvda failed to stat: /img/none: No such file or directory',
        'libxl: error: Domain 3:Unable to set disk defaults for disk 0'
      ]
    ])
  })

  it('a kernel that is not there, unless the world knows its size', () => {
    const files = { '/cfg': configOf('x', 'kernel = "/k"') }
    const missing = run(env, host, ['create', '-q', '/cfg'], { files })
    expect([missing.rc, listDomain(missing.host).length]).toEqual([3, 3])
    expect(run(env, host, ['create', '-q', '/cfg'], { files, sizes: { '/k': 10 } }).rc).toBe(0)
  })

  it('an unknown pool is noticed before anything is done', () => {
    const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': configOf('x', 'pool="p9"') } })
    expect([done.rc, told(done.stderr), done.host.domains]).toEqual([
      6,
      'libxl: error: Illegal pool specified: p9\n',
      host.domains
    ])
  })

  it('more memory than there is, a weight out of range: nothing is left of the domain', () => {
    for (const line of ['memory = 6000', 'cpu_weight = 70000']) {
      const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': configOf('x', line) } })
      expect([done.rc, listDomain(done.host).length]).toEqual([3, 3])
      expect(done.stderr).toContain('cannot (re-)build domain: -3')
      expect(done.host.memory).toEqual(host.memory)
    }
  })

  it('-p leaves the domain paused with one vCPU up; the others come up with the first unpause', () => {
    const files = { '/cfg': configOf('x', 'vcpus = 2', 'maxvcpus = 3') }
    const paused = run(env, host, ['create', '-p', '/cfg'], { files }).host
    expect(listDomain(paused)[3]).toMatchObject({ isPaused: true, vcpuOnline: 1, vcpuMaxId: 2 })
    const running = run(env, paused, ['unpause', 'x']).host
    expect(listDomain(running)[3]).toMatchObject({ isPaused: false, vcpuOnline: 2 })
  })

  it('words with = override the file; -n prints the configuration and does nothing', () => {
    const files = { '/cfg': configOf('x') }
    const done = run(env, host, ['create', '/cfg', '-n', 'vcpus=3'], { files })
    expect(JSON.parse(done.stdout)).toMatchObject({ c_info: { name: 'x' }, b_info: { max_vcpus: 3 } })
    expect(done.stdout.endsWith('}')).toBe(true)
    expect([done.rc, done.host]).toEqual([0, host])
  })

  it('memory that domain 0 would have to give is refused by name', () => {
    const full = booted(env, { commandLine: '' })
    const done = run(env, full, ['create', '-q', '/cfg'], { files: { '/cfg': configOf('x') } })
    expect([done.rc, done.stderr, done.host]).toEqual([
      1,
      'NotImplemented: autoballoon (memory from domain 0)\n',
      full
    ])
  })

  it('what is not simulated is refused by name', () => {
    for (const [line, feature] of [
      ['type = "hvm"', 'type="hvm" (device models)'],
      ['bootloader = "pygrub"', 'bootloader (boot loaders)']
    ] as const) {
      const done = run(env, host, ['create', '-q', '/cfg'], { files: { '/cfg': configOf('x', line) } })
      expect([done.rc, done.stderr]).toEqual([1, `NotImplemented: ${feature}\n`])
      expect(done.host).toBe(host)
    }
  })

  it('uuids come from the host: the same host draws the same, the next domain another', () => {
    const [, first, second] = listDomain(host)
    const again = withDomain(env, withDomain(env, bare, 'd1'), 'd2', 'vcpus = 2')
    expect(listDomain(again)[1]?.uuid).toBe(first?.uuid)
    expect(first?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(second?.uuid).not.toBe(first?.uuid)
  })
})

describe('cpupools', () => {
  // A pCPU can be taken away once the new vCPUs have blocked.
  const later = advance(env, host, 1_000_000, { trace: false })
  if (E.isLeft(later)) throw new Error(later.left._tag)
  const settled = later.right[0]
  const line = (from: typeof host, text: string): typeof host => {
    const done = run(env, from, text.split(' '))
    if (done.rc !== 0) throw new Error(done.stderr)
    return done.host
  }
  const lists = (from: typeof host): ReadonlyArray<string> =>
    run(env, from, ['cpupool-list', '-c']).stdout.trimEnd().split('\n').slice(1)

  it('are made of free pCPUs, named, given domains, and taken away again', () => {
    const freed = line(settled, 'cpupool-cpu-remove Pool-0 node:1')
    const made = line(freed, 'cpupool-create name="p" sched="credit2" nodes=["1"]')
    expect(lists(made)).toEqual(['Pool-0             0,1', 'p                  2,3'])
    const moved = line(line(made, 'cpupool-migrate d1 p'), 'cpupool-rename p q')
    expect(run(env, moved, ['list', '-c', 'd1']).stdout).toMatch(/ {15}q\n$/)
    expect(run(env, moved, ['cpupool-destroy', 'q'])).toMatchObject({ rc: 1, host: moved })
    const back = line(line(moved, 'cpupool-migrate d1 Pool-0'), 'cpupool-destroy q')
    expect(lists(back)).toEqual(['Pool-0             0,1'])
    expect(lists(line(back, 'cpupool-cpu-add Pool-0 2-3'))).toEqual(['Pool-0             0,1,2,3'])
  })

  it('give a domain its pCPUs: pool is the name in its configuration', () => {
    const freed = line(settled, 'cpupool-cpu-remove Pool-0 3')
    const made = line(freed, 'cpupool-create name="p" cpus=["3"]')
    const next = withDomain(env, made, 'x', 'pool = "p"')
    expect(run(env, next, ['vcpu-list', 'x']).stdout).toMatch(/\nx {32} +3 +0 +3 /)
  })

  it('a removal that fails for some pCPUs says so and succeeds', () => {
    const done = run(env, settled, ['cpupool-cpu-remove', 'Pool-0', '0,3'])
    expect([done.rc, lists(done.host)]).toEqual([0, ['Pool-0             0,1,2']])
    expect(told(done.stderr)).toBe(
      'libxl: error: Error removing cpu 0 from cpupool: Invalid argument\n' +
        "Some cpus may have not or only partially been removed from 'Pool-0'.\n" +
        "If a cpu can't be added to another cpupool, add it to 'Pool-0' again and retry.\n"
    )
  })
})

describe('xl shutdown and reboot of all', () => {
  it('do nothing without guests', () => {
    expect(run(env, bare, ['shutdown', '-a'])).toMatchObject({ rc: 0, stdout: '', stderr: '' })
    expect(run(env, bare, ['reboot', '-aw'])).toMatchObject({ rc: 0, stderr: 'Waiting for 0 domains\n' })
  })
})

describe('xl', () => {
  it('finds commands by unambiguous beginnings', () => {
    expect(run(env, host, ['li']).stdout).toBe(run(env, host, ['list']).stdout)
    expect(run(env, host, ['cpupool-c']).stderr).toBe('command not implemented\n')
  })

  it('help: the list alone, of one command, of none', () => {
    expect(run(env, host, []).rc).toBe(1)
    expect(run(env, host, ['help']).stdout).toMatch(/^Usage xl \[-vfNtT\] <subcommand> \[args\]\n\nxl full/)
    expect(run(env, host, ['help', 'pause']).stdout).toMatch(/^Usage: xl \[-vtTf\] pause <Domain>\n\n/)
    expect(run(env, host, ['help', 'nosuch'])).toMatchObject({
      rc: 0,
      stdout: 'command "nosuch" not implemented\n'
    })
    expect(run(env, host, ['vcpu-pin', '--he'])).toMatchObject({ rc: 0 })
  })

  it('info with an argument prints the values of the lines that begin with it', () => {
    expect(run(env, host, ['info', 'nr_cpus']).stdout).toBe('4\n')
    expect(run(env, host, ['info', 'xen_m']).stdout).toBe('4\n22\n')
    expect(run(env, host, ['info', 'virt_caps']).stdout).toBe('pv hvm hap gnttab-v1 gnttab-v2\n')
  })

  it('options end at the first word that is none', () => {
    expect(run(env, host, ['vcpu-set', 'd1', '-1']).stderr).toBe('Error: Invalid argument.\n')
  })

  it('with -T log lines carry the virtual time', () => {
    expect(run(env, host, ['-T', 'pause', '0']).stderr).toMatch(
      /^2026-01-01 00:00:00 UTC \[1\] libxl: error: /
    )
  })

  it('is an operation of the host, with its reply', () => {
    const input = { _tag: 'Toolstack' as const, name: 'xl', args: xlArguments({ argv: ['domid', 'd2'] }) }
    const done = transition(env, host, input, { trace: false })
    expect(E.isRight(done) && done.right[2]).toEqual({ rc: 0, stdout: '2\n', stderr: '' })
  })

  it('vcpu-set takes vCPUs away and gives them back', () => {
    const one = run(env, host, ['vcpu-set', 'd2', '1']).host
    expect(listDomain(one)[2]?.vcpuOnline).toBe(1)
    expect(listDomain(run(env, one, ['vcpu-set', 'd2', '2']).host)[2]?.vcpuOnline).toBe(2)
  })
})
