/**
 * Domains: identity and life-cycle.
 *
 * @since 0.1.0
 */
export { domainsCodec } from './codec.js'
export * as Domains from './Domains.js'
