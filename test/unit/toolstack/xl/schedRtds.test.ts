import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { advance } from '../../../../src/machine/index.js'
import type { Host } from '../../../../src/machine/index.js'
import { booted, configOf, environment, run, withDomain } from '../hosts.js'

const env = environment()
const line = 'dom0_mem=1G,max:1G dom0_max_vcpus=2'
const host = withDomain(env, booted(env, { commandLine: `${line} sched=rtds` }), 'd1', 'vcpus = 2')
const other = withDomain(env, booted(env, { commandLine: line }), 'd1')

const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')
const call = (from: Host, text: string): ReturnType<typeof run> => run(env, from, text.split(' '))

/** ID, vCPU, period, budget and extratime of each row. */
const rowsOf = (from: Host, text: string): ReadonlyArray<string> =>
  call(from, text)
    .stdout.split('\n')
    .filter((row) => /\d/.test(row) && !row.startsWith('Cpupool'))
    .map((row) => row.split(/\s+/).slice(1).join(' '))

const refusals: ReadonlyArray<readonly [line: string, stderr: string]> = [
  ['--cpupool=Pool-0 -d d1', 'Specifying a cpupool is not allowed with other options.\n'],
  ['-v 0', 'Missing parameters.\n'],
  ['-d d1 -p 5 -b 5 -e 1', 'Must specify VCPU.\n'],
  ['-d d1 -v all -v 1', 'Incorrect VCPU IDs.\n'],
  ['-d d1 -v 0 -v 1 -p 100 -b 50 -e 1', 'Incorrect number of period, budget and extratime\n'],
  ['-d d1 -v 0 -p 100 -b 50 -e 2', 'Invalid extratime.\n'],
  ['--cpupool=nosuch', "unknown cpupool 'nosuch'\n"],
  [
    '-d d1 -v 2 -p 100 -b 50 -e 1',
    'libxl: error: Domain 1:Invalid VCPU 2: valid range is [0, 1]\nlibxl_vcpu_sched_params_set failed.\n'
  ],
  [
    '-d d1 -v 0 -p 0 -b 50 -e 1',
    'libxl: error: Invalid VCPU period of 0 (it should be >= 1)\nlibxl_vcpu_sched_params_set failed.\n'
  ],
  [
    '-d d1 -v 0 -v 1 -p 100 -b 50 -e 1 -p 100 -b -3 -e 0',
    'libxl: error: Invalid VCPU budget of -3 (it should be >= 1)\nlibxl_vcpu_sched_params_set failed.\n'
  ],
  [
    '-d d1 -v all -p 100 -b 101 -e 1',
    'libxl: error: VCPU budget must be smaller than or equal to period, but 101 > 100\n' +
      'libxl_vcpu_sched_params_set_all failed.\n'
  ],
  [
    '-d d1 -v 0 -p 9 -b 9 -e 1',
    'libxl: error: Domain 1:Setting vcpu sched rtds: Invalid argument\n' +
      'libxl_vcpu_sched_params_set failed.\n'
  ]
]

