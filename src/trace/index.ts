/**
 * Traces: conformance with golden ones.
 *
 * @since 0.1.0
 */
export { conform, traceLines } from './conform/conform.js'
export type { Conformance } from './conform/conform.js'
export type { GoldenHeader } from './conform/golden.js'
