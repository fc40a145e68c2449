/**
 * The requests that the memory slice answers: what other slices and hypercalls leave for it.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId } from '../abi/index.js'
import { absurd } from '../prelude/index.js'
import type { BitSet } from '../prelude/index.js'
import type { MemoryError } from './Error.js'
import * as Heap from './Heap.js'
import * as Memory from './Memory.js'
import * as Overhead from './Overhead.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One change of the slice, as data. `nodes` are the NUMA nodes to prefer, `null` for all of them.
 *
 * @category model
 * @since 0.1.0
 */
export type MemoryRequest =
  | { readonly _tag: 'MemoryAddDomain'; readonly domid: DomainId; readonly maxPages: number }
  | { readonly _tag: 'MemorySetMaxPages'; readonly domid: DomainId; readonly maxPages: number }
  | {
      readonly _tag: 'MemoryPopulate'
      readonly domid: DomainId
      readonly pages: number
      readonly nodes: BitSet.BitSet | null
    }
  | { readonly _tag: 'MemoryDecrease'; readonly domid: DomainId; readonly pages: number }
  | { readonly _tag: 'MemoryClaim'; readonly domid: DomainId; readonly pages: number }
  | {
      readonly _tag: 'MemoryTakeOverhead'
      readonly domid: DomainId | null
      readonly pages: number
      readonly nodes: BitSet.BitSet | null
    }
  | { readonly _tag: 'MemoryGiveOverhead'; readonly domid: DomainId; readonly pages: number }
  | { readonly _tag: 'MemoryMarkDying'; readonly domid: DomainId }
  | { readonly _tag: 'MemoryRemoveDomain'; readonly domid: DomainId }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Answers a request: the next slice and the frames that changed hands, or why not.
 *
 * @category transitions
 * @since 0.1.0
 */
export const answer = (
  memory: Memory.Memory,
  request: MemoryRequest
): Either<MemoryError, Memory.MemoryMoved> => {
  switch (request._tag) {
    case 'MemoryAddDomain':
      return unmoved(Memory.addDomain(memory, request))
    case 'MemorySetMaxPages':
      return unmoved(Memory.setMaxPages(memory, request))
    case 'MemoryPopulate':
      return Memory.populate(memory, request)
    case 'MemoryDecrease':
      return Memory.decrease(memory, request)
    case 'MemoryClaim':
      return unmoved(Memory.claim(memory, request))
    case 'MemoryTakeOverhead':
      return Overhead.take(memory, request)
    case 'MemoryGiveOverhead':
      return Overhead.give(memory, request)
    case 'MemoryMarkDying':
      return unmoved(Memory.markDying(memory, request.domid))
    case 'MemoryRemoveDomain':
      return unmoved(Memory.removeDomain(memory, request.domid))
    default:
      return absurd(request)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const unmoved = (result: Either<MemoryError, Memory.Memory>): Either<MemoryError, Memory.MemoryMoved> =>
  E.isLeft(result) ? result : E.right({ memory: result.right, frames: Heap.noFrames })
