import { describe, expect, it } from 'vitest'

import type { Host } from '../../../../src/machine/index.js'
import type { XlResult } from '../../../../src/toolstack/index.js'
import { booted, environment, run, withDomain } from '../hosts.js'

const env = environment()
const host = withDomain(env, booted(env), 'd1', 'vcpus = 2')

const call = (from: Host, words: string): XlResult =>
  run(env, from, ['sched-credit2', ...(words === '' ? [] : words.split(' '))])

/** Everything after libxl's file, line and function. */
const told = (stderr: string): string => stderr.replace(/\w+\.c:\d+:\w+: /g, '')

const weightRange =
  'libxl: error: Domain 1:Cpu weight out of range, valid values are within range from 1 to 65535\n' +
  'libxl_domain_sched_params_set failed.\n'
const capRange =
  'libxl: error: Domain 1:Cpu cap out of range, ' +
  'valid range is from 0 to 200 for specified number of vcpus\n' +
  'libxl_domain_sched_params_set failed.\n'
const ratelimitRange =
  'libxl: error: Ratelimit out of range, valid range is from 100 to 500000\n' +
  'libxl_sched_credit2_params_set failed.\n'

const refusals: ReadonlyArray<readonly [words: string, rc: number, stderr: string]> = [
  ['-p Pool-0 -d d1', 1, 'Specifying a cpupool is not allowed with other options.\n'],
  ['--cpupool=Pool-0 --weight=3', 1, 'Specifying a cpupool is not allowed with other options.\n'],
  ['-p 0 -c 3', 1, 'Specifying a cpupool is not allowed with other options.\n'],
  ['-w 3', 1, 'Must specify a domain.\n'],
  ['-c 3', 1, 'Must specify a domain.\n'],
  ['-s -c 3', 1, 'Must specify a domain.\n'],
  ['-p 7', 1, "unknown cpupool '7'\n"],
  ['-s -p nosuch', 1, "unknown cpupool 'nosuch'\n"],
  ['-d nosuch', 1, 'nosuch is an invalid domain identifier (rc=-6)\n'],
  ['-d d1 -w 0', 1, weightRange],
  ['-d d1 -w 65536', 1, weightRange],
  ['-d d1 -w abc', 1, weightRange],
  ['-d d1 -w -2', 1, weightRange],
  ['-d d1 -c 201', 1, capRange],
  ['-d d1 -c -2', 1, capRange],
  ['-d d1 -w 300 -c 201', 1, capRange],
  ['-s -r 99', 1, ratelimitRange],
  ['-s -r 500001', 1, ratelimitRange],
  ['-s -r -1', 1, ratelimitRange],
  ['-t 5', 2, "option `t' not supported.\n"],
  ['-d', 2, "option `d' not supported.\n"],
  ['--capp=1', 2, "option `\0' not supported.\n"]
]

describe('xl sched-credit2 (xl-commands.md §7.2)', () => {
  it.each(refusals)('xl sched-credit2 %s is refused, and nothing changes', (words, rc, stderr) => {
    const done = call(host, words)
    expect([done.rc, done.stdout, told(done.stderr)]).toEqual([rc, '', stderr])
    expect(done.host).toBe(host)
  })

  const settings: ReadonlyArray<readonly [words: string, weight: number, cap: number]> = [
    ['-d d1 -w 512', 512, 0],
    ['-d d1 -c 200', 256, 200],
    ['-d d1 -w 512x -c 7y', 512, 7],
    ['-d d1 -w -1 -c abc', 256, 0],
    ['-d 0 -d d1 -w 3 -w 5', 5, 0],
    ['--domain d1 --weight 65535', 65535, 0],
    ['-d d1 -w 9 -r 100', 9, 0]
  ]

  it.each(settings)('xl sched-credit2 %s', (words, weight, cap) => {
    const done = call(host, words)
    expect([done.rc, done.stdout, done.stderr]).toEqual([0, '', ''])
    const cells = call(done.host, '-d d1').stdout.split('\n')[1]?.split(/ +/).slice(1)
    expect(cells).toEqual(['1', String(weight), String(cap)])
  })

  it('-s sets and shows the rate limit of the pool, whatever domain is named', () => {
    const set = call(host, '-s -r 250 -d d1')
    expect([set.rc, set.stdout]).toEqual([0, ''])
    expect(call(set.host, '-s -p 0').stdout).toBe('Cpupool Pool-0: ratelimit=250us\n')
  })

  it('credit’s command finds nothing to list, and refuses a domain of credit2', () => {
    const listed = run(env, host, ['sched-credit'])
    expect([listed.rc, listed.stdout, listed.stderr]).toEqual([0, '', ''])
    const set = run(env, host, ['sched-credit', '-d', 'd1', '-w', '100'])
    expect([set.rc, told(set.stderr)]).toEqual([
      1,
      'libxl: error: Domain 1:Getting domain sched credit: Invalid argument\n' +
        'libxl_domain_sched_params_set failed.\n'
    ])
    expect(set.host).toBe(host)
  })
})
