/**
 * The one way to say "this is our bug, not the caller's": a thrown {@link InvariantViolation}.
 *
 * Nothing inside the core catches it. The shell adds the journal so far and lets it go on to the application,
 * so that a broken invariant already is a bug report.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A condition that the package promises itself did not hold.
 *
 * @category model
 * @since 0.1.0
 */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Throws an {@link InvariantViolation} unless `condition` holds.
 *
 * @category constructors
 * @since 0.1.0
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message)
}

/**
 * Marks a branch that types say can't be reached.
 *
 * @category constructors
 * @since 0.1.0
 */
export const absurd = (value: never): never => {
  throw new InvariantViolation(`unreachable case: ${JSON.stringify(value)}`)
}