describe('xl sched-rtds', () => {
  it.each(refusals)('xl sched-rtds %s is refused, and nothing changes', (text, stderr) => {
    const done = call(host, `sched-rtds ${text}`)
    expect([done.rc, done.stdout, told(done.stderr)]).toEqual([1, '', stderr])
    expect(done.host).toBe(host)
  })

  it('lists defaults of domains, or what every vCPU has', () => {
    expect(call(host, 'sched-rtds').stdout).toBe(
      'Cpupool Pool-0: sched=RTDS\n' +
        'Name                                ID    Period    Budget  Extratime\n' +
        'Domain-0                             0     10000      4000        yes\n' +
        'd1                                   1     10000      4000        yes\n'
    )
    expect(rowsOf(host, 'sched-rtds -v all')).toHaveLength(4)
    expect(call(other, 'sched-rtds')).toMatchObject({ rc: 0, stdout: '', stderr: '' })
  })

  it('the k-th vCPU gets the k-th period, budget and flag; the domain still shows its defaults', () => {
    const set = call(host, 'sched-rtds -d d1 -v 1 -v 0 -p 100 -b 50 -e 0 -p 2000 -b 70 -e 1')
    expect([set.rc, set.stderr]).toEqual([0, ''])
    expect(rowsOf(set.host, 'sched-rtds -d d1 -v all')).toEqual(['1 0 2000 70 yes', '1 1 100 50 no'])
    expect(rowsOf(set.host, 'sched-rtds -d d1 -v 1')).toEqual(['1 1 100 50 no'])
    expect(rowsOf(set.host, 'sched-rtds -d d1')).toEqual(['1 10000 4000 yes'])
    const all = call(set.host, 'sched-rtds -d d1 -v all -p 300 -b 30 -e 0')
    expect(rowsOf(all.host, 'sched-rtds -d d1 -v all')).toEqual(['1 0 300 30 no', '1 1 300 30 no'])
  })

  it('when the hypervisor refuses one vCPU, those before it keep what they got', () => {
    const set = call(host, 'sched-rtds -d d1 -v 0 -v 1 -p 100 -b 50 -e 0 -p 9 -b 9 -e 0')
    expect(set.rc).toBe(1)
    expect(rowsOf(set.host, 'sched-rtds -d d1 -v all')).toEqual(['1 0 100 50 no', '1 1 10000 4000 yes'])
  })

  it('a vCPU that is not there is noticed after the head', () => {
    const done = call(host, 'sched-rtds -d d1 -v 2')
    expect([done.rc, done.stdout.split('\n').length]).toEqual([1, 2])
    expect(told(done.stderr)).toBe(
      'libxl: error: Domain 1:VCPU index is out of range, valid values are within range from 0 to 1\n' +
        'libxl_vcpu_sched_params_get failed.\n'
    )
  })

  it('a domain of another scheduler is refused in the words of the library', () => {
    const shown = call(other, 'sched-rtds -d d1')
    expect([shown.rc, shown.stderr]).toEqual([
      1,
      'libxl_domain_sched_params_get returned credit2 not rtds.\n'
    ])
    const text = 'sched-rtds -d d1 -v all -p 10 -b 10 -e 0'
    expect(told(call(other, text).stderr)).toBe(
      'libxl: error: Domain 1:per-VCPU parameter setting not supported for this scheduler\n' +
        'libxl_vcpu_sched_params_set_all failed.\n'
    )
  })

  it('xl.cfg: the period reaches all vCPUs; weight, cap and extratime are ignored', () => {
    const next = withDomain(
      env,
      host,
      'x',
      'vcpus = 2',
      'period = 20000',
      'extratime = 0',
      'cpu_weight = 70000'
    )
    expect(rowsOf(next, 'sched-rtds -d x -v all')).toEqual(['2 0 20000 4000 yes', '2 1 20000 4000 yes'])
    const stored = run(env, next, ['list', '-l', 'x']).stdout.replace(/\s/g, '')
    expect(stored).toContain('"sched_params":{"sched":"rtds","period":10000,"budget":4000}')
  })

  it('xl.cfg: a period below the default budget is refused when the domain is built', () => {
    const done = run(env, host, ['create', '/cfg'], { files: { '/cfg': configOf('x', 'period = 3000') } })
    expect(done.rc).toBe(3)
    expect(told(done.stderr)).toContain(
      'VCPU budget must be smaller than or equal to period, but 4000 > 3000\n'
    )
    expect(run(env, done.host, ['list', 'x']).rc).toBe(1)
  })
})

describe('pools of other schedulers', () => {
  const later = advance(env, other, 1_000_000, { trace: false })
  if (E.isLeft(later)) throw new Error(later.left._tag)
  const freed = call(later.right[0], 'cpupool-cpu-remove Pool-0 3').host

  it.each(['credit', 'rtds', 'null', 'arinc653'])('%s: domains are created in it and move there', (sched) => {
    const made = call(freed, `cpupool-create name="p" sched="${sched}" cpus=["3"]`)
    expect([made.rc, made.stderr]).toEqual([0, ''])
    expect(call(made.host, 'cpupool-list p').stdout).toContain(sched)
    const next = withDomain(env, made.host, 'x', 'pool = "p"', 'cpu_weight = 300')
    expect(run(env, next, ['vcpu-list', 'x']).stdout).toMatch(/\nx {32} +2 +0 +3 /)
    const moved = call(next, 'cpupool-migrate d1 p')
    expect([moved.rc, moved.stderr]).toEqual([0, ''])
    const ran = advance(env, moved.host, 1_000_000_000, { trace: false })
    expect(E.isRight(ran) && call(ran.right[0], 'cpupool-list p').stdout).toMatch(/ y {10}2\n$/)
    const back = E.isRight(ran) ? call(ran.right[0], 'cpupool-migrate d1 Pool-0') : moved
    expect([back.rc, call(back.host, 'destroy x').rc]).toEqual([0, 0])
  })
})
