/**
 * The memory of a host: free frames, the frames each domain has, and the accounting of both.
 *
 * Follows sections 1.2 to 1.7 and 2 of the memory specification: allocation by node, assignment against a
 * domain's maximum, claims. Every page a domain has counts against its maximum, except its overhead (see
 * `Overhead.ts`). A P2M per domain becomes one more field of
 * {@link MemoryDomain}.
 *
 * Invariants: MEM-01 to MEM-08, see `invariants.ts`.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId, NodeId } from '../abi/index.js'
import { ExtentMap, invariant } from '../prelude/index.js'
import type { BitSet } from '../prelude/index.js'
import type { MemoryError } from './Error.js'
import * as Heap from './Heap.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a domain has. `frames` counts against `maxPages`, `overhead` does not. `lastNode` is the node it got
 * memory from last, -1 before the first time.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemoryDomain {
  readonly domid: DomainId
  readonly maxPages: number
  readonly outstandingClaim: number
  readonly isDying: boolean
  readonly lastNode: number
  readonly frames: Heap.Frames
  readonly overhead: Heap.Frames
}

/**
 * The slice. Domains are in ascending order of their ids; `xenFrames` are Xen's own; `outstandingPages` is
 * the sum of all claims, kept because every allocation asks for it (MEM-04).
 *
 * @category model
 * @since 0.1.0
 */
export interface Memory {
  readonly heap: Heap.Heap
  readonly domains: ReadonlyArray<MemoryDomain>
  readonly xenFrames: Heap.Frames
  readonly outstandingPages: number
}

/**
 * The slice after pages changed hands, and which frames they were.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemoryMoved {
  readonly memory: Memory
  readonly frames: Heap.Frames
}

/**
 * Pages wanted by a domain, or by Xen itself (`null`), from the nodes of its affinity first (`null`: all).
 *
 * @category model
 * @since 0.1.0
 */
export interface PagesRequest<D extends number | null> {
  readonly domid: D
  readonly pages: number
  readonly nodes: BitSet.BitSet | null
}

/**
 * The accounting of a domain, in pages.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainPages {
  readonly totPages: number
  readonly maxPages: number
  readonly outstandingClaim: number
  readonly overheadPages: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The largest maximum, 2^32 - 1 pages: what "no limit" means, and what larger limits are cut to.
 *
 * @category constants
 * @since 0.1.0
 */
export const pagesMax = 0xffff_ffff

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The memory of a host without domains: per NUMA node its ranges of RAM. Frame 0 counts as Xen's own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (nodes: ReadonlyArray<ReadonlyArray<ExtentMap.Range>>): Memory => {
  const heap = Heap.make(nodes)
  const hasZero = Heap.totalPages(heap) > Heap.freePages(heap)
  const xenFrames = hasZero
    ? ExtentMap.set(Heap.noFrames, { first: 0, length: 1 }, true, Heap.sameValue)
    : Heap.noFrames
  return { heap, domains: [], xenFrames, outstandingPages: 0 }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * A new domain without pages.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addDomain = (
  memory: Memory,
  { domid, maxPages }: { readonly domid: DomainId; readonly maxPages: number }
): Either<MemoryError, Memory> => {
  const place = memory.domains.findIndex((other) => other.domid >= domid)
  const at = place < 0 ? memory.domains.length : place
  if (memory.domains[at]?.domid === domid) return E.left({ _tag: 'DomainExists', domid })
  const domain: MemoryDomain = {
    domid,
    maxPages: Math.min(maxPages, pagesMax),
    outstandingClaim: 0,
    isDying: false,
    lastNode: -1,
    frames: Heap.noFrames,
    overhead: Heap.noFrames
  }
  const domains = [...memory.domains.slice(0, at), domain, ...memory.domains.slice(at)]
  return E.right({ ...memory, domains })
}

