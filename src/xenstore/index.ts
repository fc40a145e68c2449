/**
 * The store that the domains of a host share. Not built yet.
 *
 * @since 0.1.0
 */
export { notImplemented } from './notImplemented.js'
