/**
 * The vertical scale of a plot: from figures to parts of the height, and the ticks.
 *
 * On a logarithmic scale zero has a place of its own below the lowest power of ten: a wait of nothing is a
 * result, not a gap.
 *
 * @since 0.1.0
 */
import { Real } from '../../prelude/index.js'
import { stepOf } from '../report/axis.js'

import { figureText, plainText } from './figureText.js'
import type { MeasureUnit } from './measures.js'
import type { PlotData } from './plotData.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `partOf` gives 0 for the bottom of the plot and 1 for its top.
 *
 * @category model
 * @since 0.1.0
 */
export interface PlotScale {
  readonly partOf: (value: number) => number
  readonly ticks: ReadonlyArray<{ readonly part: number; readonly label: string }>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scale on which all points of a plot and their intervals have room.
 *
 * @category constructors
 * @since 0.1.0
 */
export const plotScale = ({ lines, unit }: PlotData, kind: 'linear' | 'log'): PlotScale => {
  const figures = lines.flatMap(({ points }) => points.map(({ figure }) => figure))
  const lows = figures.map(({ mean, interval }) => interval?.low ?? mean)
  const highs = figures.map(({ mean, interval }) => interval?.high ?? mean)
  const max = highs.reduce((most, value) => Math.max(most, value), 0)
  if (kind === 'log') {
    const positive = [...figures.map(({ mean }) => mean), ...lows].filter((value) => value > 0)
    return logScale(
      positive,
      max,
      figures.some(({ mean }) => mean <= 0),
      unit
    )
  }
  // An interval may reach below 0 where no figure does: then its end is cut off, not the picture enlarged.
  const min = figures.some(({ min: least }) => least < 0) ? Math.min(0, ...lows) : 0
  return unit === 'yes' ? linearScale(0, 1, unit) : linearScale(min, max, unit)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const ticksMax = 7

/** Figures are taken apart into whole units of the scale, in which steps are round. */
const unitsOf: { readonly [K in MeasureUnit]: number } = { ns: 1, count: 1000, ppm: 1, yes: 1_000_000 }

const linearScale = (min: number, max: number, unit: MeasureUnit): PlotScale => {
  const units = unitsOf[unit]
  const step = stepOf(((max - min) * units) / (ticksMax - 1))
  const first = Math.floor((min * units) / step)
  const last = Math.max(first + 1, Math.ceil((max * units) / step))
  const partOf = (value: number): number => ((value * units) / step - first) / (last - first)
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = ((first + i) * step) / units
    return { part: i / (last - first), label: tickText(value, unit) }
  })
  return { partOf, ticks }
}

/** Room of zero below the lowest power, in powers. */
const zeroPowers = 0.6

const logScale = (
  positive: ReadonlyArray<number>,
  max: number,
  hasZero: boolean,
  unit: MeasureUnit
): PlotScale => {
  const least = positive.reduce((low, value) => Math.min(low, value), Math.max(1, max))
  const first = Math.floor(log10(least) + 1e-9)
  const last = Math.max(first + 1, Math.ceil(log10(Math.max(least, max)) - 1e-9))
  const below = hasZero ? zeroPowers : 0
  const partOf = (value: number): number =>
    value <= 0 ? 0 : Math.max(0, (log10(value) - first + below) / (last - first + below))
  const powers = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = powerOfTen(first + i)
    return { part: partOf(value), label: tickText(value, unit) }
  })
  return { partOf, ticks: hasZero ? [{ part: 0, label: '0' }, ...powers] : powers }
}

const log10 = (value: number): number => Real.ln(value) / Real.ln(10)

const powerOfTen = (exponent: number): number => {
  let power = 1
  for (let i = 0; i < Math.abs(exponent); i += 1) power *= 10
  return exponent < 0 ? 1 / power : power
}

/** As figures look, without digits that say nothing. */
const tickText = (value: number, unit: MeasureUnit): string => {
  if (value === 0) return '0'
  if (unit === 'ppm') return `${plainText(value / 10_000)} %`
  if (unit === 'yes') return `${plainText(Math.round(value * 1000) / 10)} %`
  return figureText(value, unit)
    .replace(/(\.\d*?)0+(?= |$)/, '$1')
    .replace(/\.(?= |$)/, '')
}
