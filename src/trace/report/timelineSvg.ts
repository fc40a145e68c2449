/**
 * A time line as a picture: one row per pCPU, coloured by domain. A standalone SVG without scripts.
 *
 * Exact intervals are drawn one by one, with the name of the vCPU where there is room. Buckets are drawn as
 * columns: their coloured parts are as high as the part of the time in which that domain ran, stacked in the
 * order of the legend, and what is left free is idle; neighbouring buckets share a column when there are more
 * buckets than columns of two pixels.
 *
 * @since 0.1.0
 */
import { nodeOf, socketOf } from '../../abi/index.js'
import type { PcpuId } from '../../abi/index.js'

import { ticksOf } from './axis.js'
import { duration, percent, wrap } from './format.js'
import { colourOfOthers, escapeXml, fillOfIdle } from './palette.js'
import type { Painted } from './paint.js'
import { paintDomains } from './paint.js'
import type { RunInterval, Timeline, TimelineRow } from './Timeline.js'
import { domainOf, forcedIdle } from './Timeline.js'
import type { WatchedVcpu } from './Watch.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface TimelineSvgOptions {
  readonly title: string
  /** In pixels; at least {@link svgWidthMin}. */
  readonly width: number
  /** What kind of time passed: virtual time, unless told otherwise. */
  readonly timeName?: string
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const timelineSvgDefaults: TimelineSvgOptions = { title: 'What each pCPU ran', width: 1_200 }

/**
 * Narrower there is no room for labels.
 *
 * @category constants
 * @since 0.1.0
 */
export const svgWidthMin = 480

/** Columns of a bucketed picture times its rows: some 2 MB. */
const cellsMax = 32_000
const columnPixels = 2
const left = 132
const right = 32
const groupGap = 10
const rowGap = 3
/** Width of a character of the legend, in pixels, on the generous side. */
const characterPixels = 6.7

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Draws a time line.
 *
 * @category queries
 * @since 0.1.0
 */
