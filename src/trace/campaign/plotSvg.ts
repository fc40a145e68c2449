/**
 * A plot of a campaign as a picture: a standalone SVG without scripts. Means with their confidence
 * intervals, a line for each series; colours and marks that tell apart without colour.
 *
 * @since 0.1.0
 */
import { clip, count, wrap } from '../report/format.js'
import { stepOf } from '../report/axis.js'
import { colourOfOthers, escapeXml, palette } from '../report/palette.js'

import type { CampaignSummary } from './aggregate.js'
import { plainText } from './figureText.js'
import { plotData } from './plotData.js'
import type { PlotData, PlotLine } from './plotData.js'
import { plotScale } from './plotScale.js'
import type { PlotScale } from './plotScale.js'
import type { ResultsPlot } from './Results.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Draws a plot.
 *
 * @category queries
 * @since 0.1.0
 */
export const plotSvg = (summary: CampaignSummary, plot: ResultsPlot): string => {
  const data = plotData(summary, plot)
  const scale = plotScale(data, plot.scale)
  const title = escapeXml(plot.title)
  const subtitle = subtitleOf(summary, data)
  const lines = wrap(subtitle, Math.floor((width - 32) / 6.1))
  const layout = layoutOf(data, 52 + lines.length * 16)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${layout.height}" ` +
      `viewBox="0 0 ${width} ${layout.height}" role="img" ` +
      `font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<desc>${escapeXml(subtitle)}</desc>`,
    `<rect width="${width}" height="${layout.height}" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="18" font-weight="bold">${title}</text>`,
    ...lines.map((line, i) => `<text x="16" y="${48 + i * 16}" fill="#444444">${escapeXml(line)}</text>`),
    ...gridLines(layout, scale),
    ...xAxisLines(layout, data),
    yLabel(layout, data),
    ...data.lines.flatMap((line) => lineParts(layout, scale, line)),
    ...legendLines(layout, data),
    '</svg>',
    ''
  ].join('\n')
}

// -------------------------------------------------------------------------------------
// internal: layout
// -------------------------------------------------------------------------------------

const width = 900
const left = 92
const legendWidth = 210
const plotHeight = 360
const pad = 18
const yPad = 10
/** Lines stand a little apart, so that their intervals do not hide each other. */
const apart = 3

/** In pixels: the frame of the plot, and from values of x to places. */
interface Layout {
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly height: number
  readonly xOf: (x: number) => number
  readonly linesTotal: number
}

const layoutOf = (data: PlotData, top: number): Layout => {
  const right = width - legendWidth - 16
  const bottom = top + plotHeight
  const xs = data.ticks.map(({ x }) => x)
  const [min, max] = [Math.min(...xs), Math.max(...xs)]
  const span = max - min
  const xOf = (x: number): number =>
    span === 0 ? (left + right) / 2 : left + pad + ((x - min) / span) * (right - left - 2 * pad)
  const legendBottom = top + 26 + data.lines.length * legendRow
  return {
    right,
    top,
    bottom,
    height: Math.max(bottom + 56, legendBottom + 16),
    xOf,
    linesTotal: data.lines.length
  }
}

const subtitleOf = (summary: CampaignSummary, { where }: PlotData): string => {
  const { seeds, confidence, runsDone, runsTotal } = summary
  const partly = runsDone < runsTotal ? ` Only ${count(runsDone)} of ${count(runsTotal)} runs.` : ''
  const at = where === '' ? '' : `${where}. `
  const runs = `${count(seeds.count)} runs for each point`
  return `${at}Mean and ${confidence} % confidence interval, ${runs}.${partly}`
}

// -------------------------------------------------------------------------------------
// internal: axes
// -------------------------------------------------------------------------------------

/** What lies outside ends at the frame; marks at both ends have room. */
const yOf = ({ top, bottom }: Layout, part: number): number =>
  bottom - yPad - Math.min(1, Math.max(0, part)) * (bottom - top - 2 * yPad)

const px = (pixels: number): string => plainText(Math.round(pixels * 10) / 10)

const gridLines = (layout: Layout, { ticks }: PlotScale): ReadonlyArray<string> => [
  ...ticks.flatMap(({ part, label }) => {
    const y = px(yOf(layout, part))
    return [
      `<line x1="${left}" y1="${y}" x2="${layout.right}" y2="${y}" stroke="#d5dade"/>`,
      `<text x="${left - 8}" y="${y}" text-anchor="end" dominant-baseline="middle">${escapeXml(label)}</text>`
    ]
  }),
  `<rect x="${left}" y="${layout.top}" width="${layout.right - left}" height="${plotHeight}" ` +
    'fill="none" stroke="#555555"/>'
]

const labelsMax = 14

/** All values where there is room; of many numbers, round ones. */
const xTicks = ({ ticks, isNumeric }: PlotData): PlotData['ticks'] => {
  const first = ticks[0]?.x ?? 0
  const last = ticks.at(-1)?.x ?? 0
  const gapMin = ticks.reduce(
    (least, { x }, i) => Math.min(least, x - (ticks[i - 1]?.x ?? -Infinity)),
    Infinity
  )
  if (ticks.length <= labelsMax && (!isNumeric || gapMin * labelsMax >= last - first)) return ticks
  if (!isNumeric) return ticks.filter((_, i) => i % Math.ceil(ticks.length / labelsMax) === 0)
  const step = stepOf((last - first) / (labelsMax - 1))
  const from = Math.ceil(first / step)
  const total = Math.floor(last / step) - from + 1
  return Array.from({ length: total }, (_, i) => ({
    x: (from + i) * step,
    label: plainText((from + i) * step)
  }))
}

