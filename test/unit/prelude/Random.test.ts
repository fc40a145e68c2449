import { readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import * as Random from '../../../src/prelude/Random.js'

interface Reference {
  readonly state: readonly [number, number, number, number]
  readonly outputs: ReadonlyArray<number>
  readonly after: ReadonlyArray<number>
}
const references = JSON.parse(
  readFileSync(new URL('../../fixtures/random.json', import.meta.url), 'utf8')
) as ReadonlyArray<Reference>

const drawMany = (start: Random.Random, count: number): readonly [number[], Random.Random] => {
  const values: number[] = []
  let random = start
  for (let i = 0; i < count; i += 1) {
    const [value, next] = Random.nextUint32(random, 'test')
    values.push(value)
    random = next
  }
  return [values, random]
}

describe('generator', () => {
  test('from the state 1, 2, 3, 4 it draws the published numbers', () => {
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804
    ]
    expect(drawMany(Random.fromWords(1, 2, 3, 4), 10)[0]).toEqual(published)
  })

  test.each(references)(
    'from the state $state it draws what the C program draws',
    ({ state, outputs, after }) => {
      const [values, end] = drawMany(Random.fromWords(...state), outputs.length)
      expect(outputs).toHaveLength(1000)
      expect(values).toEqual(outputs)
      expect(end.slice(0, 4).map((word) => word >>> 0)).toEqual(after)
    }
  )

  test('a state of zeros is a mistake of ours', () => {
    expect(() => Random.fromWords(0, 0, 0, 0)).toThrow('zeros')
  })
})

describe('choices', () => {
  const random = Random.fromSeed(1, 'choices')

  test('a choice among one draws nothing', () => {
    expect(Random.nextBelow(random, 1, 'only one')).toEqual([0, random])
  })

  test('a choice among 2^32 takes one word, among more takes two', () => {
    const [[first, second]] = drawMany(random, 2) as [[number, number], Random.Random]
    expect(Random.nextBelow(random, 2 ** 32, 'word')[0]).toBe(first)
    expect(Random.nextBelow(random, 2 ** 53, 'words')[0]).toBe((second >>> 11) * 2 ** 32 + first)
    expect(Random.nextUnit53(random, 'unit')[0]).toBe(((second >>> 11) * 2 ** 32 + first) / 2 ** 53)
  })

  test('numbers in the incomplete last multiple are thrown away', () => {
    // A quarter of all words is at or above 3 * 2^30, where no complete multiple of 3 * 2^30 is left.
    const n = 3 * 2 ** 30
    let rejections = 0
    for (let seed = 0; seed < 40; seed += 1) {
      const start = Random.fromSeed(seed, 'rejections')
      const [values] = drawMany(start, 64)
      const expected = values.find((value) => value < n)
      if (expected !== values[0]) rejections += 1
      expect(Random.nextBelow(start, n, 'large')[0]).toBe(expected)
    }
    expect(rejections).toBeGreaterThan(2)
  })

  test.each([0, -1, 1.5, 2 ** 53 + 2, NaN])('a choice among %d is a mistake of ours', (n) => {
    expect(() => Random.nextBelow(random, n, 'none')).toThrow('a choice is among')
  })
})

describe('reasons', () => {
  const random = Random.fromSeed(7, 'reasons')

  test('a reason does not change what is drawn, but leaves its trail', () => {
    const [valueA, nextA] = Random.nextUint32(random, 'arrival')
    const [valueB, nextB] = Random.nextUint32(random, 'departure')
    expect(valueA).toBe(valueB)
    expect(nextA.slice(0, 4)).toEqual(nextB.slice(0, 4))
    expect(nextA[4]).not.toBe(nextB[4])
  })

  test('the trail depends on the order of reasons', () => {
    const follow = (reasons: ReadonlyArray<string>): Random.Random =>
      reasons.reduce((stream, reason) => Random.nextUint32(stream, reason)[1], random)
    expect(follow(['a', 'b'])).not.toEqual(follow(['b', 'a']))
    expect(follow(['ab', 'c'])).not.toEqual(follow(['a', 'bc']))
    expect(follow(['a', 'b'])).toEqual(follow(['a', 'b']))
  })
})

describe('streams', () => {
  const root = Random.fromSeed(42, 'root')

  test('a label names a stream, whatever else was split off', () => {
    expect(Random.split(root, 'faults')).toEqual(Random.split(root, 'faults'))
    expect(Random.split(root, 'faults')).not.toEqual(Random.split(root, 'workload'))
    expect(Random.split(Random.split(root, 'a'), 'b')).not.toEqual(Random.split(Random.split(root, 'b'), 'a'))
  })

  test('seeds above 2^32 count in full', () => {
    expect(Random.fromSeed(5, 'x')).not.toEqual(Random.fromSeed(5 + 2 ** 32, 'x'))
  })

  test('100,000 labels and seeds give as many states', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 50_000; i += 1) {
      seen.add(Random.split(root, `vcpu ${String(i)}`).join())
      seen.add(Random.fromSeed(i, '').join())
    }
    expect(seen.size).toBe(100_000)
  })

  test('a bit changed in the seed changes about half of the bits of the state', () => {
    for (let bit = 0; bit < 53; bit += 1) {
      let flips = 0
      for (let seed = 0; seed < 200; seed += 1) {
        const other = Number(BigInt(seed) ^ (1n << BigInt(bit)))
        const [a, b] = [Random.fromSeed(seed, 's'), Random.fromSeed(other, 's')]
        for (let w = 0; w < 4; w += 1) {
          for (let x = (a[w] as number) ^ (b[w] as number); x !== 0; x &= x - 1) flips += 1
        }
      }
      // 25,600 fair coins: 12,800 heads, give or take 80; five times that never happens by chance.
      expect(Math.abs(flips - 12_800)).toBeLessThan(400)
    }
  })

  test('sibling streams agree in half of their bits, as strangers do', () => {
    const pairs: [Random.Random, Random.Random][] = [
      [Random.split(root, 'a'), Random.split(root, 'b')],
      [root, Random.split(root, 'a')],
      [Random.fromSeed(0, 'a'), Random.fromSeed(1, 'a')]
    ]
    for (const [left, right] of pairs) {
      const [a] = drawMany(left, 10_000)
      const [b] = drawMany(right, 10_000)
      let flips = 0
      a.forEach((value, i) => {
        for (let x = value ^ (b[i] as number); x !== 0; x &= x - 1) flips += 1
      })
      // 320,000 fair coins: standard deviation 283.
      expect(Math.abs(flips - 160_000)).toBeLessThan(1_500)
    }
  })
})
