/**
 * Why the memory slice refuses something, and the error number each reason has in Xen.
 *
 * @since 0.1.0
 */
import type { DomainId, Errno } from '../abi/index.js'

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * - `NoSuchDomain`, `DomainExists`: what a domain id names. - `DomainDying`: a dying domain gets no memory
 * and can claim none. - `NoMemory`: the pages free and not claimed by other domains do not suffice. -
 * `AlreadyOverLimit`: the domain has more pages than its maximum, which was lowered. - `OverLimit`: it would
 * have more. - `TooFewPages`: less is there than should be given back. - `ClaimOutstanding`,
 * `ClaimOutOfRange`: a second claim; a claim not above the pages had, or above the maximum.
 *
 * @category errors
 * @since 0.1.0
 */
export type MemoryError =
  | { readonly _tag: 'NoSuchDomain'; readonly domid: DomainId }
  | { readonly _tag: 'DomainExists'; readonly domid: DomainId }
  | { readonly _tag: 'DomainDying'; readonly domid: DomainId }
  | { readonly _tag: 'NoMemory'; readonly pages: number; readonly availablePages: number }
  | { readonly _tag: 'AlreadyOverLimit'; readonly totPages: number; readonly maxPages: number }
  | {
      readonly _tag: 'OverLimit'
      readonly pages: number
      readonly totPages: number
      readonly maxPages: number
    }
  | { readonly _tag: 'TooFewPages'; readonly pages: number; readonly presentPages: number }
  | { readonly _tag: 'ClaimOutstanding'; readonly outstandingClaim: number }
  | { readonly _tag: 'ClaimOutOfRange'; readonly totPages: number; readonly maxPages: number }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The error number of each reason. Hypercalls that answer an unknown domain otherwise (a claim says EINVAL)
 * look at the tag first.
 *
 * @category constants
 * @since 0.1.0
 */
export const memoryErrno: Readonly<Record<MemoryError['_tag'], Errno>> = {
  NoSuchDomain: 'ESRCH',
  DomainExists: 'EEXIST',
  DomainDying: 'EINVAL',
  NoMemory: 'ENOMEM',
  AlreadyOverLimit: 'EPERM',
  OverLimit: 'E2BIG',
  TooFewPages: 'EINVAL',
  ClaimOutstanding: 'EINVAL',
  ClaimOutOfRange: 'EINVAL'
}
