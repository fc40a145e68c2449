import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import {
  checkLaws,
  nearOverloadArbitrary,
  randFixedSumArbitrary,
  rtdsNoMissWithExtratime,
  taskSetArbitrary,
  utilisationOne,
  uUniFastArbitrary
} from '../../../src/testing/index.js'

const sum = (list: ReadonlyArray<number>): number => list.reduce((a, b) => a + b, 0)

const sample = <A>(arbitrary: fc.Arbitrary<A>, numRuns: number): ReadonlyArray<A> =>
  fc.sample(arbitrary, { numRuns, seed: 7 })

describe('dividing a total', () => {
  test('UUniFast: parts add up to the total, and each is as large as any other on average', () => {
    const lists = sample(uUniFastArbitrary({ total: 1000, partsTotal: 4 }), 2000)
    expect(new Set(lists.map(sum))).toEqual(new Set([1000]))
    for (let i = 0; i < 4; i++) {
      const mean = sum(lists.map((list) => list[i]!)) / lists.length
      expect(Math.abs(mean - 250)).toBeLessThan(20)
    }
    // Of a uniform division of 1 into four, a part is above one half with probability (1/2)^3.
    const above = lists.filter(([first = 0]) => first > 500).length / lists.length
    expect(Math.abs(above - 0.125)).toBeLessThan(0.03)
  })

  test('RandFixedSum: every list within the bound comes about, all equally often', () => {
    const division = { total: 6, partsTotal: 3, partMax: 3 }
    const lists = sample(randFixedSumArbitrary(division), 7000).map((list) => list.join())
    const all: string[] = []
    for (let a = 0; a <= 3; a++)
      for (let b = 0; b <= 3; b++) if (6 - a - b >= 0 && 6 - a - b <= 3) all.push([a, b, 6 - a - b].join())
    expect(all).toHaveLength(10)
    expect([...new Set(lists)].sort()).toEqual(all.sort())
    for (const one of all) {
      const times = lists.filter((list) => list === one).length
      expect(Math.abs(times - 700)).toBeLessThan(120)
    }
  })

  test('RandFixedSum: a total that does not fit is cut', () => {
    const [only] = sample(randFixedSumArbitrary({ total: 100, partsTotal: 3, partMax: 5 }), 1)
    expect(only).toEqual([5, 5, 5])
  })

  test('both shrink', () => {
    const found = (arbitrary: fc.Arbitrary<ReadonlyArray<number>>): ReadonlyArray<number> | undefined =>
      fc.check(
        fc.property(arbitrary, (list) => Math.max(...list) < 400),
        { seed: 3 }
      ).counterexample?.[0]
    expect(found(uUniFastArbitrary({ total: 900, partsTotal: 3 }))).toEqual([0, 0, 900])
    expect(found(randFixedSumArbitrary({ total: 900, partsTotal: 3, partMax: 500 }))).toEqual([0, 400, 500])
  })
})

describe('task sets', () => {
  test('use at most the total, nobody more than its bound, and budgets that Xen accepts', () => {
    const division = { total: 1800, partsTotal: 5, partMax: 600 }
    for (const tasks of sample(taskSetArbitrary(division), 300)) {
      const uses = tasks.map(({ budgetUs, periodUs }) => (budgetUs * utilisationOne) / periodUs)
      expect(sum(uses)).toBeLessThanOrEqual(1800)
      expect(sum(uses)).toBeGreaterThan(1790)
      expect(Math.max(...uses)).toBeLessThanOrEqual(600)
      expect(tasks.every(({ budgetUs, periodUs }) => budgetUs >= 10 && budgetUs <= periodUs)).toBe(true)
    }
  })

  test('at the bound are near overload: a little more, and a deadline is missed', () => {
    const beyond = nearOverloadArbitrary({ pcpusMax: 1 }).map((lab) => ({
      ...lab,
      domains: lab.domains.map((plan) => ({
        ...plan,
        vcpus: plan.vcpus.map(({ realTime, ...vcpu }) => {
          if (realTime === undefined) return vcpu
          const budgetUs = Math.min(realTime.periodUs, Math.ceil(realTime.budgetUs * 1.1))
          return { ...vcpu, realTime: { ...realTime, budgetUs } }
        })
      }))
    }))
    const law = { ...rtdsNoMissWithExtratime, appliesTo: () => true }
    const { failure, runsTotal } = checkLaws([law], beyond, { parameters: { seed: 1, numRuns: 20 } })
    expect(failure?.law?.id).toBe(law.id)
    expect(runsTotal).toBeLessThan(10)
  })
})
