import { describe, expect, test } from 'vitest'

import { alone, ms, runDomains, domain, spec } from './lab.js'

const exponential = (meanNs: number) => ({ _tag: 'Exponential', meanNs }) as const

describe('the random program', () => {
  test('runs and blocks by turns, for times drawn from its two distributions', () => {
    const load = spec('random', { run: { _tag: 'Uniform', minNs: 5, maxNs: 9 }, block: 100 })
    const phases = alone(load, 500)
    expect(phases.every(({ phase }) => phase.then._tag === 'Block' && phase.then.ns === 100)).toBe(true)
    expect([...new Set(phases.map(({ phase }) => phase.runNs))].sort((a, b) => a - b)).toEqual([
      5, 6, 7, 8, 9
    ])
  })

  test('plays recorded samples in their order, runs and blocks each from their own place', () => {
    const load = spec('random', {
      run: { _tag: 'Recorded', samplesNs: [1, 2, 3], order: 'InOrder' },
      block: { _tag: 'Recorded', samplesNs: [40, 50], order: 'InOrder' }
    })
    const seen = alone(load, 6).map(({ phase: { runNs, then } }) => [
      runNs,
      then._tag === 'Block' ? then.ns : -1
    ])
    expect(seen).toEqual([
      [1, 40],
      [2, 50],
      [3, 40],
      [1, 50],
      [2, 40],
      [3, 50]
    ])
  })

  test('the distribution of blocks does not shift the draws of runs', () => {
    const runs = (block: object) =>
      alone(spec('random', { run: exponential(ms), block } as never), 50).map(({ phase }) => phase.runNs)
    expect(runs(exponential(ms))).toEqual(runs({ _tag: 'Uniform', minNs: 1, maxNs: 9 }))
  })

  test('two vCPUs of one domain draw different times', () => {
    const load = spec('random', { run: exponential(ms), block: exponential(ms) })
    const { totals } = runDomains([domain(1, [load, load])], { pcpus: 2, durationNs: 100 * ms })
    expect(totals['1.0']?.runningNs).not.toBe(totals['1.1']?.runningNs)
  })
})
