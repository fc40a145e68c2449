/**
 * How the lines of a file of results are read.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import { Shape } from '../../guest/index.js'

import type { Confidence } from './interval.js'
import type { MeasureUnit } from './measures.js'
import type { ResultsAxis, ResultsGrid, ResultsMeasure, ResultsPlot, RunResult } from './Results.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface ResultsHeader extends Omit<ResultsGrid, 'digest'> {
  readonly format: 'xensim-results'
  readonly version: number
  readonly package: string
  readonly campaign: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Reads a line, or says what is wrong with it.
 *
 * @category queries
 * @since 0.1.0
 */
export const read = <A>(shape: Shape.Shape<A>, line: string): Either<string, A> => {
  const json = parse(line)
  if (E.isLeft(json)) return json
  const found = Shape.read(shape, json.right)
  if (E.isRight(found)) return found
  const { path, reason } = found.left
  return E.left(path.length === 0 ? reason : `${Shape.formatPath(path)}: ${reason}`)
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const listMax = 1_000_000
const textMax = 1024
const anyText = Shape.text(0, textMax)
const anyInteger = Shape.integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
const natural = Shape.integer(0, Number.MAX_SAFE_INTEGER)

const axisShape = Shape.closed<ResultsAxis>('an axis', {
  name: anyText,
  unit: anyText,
  values: Shape.where(
    Shape.list(
      Shape.closed<ResultsAxis['values'][number]>('a value', { label: anyText, x: Shape.orNull(anyInteger) }),
      listMax
    ),
    (values) => (values.length === 0 ? { path: [], reason: 'an axis has at least one value' } : null)
  )
})

const measureShape = Shape.closed<ResultsMeasure>('a measure', {
  name: anyText,
  measure: anyText,
  domain: Shape.orNull(anyText),
  unit: Shape.choice<MeasureUnit>('ns', 'count', 'ppm', 'yes')
})

const plotShape = Shape.closed<ResultsPlot>('a plot', {
  // A file of results comes from elsewhere: its plots go into one folder, whatever it says.
  file: Shape.where(Shape.text(1, 128), (file) =>
    /^[\w.-]*[\w-]\.svg$/.test(file) ? null : { path: [], reason: 'is not the name of an SVG file' }
  ),
  title: anyText,
  y: anyText,
  x: anyText,
  series: Shape.orNull(anyText),
  measures: Shape.list(anyText, listMax),
  scale: Shape.choice('linear', 'log'),
  where: Shape.list(
    Shape.closed<ResultsPlot['where'][number]>('a choice', { axis: anyText, label: anyText }),
    listMax
  )
})

const confidenceShape: Shape.Shape<Confidence> = Shape.make('a level', (input, context) =>
  input === 90 || input === 95 || input === 99
    ? t.success(input)
    : Shape.refuse(input, context, `expected 90, 95 or 99, got ${Shape.show(input)}`)
)

/**
 * @category instances
 * @since 0.1.0
 */
export const headerShape: Shape.Shape<ResultsHeader> = Shape.where(
  Shape.closed<ResultsHeader>('a header', {
    format: Shape.choice('xensim-results'),
    version: Shape.integer(1, 1),
    package: anyText,
    campaign: anyText,
    name: anyText,
    axes: Shape.list(axisShape, listMax),
    seeds: Shape.closed<ResultsHeader['seeds']>('seeds', {
      first: natural,
      count: Shape.integer(1, listMax)
    }),
    measures: Shape.list(measureShape, listMax),
    confidence: confidenceShape,
    plots: Shape.list(plotShape, listMax)
  }),
  (header) => mistakeInPlots(header)
)

/**
 * @category instances
 * @since 0.1.0
 */
export const runShape: Shape.Shape<RunResult> = Shape.closed<RunResult>('a run', {
  run: natural,
  refused: natural,
  values: Shape.list(Shape.orNull(anyInteger), listMax)
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const parse = (line: string): Either<string, unknown> => {
  try {
    return E.right(JSON.parse(line) as unknown)
  } catch {
    return E.left('not JSON')
  }
}

/** What a plot names has to be there. */
const mistakeInPlots = ({ axes, measures, plots }: ResultsHeader): Shape.Mistake | null => {
  for (const [i, plot] of plots.entries()) {
    const named = [
      plot.x,
      ...(plot.series === null ? [] : [plot.series]),
      ...plot.where.map(({ axis }) => axis)
    ]
    const axis = named.find((name) => !axes.some((other) => other.name === name))
    const measure = plot.measures.find((name) => !measures.some((other) => other.name === name))
    const missing = axis ?? measure ?? (plot.measures.length === 0 ? 'a measure' : undefined)
    if (missing !== undefined)
      return { path: ['plots', String(i)], reason: `names ${missing}, which is not there` }
  }
  return null
}
