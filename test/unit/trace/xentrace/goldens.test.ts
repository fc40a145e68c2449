import { describe, expect, test } from 'vitest'

import { runstate } from '../../../../src/abi/index.js'
import {
  addOutputs,
  addToTimeline,
  emptyReport,
  emptyTimeline,
  eventName,
  measureCyclesPerSecond,
  storyOf,
  summarise,
  valuesOf
} from '../../../../src/trace/index.js'
import type { ReportSummary, Timeline, TraceRecord, Xentrace } from '../../../../src/trace/index.js'
import { machineHz, traceNames, traceOf, xenalyzed, xenalyzeHz } from './fixtures.js'
import { dumpLines, stampOf } from './reading.js'
import { sayingOf } from './saying.js'

const stamp = (record: TraceRecord): string => stampOf(record, xenalyzeHz)

const isRunstate = ({ event }: TraceRecord): boolean => eventName(event) === 'runstate_change'

const nameOf = ({ data }: TraceRecord): string =>
  `${(data[0] as number) >>> 16}v${(data[0] as number) & 0xffff}`

const withoutPcpu = (mark: string): string => mark.replace(/ \d+$/, '')

/** Class of event by the bits that xenalyze's volumes tell apart. */
const classNames: Readonly<Record<number, string>> = { 0x1: 'gen', 0x2: 'sched', 0x20: 'pv', 0x80: 'hw' }

const volumesOf = (trace: Xentrace): Readonly<Record<string, number>> => {
  const volumes: Record<string, number> = {}
  for (const { pcpu, bytesTotal } of trace.volumes) volumes[`${pcpu} gen`] = bytesTotal
  for (const { pcpu, event, data } of trace.records) {
    const key = `${pcpu} ${classNames[event >>> 16] as string}`
    const bytes = 12 + 4 * data.length
    volumes[key] = (volumes[key] ?? 0) + bytes
    volumes[`${pcpu} gen`] = (volumes[`${pcpu} gen`] as number) - bytes
  }
  return Object.fromEntries(Object.entries(volumes).filter(([, bytes]) => bytes > 0))
}

/**
 * How often each vCPU has been in each state and for how many cycles, from its first run on, as xenalyze
 * counts: a "continues" ends a run and begins another, and so does the last record of the pCPU.
 */
const statesOf = (trace: Xentrace) => {
  const states: Record<string, { count: number; cycles: number }> = {}
  const since = new Map<string, { state: number; cycles: number; pcpu: number }>()
  const firstOf = new Map<number, number>()
  const lastOf = new Map<number, number>()
  const close = (name: string, cycles: number): boolean => {
    const last = since.get(name)
    if (last === undefined) return false
    const sum = (states[`${name} ${last.state}`] ??= { count: 0, cycles: 0 })
    sum.count++
    sum.cycles += cycles - last.cycles
    return true
  }
  for (const record of trace.records) {
    lastOf.set(record.pcpu, record.cycles as number)
    if (!firstOf.has(record.pcpu)) firstOf.set(record.pcpu, record.cycles as number)
    const isContinued = eventName(record.event) === 'continue_running'
    if (!isRunstate(record) && !isContinued) continue
    const name = nameOf(record)
    const to = isContinued ? runstate.running : (record.event >> 4) & 3
    const cycles = record.cycles as number
    const isKnown = close(name, cycles)
    if (!isKnown && to !== runstate.running) continue
    // What continues when it is met has run since the first record of its pCPU.
    const from = !isKnown && isContinued ? (firstOf.get(record.pcpu) as number) : cycles
    since.set(name, { state: to, cycles: from, pcpu: record.pcpu })
  }
  for (const [name, { state, pcpu, cycles }] of since) {
    const end = lastOf.get(pcpu) as number
    if (state === runstate.running && end > cycles) close(name, end)
  }
  return states
}

const stateNames = ['running', 'runnable', 'blocked', 'offline']

/** The lines `   running:      67  0.14s 5146179 {…}` of each vCPU in a summary. */
const summaryStates = (text: string) =>
  [...text.matchAll(/^\|-- Domain (\d+) --\|\n([^]*?)(?=^\|-- |(?![^]))/gm)].flatMap((domain) =>
    [...(domain[2] as string).matchAll(/^-- v(\d+) --\n([^]*?)(?=^-- v|(?![^]))/gm)].flatMap((vcpu) =>
      [...(vcpu[2] as string).matchAll(/^ {2,3}(running|runnable|blocked): +(\d+) +([\d.]+)s +(\d+) /gm)].map(
        (line) => ({
          key: `${domain[1] as string}v${vcpu[1] as string} ${stateNames.indexOf(line[1] as string)}`,
          count: Number(line[2]),
          seconds: Number(line[3]),
          meanCycles: Number(line[4])
        })
      )
    )
  )

const followed = (trace: Xentrace, hz: number): { summary: ReportSummary; timeline: Timeline } => {
  const story = storyOf(trace, hz)
  const report = emptyReport(story.start)
  const timeline = emptyTimeline(story.start)
  let last = story.start
  for (const { outputs, after } of story.parts) {
    addOutputs(report, outputs, after)
    addToTimeline(timeline, outputs, after)
    last = after
  }
  return { summary: summarise(report, last), timeline }
}

