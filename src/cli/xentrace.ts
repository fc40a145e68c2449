/**
 * `xensim xentrace FILE`: reads a trace that `xentrace` recorded, on a real host or on one of ours, and
 * reports on it.
 *
 * @since 0.1.0
 */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { runstateNames } from '../abi/index.js'
import { reasonOf, writeFileAtomically } from '../shell/index.js'
import {
  addOutputs,
  addToPerfetto,
  addToTimeline,
  cyclesPerSecondMax,
  cyclesToNs,
  decodeXentrace,
  emptyPerfetto,
  emptyReport,
  emptyTimeline,
  eventName,
  measureCyclesPerSecond,
  perfettoJson,
  reportJson,
  reportTable,
  storyOf,
  summarise,
  timelineSvg,
  timelineSvgDefaults,
  valuesOf
} from '../trace/index.js'
import type { Scene, Story, TraceRecord, Xentrace } from '../trace/index.js'

import { valueOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { Failure, UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { parseFrequency } from './quantities.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const runXentrace = async (given: ParsedArguments, { out, err }: Surroundings): Promise<number> => {
  const wanted = valueOf(given, 'report') ?? 'table'
  if (wanted !== 'table' && wanted !== 'json')
    throw new UsageError(`--report: '${wanted}' is neither table nor json`)
  const path = given.positionals[0] ?? ''
  const trace = readTrace(path)
  for (const { offset, reason } of trace.warnings)
    err(`xensim xentrace: warning: ${path}: byte ${offset}: ${reason}\n`)
  const lostTotal = trace.lost.reduce((sum, { recordsTotal }) => sum + recordsTotal, 0)
  if (lostTotal > 0)
    err(`xensim xentrace: warning: ${path}: ${lostTotal} records were lost while it was recorded\n`)
  const clock = clockOf(path, trace, valueOf(given, 'cpu-hz'))
  if (valueOf(given, 'dump') !== undefined) {
    dump(trace, clock.hz, out)
    return Promise.resolve(exitCode.success)
  }
  const story = storyOf(trace, clock.hz)
  writePictures(given, story)
  const summary = summaryOf(story)
  if (wanted === 'json') out(reportJson(summary))
  else out(`${headLine(path, trace, story, clock)}\n${reportTable(summary, timeName)}${notes(story)}`)
  return Promise.resolve(exitCode.success)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const timeName = 'recorded time'

interface Clock {
  readonly hz: number
  readonly isMeasured: boolean
}

const readTrace = (path: string): Xentrace => {
  const decoded = decodeXentrace(bytesOf(path))
  if (decoded._tag === 'Right') return decoded.right
  throw new UsageError(`${path}: byte ${decoded.left.offset}: ${decoded.left.reason}`)
}

/** Two bytes at the start of every gzip file: we go by what a file is, not by what it is called. */
const bytesOf = (path: string): Uint8Array => {
  try {
    const bytes = readFileSync(path)
    return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
  } catch (error) {
    throw new UsageError(`${path}: ${reasonOf(error)}`)
  }
}

const clockOf = (path: string, trace: Xentrace, given: string | undefined): Clock => {
  if (given !== undefined) {
    const hz = orUsage('--cpu-hz', parseFrequency(given))
    if (hz === 0 || hz > cyclesPerSecondMax)
      throw new UsageError(`--cpu-hz: '${given}' is out of range (1 to ${cyclesPerSecondMax})`)
    return { hz, isMeasured: false }
  }
  const measured = measureCyclesPerSecond(trace)
  if (measured !== null) return { hz: measured, isMeasured: true }
  if (trace.records.length === 0) return { hz: 1, isMeasured: false }
  throw new UsageError(
    `${path}: no switch in it tells how fast its cycle counter is: say so with --cpu-hz ` +
      `(1G for a trace of 'xensim run')`
  )
}

const summaryOf = (story: Story): ReturnType<typeof summarise> => {
  const report = emptyReport(story.start)
  for (const { outputs, after } of story.parts) addOutputs(report, outputs, after)
  return summarise(report, endOf(story))
}

const endOf = (story: Story): Scene => story.parts[story.parts.length - 1]?.after ?? story.start

const writePictures = (given: ParsedArguments, story: Story): void => {
  const svg = valueOf(given, 'timeline')
  if (svg !== undefined) {
    const timeline = emptyTimeline(story.start)
    for (const { outputs, after } of story.parts) addToTimeline(timeline, outputs, after)
    write('timeline', svg, timelineSvg(timeline, { ...timelineSvgDefaults, timeName }))
  }
  const json = valueOf(given, 'perfetto')
  if (json === undefined) return
  const perfetto = emptyPerfetto(story.start)
  for (const { outputs, after } of story.parts) addToPerfetto(perfetto, outputs, after)
  write('perfetto', json, perfettoJson(perfetto))
}

const write = (name: string, path: string, text: string): void => {
  try {
    writeFileAtomically(path, text)
  } catch (error) {
    throw new Failure(`--${name}: ${path}: ${reasonOf(error)}`)
  }
}

const headLine = (path: string, trace: Xentrace, story: Story, { hz, isMeasured }: Clock): string => {
  const ghz = (hz / 1e9).toFixed(3)
  const how = isMeasured ? 'measured by its switches' : 'as given'
  return `${path}: ${trace.records.length} records, ${story.scheduler}, cycle counter at ${ghz} GHz (${how})`
}

const notes = (story: Story): string =>
  '\nOf a trace: it tells no names, weights, caps, pools or affinities. Entitled and lag take all\n' +
  'weights for equal, idle while runnable takes every vCPU to be allowed everywhere, and pCPUs above\n' +
  'the highest that has records are not counted.\n' +
  (story.hasDecisions ? '' : 'It has no records of switches: decisions and context switches are not known.\n')

/** A line for each record: seconds, pCPU, event, data. */
const dump = (trace: Xentrace, hz: number, out: (text: string) => void): void => {
  let lines: string[] = []
  const flush = (): void => {
    out(lines.join(''))
    lines = []
  }
  for (const record of trace.records) {
    lines.push(`${lineOf(record, hz)}\n`)
    if (lines.length === linesPerWrite) flush()
  }
  flush()
}

const linesPerWrite = 4096

const lineOf = (record: TraceRecord, hz: number): string => {
  const { pcpu, cycles, event, data } = record
  const when = cycles === null ? '-'.padStart(16) : secondsOf(cyclesToNs(cycles, hz)).padStart(16)
  const values = valuesOf(record)
  const what =
    values === null
      ? data.map((word) => `0x${word.toString(16)}`)
      : Object.entries(values)
          .filter(([name]) => name !== 'pad')
          .map(([name, value]) => `${name}=${value}`)
  return [when, `cpu${pcpu}`, nameOf(event), ...what].join(' ')
}

/** Run states are told apart by the number of the event alone. */
const nameOf = (event: number): string => {
  const name = eventName(event)
  if (name !== 'runstate_change') return name
  return `${name} ${runstateNames[((event >> 8) & 3) as 0]}->${runstateNames[((event >> 4) & 3) as 0]}`
}

const secondsOf = (ns: number): string =>
  `${Math.floor(ns / 1_000_000_000)}.${String(ns % 1_000_000_000).padStart(9, '0')}`