const xAxisLines = (layout: Layout, data: PlotData): ReadonlyArray<string> => {
  const { bottom, right, xOf } = layout
  const unit = data.xUnit === '' ? '' : ` (${data.xUnit})`
  const ticks = xTicks(data)
  const room = Math.max(4, Math.floor((right - left) / Math.max(1, ticks.length) / 6.5))
  return [
    ...ticks.flatMap(({ x, label }) => {
      const at = px(xOf(x))
      const text = data.isNumeric ? plainText(x) : clip(label, room)
      return [
        `<line x1="${at}" y1="${bottom}" x2="${at}" y2="${bottom + 5}" stroke="#555555"/>`,
        `<text x="${at}" y="${bottom + 19}" text-anchor="middle">${escapeXml(text)}</text>`
      ]
    }),
    `<text x="${px((left + right) / 2)}" y="${bottom + 42}" text-anchor="middle" ` +
      `font-weight="bold">${escapeXml(`${data.xName}${unit}`)}</text>`
  ]
}

const yLabel = ({ top, bottom }: Layout, { yName, unit }: PlotData): string => {
  const plain = { ns: 'time', ppm: 'part', yes: 'part of the runs', count: 'number' }[unit]
  const y = px((top + bottom) / 2)
  return (
    `<text x="20" y="${y}" text-anchor="middle" font-weight="bold" ` +
    `transform="rotate(-90 20 ${y})">${escapeXml(yName === '' ? plain : yName)}</text>`
  )
}

// -------------------------------------------------------------------------------------
// internal: lines
// -------------------------------------------------------------------------------------

const dashes = ['', '7 4', '2 3', '9 3 2 3', '12 5']

const colourOf = ({ colour }: PlotLine): string => (palette[colour] ?? colourOfOthers).fill

const strokeOf = (line: PlotLine): string => {
  const dash = dashes[line.dash % dashes.length] ?? ''
  return `stroke="${colourOf(line)}" fill="none"${dash === '' ? '' : ` stroke-dasharray="${dash}"`}`
}

/** Marks go round as colours do not: two of the same colour differ in their mark. */
const markOf = (line: PlotLine, x: number, y: number): string => {
  const fill = `fill="${colourOf(line)}"`
  const [a, b] = [px(x), px(y)]
  switch (line.colour % 4) {
    case 0:
      return `<circle cx="${a}" cy="${b}" r="4" ${fill}/>`
    case 1:
      return `<rect x="${px(x - 3.8)}" y="${px(y - 3.8)}" width="7.6" height="7.6" ${fill}/>`
    case 2: {
      const [west, east, south] = [px(x - 4.8), px(x + 4.8), px(y + 3.6)]
      return `<path d="M${a} ${px(y - 5)}L${east} ${south}L${west} ${south}Z" ${fill}/>`
    }
    default: {
      const [west, east] = [px(x - 5.4), px(x + 5.4)]
      return `<path d="M${a} ${px(y - 5.4)}L${east} ${b}L${a} ${px(y + 5.4)}L${west} ${b}Z" ${fill}/>`
    }
  }
}

const lineParts = (layout: Layout, scale: PlotScale, line: PlotLine): ReadonlyArray<string> => {
  const shift = (line.place - (layout.linesTotal - 1) / 2) * apart
  const placed = line.points.map(({ x, figure }) => ({
    x: layout.xOf(x) + shift,
    y: yOf(layout, scale.partOf(figure.mean)),
    interval: figure.interval
  }))
  const bars = placed.flatMap(({ x, interval }) => {
    if (interval === null || interval.low === interval.high) return []
    const [low, high] = [interval.low, interval.high].map((end) => px(yOf(layout, scale.partOf(end))))
    const [a, b] = [px(x - 4), px(x + 4)]
    const path = `M${px(x)} ${low}V${high}M${a} ${low}H${b}M${a} ${high}H${b}`
    return [`<path d="${path}" stroke="${colourOf(line)}" fill="none"/>`]
  })
  const points = placed.map(({ x, y }) => `${px(x)},${px(y)}`).join(' ')
  const path = placed.length < 2 ? [] : [`<polyline points="${points}" ${strokeOf(line)} stroke-width="2"/>`]
  return [
    `<g><title>${escapeXml(line.label)}</title>`,
    ...bars,
    ...path,
    ...placed.map(({ x, y }) => markOf(line, x, y)),
    '</g>'
  ]
}

const legendRow = 22

const legendLines = ({ right, top }: Layout, { lines }: PlotData): ReadonlyArray<string> =>
  lines.flatMap((line, i) => {
    const y = top + 12 + i * legendRow
    const x = right + 18
    return [
      `<line x1="${x}" y1="${y}" x2="${x + 34}" y2="${y}" ${strokeOf(line)} stroke-width="2"/>`,
      markOf(line, x + 17, y),
      `<text x="${x + 42}" y="${y}" dominant-baseline="middle">${escapeXml(clip(line.label, 24))}</text>`
    ]
  })
