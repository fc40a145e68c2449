/**
 * What a plot shows: lines of points with intervals, and where they lie on their axes.
 *
 * @since 0.1.0
 */
import { invariant } from '../../prelude/index.js'

import type { CampaignSummary, Figure } from './aggregate.js'
import type { MeasureUnit } from './measures.js'
import type { ResultsAxis, ResultsMeasure, ResultsPlot } from './Results.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `x` is a place on the axis; a figure is never null here: points without one are left out.
 *
 * @category model
 * @since 0.1.0
 */
export interface PlotPoint {
  readonly x: number
  readonly figure: Figure
}

/**
 * A line: its colour goes with the value of the series, its dashes with the measure.
 *
 * @category model
 * @since 0.1.0
 */
export interface PlotLine {
  readonly label: string
  readonly colour: number
  readonly dash: number
  /** Among the lines. */
  readonly place: number
  readonly points: ReadonlyArray<PlotPoint>
}

/**
 * Values of the x axis in their order; all are numbers, or they stand side by side as words.
 *
 * @category model
 * @since 0.1.0
 */
export interface PlotData {
  readonly xName: string
  readonly xUnit: string
  readonly isNumeric: boolean
  readonly ticks: ReadonlyArray<{ readonly x: number; readonly label: string }>
  readonly yName: string
  readonly unit: MeasureUnit
  readonly lines: ReadonlyArray<PlotLine>
  /** What else is fixed, in words. */
  readonly where: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The lines of a plot.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plotData = (summary: CampaignSummary, plot: ResultsPlot): PlotData => {
  const { axes } = summary
  const xAt = axes.findIndex(({ name }) => name === plot.x)
  const seriesAt = axes.findIndex(({ name }) => name === plot.series)
  const xAxis = axes[xAt]
  invariant(xAxis !== undefined, 'a plot names axes that are there')
  const isNumeric = xAxis.values.every(({ x }) => x !== null)
  const ticks = xAxis.values.map(({ label, x }, i) => ({ x: isNumeric ? (x ?? 0) : i, label }))
  const measures = plot.measures.map((name) => measureNamed(summary, name))
  const series = seriesAt < 0 ? [null] : (axes[seriesAt] as ResultsAxis).values.map((_, i) => i)
  const fixed = axes.map(({ name, values }) => {
    const label = plot.where.find(({ axis }) => axis === name)?.label
    return Math.max(0, label === undefined ? 0 : values.findIndex((value) => value.label === label))
  })
  const lines = series.flatMap((value, colour) =>
    measures.map(({ at, measure }, dash) => ({
      label: labelOf(seriesAt < 0 ? null : (axes[seriesAt] as ResultsAxis), value, measure, measures.length),
      colour: seriesAt < 0 ? dash : colour,
      dash: seriesAt < 0 ? 0 : dash,
      points: ticks.flatMap(({ x }, i): ReadonlyArray<PlotPoint> => {
        const point = fixed.map((other, axis) =>
          axis === xAt ? i : axis === seriesAt ? (value ?? 0) : other
        )
        const figure = summary.points[placeOf(axes, point)]?.figures[at] ?? null
        return figure === null ? [] : [{ x, figure }]
      })
    }))
  )
  const first = (measures[0] as { readonly measure: ResultsMeasure }).measure
  return {
    xName: xAxis.name,
    xUnit: xAxis.unit,
    isNumeric,
    ticks: isNumeric ? ticks.toSorted((a, b) => a.x - b.x) : ticks,
    yName: plot.y !== '' || measures.length > 1 ? plot.y : first.name,
    unit: first.unit,
    lines: lines.map((line, place) => ({
      ...line,
      place,
      points: line.points.toSorted((a, b) => a.x - b.x)
    })),
    where: plot.where.map(({ axis, label }) => `${axis}: ${label}`).join(', ')
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Found {
  readonly at: number
  readonly measure: ResultsMeasure
}

const measureNamed = ({ measures }: CampaignSummary, name: string): Found => {
  const at = measures.findIndex((measure) => measure.name === name)
  const measure = measures[at]
  invariant(measure !== undefined, 'a plot names measures that are there')
  return { at, measure }
}

const labelOf = (
  axis: ResultsAxis | null,
  value: number | null,
  { name }: ResultsMeasure,
  measuresTotal: number
): string => {
  const label = axis === null || value === null ? null : (axis.values[value]?.label ?? '')
  if (label === null) return name
  return measuresTotal === 1 ? label : `${label}: ${name}`
}

const placeOf = (axes: ReadonlyArray<ResultsAxis>, point: ReadonlyArray<number>): number =>
  axes.reduce((place, { values }, i) => place * values.length + (point[i] as number), 0)