describe.each(traceNames)('the recorded trace %s', (name) => {
  const trace = traceOf(name)
  const { summary, 'dump-all': dump, 'scatterplot-pcpu': scatterplot } = xenalyzed(name)

  test('is read whole, without a warning', () => {
    expect(trace.warnings).toEqual([])
    expect(trace.lost).toEqual([])
    expect(trace.pcpusTotal).toBe(4)
  })

  test('X1: every scheduling event is known, has its time and the size of its table', () => {
    const own = trace.records.filter(({ event }) => event >>> 16 === 2)
    expect(own.length).toBeGreaterThan(1_000)
    expect(own.filter((record) => valuesOf(record) === null || record.cycles === null)).toEqual([])
  })

  test('has the volumes that xenalyze counted', () => {
    const counted: Record<string, number> = {}
    let pcpu = ''
    for (const line of (summary.split('|-- Domain')[0] as string).split('\n')) {
      pcpu = / - cpu (\d+) -/.exec(line)?.[1] ?? pcpu
      const volume = /^ (\w+) *: *(\d+)$/.exec(line)
      if (volume !== null) counted[`${pcpu} ${volume[1] as string}`] = Number(volume[2])
    }
    expect(volumesOf(trace)).toEqual(counted)
  })

  test('is dumped record by record as xenalyze dumps it', () => {
    const lines = dumpLines(dump)
    expect(lines.length).toBeGreaterThan(1_900)
    const said = lines.map(({ time, what }, i) => {
      const record = trace.records[i] as TraceRecord
      // Of other classes only when and where they happened.
      return { time: time === '' ? '' : stamp(record), pcpu: record.pcpu, what: sayingOf(record) ?? what, i }
    })
    expect(said).toEqual(lines.map((line, i) => ({ ...line, i })))
    const known = trace.records.slice(0, lines.length).filter((record) => sayingOf(record) !== null)
    expect(known.length).toBeGreaterThan(400)
  })

  test('has the run states that xenalyze summed up', () => {
    const told = summaryStates(summary)
    expect(told.length).toBeGreaterThan(14)
    const states = statesOf(trace)
    for (const { key, count, seconds, meanCycles } of told) {
      const mine = states[key] ?? { count: 0, cycles: 0 }
      const mean = Math.floor(mine.cycles / mine.count)
      expect({ count: mine.count, mean }, key).toEqual({ count, mean: meanCycles })
      expect(Math.abs(mine.cycles / xenalyzeHz - seconds), key).toBeLessThanOrEqual(0.0101)
    }
  })

  test('runs vCPUs when and where the scatter plot says', () => {
    const marks = new Set(scatterplot.trim().split('\n'))
    const mine = trace.records
      .filter((record) => isRunstate(record) && ((record.event >> 4) & 3) === runstate.running)
      .filter((record) => !nameOf(record).startsWith('32767'))
      .map((record) => `${nameOf(record)} ${stamp(record)} ${record.pcpu}`)
    const mineSet = new Set(mine)
    const found = [...marks].filter((mark) => mineSet.has(mark))
    // A mark with the pCPU before is there too where a vCPU has moved.
    expect(found.length).toBeGreaterThan(90)
    expect(new Set(found.map(withoutPcpu))).toEqual(new Set([...marks].map(withoutPcpu)))
    const missing = mine.slice(0, mine.indexOf(found.at(-1) as string)).filter((mark) => !marks.has(mark))
    // xenalyze has no mark for the first run of a vCPU.
    expect(missing.length).toBeLessThanOrEqual(6)
    expect(new Set(missing.map((mark) => mark.split(' ')[0])).size).toBe(missing.length)
  })

  test('tells a report whose running times are those of xenalyze', () => {
    const { summary: report, timeline } = followed(trace, xenalyzeHz)
    expect(report.mismatchesTotal).toBe(0)
    const told = summaryStates(summary).filter(({ key }) => /^(?!32767).* 0$/.test(key))
    const mine = report.domains.flatMap(({ domid, vcpus }) =>
      vcpus.map((vcpu) => ({ ...vcpu, key: `${domid}v${vcpu.vcpu} 0` }))
    )
    expect(mine.map(({ key }) => key)).toEqual(told.map(({ key }) => key))
    told.forEach(({ key, seconds }, i) => {
      const { runningNs, switchesIn, vcpu } = mine[i] as (typeof mine)[number]
      const runs = trace.records.filter(
        (record) => isRunstate(record) && ((record.event >> 4) & 3) === 0 && `${nameOf(record)} 0` === key
      )
      expect(switchesIn, `${key} ${vcpu}`).toBe(runs.length)
      // xenalyze leaves out what ran before the first switch, and after the last record of its pCPU.
      expect(runningNs / 1e9 - seconds, key).toBeGreaterThan(-0.0101)
      expect(runningNs / 1e9 - seconds, key).toBeLessThan(0.0101 + seconds / 50)
    })
    const painted = timeline.rows.map(({ intervals, buckets }) =>
      [...intervals.map(({ fromNs, toNs }) => toNs - fromNs), ...buckets.flat().map(({ ns }) => ns)].reduce(
        (sum, ns) => sum + ns,
        0
      )
    )
    expect(painted).toEqual(report.pcpus.map(({ busyNs }) => busyNs))
  })
})

test('the switches of a trace tell how fast its cycle counter is', () => {
  for (const name of traceNames) {
    const hz = measureCyclesPerSecond(traceOf(name))
    if (name === 'credit2-sched-min') expect(hz).toBeNull()
    else expect(hz).toBe(machineHz)
  }
})

test('a recorded trace shows what was set up: t3 has twice the weight of t1 and t2', () => {
  const { summary } = followed(traceOf('credit2-sched'), machineHz)
  const share = (domid: number): number => summary.domains.find((d) => d.domid === domid)?.share ?? 0
  // One pCPU, four busy vCPUs with weights 256, 256, 256 and 512.
  expect(share(56)).toBeCloseTo(0.4, 1)
  expect(share(57)).toBeCloseTo(0.2, 1)
  expect(share(58)).toBeCloseTo(0.4, 1)
  expect(summary.toNs / 1e9).toBeCloseTo(8, 0)
})
