/**
 * `xensim run`: a scenario from one file, and what came of it: report, trace, time line, journal.
 *
 * @since 0.1.0
 */
import { dirname } from 'node:path'

import type { Output } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import { formatScenarioError, parseScenario, scenarioToPlan } from '../replay/index.js'
import type { Scenario } from '../replay/index.js'
import { addOutputs, compareRecorded, emptyReport, encodeXentrace, recordedTable } from '../trace/index.js'
import { recordsOf, reportJson, reportTable, summarise, traceClock } from '../trace/index.js'
import { ScenarioFailure, bootScenario, listenForInterrupt, makeShellEnvironment } from '../shell/index.js'
import { openDraft, paceDefault, playScenario, readConfigs, reasonOf } from '../shell/index.js'
import { startProgress, startSession } from '../shell/index.js'
import type { FileDraft, Session } from '../shell/index.js'

import { valueOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { Failure, UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { campaignOptions, isCampaignText, onlyPath, refuseOptions, textOf } from './campaignArguments.js'
import { parseCount } from './quantities.js'
import { pictures, traceHeader, traceLines } from './runFiles.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Ctrl-C ends the run between two slices of time: report and files are those of the time until then.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runScenario = async (given: ParsedArguments, surroundings: Surroundings): Promise<number> => {
  if (given.values.has('merge')) return (await import('./campaign.js')).mergeCampaign(given, surroundings)
  // Once: what is read may be a pipe.
  const text = textOf(given.positionals[0] ?? '')
  if (isCampaignText(text)) return (await import('./campaign.js')).playCampaign(given, text, surroundings)
  refuseOptions(given, campaignOptions, 'a scenario')
  const wanted = valueOf(given, 'report') ?? 'table'
  if (wanted !== 'table' && wanted !== 'json') {
    throw new UsageError(`--report: '${wanted}' is neither table nor json`)
  }
  const path = onlyPath(given)
  const scenario = readScenario(text, path, valueOf(given, 'seed'))
  const drafts = openDrafts(given)
  try {
    const isComplete = await play(scenario, dirname(path), drafts, wanted, surroundings)
    for (const draft of drafts.values()) draft.commit()
    return isComplete ? exitCode.success : exitCode.interrupted
  } catch (error) {
    for (const draft of drafts.values()) draft.discard()
    if (error instanceof ScenarioFailure) {
      throw error.isInput ? new UsageError(`${path}: ${error.message}`) : new Failure(error.message)
    }
    throw error
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Drafts = ReadonlyMap<string, FileDraft>

const readScenario = (text: string, path: string, seed: string | undefined): Scenario => {
  const parsed = parseScenario(text, path)
  if (parsed._tag === 'Left') throw new UsageError(formatScenarioError(parsed.left))
  return seed === undefined ? parsed.right : { ...parsed.right, seed: orUsage('--seed', parseCount(seed)) }
}

/** The files are opened before the run: who can't write learns of it at once, not after an hour. */
const openDrafts = (given: ParsedArguments): Drafts => {
  const drafts = new Map<string, FileDraft>()
  for (const name of ['trace', 'xentrace', 'timeline', 'perfetto', 'journal']) {
    const path = valueOf(given, name)
    if (path === undefined) continue
    try {
      drafts.set(name, openDraft(path))
    } catch (error) {
      for (const draft of drafts.values()) draft.discard()
      throw new Failure(`--${name}: ${path}: ${reasonOf(error)}`)
    }
  }
  return drafts
}

const play = async (
  scenario: Scenario,
  folder: string,
  drafts: Drafts,
  wanted: 'table' | 'json',
  { out, err }: Surroundings
): Promise<boolean> => {
  const plan = scenarioToPlan(scenario)
  const env = makeShellEnvironment()
  const { host, messages } = bootScenario(env, plan)
  const configs = readConfigs(scenario, host, folder)
  for (const message of messages) err(`(XEN) ${message}\n`)
  const session = startSession(env, host, (text) => drafts.get('journal')?.write(text))
  const report = emptyReport(host)
  session.subscribe((outputs, after) => addOutputs(report, outputs, after))
  const finish = watchWith(session, drafts, host)
  const isComplete = await withInterrupt(plan.durationNs, (pace) =>
    playScenario(session, plan, configs, pace)
  )
  finish()
  const summary = summarise(report, session.host())
  const recorded = scenario.recorded === null ? null : compareRecorded(scenario.recorded, summary)
  out(wanted === 'json' ? reportJson(summary, recorded) : reportTable(summary))
  if (wanted === 'table' && recorded !== null) out(`\n${recordedTable(recorded)}`)
  if (!isComplete)
    err(`interrupted at ${secondsOf(session.host().nowNs)} s of ${secondsOf(plan.durationNs)} s\n`)
  return isComplete
}

const withInterrupt = async (
  totalNs: number,
  action: (pace: typeof paceDefault) => Promise<boolean>
): Promise<boolean> => {
  const interrupt = listenForInterrupt()
  const progress = startProgress(process.stderr, totalNs)
  const onSlice = (nowNs: number): void =>
    progress.show(nowNs, `${secondsOf(nowNs)} of ${secondsOf(totalNs)} s`)
  try {
    return await action({ ...paceDefault, isStopped: interrupt.isRaised, onSlice })
  } finally {
    progress.clear()
    interrupt.stop()
  }
}

/** Hands outputs to the files that want them; what is returned writes the pictures at the end. */
const watchWith = (session: Session, drafts: Drafts, host: Host): (() => void) => {
  const trace = drafts.get('trace')
  if (trace !== undefined) {
    trace.write(traceHeader(host))
    session.subscribe((outputs: ReadonlyArray<Output>) => trace.write(traceLines(outputs)))
  }
  const xentrace = drafts.get('xentrace')
  if (xentrace !== undefined) {
    const clock = traceClock()
    const listener = (outputs: ReadonlyArray<Output>): void =>
      xentrace.write(encodeXentrace(recordsOf(outputs, clock)))
    session.subscribe(listener, { events: true })
  }
  const finishers = pictures.flatMap(({ name, start }) => {
    const draft = drafts.get(name)
    if (draft === undefined) return []
    const picture = start(host)
    session.subscribe(picture.add)
    return [() => draft.write(picture.text())]
  })
  return () => {
    for (const finish of finishers) finish()
  }
}

const secondsOf = (ns: number): string => (ns / 1_000_000_000).toFixed(1)
