/**
 * What a corner of Xen answers that this package does not build: a value that names the Xen feature, never a
 * silent no-op and never a made-up result.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The feature is Xen's own name for the thing, as a user of Xen would look it up.
 *
 * @category model
 * @since 0.1.0
 */
export interface NotImplemented {
  readonly _tag: 'NotImplemented'
  readonly feature: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @example
 * import * as assert from 'node:assert'
 * import { notImplemented } from '@xensim/core/evtchn'
 *
 * assert.strictEqual(notImplemented._tag, 'NotImplemented')
 * assert.match(notImplemented.feature, /event channels/)
 *
 * @category constructors
 * @since 0.1.0
 */
export const notImplemented = (feature: string): NotImplemented => ({ _tag: 'NotImplemented', feature })
