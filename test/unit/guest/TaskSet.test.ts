import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { TaskSet } from '../../../src/guest/index.js'
import { Random } from '../../../src/prelude/index.js'

type Draw = (random: Random.Random) => Random.Drawn<ReadonlyArray<number>>

const sumOf = (parts: ReadonlyArray<number>): number => parts.reduce((sum, part) => sum + part, 0)

/** All lists of `count` parts within the bounds that have the sum `total`. */
const listsOf = (total: number, count: number, bounds: TaskSet.Bounds): ReadonlyArray<string> => {
  if (count === 0) return total === 0 ? [''] : []
  const lists: string[] = []
  for (let part = bounds.min; part <= Math.min(bounds.max, total); part += 1)
    for (const rest of listsOf(total - part, count - 1, bounds)) lists.push(`${part} ${rest}`)
  return lists
}

/** How often each list came in many draws. */
const countsOf = (draw: Draw, draws: number): Map<string, number> => {
  const counts = new Map<string, number>()
  let random = Random.fromSeed(7, 'lists')
  for (let i = 0; i < draws; i += 1) {
    const [parts, next] = draw(random)
    random = next
    const key = parts.map((part) => `${part} `).join('')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

/** Every list has to come, none far from equally often: six standard deviations of a fair draw. */
const expectEven = (draw: Draw, lists: ReadonlyArray<string>): void => {
  const draws = lists.length * 400
  const counts = countsOf(draw, draws)
  expect([...counts.keys()].toSorted()).toEqual(lists.toSorted())
  for (const [list, count] of counts) expect(Math.abs(count - 400), list).toBeLessThan(6 * Math.sqrt(400))
}

const seeds = fc.nat()

describe('task sets', () => {
  it('uunifast gives as many parts as asked for, each at least 1, with exactly the total', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 40 }), fc.nat(10_000_000), (seed, count, more) => {
        const total = count + more
        const [parts] = TaskSet.uunifast(total, count, Random.fromSeed(seed, 'tasks'))
        expect(parts).toHaveLength(count)
        expect(sumOf(parts)).toBe(total)
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(1)
      })
    )
  })

  it('uunifast makes all lists equally likely', () => {
    const all = listsOf(8, 4, { min: 1, max: 8 })
    expect(all).toHaveLength(35)
    expectEven((random) => TaskSet.uunifast(8, 4, random), all)
  })

  it('uunifast finds the one list there is when every part has to be 1', () => {
    expect(TaskSet.uunifast(50, 50, Random.fromSeed(1, 'tasks'))[0]).toEqual(new Array(50).fill(1))
  })

  it('randFixedSum keeps the bounds and exactly the total', () => {
    const shapes = fc.record({
      count: fc.integer({ min: 1, max: 12 }),
      min: fc.nat(20_000),
      width: fc.nat(1_000_000),
      part: fc.double({ min: 0, max: 1, noNaN: true })
    })
    fc.assert(
      fc.property(seeds, shapes, (seed, { count, min, width, part }) => {
        const total = count * min + Math.floor(part * count * width)
        const [parts] = TaskSet.randFixedSum(
          total,
          count,
          { min, max: min + width },
          Random.fromSeed(seed, '')
        )
        expect(parts).toHaveLength(count)
        expect(sumOf(parts)).toBe(total)
        expect(Math.min(...parts)).toBeGreaterThanOrEqual(min)
        expect(Math.max(...parts)).toBeLessThanOrEqual(min + width)
      })
    )
  })

  it('randFixedSum makes all lists equally likely, close to the upper bounds too', () => {
    for (const [total, count, bounds] of [
      [9, 4, { min: 0, max: 4 }],
      [13, 4, { min: 1, max: 4 }],
      [6, 3, { min: 0, max: 6 }]
    ] as const)
      expectEven(
        (random) => TaskSet.randFixedSum(total, count, bounds, random),
        listsOf(total, count, bounds)
      )
  })

  it('the same seed gives the same set', () => {
    const draw = () =>
      TaskSet.randFixedSum(3_200_000, 8, { min: 10_000, max: 1_000_000 }, Random.fromSeed(5, 'tasks'))[0]
    expect(draw()).toEqual(draw())
    expect(draw()).not.toEqual(
      TaskSet.randFixedSum(3_200_000, 8, { min: 10_000, max: 1_000_000 }, Random.fromSeed(6, 'tasks'))[0]
    )
  })

  it('a total that no list has is known beforehand', () => {
    expect(TaskSet.canSum(10, 3, { min: 0, max: 3 })).toBe(false)
    expect(TaskSet.canSum(9, 3, { min: 0, max: 3 })).toBe(true)
    expect(TaskSet.canSum(2, 3, { min: 1, max: 3 })).toBe(false)
    expect(() => TaskSet.randFixedSum(10, 3, { min: 0, max: 3 }, Random.fromSeed(0, ''))).toThrow(/total/)
  })

  it('execution times follow utilisation and period, within the shortest that a scheduler takes', () => {
    const [tasks] = TaskSet.tasksOf([250_000, 1, 1_000_000], [10_000], 10, Random.fromSeed(0, 'periods'))
    expect(tasks).toEqual([
      { periodUs: 10_000, executionUs: 2_500 },
      { periodUs: 10_000, executionUs: 10 },
      { periodUs: 10_000, executionUs: 10_000 }
    ])
  })
})