/**
 * Sets the maximum. It may be below what the domain has; then it gets nothing until it has less.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setMaxPages = (
  memory: Memory,
  { domid, maxPages }: { readonly domid: DomainId; readonly maxPages: number }
): Either<MemoryError, Memory> => {
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  return E.right(withDomain(memory, { ...domain, maxPages: Math.min(maxPages, pagesMax) }))
}

/**
 * Gives a domain pages, all or none. They come out of its claim as far as that reaches; a domain can have
 * what is free and not claimed by others.
 *
 * @category transitions
 * @since 0.1.0
 */
export const populate = (memory: Memory, request: PagesRequest<number>): Either<MemoryError, MemoryMoved> => {
  const { domid, pages, nodes } = request
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  if (pages === 0) return E.right({ memory, frames: Heap.noFrames })
  const error = populateError(memory, domain, pages)
  if (error !== null) return E.left(error)
  const taken = Heap.take(memory.heap, { pages, nodes, lastNode: domain.lastNode })
  const claimed = Math.min(domain.outstandingClaim, pages)
  const next = withDomain(
    { ...memory, heap: taken.heap, outstandingPages: memory.outstandingPages - claimed },
    {
      ...domain,
      outstandingClaim: domain.outstandingClaim - claimed,
      lastNode: taken.lastNode,
      frames: Heap.union(domain.frames, taken.frames)
    }
  )
  return E.right({ memory: next, frames: taken.frames })
}

/**
 * Takes pages from a domain and frees them: its lowest frames, which as a rule it got last. Claims are not
 * restored.
 *
 * @category transitions
 * @since 0.1.0
 */
export const decrease = (
  memory: Memory,
  { domid, pages }: { readonly domid: DomainId; readonly pages: number }
): Either<MemoryError, MemoryMoved> => {
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  const presentPages = ExtentMap.lengthTotal(domain.frames)
  if (pages > presentPages) return E.left({ _tag: 'TooFewPages', pages, presentPages })
  const [given, kept] = Heap.lowest(domain.frames, pages)
  const heap = Heap.give(memory.heap, given)
  return E.right({ memory: withDomain({ ...memory, heap }, { ...domain, frames: kept }), frames: given })
}

/**
 * Sets pages aside, by number, not by place, so that the domain can reach `pages` in all whatever others do.
 * 0 drops the claim. A claim cannot be changed, only dropped and made again.
 *
 * @category transitions
 * @since 0.1.0
 */
export const claim = (
  memory: Memory,
  { domid, pages }: { readonly domid: DomainId; readonly pages: number }
): Either<MemoryError, Memory> => {
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  if (domain.isDying) return E.left({ _tag: 'DomainDying', domid })
  if (pages === 0) return E.right(withClaim(memory, domain, 0))
  const { maxPages, outstandingClaim } = domain
  if (outstandingClaim > 0) return E.left({ _tag: 'ClaimOutstanding', outstandingClaim })
  const totPages = ExtentMap.lengthTotal(domain.frames)
  if (pages <= totPages || pages > maxPages) return E.left({ _tag: 'ClaimOutOfRange', totPages, maxPages })
  const availablePages = freePages(memory) - memory.outstandingPages
  if (pages - totPages > availablePages) return E.left({ _tag: 'NoMemory', pages, availablePages })
  return E.right(withClaim(memory, domain, pages - totPages))
}

/**
 * A domain begins to die: its claim is dropped, and it gets no more pages.
 *
 * @category transitions
 * @since 0.1.0
 */
export const markDying = (memory: Memory, domid: DomainId): Either<MemoryError, Memory> => {
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  return E.right(withClaim(memory, { ...domain, isDying: true }, 0))
}

/**
 * A domain is gone: its claim is dropped, and all its frames and its overhead are free.
 *
 * @category transitions
 * @since 0.1.0
 */
export const removeDomain = (memory: Memory, domid: DomainId): Either<MemoryError, Memory> => {
  const domain = domainOf(memory, domid)
  if (domain === null) return noSuchDomain(domid)
  const next = {
    ...memory,
    heap: Heap.give(Heap.give(memory.heap, domain.frames), domain.overhead),
    domains: memory.domains.filter((other) => other.domid !== domid),
    outstandingPages: memory.outstandingPages - domain.outstandingClaim
  }
  return E.right(check(next))
}

