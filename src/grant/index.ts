/**
 * Grant tables: how a domain lends pages to another one. Not built yet.
 *
 * @since 0.1.0
 */
export { notImplemented } from './notImplemented.js'
