/**
 * One run of a campaign: from a booted host and what is to be done to it, to its figures. A function of its
 * arguments, so that it does not matter which thread of which machine carries it out.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Operation, Output } from '../../abi/index.js'
import { advance, transition } from '../../machine/index.js'
import type { Environment, Host, TransitionError } from '../../machine/index.js'
import { addOutputs, emptyReport, sliceEndNs } from '../report/Report.js'
import { summarise } from '../report/summarise.js'

import { measureReport } from './measures.js'
import type { MeasureRequest } from './measures.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What is done to the host, until when, from when on it is measured, and what.
 *
 * @category model
 * @since 0.1.0
 */
export interface MeasuredRun {
  readonly operations: ReadonlyArray<{ readonly atNs: number; readonly operation: Operation }>
  readonly durationNs: number
  readonly warmupNs: number
  readonly measures: ReadonlyArray<MeasureRequest>
}

/**
 * The figures in the order of the measures, and how many operations Xen refused.
 *
 * @category model
 * @since 0.1.0
 */
export interface RunFigures {
  readonly refused: number
  readonly values: ReadonlyArray<number | null>
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out a run on a host at time 0.
 *
 * @category transitions
 * @since 0.1.0
 */
export const measureRun = (
  env: Environment,
  booted: Host,
  { operations, durationNs, warmupNs, measures }: MeasuredRun
): Either<TransitionError, RunFigures> => {
  const planned = transition(env, booted, { _tag: 'Plan', operations }, { trace: true })
  if (E.isLeft(planned)) return planned
  const warm = runTo(env, planned.right[0], warmupNs, () => undefined)
  if (E.isLeft(warm)) return warm
  const report = emptyReport(warm.right.host)
  const ran = runTo(env, warm.right.host, durationNs, (outputs, after) => {
    addOutputs(report, outputs, after)
  })
  if (E.isLeft(ran)) return ran
  const summary = summarise(report, ran.right.host)
  return E.right({
    refused: refusedIn(planned.right[1]) + warm.right.refused + ran.right.refused,
    values: measureReport(report, summary, measures)
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** As a scenario runs: outputs are handed on and forgotten. */
const sliceNs = 100_000_000

interface Ran {
  readonly host: Host
  readonly refused: number
}

const runTo = (
  env: Environment,
  from: Host,
  toNs: number,
  onSlice: (outputs: ReadonlyArray<Output>, after: Host) => void
): Either<TransitionError, Ran> => {
  let host = from
  let refused = 0
  while (host.nowNs < toNs) {
    const ran = advance(env, host, sliceEndNs(host, toNs, sliceNs), { trace: true })
    if (E.isLeft(ran)) return ran
    host = ran.right[0]
    refused += refusedIn(ran.right[1])
    onSlice(ran.right[1], host)
  }
  return E.right({ host, refused })
}

const refusedIn = (outputs: ReadonlyArray<Output>): number =>
  outputs.filter((output) => output._tag === 'ControlDone' && output.errno !== null).length