export const timelineSvg = (
  timeline: Timeline,
  options: TimelineSvgOptions = timelineSvgDefaults
): string => {
  const width = Math.max(svgWidthMin, Math.floor(options.width))
  const painted = paintDomains(timeline)
  const merge = mergeOf(timeline, width)
  const timeName = options.timeName ?? 'virtual time'
  const subtitle = subtitleOf(timeline, merge, timeName)
  const subtitleLines = wrap(subtitle, Math.floor((width - 16 - right) / 6))
  const legend = legendOf(timeline, painted, width, 46 + subtitleLines.length * 16)
  const layout = layoutOf(timeline, width, legend.bottom + 14, merge)
  const height = layout.bottom + 46
  const title = escapeXml(options.title)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="0 0 ${width} ${height}" role="img" ` +
      `font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<desc>${escapeXml(subtitle)}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="16" y="28" font-size="18" font-weight="bold">${title}</text>`,
    ...subtitleLines.map(
      (line, i) => `<text x="16" y="${48 + i * 16}" fill="#444444">${escapeXml(line)}</text>`
    ),
    ...legend.lines,
    ...groupLines(timeline, layout),
    ...timeline.rows.flatMap((row, pcpu) => rowLines(timeline, layout, painted, row, pcpu)),
    ...axisLines(timeline, layout, timeName),
    '</svg>',
    ''
  ].join('\n')
}

// -------------------------------------------------------------------------------------
// internal: layout
// -------------------------------------------------------------------------------------

/** Where things are, in pixels: `tops` are the upper edges of the rows. */
interface Layout {
  readonly plotRight: number
  readonly top: number
  readonly tops: ReadonlyArray<number>
  readonly rowHeight: number
  readonly bottom: number
  readonly spanNs: number
  /** Buckets in a drawn column. */
  readonly merge: number
}

const layoutOf = (timeline: Timeline, width: number, top: number, merge: number): Layout => {
  const { rows } = timeline
  const spanNs = Math.max(1, timeline.nowNs - timeline.fromNs)
  const rowHeight = rows.length <= 8 ? 34 : rows.length <= 24 ? 24 : rows.length <= 64 ? 14 : 7
  const tops: number[] = []
  let y = top
  rows.forEach((_, pcpu) => {
    if (pcpu > 0) y += rowHeight + rowGap + (isGroupStart(timeline, pcpu) ? groupGap : 0)
    tops.push(y)
  })
  return { plotRight: width - right, top, tops, rowHeight, bottom: y + rowHeight, spanNs, merge }
}

/** Buckets that share a column. */
const mergeOf = (timeline: Timeline, width: number): number => {
  if (timeline.bucketNs === 0) return 1
  const buckets = Math.ceil((timeline.nowNs - timeline.fromNs) / timeline.bucketNs)
  const columns = Math.max(
    1,
    Math.min((width - right - left) / columnPixels, cellsMax / timeline.rows.length)
  )
  return Math.max(1, Math.ceil(buckets / columns))
}

const groupOf = ({ topology }: Timeline, pcpu: PcpuId): string =>
  `${socketOf(topology, pcpu)}.${nodeOf(topology, pcpu)}`

const isGroupStart = (timeline: Timeline, pcpu: PcpuId): boolean =>
  pcpu === 0 || groupOf(timeline, pcpu) !== groupOf(timeline, pcpu - 1)

const xOf = (timeline: Timeline, layout: Layout, atNs: number): number =>
  left + ((atNs - timeline.fromNs) / layout.spanNs) * (layout.plotRight - left)

const px = (value: number): string => String(Math.round(value * 10) / 10)

// -------------------------------------------------------------------------------------
// internal: drawing
// -------------------------------------------------------------------------------------

const legendNote = 'light grey is idle. The legend gives parts of all pCPU time.'

const subtitleOf = (timeline: Timeline, merge: number, timeName: string): string => {
  const spanNs = timeline.nowNs - timeline.fromNs
  const span = `${duration(spanNs)} of ${timeName}, one row per physical CPU (pCPU). `
  if (timeline.bucketNs === 0)
    return `${span}Each block is one stretch of running; d1v0 is vCPU 0 of domain 1; ${legendNote}`
  return (
    `${span}Each column sums up ${duration(timeline.bucketNs * merge)}: ` +
    `a colour is as high as the part of that time its domain ran; ${legendNote}`
  )
}

const legendOf = (
  timeline: Timeline,
  painted: Painted,
  width: number,
  top: number
): { readonly lines: ReadonlyArray<string>; readonly bottom: number } => {
  const capacityNs = timeline.rows.length * (timeline.nowNs - timeline.fromNs)
  const part = (ns: number): string => percent(capacityNs === 0 ? 0 : ns / capacityNs)
  const entries = painted.entries.map(({ label, colour, ns }) => ({
    fill: colour.fill,
    text: `${label}: ${part(ns)}`
  }))
  entries.push({ fill: fillOfIdle, text: `idle: ${part(capacityNs - painted.totalNs)}` })
  let x = 16
  let y = top
  const lines = entries.map(({ fill, text }) => {
    const wide = 20 + text.length * characterPixels + 22
    if (x > 16 && x + wide > width - right) {
      x = 16
      y += 22
    }
    const at = x
    x += wide
    return (
      `<rect x="${px(at)}" y="${y}" width="14" height="14" rx="2" fill="${fill}" stroke="#9e9e9e" ` +
      `stroke-width=".5"/><text x="${px(at + 20)}" y="${y + 11}">${escapeXml(text)}</text>`
    )
  })
  return { lines, bottom: y + 14 }
}

/** The name of each socket and node, beside a bracket that spans its rows. */
const groupLines = (timeline: Timeline, layout: Layout): ReadonlyArray<string> => {
  const { topology, rows } = timeline
  const lines: string[] = []
  for (let first = 0; first < rows.length;) {
    let last = first
    while (last + 1 < rows.length && !isGroupStart(timeline, last + 1)) last++
    const top = layout.tops[first] as number
    const bottom = (layout.tops[last] as number) + layout.rowHeight
    const middle = px((top + bottom) / 2)
    const node = topology.nodesTotal > 1 ? ` · node ${nodeOf(topology, first)}` : ''
    lines.push(
      `<path d="M40 ${px(top)}h-6V${px(bottom)}h6" fill="none" stroke="#757575"/>`,
      `<text transform="translate(24 ${middle}) rotate(-90)" text-anchor="middle" fill="#444444">` +
        `socket ${socketOf(topology, first)}${bottom - top > 110 ? node : ''}</text>`
    )
    first = last + 1
  }
  return lines
}

const rowLines = (
  timeline: Timeline,
  layout: Layout,
  painted: Painted,
  row: TimelineRow,
  pcpu: PcpuId
): ReadonlyArray<string> => {
  const top = layout.tops[pcpu] as number
  const { rowHeight, plotRight } = layout
  const middle = px(top + rowHeight / 2 + 4)
  const isNamed = rowHeight >= 12 || pcpu % 4 === 0
  return [
    ...(isNamed ? [`<text x="${left - 8}" y="${middle}" text-anchor="end">pCPU ${pcpu}</text>`] : []),
    `<path d="M${left} ${px(top)}H${px(plotRight)}v${rowHeight}H${left}z" fill="${fillOfIdle}"/>`,
    ...(timeline.bucketNs === 0
      ? row.intervals.map((interval) => intervalLine(timeline, layout, painted, interval, top))
      : bucketLines(timeline, layout, painted, row, top))
  ]
}

const nameOf = ({ watch }: Timeline, { vcpu }: RunInterval): string => {
  const { domain, vcpuId } = watch.vcpus[vcpu] as WatchedVcpu
  return `d${watch.domains[domain]?.domid ?? 0}v${vcpuId}`
}

const intervalLine = (
  timeline: Timeline,
  layout: Layout,
  painted: Painted,
  interval: RunInterval,
  top: number
): string => {
  const colour = painted.colourOf(domainOf(timeline, interval))
  const x = xOf(timeline, layout, interval.fromNs)
  const wide = Math.max(0.3, xOf(timeline, layout, interval.toNs) - x)
  const isForced = interval.vcpu === forcedIdle
  const name = isForced ? '' : nameOf(timeline, interval)
  const edge = wide >= 6 ? ' stroke="#ffffff" stroke-width=".7"' : ''
  const { rowHeight } = layout
  const length = duration(interval.toNs - interval.fromNs)
  const block =
    `<rect x="${px(x)}" y="${px(top)}" width="${px(wide)}" height="${rowHeight}" ` +
    `fill="${colour.fill}"${edge}>` +
    `<title>${isForced ? 'forced to idle for' : `${name} ran`} ${length} from ` +
    `${duration(interval.fromNs)}</title></rect>`
  if (isForced || rowHeight < 12 || wide < name.length * characterPixels + 6) return block
  const place = `x="${px(x + wide / 2)}" y="${px(top + rowHeight / 2 + 4)}" text-anchor="middle"`
  const look = `font-size="11" fill="${colour.text}" pointer-events="none"`
  return `${block}<text ${place} ${look}>${name}</text>`
}

/** One path for each colour of a row: a rectangle for each column. */
const bucketLines = (
  timeline: Timeline,
  layout: Layout,
  painted: Painted,
  row: TimelineRow,
  top: number
): ReadonlyArray<string> => {
  const { rowHeight, merge } = layout
  const paths = painted.entries.map(() => '')
  const columnNs = timeline.bucketNs * merge
  for (let at = 0; at < row.buckets.length; at += merge) {
    const fromNs = timeline.fromNs + at * timeline.bucketNs
    const toNs = Math.min(timeline.nowNs, fromNs + columnNs)
    const x = xOf(timeline, layout, fromNs)
    const wide = xOf(timeline, layout, toNs) - x
    const parts = painted.entries.map(() => 0)
    for (const bucket of row.buckets.slice(at, at + merge))
      for (const { domain, ns } of bucket) {
        const entry = painted.entryOf(domain)
        parts[entry] = (parts[entry] as number) + ns
      }
    let y = top + rowHeight
    parts.forEach((ns, entry) => {
      const high = (ns / (toNs - fromNs)) * rowHeight
      y -= high
      if (high >= 0.05) paths[entry] += `M${px(x)} ${px(y)}h${px(wide)}v${px(high)}h${px(-wide)}z`
    })
  }
  return paths.flatMap((path, entry) =>
    path === ''
      ? []
      : [`<path d="${path}" fill="${(painted.entries[entry]?.colour ?? colourOfOthers).fill}"/>`]
  )
}

const axisLines = (timeline: Timeline, layout: Layout, timeName: string): ReadonlyArray<string> => {
  const { top, bottom, plotRight } = layout
  const ticks = ticksOf(timeline.fromNs, timeline.nowNs, Math.max(3, Math.floor((plotRight - left) / 95)))
  return [
    ...ticks.flatMap(({ atNs, label }) => {
      const x = px(xOf(timeline, layout, atNs))
      return [
        `<path d="M${x} ${px(top - 3)}V${px(bottom + 6)}" stroke="#000000" stroke-opacity=".22"/>`,
        `<text x="${x}" y="${px(bottom + 20)}" text-anchor="middle">${label}</text>`
      ]
    }),
    `<text x="${px((left + plotRight) / 2)}" y="${px(bottom + 38)}" text-anchor="middle" ` +
      `fill="#444444">${escapeXml(timeName)}</text>`
  ]
}
