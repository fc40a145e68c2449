/**
 * Domains: identity and life-cycle.
 *
 * @since 0.1.0
 */
export * as Domains from './Domains.js'
