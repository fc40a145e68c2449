/**
 * One run of a campaign as a worker thread carries it out: plain data in, plain data out.
 *
 * @since 0.1.0
 */
import { Table } from '../prelude/index.js'
import { scenarioToPlan, workloadOperations } from '../replay/index.js'
import type { Scenario } from '../replay/index.js'
import { measureRun } from '../trace/index.js'
import type { MeasureRequest, MeasuredRun, RunFigures } from '../trace/index.js'
import type { Host } from '../machine/index.js'

import { makeShellEnvironment } from './environment.js'
import { transitionErrorText } from './errorText.js'
import { ScenarioFailure, bootScenario } from './runScenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface MeasureTask {
  readonly scenario: Scenario
  readonly warmupNs: number
  readonly measures: ReadonlyArray<MeasureRequest>
}

/**
 * The figures, or why there are none.
 *
 * @category model
 * @since 0.1.0
 */
export type TaskResult =
  | { readonly _tag: 'Done'; readonly figures: RunFigures }
  | { readonly _tag: 'Failed'; readonly reason: string }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Boots the host of a scenario, lets it run to its end, and measures. Domains from files are none of its:
 * campaigns have none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const measureTask = ({ scenario, warmupNs, measures }: MeasureTask): TaskResult => {
  const plan = scenarioToPlan(scenario)
  const env = makeShellEnvironment()
  try {
    const { host } = bootScenario(env, plan)
    const operations: Array<MeasuredRun['operations'][number]> = []
    if (plan.dom0 !== null)
      for (const operation of workloadOperations(0, plan.dom0, vcpusOfDom0(host)))
        operations.push({ atNs: 0, operation })
    for (const step of plan.steps) {
      if (step._tag !== 'Operate') return failed(`domain ${step.domain.name} comes from a file`)
      operations.push({ atNs: step.atNs, operation: step.operation })
    }
    const { durationNs } = plan
    const measured = measureRun(env, host, { operations, durationNs, warmupNs, measures })
    if (measured._tag === 'Left') return failed(transitionErrorText(measured.left))
    return { _tag: 'Done', figures: measured.right }
  } catch (error) {
    if (error instanceof ScenarioFailure) return failed(error.message)
    throw error
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const failed = (reason: string): TaskResult => ({ _tag: 'Failed', reason })

const vcpusOfDom0 = ({ sched }: Host): number => {
  const slot = sched.domainOrder.find((other) => Table.get(sched.domains, other).domid === 0)
  return slot === undefined ? 0 : Table.get(sched.domains, slot).vcpus.length
}
