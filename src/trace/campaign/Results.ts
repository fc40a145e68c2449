/**
 * The results of a campaign, whole or in part: what the campaign is, and the figures of each run,
 * ascending.
 *
 * As a file: JSON lines. The first is the header, then follows a line for each run. All figures are
 * integers, and keys are in one order, so that equal results are equal bytes, whoever carried out which
 * run.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { RunFigures } from './measureRun.js'
import { headerShape, runShape } from './resultsShapes.js'
import { read } from './resultsShapes.js'
import type { Confidence } from './interval.js'
import type { MeasureRequest, MeasureUnit } from './measures.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What results know of their campaign. Runs are numbered point by point, the last axis fastest, seeds
 * inside.
 *
 * @category model
 * @since 0.1.0
 */
export interface ResultsGrid {
  /** Of everything that decides a figure. */
  readonly digest: string
  readonly name: string
  readonly axes: ReadonlyArray<ResultsAxis>
  readonly seeds: { readonly first: number; readonly count: number }
  readonly measures: ReadonlyArray<ResultsMeasure>
  readonly confidence: Confidence
  readonly plots: ReadonlyArray<ResultsPlot>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ResultsAxis {
  readonly name: string
  readonly unit: string
  readonly values: ReadonlyArray<{ readonly label: string; readonly x: number | null }>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ResultsMeasure extends MeasureRequest {
  readonly name: string
  readonly unit: MeasureUnit
}

/**
 * A picture that the campaign asks for.
 *
 * @category model
 * @since 0.1.0
 */
export interface ResultsPlot {
  readonly file: string
  readonly title: string
  readonly y: string
  readonly x: string
  readonly series: string | null
  readonly measures: ReadonlyArray<string>
  readonly scale: 'linear' | 'log'
  readonly where: ReadonlyArray<{ readonly axis: string; readonly label: string }>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface RunResult extends RunFigures {
  readonly run: number
}

/**
 * `package` is the version of the package that made the figures: another one may make others.
 *
 * @category model
 * @since 0.1.0
 */
export interface Results {
  readonly package: string
  readonly grid: ResultsGrid
  /** Ascending. */
  readonly runs: ReadonlyArray<RunResult>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a file of results; `sourceName` is what errors call it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const decodeResults = (text: string, sourceName: string): Either<string, Results> => {
  const refuse = (line: number, reason: string): Either<string, never> =>
    E.left(`${sourceName}:${line}: ${reason}`)
  if (text === '') return refuse(1, 'the file is empty')
  const lines = text.split('\n')
  if (lines.pop() !== '') return refuse(lines.length + 1, 'the file is cut off: its last line does not end')
  const header = read(headerShape, lines[0] ?? '')
  if (E.isLeft(header)) return refuse(1, header.left)
  const { package: version, campaign: digest, ...rest } = header.right
  const { format: _format, version: _version, ...grid } = rest
  const total = runsIn(grid)
  if (total > runsMax) return refuse(1, `${total} runs are more than ${runsMax}`)
  const runs: RunResult[] = []
  for (const [i, line] of lines.slice(1).entries()) {
    const run = read(runShape, line)
    if (E.isLeft(run)) return refuse(i + 2, run.left)
    const mistake = mistakeInRun(run.right, runs.at(-1)?.run ?? -1, total, grid.measures)
    if (mistake !== null) return refuse(i + 2, mistake)
    runs.push(run.right)
  }
  return E.right({ package: version, grid: { digest, ...grid }, runs })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text of a file of results.
 *
 * @category queries
 * @since 0.1.0
 */
export const encodeResults = ({ package: version, grid, runs }: Results): string => {
  const { digest, ...rest } = grid
  const header = {
    format: resultsFormat,
    version: resultsVersion,
    package: version,
    campaign: digest,
    ...rest
  }
  const ordered = runs.toSorted((a, b) => a.run - b.run)
  const lines = ordered.map(({ run, refused, values }) => ({ run, refused, values }))
  return [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
}

/**
 * How many runs a campaign has.
 *
 * @category queries
 * @since 0.1.0
 */
export const runsIn = ({ axes, seeds }: Pick<ResultsGrid, 'axes' | 'seeds'>): number =>
  axes.reduce((product, { values }) => product * values.length, seeds.count)

/**
 * Runs that are not there, as `3, 5-9`; null when all are.
 *
 * @category queries
 * @since 0.1.0
 */
export const missingRuns = ({ grid, runs }: Results): string | null => {
  const there = new Set(runs.map(({ run }) => run))
  const ranges: string[] = []
  const total = runsIn(grid)
  let missing = 0
  for (let run = 0; run < total; run += 1) {
    if (there.has(run)) continue
    let last = run
    while (last + 1 < total && !there.has(last + 1)) last += 1
    missing += last - run + 1
    ranges.push(last === run ? `${run}` : `${run}-${last}`)
    run = last
  }
  if (missing === 0) return null
  const shown = ranges.slice(0, rangesMax).join(', ') + (ranges.length > rangesMax ? ', ...' : '')
  return `${missing} of ${total} runs are missing: ${shown}`
}

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * Joins parts of one campaign. Each run has to be in exactly one of them; which parts there are, and in
 * what order they are given, makes no difference to what comes out.
 *
 * @category combinators
 * @since 0.1.0
 */
export const mergeResults = (
  parts: ReadonlyArray<{ readonly sourceName: string; readonly results: Results }>
): Either<string, Results> => {
  const [first] = parts
  if (first === undefined) return E.left('there is nothing to merge')
  const owners = new Map<number, string>()
  const runs: RunResult[] = []
  for (const { sourceName, results } of parts) {
    const difference = differenceOf(first.results, results)
    if (difference !== null) return E.left(`${sourceName}: ${difference} than ${first.sourceName}`)
    for (const run of results.runs) {
      const owner = owners.get(run.run)
      if (owner !== undefined) return E.left(`run ${run.run} is in ${owner} and in ${sourceName}`)
      owners.set(run.run, sourceName)
      runs.push(run)
    }
  }
  runs.sort((a, b) => a.run - b.run)
  const merged = { ...first.results, runs }
  const missing = missingRuns(merged)
  return missing === null ? E.right(merged) : E.left(missing)
}

/**
 * How other results differ from these in what they are of, in words that go on with `than`; null when they
 * do not.
 *
 * @category combinators
 * @since 0.1.0
 */
export const differenceOf = (a: Results, b: Results): string | null => {
  if (a.grid.digest !== b.grid.digest) return 'is of another campaign'
  if (a.package !== b.package) return `was made by another version (${b.package})`
  return JSON.stringify(a.grid) === JSON.stringify(b.grid) ? null : 'has another name, confidence or plots'
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const resultsFormat = 'xensim-results'
const resultsVersion = 1

/** As many as a campaign may have. */
const runsMax = 1_000_000

/** More are not told one by one. */
const rangesMax = 20

const mistakeInRun = (
  { run, values }: RunResult,
  before: number,
  total: number,
  measures: ResultsGrid['measures']
): string | null => {
  if (run >= total) return `there is no run ${run}: the campaign has 0 to ${total - 1}`
  if (run <= before) return `run ${run} comes after run ${before}`
  if (values.length !== measures.length)
    return `run ${run} has ${values.length} figures, not ${measures.length}`
  const at = measures.findIndex(({ unit }, i) => unit === 'yes' && ![0, 1, null].includes(values[i] ?? null))
  return at < 0 ? null : `run ${run}: ${measures[at]?.name} is neither 0 nor 1`
}
