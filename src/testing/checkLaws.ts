/**
 * Tries laws on arbitrary laboratories.
 *
 * @since 0.1.0
 */
import * as fc from 'fast-check'

import { registryDefault } from './Laboratory.js'
import type { Laboratory, Registry } from './Laboratory.js'
import type { Law } from './Law.js'
import { violationsOf } from './Law.js'
import { reportFailure } from './reportFailure.js'
import type { LawFailure } from './reportFailure.js'
import { observeLaboratory } from './Run.js'
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What came of it: how many laboratories were run, to how many of them each law applied, by its id, and the
 * failure if there was one.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawOutcome {
  readonly runsTotal: number
  readonly applied: ReadonlyMap<string, number>
  readonly failure: LawFailure | null
}

/**
 * How laws are tried: fast-check's parameters, and what laboratories refer to. `onRun` is told of each run,
 * shrunk ones apart: for counting what was covered.
 *
 * @category model
 * @since 0.1.0
 */
export interface CheckOptions {
  readonly parameters?: fc.Parameters<[Laboratory]>
  readonly registry?: Registry
  readonly onRun?: (run: Run) => void
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Runs arbitrary laboratories and holds every law against each run. The first broken law ends it; the
 * laboratory is then shrunk.
 *
 * @category queries
 * @since 0.1.0
 */
export const checkLaws = (
  laws: ReadonlyArray<Law>,
  laboratories: fc.Arbitrary<Laboratory>,
  options: CheckOptions = {}
): LawOutcome => {
  const registry = options.registry ?? registryDefault
  const applied = new Map(laws.map(({ id }): [string, number] => [id, 0]))
  let isShrinking = false
  const property = fc.property(laboratories, (laboratory) => {
    const run = observe(laboratory, registry)
    if (!isShrinking) {
      options.onRun?.(run)
      for (const law of laws) if (law.appliesTo(run)) applied.set(law.id, (applied.get(law.id) ?? 0) + 1)
    }
    const isFine = laws.every((law) => violationsOf(law, run).length === 0)
    if (!isFine) isShrinking = true
    return isFine
  })
  const details = fc.check(property, options.parameters ?? {})
  if (!details.failed || details.counterexample === null)
    return { runsTotal: details.numRuns, applied, failure: null }
  const [laboratory] = details.counterexample
  const { seed, counterexamplePath: path, numShrinks: shrinksTotal, numRuns: runsTotal } = details
  const failure = { ...diagnose(laws, laboratory, registry), laboratory, seed, path, shrinksTotal, runsTotal }
  return { runsTotal, applied, failure }
}

/**
 * As {@link checkLaws}, but a broken law is an exception with the whole report as its message: for test
 * runners.
 *
 * @category queries
 * @since 0.1.0
 */
export const assertLaws = (
  laws: ReadonlyArray<Law>,
  laboratories: fc.Arbitrary<Laboratory>,
  options: CheckOptions = {}
): LawOutcome => {
  const outcome = checkLaws(laws, laboratories, options)
  if (outcome.failure !== null) throw new Error(reportFailure(outcome.failure))
  return outcome
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const observe = (laboratory: Laboratory, registry: Registry): Run => {
  const observed = observeLaboratory(laboratory, registry)
  if (observed._tag === 'Left') throw new Error(`the laboratory was refused: ${observed.left._tag}`)
  return observed.right
}

/** Which law the shrunk laboratory breaks, and where; or why it cannot be run. */
const diagnose = (
  laws: ReadonlyArray<Law>,
  laboratory: Laboratory,
  registry: Registry
): Pick<LawFailure, 'law' | 'violations' | 'error' | 'run'> => {
  try {
    const run = observe(laboratory, registry)
    const law = laws.find((one) => violationsOf(one, run).length > 0) ?? null
    const violations = law === null ? [] : violationsOf(law, run)
    return { law, violations, run, error: law === null ? 'it broke a law only once' : null }
  } catch (error) {
    return { law: null, violations: [], run: null, error: String(error) }
  }
}
