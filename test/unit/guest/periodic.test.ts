import { describe, expect, test } from 'vitest'

import type { Output } from '../../../src/abi/index.js'

import { alone, domain, ms, runDomains, spec } from './lab.js'

const jobsOf = (outputs: ReadonlyArray<Output>) =>
  outputs.flatMap((output) =>
    output._tag === 'JobDone' ? [[output.releasedNs / ms, output.atNs / ms, output.deadlineNs / ms]] : []
  )

describe('the periodic program', () => {
  test('releases jobs at phase, phase + period, ... and reports each at its end', () => {
    const task = spec('periodic', {
      periodNs: 10 * ms,
      phaseNs: 3 * ms,
      execution: 2 * ms,
      deadlineNs: 5 * ms
    })
    const { outputs } = runDomains([domain(1, [task])], { durationNs: 40 * ms })
    expect(jobsOf(outputs)).toEqual([
      [3, 5, 8],
      [13, 15, 18],
      [23, 25, 28],
      [33, 35, 38]
    ])
  })

  test('the deadline is the period unless said otherwise', () => {
    const task = spec('periodic', { periodNs: 10 * ms, execution: ms })
    const { outputs } = runDomains([domain(1, [task])], { durationNs: 11 * ms })
    expect(jobsOf(outputs)).toEqual([
      [0, 1, 10],
      [10, 11, 20]
    ])
  })

  test('a task that starts between two releases waits for the next', () => {
    const task = spec('periodic', { periodNs: 10 * ms, phaseNs: 3 * ms, execution: ms })
    const { outputs } = runDomains([{ ...domain(1, [task]), atNs: 14 * ms }], { durationNs: 30 * ms })
    expect(jobsOf(outputs)).toEqual([[23, 24, 33]])
  })

  test('a task that starts at a release begins at once', () => {
    const task = spec('periodic', { periodNs: 10 * ms, phaseNs: 3 * ms, execution: ms })
    expect(alone(task, 1, { startNs: 23 * ms })[0]?.phase.runNs).toBe(ms)
  })

  const late = { _tag: 'Recorded', samplesNs: [25 * ms, ms, ms, ms, ms], order: 'InOrder' } as const

  test('AtOnce: after a late job, the jobs whose releases have passed follow without a pause', () => {
    const task = spec('periodic', { periodNs: 10 * ms, execution: late })
    const { outputs } = runDomains([domain(1, [task])], { durationNs: 35 * ms })
    expect(jobsOf(outputs)).toEqual([
      [0, 25, 10],
      [10, 26, 20],
      [20, 27, 30],
      [30, 31, 40]
    ])
  })

  test('Skip: after a late job, the jobs whose releases have passed are left out', () => {
    const task = spec('periodic', { periodNs: 10 * ms, execution: late, overrun: 'Skip' })
    const { outputs } = runDomains([domain(1, [task])], { durationNs: 45 * ms })
    expect(jobsOf(outputs)).toEqual([
      [0, 25, 10],
      [30, 31, 40],
      [40, 41, 50]
    ])
  })

  test('Skip: a job that ends exactly at a release is not late', () => {
    const exact = { _tag: 'Recorded', samplesNs: [20 * ms, ms, ms], order: 'InOrder' } as const
    const task = spec('periodic', { periodNs: 10 * ms, execution: exact, overrun: 'Skip' })
    const { outputs } = runDomains([domain(1, [task])], { durationNs: 35 * ms })
    expect(jobsOf(outputs)).toEqual([
      [0, 20, 10],
      [20, 21, 30],
      [30, 31, 40]
    ])
  })
})
