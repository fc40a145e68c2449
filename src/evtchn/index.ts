/**
 * Event channels: how a domain is notified. Not built yet.
 *
 * @since 0.1.0
 */
export { notImplemented } from './notImplemented.js'
