/**
 * Split drivers and device models. Not built yet.
 *
 * @since 0.1.0
 */
export { notImplemented } from './notImplemented.js'
