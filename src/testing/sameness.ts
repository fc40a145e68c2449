/**
 * Helpers that compare and freeze values, to test that equal inputs give equal hosts and that finished
 * hosts stay as they are.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Freezes a plain value through and through, and gives it back. Whoever writes to it afterwards throws.
 * What is frozen already is not looked into again.
 *
 * @category transitions
 * @since 0.1.0
 */
export const deepFreeze = <A>(value: A): A => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  Object.freeze(value)
  for (const part of Object.values(value)) deepFreeze(part)
  return value
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The path of the first difference of two plain values, with both sides, or null when they are equal.
 * Fields are compared by name, not by order.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { firstDifference } from '@xensim/core/testing'
 *
 * assert.strictEqual(firstDifference({ a: [1, 2] }, { a: [1, 2] }), null)
 * assert.strictEqual(firstDifference({ a: [1, 2] }, { a: [1, 3] }), '.a.1: 2 and 3')
 *
 * @category queries
 * @since 0.1.0
 */
export const firstDifference = (a: unknown, b: unknown): string | null => differenceAt('', a, b)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const differenceAt = (path: string, a: unknown, b: unknown): string | null => {
  if (Object.is(a, b)) return null
  if (
    typeof a !== 'object' ||
    typeof b !== 'object' ||
    a === null ||
    b === null ||
    Array.isArray(a) !== Array.isArray(b)
  )
    return `${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`
  const [left, right] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  for (const key of Object.keys(left)) {
    if (!Object.hasOwn(right, key)) return `${path}.${key}: on one side only`
    const found = differenceAt(`${path}.${key}`, left[key], right[key])
    if (found !== null) return found
  }
  const extra = Object.keys(right).find((key) => !Object.hasOwn(left, key))
  return extra === undefined ? null : `${path}.${extra}: on one side only`
}
