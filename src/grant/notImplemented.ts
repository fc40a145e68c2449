/**
 * Grant tables: how a domain lends pages to another one. Not built yet.
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
export const notImplemented: NotImplemented = unbuilt('grant tables (v1 and v2: map, unmap, copy, transfer)')
