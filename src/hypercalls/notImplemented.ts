/**
 * Decoding and carrying out hypercalls. Not built yet; the table of them is in HypercallTable.ts.
 *
 * @since 0.1.0
 */
import { notImplemented as unbuilt } from '../abi/index.js'
import type { NotImplemented } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What this folder answers until it is built.
 *
 * @category constants
 * @since 0.1.0
 */
export const notImplemented: NotImplemented = unbuilt('hypercall dispatch (decode, privilege check, result)')
