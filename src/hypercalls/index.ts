/**
 * Hypercalls: the one way in which a guest asks Xen for something.
 *
 * @since 0.1.0
 */
export * as HypercallTable from './HypercallTable.js'
export { notImplemented } from './notImplemented.js'
