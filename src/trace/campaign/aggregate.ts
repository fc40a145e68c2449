/**
 * From the figures of runs to those of points: mean, spread, confidence interval.
 *
 * Sums are taken in integers of any size, so that neither the order of runs nor how they were spread over
 * machines can be seen in the last digit.
 *
 * @since 0.1.0
 */
import { studentT, wilson } from './interval.js'
import type { Confidence, Interval } from './interval.js'
import type { MeasureUnit } from './measures.js'
import { runsIn } from './Results.js'
import type { Results, ResultsGrid } from './Results.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A measure at a point, over the `count` runs that have it. `deviation` is that of a sample. The interval
 * is null where there are too few runs for one.
 *
 * @category model
 * @since 0.1.0
 */
export interface Figure {
  readonly count: number
  readonly mean: number
  readonly deviation: number | null
  readonly interval: Interval | null
  readonly min: number
  readonly max: number
}

/**
 * A point of the grid by the labels of its values; a measure that no run has is null.
 *
 * @category model
 * @since 0.1.0
 */
export interface PointSummary {
  readonly labels: ReadonlyArray<string>
  readonly figures: ReadonlyArray<Figure | null>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface CampaignSummary {
  readonly format: 'xensim-campaign-summary'
  readonly version: 1
  readonly campaign: string
  readonly name: string
  readonly confidence: Confidence
  readonly seeds: ResultsGrid['seeds']
  readonly runsTotal: number
  readonly runsDone: number
  /** Runs in which Xen refused an operation. */
  readonly runsRefused: number
  readonly axes: ResultsGrid['axes']
  readonly measures: ResultsGrid['measures']
  /** The last axis turns fastest. */
  readonly points: ReadonlyArray<PointSummary>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The figures of all points.
 *
 * @category constructors
 * @since 0.1.0
 */
export const aggregate = ({ grid, runs }: Results): CampaignSummary => {
  const { digest, name, confidence, seeds, axes, measures } = grid
  const total = runsIn(grid)
  const points = total / seeds.count
  const byPoint = Array.from({ length: points }, (): Array<ReadonlyArray<number | null>> => [])
  for (const { run, values } of runs) byPoint[Math.floor(run / seeds.count)]?.push(values)
  return {
    format: 'xensim-campaign-summary',
    version: 1,
    campaign: digest,
    name,
    confidence,
    seeds,
    runsTotal: total,
    runsDone: runs.length,
    runsRefused: runs.filter(({ refused }) => refused > 0).length,
    axes,
    measures,
    points: byPoint.map((rows, point) => ({
      labels: labelsAt(axes, point),
      figures: measures.map(({ unit }, i) => {
        const values = rows.flatMap((row) => row[i] ?? [])
        return figureOf(values, unit, confidence)
      })
    }))
  }
}

/**
 * Mean, spread and interval of integers; null of none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const figureOf = (
  values: ReadonlyArray<number>,
  unit: MeasureUnit,
  confidence: Confidence
): Figure | null => {
  const count = values.length
  if (count === 0) return null
  let sum = 0n
  let squares = 0n
  let [min, max] = [Infinity, -Infinity]
  for (const value of values) {
    sum += BigInt(value)
    squares += BigInt(value) * BigInt(value)
    if (value < min) min = value
    if (value > max) max = value
  }
  const mean = Number(sum) / count
  if (unit === 'yes') {
    const interval = wilson(Number(sum), count, confidence)
    return { count, mean, deviation: null, interval, min, max }
  }
  if (count === 1) return { count, mean, deviation: null, interval: null, min, max }
  // n Σx² - (Σx)² is exact; only what comes after it is rounded.
  const spread = Number(BigInt(count) * squares - sum * sum)
  const deviation = Math.sqrt(spread / count / (count - 1))
  const half = (studentT(count - 1, confidence) * deviation) / Math.sqrt(count)
  return { count, mean, deviation, interval: { low: mean - half, high: mean + half }, min, max }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const labelsAt = (axes: ResultsGrid['axes'], point: number): ReadonlyArray<string> => {
  let rest = point
  return axes
    .toReversed()
    .map(({ values }) => {
      const at = rest % values.length
      rest = Math.floor(rest / values.length)
      return values[at]?.label ?? ''
    })
    .toReversed()
}
