/**
 * Weighted max-min fairness ("water filling") and Jain's index: what a fair scheduler would have given, and
 * how even what was given is.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A claim on a divisible good: never more than `limit`, otherwise in proportion to `weight`, which is
 * positive.
 *
 * @category model
 * @since 0.1.0
 */
export interface Claim {
  readonly weight: number
  readonly limit: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Divides `capacity` among the claims, in their order. There is one level L with: each claim gets
 * `min(weight x L, limit)`, and the parts sum up to `min(capacity, sum of limits)`.
 *
 * This is the weighted max-min fair division of Bertsekas and Gallager; applied to demand over an interval
 * it is what generalised processor sharing (Parekh and Gallager, 1993) gives to flows that are backlogged
 * or not for the whole of it.
 *
 * @category queries
 * @since 0.1.0
 */
export const waterFill = (capacity: number, claims: ReadonlyArray<Claim>): ReadonlyArray<number> => {
  const order = claims.map((claim, i) => ({ i, claim, level: claim.limit / claim.weight }))
  order.sort((a, b) => a.level - b.level || a.i - b.i)
  const parts = claims.map(() => 0)
  let left = capacity
  let weightLeft = order.reduce((sum, { claim }) => sum + claim.weight, 0)
  for (const { i, claim } of order) {
    const part = Math.max(0, Math.min(claim.limit, (left * claim.weight) / weightLeft))
    parts[i] = part
    left -= part
    weightLeft -= claim.weight
  }
  return parts
}

/**
 * Jain's index of fairness, (sum of x)^2 / (n x sum of x^2): 1 when all are equal, 1/n when one has
 * everything. Null for no values; 1 when all are zero, being equal.
 *
 * @category queries
 * @since 0.1.0
 */
export const jainIndex = (values: ReadonlyArray<number>): number | null => {
  if (values.length === 0) return null
  let sum = 0
  let squares = 0
  for (const x of values) {
    sum += x
    squares += x * x
  }
  return squares === 0 ? 1 : Math.min(1, (sum * sum) / (values.length * squares))
}
