/**
 * The runs of a campaign, on as many threads as there are.
 *
 * Every run is a function of the campaign and its number, and results are kept by number: nothing that comes
 * out depends on how many threads there were or which was faster.
 *
 * @since 0.1.0
 */
import { setImmediate as nextTurn } from 'node:timers/promises'

import { runName, scenarioOfRun } from '../replay/index.js'
import type { Campaign } from '../replay/index.js'
import type { RunResult } from '../trace/index.js'

import { measureTask } from './measureTask.js'
import type { MeasureTask, TaskResult } from './measureTask.js'
import { ScenarioFailure } from './runScenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Which runs, and how. `threads` of 1 is the calling thread and nothing else. `worker` is the address of an
 * ES module that exports `measureTask`, for threads of their own: this entry of the package is one.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignOptions {
  readonly runs: ReadonlyArray<number>
  readonly threads: number
  readonly worker: string
  /** Asked all the time: whether to stop here. Runs under way are given up. */
  readonly isStopped: () => boolean
  readonly onRun: (result: RunResult) => void
}

/**
 * What came of it; `isComplete` when it was not stopped.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignRun {
  readonly isComplete: boolean
  /** Ascending. */
  readonly results: ReadonlyArray<RunResult>
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out runs of a campaign. A run that can't be carried out ends it with a {@link ScenarioFailure} that
 * names the run.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runCampaign = async (campaign: Campaign, options: CampaignOptions): Promise<CampaignRun> => {
  const { runs, threads, isStopped, onRun } = options
  const pool = await startPool(Math.min(threads, runs.length), options)
  const results: RunResult[] = []
  let next = 0
  let isFailed = false
  const work = async (): Promise<void> => {
    while (next < runs.length && !isFailed && !isStopped()) {
      const run = runs[next] as number
      next += 1
      const done = await pool
        .measure(taskOf(campaign, run))
        .catch((error: unknown) => named(campaign, run, error))
      if (done === null) return
      if (done._tag === 'Failed') throw new ScenarioFailure(`${runName(campaign, run)}: ${done.reason}`, true)
      const result = { run, ...done.figures }
      results.push(result)
      onRun(result)
    }
  }
  try {
    await Promise.all(Array.from({ length: pool.width }, work))
  } finally {
    isFailed = true
    await pool.close()
  }
  results.sort((a, b) => a.run - b.run)
  return { isComplete: results.length === runs.length, results }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** `measure` gives null when it was stopped. */
interface Pool {
  readonly width: number
  readonly measure: (task: MeasureTask) => Promise<TaskResult | null>
  readonly close: () => Promise<void>
}

const taskOf = (campaign: Campaign, run: number): MeasureTask => {
  const scenario = scenarioOfRun(campaign, run)
  if (scenario._tag === 'Left') throw new ScenarioFailure(scenario.left, true)
  return { scenario: scenario.right, warmupNs: campaign.warmupNs, measures: campaign.measures }
}

/** A bug in a run says in which. */
const named = (campaign: Campaign, run: number, error: unknown): never => {
  if (error instanceof Error) error.message = `${runName(campaign, run)}: ${error.message}`
  throw error
}

const startPool = async (threads: number, { worker, isStopped }: CampaignOptions): Promise<Pool> => {
  if (threads <= 1) {
    const measure: Pool['measure'] = async (task) => {
      // Ctrl-C is heard between two runs.
      await nextTurn()
      return isStopped() ? null : measureTask(task)
    }
    return { width: 1, measure, close: () => Promise.resolve() }
  }
  const { Piscina } = await import('piscina')
  const pool = new Piscina({
    filename: worker,
    name: 'measureTask',
    minThreads: threads,
    maxThreads: threads
  })
  // The threads are stopped where they are: their runs are rejected, and count as not carried out.
  const watch = setInterval(() => {
    if (isStopped()) void pool.destroy()
  }, watchMs)
  const measure: Pool['measure'] = (task) =>
    pool.run(task).then(
      (result) => result as TaskResult,
      (error: unknown) => {
        if (isStopped()) return null
        throw error
      }
    )
  const close = async (): Promise<void> => {
    clearInterval(watch)
    await pool.destroy()
  }
  return { width: threads, measure, close }
}

/** How long Ctrl-C may go unheard. */
const watchMs = 50
