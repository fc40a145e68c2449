import { describe, expect, test } from 'vitest'

import type { DomainPlan, VcpuPlan } from '../../../src/abi/index.js'
import {
  credit1Cap,
  credit1CapAsWorded,
  credit1Share,
  credit1ShareAsWorded,
  credit1ShareOrder,
  labDomain,
  laboratoryMin,
  observeLaboratory,
  rtdsNoMiss,
  rtdsNoMissWithExtratime,
  rtdsNoOverrun,
  rtdsNoOverrunAsWorded,
  scriptVcpu,
  sharesOf,
  violationsOf
} from '../../../src/testing/index.js'
import type { Run } from '../../../src/testing/index.js'

/**
 * Sentences of the specifications of credit and rtds that real Xen does not keep, each with a small
 * laboratory that shows it.
 */
const observe = (scheduler: string, domains: ReadonlyArray<DomainPlan>, durationNs: number): Run => {
  const params = { ...laboratoryMin.params, scheduler }
  const observed = observeLaboratory({ ...laboratoryMin, params, domains, durationNs })
  if (observed._tag === 'Left') throw new Error(observed.left._tag)
  return observed.right
}

const sharesAtEnd = (run: Run): ReadonlyArray<number> => sharesOf(run.instants.at(-1)!.host)

const hogFrom = (atNs: number): VcpuPlan =>
  scriptVcpu([
    { runNs: 0, then: { _tag: 'Until', atNs } },
    { runNs: 1_000_000_000, then: { _tag: 'Go' } }
  ])

const task = (
  domid: number,
  vcpu: VcpuPlan,
  periodUs: number,
  budgetUs: number,
  isExtra = false
): DomainPlan => labDomain(domid, [{ ...vcpu, realTime: { periodUs, budgetUs, isExtra } }])

describe('as worded, this does not hold under rtds:', () => {
  test('T3: a unit without extra time runs at most for its budget in each period', () => {
    // It wakes at 9 ms with the default budget of 4 ms; from 10 ms on its budget is 1 ms. It runs to 13 ms.
    const run = observe('rtds', [task(1, hogFrom(9_000_000), 10_000, 1000)], 20_000_000)
    expect(violationsOf(rtdsNoOverrunAsWorded, run)[0]).toEqual({
      atNs: 13_000_000,
      text: '1.0 ran 3000000 ns of a budget of 1000000 ns'
    })
    expect(violationsOf(rtdsNoOverrun, run)).toEqual([])
  })

  test('T4: nobody misses a deadline if the utilisations add up to at most 1', () => {
    // They add up to 1 from 10 ms on; but the slice of the first period takes 3 ms of the second.
    const late = observe(
      'rtds',
      [task(1, hogFrom(9_000_000), 10_000, 1000), task(2, hogFrom(10_000_000), 10_000, 9000)],
      40_000_000
    )
    expect(rtdsNoMiss.appliesTo(late)).toBe(false)
    expect(rtdsNoMiss.violations(late)).toEqual([
      { atNs: 20_000_000, text: '2.0 got 7000000 of 9000000 ns before 20000000 ns' }
    ])
    const clean = observe(
      'rtds',
      [task(1, hogFrom(10_000_000), 10_000, 1000), task(2, hogFrom(10_000_000), 10_000, 9000)],
      40_000_000
    )
    expect(rtdsNoMiss.appliesTo(clean)).toBe(true)
    expect(violationsOf(rtdsNoMiss, clean)).toEqual([])
  })

  test('T6: with extra time two units that use a third of a pCPU miss deadlines', () => {
    const two = (isExtra: boolean): Run =>
      observe(
        'rtds',
        [
          task(1, hogFrom(10_000_000), 20_000, 4400, isExtra),
          task(2, hogFrom(10_000_000), 1000, 100, isExtra)
        ],
        100_000_000
      )
    expect(violationsOf(rtdsNoMissWithExtratime, two(true)).length).toBeGreaterThan(1)
    expect(violationsOf(rtdsNoMissWithExtratime, two(false))).toEqual([])
  })
})

describe('as worded, this does not hold under credit:', () => {
  test('R5: always-runnable domains get times in proportion to their weights', () => {
    const hogs = (total: number): VcpuPlan[] => Array.from({ length: total }, () => scriptVcpu())
    const domains = [[256, 1] as const, [256, 2] as const, [867, 1] as const].map(([weight, vcpus], i) =>
      labDomain(i + 1, hogs(vcpus), { weight })
    )
    const run = observe('credit', domains, 20_000_000_000)
    // Due to the heavy one are 867 / (256 + 2 x 256 + 867) = 0.530, and it gets 0.497.
    expect(sharesAtEnd(run)[2]).toBeCloseTo(0.4965, 3)
    expect(violationsOf(credit1ShareAsWorded, run)).not.toEqual([])
    expect(credit1Share.appliesTo(run)).toBe(false)
    expect(violationsOf(credit1ShareOrder, run)).toEqual([])
  })

  test('R5: who yields is always runnable and gets its share', () => {
    const yielder = scriptVcpu([{ runNs: 100_000, then: { _tag: 'Yield' } }])
    const run = observe('credit', [labDomain(1, [yielder]), labDomain(2, [scriptVcpu()])], 2_000_000_000)
    expect(violationsOf(credit1ShareAsWorded, run)).not.toEqual([])
    expect(sharesAtEnd(run)[0]).toBeLessThan(0.01)
  })

  /** Sleeps for a millisecond around every tick, so that no tick finds it running. */
  const dodger = scriptVcpu(
    Array.from({ length: 60 }, (_, i) => ({
      runNs: i === 0 ? 9_500_000 : 9_000_000,
      then: { _tag: 'Until' as const, atNs: 10_500_000 + 10_000_000 * i }
    }))
  )

  test('R6: a cap of 10 per cent lets nobody use more, whatever it does', () => {
    const run = observe('credit', [labDomain(1, [dodger], { cap: 10 })], 600_000_000)
    expect(violationsOf(credit1CapAsWorded, run)).not.toEqual([])
    expect(credit1Cap.appliesTo(run)).toBe(false)
    expect(sharesAtEnd(run)[0]).toBeGreaterThan(0.85)
  })

  test('a guest that sleeps over each tick is never charged for long and takes what it likes', () => {
    const run = observe('credit', [labDomain(1, [dodger]), labDomain(2, [scriptVcpu()])], 600_000_000)
    const [thief = 0, victim = 1] = sharesAtEnd(run)
    expect(thief).toBeGreaterThan(0.85)
    expect(victim).toBeLessThan(0.15)
  })
})
