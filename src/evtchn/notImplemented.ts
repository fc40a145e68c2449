/**
 * Event channels: how a domain is notified. Not built yet.
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
export const notImplemented: NotImplemented = unbuilt(
  'event channels (2-level and FIFO: bind, send, poll, virtual interrupts)'
)
