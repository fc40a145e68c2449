/**
 * Arbitrary sets of real-time parameters with a given total utilisation, in whole numbers: uniform over all
 * of that total (what UUniFast gives), or over those in which nobody has more than a bound (what RandFixedSum
 * gives). Nothing is drawn and thrown away.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import type { RealTimeParams } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How a total is divided: into how many parts, none of them larger than `partMax`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Division {
  readonly total: number
  readonly partsTotal: number
  readonly partMax: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Utilisations are counted in thousandths of a pCPU.
 *
 * @category constants
 * @since 0.1.0
 */
export const utilisationOne = 1000

/**
 * Every task uses at least this much: its budget is then not below Xen's least one, 10 us, for periods from
 * 1 ms on.
 *
 * @category constants
 * @since 0.1.0
 */
export const utilisationMin = 10

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Lists of whole numbers from 0 that add up to a total. Cutting the total at uniform places is uniform over
 * the simplex, as UUniFast is. Shrinks towards one part that has everything.
 *
 * @example
 * import * as assert from 'node:assert'
 * import * as fc from 'fast-check'
 * import { uUniFastArbitrary } from '@xensim/core/testing'
 *
 * for (const parts of fc.sample(uUniFastArbitrary({ total: 900, partsTotal: 4 }), 20)) {
 *   assert.strictEqual(parts.length, 4)
 *   assert.strictEqual(parts.reduce((a, b) => a + b), 900)
 * }
 *
 * @category constructors
 * @since 0.1.0
 */
export const uUniFastArbitrary = ({
  total,
  partsTotal
}: Omit<Division, 'partMax'>): fc.Arbitrary<ReadonlyArray<number>> =>
  fc
    .array(fc.noBias(fc.nat({ max: total })), {
      minLength: partsTotal - 1,
      maxLength: partsTotal - 1,
      size: 'max'
    })
    .map((cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), total]
      return places.slice(1).map((place, i) => place - (places[i] as number))
    })

/**
 * As {@link uUniFastArbitrary}, with no part above `partMax`: every such list is equally likely, as with
 * RandFixedSum. All lists are counted and the one of a uniform rank is built. The rank 0, towards which it
 * shrinks, is the list whose first parts are smallest. A total that is too large for the parts is cut.
 *
 * @example
 * import * as assert from 'node:assert'
 * import * as fc from 'fast-check'
 * import { randFixedSumArbitrary } from '@xensim/core/testing'
 *
 * for (const parts of fc.sample(randFixedSumArbitrary({ total: 900, partsTotal: 4, partMax: 300 }), 20)) {
 *   assert.ok(Math.max(...parts) <= 300)
 *   assert.strictEqual(parts.reduce((a, b) => a + b), 900)
 * }
 *
 * @category constructors
 * @since 0.1.0
 */
export const randFixedSumArbitrary = (division: Division): fc.Arbitrary<ReadonlyArray<number>> => {
  const total = Math.min(division.total, division.partsTotal * division.partMax)
  const counts = countLists({ ...division, total })
  const all = counts[division.partsTotal]?.[total] as bigint
  return fc
    .noBias(fc.bigInt({ min: 0n, max: all - 1n }))
    .map((rank) => listOfRank(counts, { ...division, total }, rank))
}

/**
 * Sets of periods and budgets without extra time whose utilisations add up to at most `total` thousandths,
 * none above `partMax`: budgets are cut to whole microseconds. Periods are from 1 to 20 ms. Shrinks towards
 * equal periods of 10 ms.
 *
 * @category constructors
 * @since 0.1.0
 */
export const taskSetArbitrary = (division: Division): fc.Arbitrary<ReadonlyArray<RealTimeParams>> => {
  const { total, partsTotal, partMax } = division
  const base = utilisationMin
  const parts =
    partMax - base >= total - partsTotal * base
      ? uUniFastArbitrary({ total: total - partsTotal * base, partsTotal })
      : randFixedSumArbitrary({ total: total - partsTotal * base, partsTotal, partMax: partMax - base })
  const periods = fc.array(periodUsArbitrary, { minLength: partsTotal, maxLength: partsTotal, size: 'max' })
  return fc.tuple(parts, periods).map(([uses, list]) =>
    uses.map((use, i): RealTimeParams => {
      const periodUs = list[i] as number
      return { periodUs, budgetUs: Math.floor(((use + base) * periodUs) / utilisationOne), isExtra: false }
    })
  )
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Periods that divide each other, and periods that hardly do. */
const periodUsArbitrary = fc.oneof(
  { withCrossShrink: true },
  fc.constantFrom(10_000, 5000, 20_000, 2500, 1000, 4000, 8000),
  fc.integer({ min: 1000, max: 20_000 })
)

/** `counts[k][s]`: how many lists of k parts up to `partMax` add up to s. */
const countLists = ({ total, partsTotal, partMax }: Division): ReadonlyArray<ReadonlyArray<bigint>> => {
  const counts: bigint[][] = [Array.from({ length: total + 1 }, (_, s) => (s === 0 ? 1n : 0n))]
  for (let k = 1; k <= partsTotal; k++) {
    const before = counts[k - 1] as bigint[]
    const row: bigint[] = []
    // The sum over a window of the row before: what enters is added, what leaves is taken away.
    let window = 0n
    for (let s = 0; s <= total; s++) {
      window += before[s] as bigint
      if (s > partMax) window -= before[s - partMax - 1] as bigint
      row.push(window)
    }
    counts.push(row)
  }
  return counts
}

const listOfRank = (
  counts: ReadonlyArray<ReadonlyArray<bigint>>,
  { total, partsTotal, partMax }: Division,
  rank: bigint
): ReadonlyArray<number> => {
  const parts: number[] = []
  let left = total
  let skip = rank
  for (let k = partsTotal - 1; k >= 0; k--) {
    let part = 0
    for (; part < Math.min(partMax, left); part++) {
      const count = counts[k]?.[left - part] as bigint
      if (skip < count) break
      skip -= count
    }
    parts.push(part)
    left -= part
  }
  return parts
}
