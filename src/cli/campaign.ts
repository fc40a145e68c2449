/**
 * `xensim run` of a campaign, and joining its results.
 *
 * @since 0.1.0
 */
import { mkdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

import { campaignGrid, formatScenarioError, packageVersion, parseCampaign } from '../replay/index.js'
import { parseShard, runsOfShard, runsTotal } from '../replay/index.js'
import type { Campaign } from '../replay/index.js'
import {
  listenForInterrupt,
  reasonOf,
  runCampaign,
  startProgress,
  writeFileAtomically
} from '../shell/index.js'
import { aggregate, campaignJson, campaignTable, decodeResults, differenceOf } from '../trace/index.js'
import { encodeResults, measureKinds, mergeResults, missingRuns, plotSvg } from '../trace/index.js'
import type { Results } from '../trace/index.js'

import { valueOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { campaignOptions, onlyPath, refuseOptions, refuseOthers } from './campaignArguments.js'
import { runningOptions, textOf } from './campaignArguments.js'
import { Failure, UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { parseCount } from './quantities.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out a campaign or a part of it. Ctrl-C ends it between runs: results have the runs until then, and
 * `--resume` goes on.
 *
 * @category transitions
 * @since 0.1.0
 */
export const playCampaign = async (
  given: ParsedArguments,
  text: string,
  surroundings: Surroundings
): Promise<number> => {
  refuseOthers(given, [...campaignOptions, 'report'], 'a campaign')
  const wanted = reportOf(given)
  const campaign = readCampaign(text, onlyPath(given))
  const results = valueOf(given, 'results')
  const shard = valueOf(given, 'shard')
  if (shard !== undefined && results === undefined)
    throw new UsageError('--shard: the runs of a part have to go somewhere: --results FILE')
  if (given.values.has('resume') && results === undefined)
    throw new UsageError('--resume: of what? --results FILE')
  const part = shard === undefined ? { index: 1, total: 1 } : orUsage('--shard', parseShard(shard))
  const threads = threadsOf(valueOf(given, 'threads'))
  const own = runsOfShard(runsTotal(campaign), part)
  const done = resumed(given, campaign, results)
  const had = new Set(done.runs.map(({ run }) => run))
  const ownRuns = new Set(own)
  const stranger = done.runs.find(({ run }) => !ownRuns.has(run))
  if (stranger !== undefined) throw new UsageError(`${results}: run ${stranger.run} is not one of this part`)
  const runs = own.filter((run) => !had.has(run))
  const after = await play(campaign, { runs, threads, done, results })
  const left = own.length - after.runs.length
  if (left > 0)
    surroundings.err(
      `interrupted: ${after.runs.length} of ${own.length} runs; --resume goes on with the others\n`
    )
  if (shard === undefined) show(given, after, wanted, surroundings)
  else if (left === 0) surroundings.err(`part ${shard}: ${own.length} of ${runsTotal(campaign)} runs\n`)
  return left === 0 ? exitCode.success : exitCode.interrupted
}

/**
 * Joins the results of parts, and reports on the whole.
 *
 * @category transitions
 * @since 0.1.0
 */
export const mergeCampaign = (given: ParsedArguments, surroundings: Surroundings): number => {
  refuseOptions(given, runningOptions, 'joining results')
  refuseOthers(given, [...campaignOptions, 'report'], 'joining results')
  const wanted = reportOf(given)
  const parts = given.positionals.map((path) => ({ sourceName: path, results: readResults(path) }))
  const merged = mergeResults(parts)
  if (merged._tag === 'Left') throw new UsageError(merged.left)
  const path = valueOf(given, 'results')
  if (path !== undefined) save(path, merged.right)
  show(given, merged.right, wanted, surroundings)
  return exitCode.success
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Work {
  readonly runs: ReadonlyArray<number>
  readonly threads: number
  /** What is there already. */
  readonly done: Results
  readonly results: string | undefined
}

const reportOf = (given: ParsedArguments): 'table' | 'json' => {
  const wanted = valueOf(given, 'report') ?? 'table'
  if (wanted === 'table' || wanted === 'json') return wanted
  throw new UsageError(`--report: '${wanted}' is neither table nor json`)
}

const threadsOf = (text: string | undefined): number => {
  if (text === undefined) return availableParallelism()
  const threads = orUsage('--threads', parseCount(text))
  if (threads < 1 || threads > threadsMax)
    throw new UsageError(`--threads: expected 1 to ${threadsMax}, got ${threads}`)
  return threads
}

const threadsMax = 1024

const readCampaign = (text: string, path: string): Campaign => {
  const parsed = parseCampaign(text, path, measureKinds)
  if (parsed._tag === 'Left') throw new UsageError(formatScenarioError(parsed.left))
  return parsed.right
}

const readResults = (path: string): Results => orUsage('results', decodeResults(textOf(path), path))

/** Results to go on with; none without `--resume`. */
const resumed = (given: ParsedArguments, campaign: Campaign, path: string | undefined): Results => {
  const fresh: Results = { package: packageVersion, grid: campaignGrid(campaign), runs: [] }
  if (path === undefined || !given.values.has('resume')) return fresh
  const found = readResults(path)
  const difference = differenceOf(fresh, found)
  if (difference !== null) throw new UsageError(`${path}: ${difference} than this campaign`)
  return found
}

/** While it runs, results are written now and then: who is killed loses little. */
const saveEveryMs = 10_000

const play = async (campaign: Campaign, { runs, threads, done, results }: Work): Promise<Results> => {
  const found = [...done.runs]
  const after = (): Results => ({ ...done, runs: found.toSorted((a, b) => a.run - b.run) })
  // Who can't write learns of it at once, not after an hour.
  if (results !== undefined) save(results, after())
  const interrupt = listenForInterrupt()
  const total = found.length + runs.length
  const progress = startProgress(process.stderr, runs.length)
  let savedMs = performance.now()
  try {
    await runCampaign(campaign, {
      runs,
      threads,
      // Built, this file and the entry for the shell lie in one folder.
      worker: new URL('./shell.js', import.meta.url).href,
      isStopped: interrupt.isRaised,
      onRun: (result) => {
        found.push(result)
        progress.show(found.length - done.runs.length, `${found.length} of ${total} runs`)
        if (results === undefined || performance.now() - savedMs < saveEveryMs) return
        save(results, after())
        savedMs = performance.now()
      }
    })
  } finally {
    progress.clear()
    interrupt.stop()
    if (results !== undefined) save(results, after())
  }
  return after()
}

const save = (path: string, results: Results): void => {
  try {
    writeFileAtomically(path, encodeResults(results))
  } catch (error) {
    throw new Failure(`--results: ${path}: ${reasonOf(error)}`)
  }
}

const show = (
  given: ParsedArguments,
  results: Results,
  wanted: 'table' | 'json',
  { out, err }: Surroundings
): void => {
  const summary = aggregate(results)
  const folder = valueOf(given, 'plots')
  if (folder !== undefined) {
    try {
      mkdirSync(folder, { recursive: true })
      for (const plot of results.grid.plots)
        writeFileAtomically(join(folder, plot.file), plotSvg(summary, plot))
    } catch (error) {
      throw new Failure(`--plots: ${folder}: ${reasonOf(error)}`)
    }
    if (results.grid.plots.length === 0) err('--plots: the campaign asks for none\n')
  }
  const missing = missingRuns(results)
  if (missing !== null) err(`${missing}\n`)
  out(wanted === 'json' ? campaignJson(summary) : campaignTable(summary))
}
