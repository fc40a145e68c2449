/**
 * The package's own Immer, for updates that are not hot: settings of the application's Immer stay untouched.
 *
 * Freezing what it made is on in tests (the build of tests defines `XENSIM_FREEZE`) and off in the built
 * library.
 *
 * @since 0.1.0
 */
import { Immer, castDraft } from 'immer'
import type { Draft } from 'immer'

declare const XENSIM_FREEZE: boolean | undefined

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A value under a recipe: writable, all through.
 *
 * @category model
 * @since 0.1.0
 */
export type { Draft }

export { castDraft }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The value that `recipe` leaves of a draft of `base`; `base` itself when it changes nothing.
 *
 * @category transitions
 * @since 0.1.0
 */
export const produce = <A extends object>(base: A, recipe: (draft: Draft<A>) => void): A =>
  own.produce(base, recipe)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const own = new Immer({ autoFreeze: typeof XENSIM_FREEZE !== 'undefined' && XENSIM_FREEZE })
