/**
 * What a failing law prints: everything a bug report needs, to be pasted back as it is.
 *
 * @since 0.1.0
 */
import type { DecisionOutput, DomainId } from '../abi/index.js'

import { labToJournal } from './labToJournal.js'
import { labToScenario } from './labToScenario.js'
import type { Laboratory } from './Laboratory.js'
import type { Law, Violation } from './Law.js'
import { showViolation } from './Law.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A laboratory that breaks a law, as small as shrinking made it. `law` and `run` are null when the
 * laboratory could not be run to its end; `error` then says why. `seed` and `path` are fast-check's, to
 * find the same laboratory again.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawFailure {
  readonly law: Law | null
  readonly violations: ReadonlyArray<Violation>
  readonly error: string | null
  readonly laboratory: Laboratory
  readonly run: Run | null
  readonly seed: number
  readonly path: string | null
  readonly runsTotal: number
  readonly shrinksTotal: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Violations and decisions shown. More of the same does not help. */
const violationsShown = 3
const decisionsShown = 12

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The report: law, violations, seed and path, the time line of the last decisions up to the first
 * violation, and the laboratory as the text of a JSON file, of a scenario file where there is one, and of a
 * journal.
 *
 * @category queries
 * @since 0.1.0
 */
export const reportFailure = (failure: LawFailure): string => {
  const { law, violations, error, laboratory, run, seed, path, runsTotal, shrinksTotal } = failure
  const [first] = violations
  const scenario = labToScenario(laboratory)
  const journal = labToJournal(laboratory, run?.registry)
  return [
    law === null ? `a laboratory could not be run: ${error}` : `${law.id} is broken: ${law.statement}`,
    ...violations.slice(0, violationsShown).map((violation) => `  ${showViolation(violation)}`),
    ...(violations.length > violationsShown ? [`  and ${violations.length - violationsShown} more`] : []),
    `found in run ${runsTotal}, shrunk ${shrinksTotal} times`,
    `the same again: { seed: ${seed}, path: '${path ?? ''}' }`,
    ...(run === null || first === undefined ? [] : ['last decisions:', ...timeLine(run, first.atNs)]),
    'laboratory:',
    JSON.stringify(laboratory),
    ...(scenario === null ? [] : ['the same as a scenario file:', scenario]),
    ...(journal === null ? [] : ['the same as a journal:', journal])
  ].join('\n')
}

/**
 * The last decisions of a run up to a time, one line each.
 *
 * @category queries
 * @since 0.1.0
 */
export const timeLine = (run: Run, untilNs: number): ReadonlyArray<string> =>
  run.instants
    .flatMap(({ outputs }) => outputs.filter((output) => output._tag === 'Decision'))
    .filter(({ atNs }) => atNs <= untilNs)
    .slice(-decisionsShown)
    .map(showDecision)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const showDecision = (decision: DecisionOutput): string => {
  const { atNs, pcpu, prevDomid, prevUnit, nextDomid, nextUnit, sliceNs, isMigrated } = decision
  const name = (domid: DomainId, unit: number): string => (domid < 0 ? 'idle' : `${domid}.${unit}`)
  const slice = sliceNs < 0 ? '' : ` for ${sliceNs} ns`
  const moved = isMigrated ? ', from another pCPU' : ''
  const change = `${name(prevDomid, prevUnit)} -> ${name(nextDomid, nextUnit)}`
  return `  ${atNs} ns  pCPU ${pcpu}  ${change}${slice}${moved}`
}