/**
 * The slice with the record of one of its domains replaced.
 *
 * @category transitions
 * @since 0.1.0
 */
export const withDomain = (memory: Memory, domain: MemoryDomain): Memory =>
  check({
    ...memory,
    domains: memory.domains.map((other) => (other.domid === domain.domid ? domain : other))
  })

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The record of a domain, or `null` if there is none with this id.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainOf = (memory: Memory, domid: DomainId): MemoryDomain | null =>
  memory.domains.find((domain) => domain.domid === domid) ?? null

/**
 * Free pages of the host, claimed or not.
 *
 * @category queries
 * @since 0.1.0
 */
export const freePages = (memory: Memory): number => Heap.freePages(memory.heap)

/**
 * Free pages of one NUMA node; 0 if there is no such node.
 *
 * @category queries
 * @since 0.1.0
 */
export const freePagesOfNode = (memory: Memory, node: NodeId): number =>
  ExtentMap.lengthTotal(memory.heap[node]?.free ?? Heap.noFrames)

/**
 * All pages of RAM.
 *
 * @category queries
 * @since 0.1.0
 */
export const totalPages = (memory: Memory): number => Heap.totalPages(memory.heap)

/**
 * The sum of all claims.
 *
 * @category queries
 * @since 0.1.0
 */
export const outstandingPages = (memory: Memory): number => memory.outstandingPages

/**
 * How many pages a domain could be given now, were it not for its maximum: free and not claimed by others.
 *
 * @category queries
 * @since 0.1.0
 */
export const availablePages = (memory: Memory, domid: DomainId): number =>
  freePages(memory) - memory.outstandingPages + (domainOf(memory, domid)?.outstandingClaim ?? 0)

/**
 * The accounting of a domain, or `null` if there is none with this id.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainPages = (memory: Memory, domid: DomainId): DomainPages | null => {
  const domain = domainOf(memory, domid)
  if (domain === null) return null
  return {
    totPages: ExtentMap.lengthTotal(domain.frames),
    maxPages: domain.maxPages,
    outstandingClaim: domain.outstandingClaim,
    overheadPages: ExtentMap.lengthTotal(domain.overhead)
  }
}

/**
 * How many of its counted pages a domain has in each NUMA node, by node.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainPagesByNode = (memory: Memory, domid: DomainId): ReadonlyArray<number> => {
  const frames = domainOf(memory, domid)?.frames ?? Heap.noFrames
  return memory.heap.map((node) => Heap.pagesOfNode(node, frames))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const noSuchDomain = (domid: DomainId): Either<MemoryError, never> => E.left({ _tag: 'NoSuchDomain', domid })

const withClaim = (memory: Memory, domain: MemoryDomain, outstandingClaim: number): Memory =>
  withDomain(
    { ...memory, outstandingPages: memory.outstandingPages - domain.outstandingClaim + outstandingClaim },
    { ...domain, outstandingClaim }
  )

/** In Xen's order: first memory is found, then it is assigned. */
const populateError = (memory: Memory, domain: MemoryDomain, pages: number): MemoryError | null => {
  const { domid, maxPages, isDying } = domain
  const available = availablePages(memory, domid)
  const totPages = ExtentMap.lengthTotal(domain.frames)
  if (pages > available) return { _tag: 'NoMemory', pages, availablePages: available }
  if (isDying) return { _tag: 'DomainDying', domid }
  if (totPages > maxPages) return { _tag: 'AlreadyOverLimit', totPages, maxPages }
  if (pages > maxPages - totPages) return { _tag: 'OverLimit', pages, totPages, maxPages }
  return null
}

/** Returns the slice, or stops the program: what every change of pages or claims could break. */
const check = (memory: Memory): Memory => {
  invariant(memory.outstandingPages >= 0, 'MEM-04: claims are not negative')
  invariant(memory.outstandingPages <= freePages(memory), 'MEM-05: what is claimed is free')
  return memory
}
