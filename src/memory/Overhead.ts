/**
 * Overhead: the pages Xen takes for itself, or keeps on behalf of a domain - shared info, grant table frames,
 * the paging pool. They count against no maximum and come out of no claim.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId } from '../abi/index.js'
import { ExtentMap } from '../prelude/index.js'
import type { MemoryError } from './Error.js'
import * as Heap from './Heap.js'
import * as Memory from './Memory.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Takes pages for a domain, or for Xen itself (`domid: null`).
 *
 * @category transitions
 * @since 0.1.0
 */
export const take = (
  memory: Memory.Memory,
  request: Memory.PagesRequest<number | null>
): Either<MemoryError, Memory.MemoryMoved> => {
  const { domid, pages, nodes } = request
  const domain = domid === null ? null : Memory.domainOf(memory, domid)
  if (domid !== null && domain === null) return E.left({ _tag: 'NoSuchDomain', domid })
  const availablePages = Memory.freePages(memory) - memory.outstandingPages
  if (pages > availablePages) return E.left({ _tag: 'NoMemory', pages, availablePages })
  if (pages === 0) return E.right({ memory, frames: Heap.noFrames })
  const lastNode = domain === null ? -1 : domain.lastNode
  const taken = Heap.take(memory.heap, { pages, nodes, lastNode })
  const rest = { ...memory, heap: taken.heap }
  const next =
    domain === null
      ? { ...rest, xenFrames: Heap.union(memory.xenFrames, taken.frames) }
      : Memory.withDomain(rest, {
          ...domain,
          lastNode: taken.lastNode,
          overhead: Heap.union(domain.overhead, taken.frames)
        })
  return E.right({ memory: next, frames: taken.frames })
}

/**
 * Frees the lowest frames of the overhead of a domain.
 *
 * @category transitions
 * @since 0.1.0
 */
export const give = (
  memory: Memory.Memory,
  { domid, pages }: { readonly domid: DomainId; readonly pages: number }
): Either<MemoryError, Memory.MemoryMoved> => {
  const domain = Memory.domainOf(memory, domid)
  if (domain === null) return E.left({ _tag: 'NoSuchDomain', domid })
  const presentPages = ExtentMap.lengthTotal(domain.overhead)
  if (pages > presentPages) return E.left({ _tag: 'TooFewPages', pages, presentPages })
  const [given, kept] = Heap.lowest(domain.overhead, pages)
  const heap = Heap.give(memory.heap, given)
  return E.right({
    memory: Memory.withDomain({ ...memory, heap }, { ...domain, overhead: kept }),
    frames: given
  })
}
