/**
 * Which domain of a time line has which colour.
 *
 * @since 0.1.0
 */
import { duration } from './format.js'
import type { Colour } from './palette.js'
import { colourOfForced, colourOfOthers, palette } from './palette.js'
import type { Timeline } from './Timeline.js'
import { domainOf, forcedIdle } from './Timeline.js'
import type { WatchedDomain } from './Watch.js'
import { labelOf } from './Watch.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A line of the legend; `ns` is the pCPU time it stands for.
 *
 * @category model
 * @since 0.1.0
 */
export interface PaintedEntry {
  readonly label: string
  readonly colour: Colour
  readonly ns: number
}

/**
 * The legend, and what of it a domain (by its place in the watch) belongs to. `totalNs` is the time of all
 * entries.
 *
 * @category model
 * @since 0.1.0
 */
export interface Painted {
  readonly entries: ReadonlyArray<PaintedEntry>
  readonly totalNs: number
  readonly entryOf: (domain: number) => number
  readonly colourOf: (domain: number) => Colour
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Gives the domains that ran most a colour each, as many as there are, in the order of their domids; the
 * rest, if any, shares one more.
 *
 * @category queries
 * @since 0.1.0
 */
export const paintDomains = (timeline: Timeline): Painted => {
  const { domains } = timeline.watch
  const times = timesOf(timeline)
  const domidOf = (place: number): number => (domains[place] as WatchedDomain).domid
  const ran = domains.map((_, place) => place).filter((place) => (times[place] as number) > 0)
  ran.sort((a, b) => (times[b] as number) - (times[a] as number) || a - b)
  const own = ran.slice(0, palette.length).sort((a, b) => domidOf(a) - domidOf(b) || a - b)
  const totalNs = times.reduce((sum, ns) => sum + ns, 0)
  const entries: PaintedEntry[] = own.map((place, at) => ({
    label: nameOf(timeline, domains[place] as WatchedDomain),
    colour: palette[at] as Colour,
    ns: times[place] as number
  }))
  const othersNs = totalNs - entries.reduce((sum, { ns }) => sum + ns, 0)
  if (othersNs > 0) {
    const others = ran.length - own.length
    const label = others > 0 ? `${others} other domains` : 'other domains'
    entries.push({ label, colour: colourOfOthers, ns: othersNs })
  }
  const forcedNs = forcedTime(timeline)
  const forcedAt = entries.length
  if (forcedNs > 0) entries.push({ label: 'forced idle', colour: colourOfForced, ns: forcedNs })
  const placeOf = domains.map((_, place) => {
    const at = own.indexOf(place)
    return at < 0 ? own.length : at
  })
  const entryOf = (domain: number): number =>
    domain === forcedIdle ? forcedAt : (placeOf[domain] ?? own.length)
  return {
    entries,
    totalNs: totalNs + forcedNs,
    entryOf,
    colourOf: (domain) => entries[entryOf(domain)]?.colour ?? colourOfOthers
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Name and domid, and when it came or went if it was not there all the time. */
const nameOf = (timeline: Timeline, domain: WatchedDomain): string => {
  const { domid, bornNs, endedNs } = domain
  const from = bornNs > timeline.fromNs ? `, from ${duration(bornNs)}` : ''
  const to = endedNs >= 0 ? `, to ${duration(endedNs)}` : ''
  return `${labelOf(domain)} (d${domid}${from}${to})`
}

/** How long each domain ran, and at the end those that buckets did not tell apart. */
const timesOf = (timeline: Timeline): ReadonlyArray<number> => {
  const { domains } = timeline.watch
  const times = [...domains.map(() => 0), 0]
  const add = (domain: number, ns: number): void => {
    if (domain === forcedIdle) return
    const at = domain < 0 ? domains.length : domain
    times[at] = (times[at] as number) + ns
  }
  for (const row of timeline.rows) {
    for (const interval of row.intervals) add(domainOf(timeline, interval), interval.toNs - interval.fromNs)
    for (const bucket of row.buckets) for (const { domain, ns } of bucket) add(domain, ns)
  }
  return times
}

const forcedTime = ({ rows }: Timeline): number =>
  rows.reduce((sum, { intervals, buckets }) => {
    const exact = intervals.filter(({ vcpu }) => vcpu === forcedIdle)
    const parts = buckets.flat().filter(({ domain }) => domain === forcedIdle)
    return (
      sum +
      exact.reduce((ns, { fromNs, toNs }) => ns + toNs - fromNs, 0) +
      parts.reduce((total, { ns }) => total + ns, 0)
    )
  }, 0)
