import { describe, expect, test } from 'vitest'

import { alone, domain, ms, runDomains, spec } from './lab.js'

const load = spec('bursts', { on: 10 * ms, off: 90 * ms, run: ms, block: ms })

describe('the bursts program', () => {
  test('cycles shortly while it is on, then sleeps for the off period', () => {
    const blocks = alone(load, 12).map(({ startNs, phase: { runNs, then } }) => ({
      startNs: startNs / ms,
      runNs: runNs / ms,
      blockNs: then._tag === 'Block' ? then.ns / ms : -1
    }))
    const cycle = (startNs: number, blockNs: number) => ({ startNs, runNs: 1, blockNs })
    // The sixth run would end at 11, past the on period of 10: after it comes the off period.
    expect(blocks.slice(0, 6)).toEqual([0, 2, 4, 6, 8].map((at) => cycle(at, 1)).concat(cycle(10, 90)))
    expect(blocks.slice(6, 12)).toEqual(
      [101, 103, 105, 107, 109].map((at) => cycle(at, 1)).concat(cycle(111, 90))
    )
  })

  test('a run that ends exactly with the on period is its last', () => {
    const exact = spec('bursts', { on: 3, off: 50, run: 1, block: 1 })
    const blocks = alone(exact, 4).map(({ phase: { then } }) => (then._tag === 'Block' ? then.ns : -1))
    expect(blocks).toEqual([1, 50, 1, 50])
  })

  test('the four distributions have a stream each', () => {
    const { state } = alone(load, 1)[0]?.phase ?? {}
    const streams = Object.values(state as object).flatMap((part: unknown) =>
      typeof part === 'object' ? [JSON.stringify(part)] : []
    )
    expect(streams).toHaveLength(4)
    expect(new Set(streams).size).toBe(4)
  })

  test('every on period has at least one run', () => {
    const short = spec('bursts', { on: 0, off: 50, run: 1, block: 1 })
    const blocks = alone(short, 3).map(({ phase: { then } }) => (then._tag === 'Block' ? then.ns : -1))
    expect(blocks).toEqual([50, 50, 50])
  })

  test('on a host of its own it uses the share that its periods say', () => {
    const { totals } = runDomains([domain(1, [load])], { durationNs: 1010 * ms })
    // Ten whole cycles of 101 ms with six runs of 1 ms.
    expect(totals['1.0']?.runningNs).toBe(60 * ms)
  })

  test('beside a hog it still ends each on period, late by at most a cycle', () => {
    const { totals } = runDomains([domain(1, [load]), domain(2, [spec('hog', {})])], {
      durationNs: 2000 * ms
    })
    const phasesTotal = totals['1.0']?.phasesTotal ?? 0
    // Alone it would have 6 runs in 101 ms; contention can only take runs away, each period keeps one.
    expect(phasesTotal).toBeGreaterThan(20)
    expect(phasesTotal).toBeLessThanOrEqual(120)
  })
})
