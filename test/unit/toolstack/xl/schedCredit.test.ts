import { describe, expect, it } from 'vitest'

import type { Host } from '../../../../src/machine/index.js'
import { booted, environment, run, withDomain } from '../hosts.js'

const env = environment()
const line = 'dom0_mem=1G,max:1G dom0_max_vcpus=2'
const host = withDomain(env, booted(env, { commandLine: `${line} sched=credit` }), 'd1', 'vcpus = 2')
const other = withDomain(env, booted(env, { commandLine: line }), 'd1')

const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')

const done = (from: Host, text: string): Host => {
  const result = run(env, from, text.split(' '))
  if (result.rc !== 0 || result.stdout !== '') throw new Error(result.stderr + result.stdout)
  return result.host
}

const refusals: ReadonlyArray<readonly [line: string, stderr: string]> = [
  ['-p Pool-0 -d d1', 'Specifying a cpupool or schedparam is not allowed with domain options.\n'],
  ['-s -w 3', 'Specifying a cpupool or schedparam is not allowed with domain options.\n'],
  ['-w 3', 'Must specify a domain.\n'],
  ['-t 3', 'Must specify schedparam to set schedule parameter values.\n'],
  ['-p nosuch', "unknown cpupool 'nosuch'\n"],
  ['-s -p 7', "unknown cpupool '7'\n"],
  [
    '-d d1 -w abc',
    'libxl: error: Domain 1:Cpu weight out of range, valid values are within range from 1 to 65535\n' +
      'libxl_domain_sched_params_set failed.\n'
  ],
  [
    '-d d1 -c 201',
    'libxl: error: Domain 1:Cpu cap out of range, valid range is from 0 to 200 for specified number of ' +
      'vcpus\nlibxl_domain_sched_params_set failed.\n'
  ],
  [
    '-s -t 0 -r 50',
    'libxl: error: Time slice out of range, valid range is from 1 to 1000\n' +
      'libxl_sched_credit_params_set failed.\n'
  ],
  [
    '-s -r 99 -m -1',
    'libxl: error: Ratelimit out of range, valid range is from 100 to 500000\n' +
      'libxl_sched_credit_params_set failed.\n'
  ],
  [
    '-s -r 30001',
    'libxl: error: Ratelimit cannot be greater than timeslice\nlibxl_sched_credit_params_set failed.\n'
  ],
  [
    '-s -m 100001',
    'libxl: error: vcpu migration delay should be >= 0 and <= 100000us\n' +
      'libxl_sched_credit_params_set failed.\n'
  ]
]

describe('xl sched-credit', () => {
  it.each(refusals)('xl sched-credit %s is refused, and nothing changes', (text, stderr) => {
    const result = run(env, host, ['sched-credit', ...text.split(' ')])
    expect([result.rc, result.stdout, told(result.stderr)]).toEqual([1, '', stderr])
    expect(result.host).toBe(host)
  })

  it('lists the pools of credit with their domains', () => {
    expect(run(env, host, ['sched-credit']).stdout).toBe(
      'Cpupool Pool-0: tslice=30ms ratelimit=1000us migration-delay=0us\n' +
        'Name                                ID Weight  Cap\n' +
        'Domain-0                             0    256    0\n' +
        'd1                                   1    256    0\n'
    )
    expect(run(env, other, ['sched-credit'])).toMatchObject({ rc: 0, stdout: '', stderr: '' })
  })

  it('what is not given when setting stays as it is; a ratelimit of 0 is none', () => {
    const weighed = done(done(host, 'sched-credit -d d1 -w 512'), 'sched-credit -d d1 -c 150 -w -1')
    expect(run(env, weighed, ['sched-credit', '-d', 'd1']).stdout).toContain('    512  150\n')
    const set = done(done(host, 'sched-credit -s -t 5 -m 50'), 'sched-credit -s -r 0')
    expect(run(env, set, ['sched-credit', '-s']).stdout).toBe(
      'Cpupool Pool-0: tslice=5ms ratelimit=0us migration-delay=50us\n'
    )
  })

  it('xl.cfg: weight and cap reach the domain, and its stored configuration shows them', () => {
    const next = withDomain(env, host, 'x', 'cpu_weight = 77', 'cap = 33')
    expect(run(env, next, ['sched-credit', '-d', 'x']).stdout).toContain('     77   33\n')
    const stored = run(env, next, ['list', '-l', 'x']).stdout.replace(/\s/g, '')
    expect(stored).toContain('"sched_params":{"sched":"credit","weight":77,"cap":33}')
  })

  it('a pool of another scheduler has no such parameters, a domain of it is refused', () => {
    const shown = run(env, other, ['sched-credit', '-s'])
    expect([shown.rc, shown.stdout]).toEqual([0, 'Cpupool Pool-0: [sched params unavailable]\n'])
    expect(told(shown.stderr)).toBe(
      'libxl: error: getting Credit scheduler parameters: Invalid argument\n' +
        'libxl_sched_credit_params_get failed.\n'
    )
    expect(run(env, other, ['sched-credit', '-s', '-t', '5'])).toMatchObject({ rc: 1, stdout: '' })
    const set = run(env, other, ['sched-credit', '-d', 'd1', '-w', '5'])
    expect([set.rc, told(set.stderr)]).toEqual([
      1,
      'libxl: error: Domain 1:Getting domain sched credit: Invalid argument\n' +
        'libxl_domain_sched_params_set failed.\n'
    ])
  })
})
