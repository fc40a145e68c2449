/**
 * A law: a sentence about runs that can be false, and the function that finds where.
 *
 * @since 0.1.0
 */
import type { Run } from './Run.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A place where a law does not hold.
 *
 * @category model
 * @since 0.1.0
 */
export interface Violation {
  readonly atNs: number
  readonly text: string
}

/**
 * `violations` is pure: the same run gives the same list. `appliesTo` says whether the law has anything to
 * say of a run; to another one it has no objection, and a test should know how often that happened.
 *
 * @category model
 * @since 0.1.0
 */
export interface Law {
  readonly id: string
  readonly statement: string
  readonly appliesTo: (run: Run) => boolean
  readonly violations: (run: Run) => ReadonlyArray<Violation>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The violations of a law in a run; none when the law does not apply.
 *
 * @category queries
 * @since 0.1.0
 */
export const violationsOf = (law: Law, run: Run): ReadonlyArray<Violation> =>
  law.appliesTo(run) ? law.violations(run) : []

/**
 * A violation as one line.
 *
 * @category queries
 * @since 0.1.0
 */
export const showViolation = ({ atNs, text }: Violation): string => `at ${atNs} ns: ${text}`
