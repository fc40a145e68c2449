import { describe, expect, test } from 'vitest'

import type { Output } from '../../../src/abi/index.js'

import { alone, domain, ms, runDomains, spec } from './lab.js'

const jobsOf = (outputs: ReadonlyArray<Output>, domid: number) =>
  outputs.flatMap((output) =>
    output._tag === 'JobDone' && output.domid === domid ? [[output.releasedNs / ms, output.atNs / ms]] : []
  )

describe('the arrivals program', () => {
  test('serves requests in order, each reported from its arrival to its answer', () => {
    const load = spec('arrivals', {
      interval: { _tag: 'Recorded', samplesNs: [10 * ms, ms, ms, 20 * ms], order: 'InOrder' },
      service: 3 * ms
    })
    const { outputs } = runDomains([domain(1, [load])], { durationNs: 36 * ms })
    // Arrivals at 10, 11, 12, 32: the second and third wait for those before them.
    expect(jobsOf(outputs, 1)).toEqual([
      [10, 13],
      [11, 16],
      [12, 19],
      [32, 35]
    ])
  })

  test('arrivals do not depend on how long services take', () => {
    const arrivalsOf = (service: number) =>
      alone(spec('arrivals', { interval: { _tag: 'Exponential', meanNs: ms }, service }), 20).map(
        ({ phase }) => (phase.then._tag === 'EndJob' ? phase.then.releasedNs : -1)
      )
    expect(arrivalsOf(5)).toEqual(arrivalsOf(3 * ms))
  })
})

describe('the interactive program', () => {
  test('thinks, asks, and thinks again only when it has its answer', () => {
    const load = spec('interactive', { think: 10 * ms, service: 2 * ms })
    const { outputs } = runDomains([domain(1, [load])], { durationNs: 36 * ms })
    expect(jobsOf(outputs, 1)).toEqual([
      [10, 12],
      [22, 24],
      [34, 36]
    ])
  })

  test('beside others an answer comes later, and so does the next question', () => {
    const load = spec('interactive', { think: 10 * ms, service: 2 * ms })
    const other = { ...domain(2, [spec('hog', {})]), weight: 65_535 }
    const { outputs } = runDomains([domain(1, [load]), other], { durationNs: 1000 * ms })
    const jobs = jobsOf(outputs, 1)
    expect(jobs.length).toBeGreaterThan(2)
    for (const [i, [released = 0]] of jobs.entries()) {
      const answered = i === 0 ? 0 : (jobs[i - 1]?.[1] ?? 0)
      expect(released).toBeGreaterThanOrEqual(answered + 10)
    }
    expect(jobs.some(([released = 0, answered = 0]) => answered - released > 2)).toBe(true)
  })
})

describe('the server program', () => {
  test('serves once for each kick, and stores at most one while it is busy', () => {
    const client = spec('script', {
      phases: [
        { runNs: 0, then: { _tag: 'Block', ns: 10 * ms } },
        { runNs: 0, then: { _tag: 'Signal', domid: 1, vcpu: 0 } },
        { runNs: 0, then: { _tag: 'Block', ns: ms } },
        { runNs: 0, then: { _tag: 'Signal', domid: 1, vcpu: 0 } },
        { runNs: 0, then: { _tag: 'Signal', domid: 1, vcpu: 0 } },
        { runNs: 0, then: { _tag: 'Halt' } }
      ]
    })
    const { totals } = runDomains([domain(1, [spec('server', { service: 4 * ms })]), domain(2, [client])], {
      pcpus: 2,
      durationNs: 100 * ms
    })
    // Kicks at 10, and twice at 11 while it is busy: two services.
    expect(totals['1.0']?.runningNs).toBe(8 * ms)
  })
})
