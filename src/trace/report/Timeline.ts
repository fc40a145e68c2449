/**
 * Who ran on each pCPU, and when: what a picture of a run is drawn from.
 *
 * Folded from outputs like a report, under the same contract: it belongs to whoever folds it, is changed in
 * place, and keeps neither hosts nor outputs.
 *
 * Bounded: while no pCPU has more than {@link intervalsMax} intervals, and all together not more than
 * {@link intervalsTotalMax}, each is kept exactly. Beyond, the whole time line turns into buckets of equal
 * length, for ever: each bucket keeps how long each domain ran in it. There are at most {@link bucketsMax}
 * buckets a pCPU; when time runs past the last, neighbours are merged and a bucket lasts twice as long.
 * Their length is a power of two times 1 us. A bucket tells at most {@link bucketDomainsMax} domains apart;
 * the time of others is kept together.
 *
 * @since 0.1.0
 */
import { runstate } from '../../abi/index.js'
import type { Output, PcpuId, RunstateOutput, Topology } from '../../abi/index.js'
import { pcpusTotal } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { BitSet } from '../../prelude/index.js'

import { sceneOf } from './Scene.js'
import type { Scene } from './Scene.js'
import type { Watch, WatchedVcpu } from './Watch.js'
import { endDomain, enterState, meetVcpu, startWatch, syncWatch } from './Watch.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `vcpu` (or `domain`) is a place in the watch, or {@link forcedIdle}.
 *
 * @category model
 * @since 0.1.0
 */
export interface RunInterval {
  readonly fromNs: number
  toNs: number
  readonly vcpu: number
}

/**
 * How long a domain ran in a bucket; domain -1 stands for those not told apart, {@link forcedIdle} for none.
 *
 * @category model
 * @since 0.1.0
 */
export interface BucketPart {
  readonly domain: number
  ns: number
}

/**
 * One pCPU. Of `intervals` and `buckets` one is in use.
 *
 * @category model
 * @since 0.1.0
 */
export interface TimelineRow {
  /** Place of the vCPU that runs here, negative when idle, and up to when its time is noted. */
  occupant: number
  notedNs: number
  readonly intervals: RunInterval[]
  buckets: BucketPart[][]
}

/**
 * @category model
 * @since 0.1.0
 */
