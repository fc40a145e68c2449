import { describe, expect, test } from 'vitest'

import { schedParamsDefault } from '../../../src/abi/index.js'
import type { SchedParams } from '../../../src/abi/index.js'
import {
  capPerPeriod,
  capPerPeriodAsWorded,
  labDomain,
  laboratoryMin,
  observeLaboratory,
  scriptVcpu,
  shareWeighted,
  timesOf,
  violationsOf,
  wakePreempts,
  wakePreemptsAsWorded
} from '../../../src/testing/index.js'
import type { Laboratory, Run } from '../../../src/testing/index.js'

/**
 * Sentences of the specification that real Xen does not keep, each with the smallest laboratory that shows
 * it. The laws of the kit say what does hold.
 */
const observe = (given: Partial<Laboratory>, params: Partial<SchedParams> = {}): Run => {
  const observed = observeLaboratory({
    ...laboratoryMin,
    ...given,
    params: { ...schedParamsDefault, ...params }
  })
  if (observed._tag === 'Left') throw new Error(observed.left._tag)
  return observed.right
}

/** Sleeps until a time, then always wants to run. */
const until = (atNs: number) =>
  scriptVcpu([
    { runNs: 0, then: { _tag: 'Until', atNs } },
    { runNs: 1_000_000_000, then: { _tag: 'Go' } }
  ])
const twoHogs = (a: number, b: number) =>
  [a, b].map((weight, i) => labDomain(i + 1, [scriptVcpu()], { weight }))

describe('as worded, this does not hold:', () => {
  test('C2-P12: 50 us before the rate limit is over a stronger unit that wakes runs at once', () => {
    const run = observe({
      domains: [labDomain(1, [until(970_000)]), labDomain(2, [scriptVcpu()])],
      durationNs: 3_000_000
    })
    expect(violationsOf(wakePreemptsAsWorded, run)).toHaveLength(1)
    expect(violationsOf(wakePreempts, run)).toEqual([])
    const decisions = run.instants
      .flatMap(({ outputs }) => outputs.filter((output) => output._tag === 'Decision'))
      .filter(({ atNs }) => atNs >= 970_000 && atNs < 2_000_000)
    // It is tickled, keeps the hog for the shortest slice, and the unit that woke has waited for 0.5 ms.
    expect(decisions.map((d) => [d.atNs, d.nextDomid, d.sliceNs])).toEqual([
      [970_000, 2, 500_000],
      [1_470_000, 1, 1_470_000]
    ])
  })

  test('C2-P8: a window with k replenishments has at most k + 1 budgets', () => {
    const run = observe({
      domains: [labDomain(1, [until(9_500_000)], { cap: 30, weight: 65_535 }), labDomain(2, [scriptVcpu()])],
      durationNs: 16_000_000
    })
    // Awake from 9.5 ms on: it takes 0.5 of its 3 ms before the replenishment at 10 ms and, without a
    // break, 2.5 and 3 after.
    expect(violationsOf(capPerPeriodAsWorded, run)).not.toEqual([])
    expect(violationsOf(capPerPeriod, run)).toEqual([])
  })

  test('C2-P5: weights up to 15 to 1 are kept at the default rate limit', () => {
    const at13 = observe({ domains: twoHogs(1300, 100), durationNs: 1_000_000_000 })
    const at10 = observe({ domains: twoHogs(1000, 100), durationNs: 1_000_000_000 })
    expect(shareWeighted.appliesTo(at13)).toBe(false)
    expect(violationsOf(shareWeighted, at10)).toEqual([])
    const ratio = (run: Run): number => {
      const [heavy = 0, light = 1] = timesOf(run.instants.at(-1)!.host)
      return heavy / light
    }
    expect(ratio(at13)).toBeCloseTo(12.5, 1)
    expect(ratio(at10)).toBeCloseTo(10, 1)
  })
})
