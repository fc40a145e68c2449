import { describe, expect, it } from 'vitest'

import {
  addToTimeline,
  bucketsMax,
  emptyTimeline,
  forcedIdle,
  intervalsMax
} from '../../../../src/trace/report/Timeline.js'
import type { Timeline } from '../../../../src/trace/report/Timeline.js'
import { boot, build, flat, hog, ms, operate, run, sleeper } from './laboratory.js'
import type { Laboratory } from './laboratory.js'

const timelineOf = (lab: Laboratory, toNs: number, sliceNs: number): Timeline => {
  const timeline = emptyTimeline(lab.host)
  addToTimeline(timeline, build(lab, { domid: 1, vcpus: [hog, sleeper(ms, 2 * ms)] }), lab.host)
  addToTimeline(timeline, build(lab, { domid: 2, vcpus: [hog] }), lab.host)
  while (lab.host.nowNs < toNs)
    addToTimeline(timeline, run(lab, Math.min(toNs, lab.host.nowNs + sliceNs)), lab.host)
  return timeline
}

const bucketedNs = (timeline: Timeline): number =>
  timeline.rows.reduce((sum, row) => sum + row.buckets.flat().reduce((inRow, { ns }) => inRow + ns, 0), 0)

describe('Timeline', () => {
  it('keeps stretches of running exactly while there are few', () => {
    const lab = boot(flat(1))
    const timeline = emptyTimeline(lab.host)
    addToTimeline(timeline, build(lab, { domid: 5, vcpus: [sleeper(3 * ms, ms)] }), lab.host)
    for (const toMs of [2, 5, 7, 10]) addToTimeline(timeline, run(lab, toMs * ms), lab.host)
    expect(timeline.rows[0]?.intervals).toEqual([
      { fromNs: 0, toNs: 3 * ms, vcpu: 0 },
      { fromNs: 4 * ms, toNs: 7 * ms, vcpu: 0 },
      { fromNs: 8 * ms, toNs: 10 * ms, vcpu: 0 }
    ])
  })

  it('keeps where a pCPU is forced to idle beside one of its core that runs', () => {
    const topology = { sockets: 1, coresPerSocket: 1, threadsPerCore: 2, nodesTotal: 1 }
    const lab = boot(topology, { granularity: 'core' })
    const timeline = emptyTimeline(lab.host)
    addToTimeline(timeline, build(lab, { domid: 5, vcpus: [sleeper(3 * ms, ms)] }), lab.host)
    for (const toMs of [2, 5, 7, 10]) addToTimeline(timeline, run(lab, toMs * ms), lab.host)
    const busy = timeline.rows[0]?.intervals ?? []
    expect(busy).toHaveLength(3)
    expect(timeline.rows[1]?.intervals).toEqual(busy.map((interval) => ({ ...interval, vcpu: forcedIdle })))
    for (let toMs = 100; toMs <= 2_000; toMs += 100) addToTimeline(timeline, run(lab, toMs * ms), lab.host)
    const [ran, forced] = timeline.rows.map(({ buckets }) => buckets.flat())
    expect(ran?.reduce((sum, { ns }) => sum + ns, 0)).toBe(1_500 * ms)
    expect(forced?.every(({ domain }) => domain === forcedIdle)).toBe(true)
    expect(forced?.reduce((sum, { ns }) => sum + ns, 0)).toBe(1_500 * ms)
  })

  it('turns into buckets when a pCPU has more stretches than are kept, and loses no time by it', () => {
    const timeline = timelineOf(boot(flat(2)), 4_000 * ms, 50 * ms)
    expect(timeline.bucketNs).toBeGreaterThan(0)
    expect(timeline.rows.every(({ intervals }) => intervals.length === 0)).toBe(true)
    expect(bucketedNs(timeline)).toBe(2 * 4_000 * ms)
  })

  it('has full buckets on a busy machine, none longer than a bucket', () => {
    const { rows, bucketNs } = timelineOf(boot(flat(2)), 4_000 * ms, 50 * ms)
    for (const { buckets } of rows)
      for (const bucket of buckets.slice(0, -1))
        expect(bucket.reduce((sum, { ns }) => sum + ns, 0)).toBe(bucketNs)
  })

  it('never has more than so many buckets: neighbours are merged', () => {
    const timeline = timelineOf(boot(flat(2)), 20_000 * ms, 1_000 * ms)
    for (const { buckets } of timeline.rows) expect(buckets.length).toBeLessThanOrEqual(bucketsMax)
    expect(timeline.bucketNs * bucketsMax).toBeGreaterThanOrEqual(20_000 * ms)
    expect(bucketedNs(timeline)).toBe(2 * 20_000 * ms)
  })

  it('is the same however time is sliced', () => {
    for (const toMs of [100, 3_000])
      expect(timelineOf(boot(flat(2)), toMs * ms, 7 * ms)).toEqual(
        timelineOf(boot(flat(2)), toMs * ms, 900 * ms)
      )
  })

  it('keeps at most so many exact stretches of a pCPU', () => {
    for (const toMs of [300, 600, 900]) {
      const { rows } = timelineOf(boot(flat(2)), toMs * ms, 20 * ms)
      for (const { intervals } of rows) expect(intervals.length).toBeLessThanOrEqual(intervalsMax)
    }
  })

  it('tells a domain from a later one with its domid', () => {
    const lab = boot(flat(1))
    const timeline = emptyTimeline(lab.host)
    addToTimeline(timeline, build(lab, { domid: 1, name: 'old', vcpus: [hog] }), lab.host)
    addToTimeline(timeline, run(lab, 10 * ms), lab.host)
    addToTimeline(timeline, operate(lab, { _tag: 'DomainDestroy', domid: 1, inPlace: true }), lab.host)
    addToTimeline(timeline, build(lab, { domid: 1, name: 'new', vcpus: [hog] }), lab.host)
    addToTimeline(timeline, run(lab, 20 * ms), lab.host)
    const { domains, vcpus } = timeline.watch
    const names = timeline.rows[0]?.intervals.map(({ vcpu }) => domains[vcpus[vcpu]?.domain ?? -1]?.name)
    expect(names).toEqual(['old', 'new'])
  })
})