export interface Timeline {
  readonly topology: Topology
  readonly fromNs: number
  nowNs: number
  readonly watch: Watch
  /** Length of a bucket; 0 while intervals are exact. */
  bucketNs: number
  intervalsTotal: number
  /** How many pCPUs the scheduling resource of each pCPU has. */
  resourceSizes: ReadonlyArray<number>
  readonly rows: ReadonlyArray<TimelineRow>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Stands where a vCPU or a domain does for a pCPU that idles while another one of its scheduling resource
 * runs a vCPU, so that nobody else can have it.
 *
 * @category constants
 * @since 0.1.0
 */
export const forcedIdle = -2

/**
 * Exact intervals of one pCPU: at the usual width of a picture, four pixels each.
 *
 * @category constants
 * @since 0.1.0
 */
export const intervalsMax = 250

/**
 * Exact intervals of all pCPUs: some 2 MB of picture.
 *
 * @category constants
 * @since 0.1.0
 */
export const intervalsTotalMax = 16_000

/**
 * Buckets of a pCPU: about as many as a picture has columns of pixels.
 *
 * @category constants
 * @since 0.1.0
 */
export const bucketsMax = 1_024

/**
 * Domains told apart in a bucket: more than there are colours.
 *
 * @category constants
 * @since 0.1.0
 */
export const bucketDomainsMax = 12

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A time line that begins at the time of `source`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyTimeline = (source: Host | Scene): Timeline => {
  const scene = sceneOf(source)
  const { topology, nowNs } = scene
  const row = (): TimelineRow => ({ occupant: -1, notedNs: nowNs, intervals: [], buckets: [] })
  const rows = Array.from({ length: pcpusTotal(topology) }, row)
  const watch = startWatch(scene)
  watch.vcpus.forEach((vcpu, at) => {
    if (vcpu.state === runstate.running) (rows[vcpu.pcpu] as TimelineRow).occupant = at
  })
  const fromNs = nowNs
  const resourceSizes = resourceSizesOf(scene)
  const timeline: Timeline = {
    topology,
    fromNs,
    nowNs,
    watch,
    bucketNs: 0,
    intervalsTotal: 0,
    resourceSizes,
    rows
  }
  rows.forEach((_, pcpu) => markForced(timeline, pcpu, fromNs))
  return timeline
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Adds a slice of time: everything that happened since the last call, and the host after it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addToTimeline = (
  timeline: Timeline,
  outputs: ReadonlyArray<Output>,
  after: Host | Scene
): Timeline => {
  const scene = sceneOf(after)
  for (const output of outputs) {
    if (output._tag === 'RunstateChange') changeState(timeline, output, scene)
    else if (output._tag === 'DomainDestroyed') endDomain(timeline.watch, output.domid, output.atNs)
  }
  timeline.nowNs = scene.nowNs
  for (const row of timeline.rows) note(timeline, row, scene.nowNs)
  syncWatch(timeline.watch, scene)
  timeline.resourceSizes = resourceSizesOf(scene)
  timeline.rows.forEach((_, pcpu) => markForced(timeline, pcpu, scene.nowNs))
  return timeline
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The domain that ran in an interval, {@link forcedIdle} when none did.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainOf = (timeline: Timeline, { vcpu }: RunInterval): number =>
  vcpu === forcedIdle ? forcedIdle : (timeline.watch.vcpus[vcpu] as WatchedVcpu).domain

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const changeState = (timeline: Timeline, output: RunstateOutput, scene: Scene): void => {
  const at = meetVcpu(timeline.watch, scene, output)
  const vcpu = timeline.watch.vcpus[at] as WatchedVcpu
  if (vcpu.state === runstate.running && vcpu.pcpu >= 0) occupy(timeline, vcpu.pcpu, -1, output.atNs)
  if (output.to === runstate.running) occupy(timeline, output.pcpu, at, output.atNs)
  enterState(vcpu, output)
}

const occupy = (timeline: Timeline, pcpu: PcpuId, vcpu: number, atNs: number): void => {
  const row = timeline.rows[pcpu] as TimelineRow
  note(timeline, row, atNs)
  row.occupant = vcpu
  markForced(timeline, pcpu, atNs)
}

const resourceSizesOf = (scene: Scene): ReadonlyArray<number> => {
  const pools = scene.pools()
  return Array.from(
    { length: pcpusTotal(scene.topology) },
    (_, pcpu) => pools.find(({ cpus }) => BitSet.has(cpus, pcpu))?.resourceSize ?? 1
  )
}

/** Of the pCPUs of one resource those that idle are forced to while another one is busy. */
const markForced = (timeline: Timeline, pcpu: PcpuId, atNs: number): void => {
  const size = timeline.resourceSizes[pcpu] as number
  if (size === 1 && timeline.rows[pcpu]?.occupant !== forcedIdle) return
  const first = pcpu - (pcpu % size)
  const resource = timeline.rows.slice(first, first + size)
  const occupant = resource.some((row) => row.occupant >= 0) ? forcedIdle : -1
  for (const row of resource) {
    if (row.occupant >= 0 || row.occupant === occupant) continue
    note(timeline, row, atNs)
    row.occupant = occupant
  }
}

/** Notes what ran on a pCPU up to `toNs`. */
const note = (timeline: Timeline, row: TimelineRow, toNs: number): void => {
  const fromNs = row.notedNs
  row.notedNs = toNs
  if (row.occupant === -1 || toNs <= fromNs) return
  const interval = { fromNs, toNs, vcpu: row.occupant }
  if (timeline.bucketNs > 0) return addToBuckets(timeline, row, interval)
  const last = row.intervals[row.intervals.length - 1]
  if (last !== undefined && last.toNs === fromNs && last.vcpu === interval.vcpu) {
    last.toNs = toNs
    return
  }
  row.intervals.push(interval)
  timeline.intervalsTotal++
  if (row.intervals.length > intervalsMax || timeline.intervalsTotal > intervalsTotalMax) {
    turnIntoBuckets(timeline, toNs)
  }
}

const turnIntoBuckets = (timeline: Timeline, toNs: number): void => {
  timeline.bucketNs = 1_000
  while (toNs - timeline.fromNs > timeline.bucketNs * bucketsMax) timeline.bucketNs *= 2
  for (const row of timeline.rows) {
    for (const interval of row.intervals) addToBuckets(timeline, row, interval)
    row.intervals.length = 0
  }
}

const addToBuckets = (timeline: Timeline, row: TimelineRow, interval: RunInterval): void => {
  while (interval.toNs - timeline.fromNs > timeline.bucketNs * bucketsMax) mergeNeighbours(timeline)
  const { bucketNs } = timeline
  const domain = domainOf(timeline, interval)
  let fromNs = interval.fromNs - timeline.fromNs
  const toNs = interval.toNs - timeline.fromNs
  while (fromNs < toNs) {
    const at = Math.floor(fromNs / bucketNs)
    const endNs = Math.min(toNs, (at + 1) * bucketNs)
    while (row.buckets.length <= at) row.buckets.push([])
    addPart(row.buckets[at] as BucketPart[], domain, endNs - fromNs)
    fromNs = endNs
  }
}

const addPart = (bucket: BucketPart[], domain: number, ns: number): void => {
  const known = bucket.find((part) => part.domain === domain)
  if (known !== undefined) known.ns += ns
  else if (domain < 0 || bucket.length < bucketDomainsMax) bucket.push({ domain, ns })
  else addPart(bucket, -1, ns)
}

const mergeNeighbours = (timeline: Timeline): void => {
  timeline.bucketNs *= 2
  for (const row of timeline.rows) {
    const merged: BucketPart[][] = []
    for (let at = 0; at < row.buckets.length; at += 2) {
      const bucket = row.buckets[at] as BucketPart[]
      for (const { domain, ns } of row.buckets[at + 1] ?? []) addPart(bucket, domain, ns)
      merged.push(bucket)
    }
    row.buckets = merged
  }
}
