/**
 * Memory that Xen keeps for itself: at boot, and for each domain.
 *
 * The structures whose size follows from the RAM are modelled: the frame table, 32 bytes a page, which the
 * boot allocator takes from the top of memory, and the machine-to-physical table, 8 bytes a page, from each
 * node for its own frames. The remaining numbers are fitted to the four `xl info -n` of the recorded machine
 * (6 GiB, 2 nodes; free 5054, 4925, 4797 and 4538 MiB with 0, 1, 2 and 4 domains) and to nothing else: Xen's
 * image, heap and console ring, and the pages a domain costs beyond its memory and paging pool. They explain
 * all twelve recorded numbers, to the MiB.
 *
 * @since 0.1.0
 */
import type { DomainId, NodeId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { Memory, Overhead } from '../../memory/index.js'
import { BitSet } from '../../prelude/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Fitted: what Xen has of the first node besides its tables.
 *
 * @category constants
 * @since 0.1.0
 */
export const xenFixedPages = 1357

/**
 * Fitted: pages of a domain and of each of its vCPUs, besides the paging pool.
 *
 * @category constants
 * @since 0.1.0
 */
export const domainOverheadPages = 16

/**
 * @category constants
 * @since 0.1.0
 */
export const vcpuOverheadPages = 8

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Takes what Xen keeps when it boots; on a host too small for it, what there is.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeXenMemory = (host: Host): Host => {
  const pages = Memory.totalPages(host.memory)
  const last = host.memory.heap.length - 1
  const tables = host.memory.heap.map(({ node, ranges }) => ({
    node,
    pages: tablePages(
      ranges.reduce((sum, { length }) => sum + length, 0),
      machineToPhysBytes
    )
  }))
  const wanted = [
    { node: last, pages: tablePages(pages, frameTableBytes) },
    ...tables,
    { node: 0, pages: pages === 0 ? 0 : xenFixedPages }
  ]
  return wanted.reduce((next, part) => takeFrom(next, null, part.pages, [part.node]), host)
}

/**
 * Takes what a new domain costs Xen, from the nodes of the domain first. Whoever built the domain made sure
 * that it fits.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeDomainOverhead = (
  host: Host,
  given: {
    readonly domid: DomainId
    readonly vcpus: number
    readonly poolPages: number
    readonly nodes: ReadonlyArray<NodeId>
  }
): Host => takeFrom(host, given.domid, domainOverhead(given), given.nodes)

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How many pages a domain costs Xen.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainOverhead = (given: { readonly vcpus: number; readonly poolPages: number }): number =>
  domainOverheadPages + given.vcpus * vcpuOverheadPages + given.poolPages

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const frameTableBytes = 32
const machineToPhysBytes = 8
const pageBytes = 4096

const tablePages = (pages: number, bytesEach: number): number => Math.ceil((pages * bytesEach) / pageBytes)

const takeFrom = (host: Host, domid: DomainId | null, wanted: number, nodes: ReadonlyArray<NodeId>): Host => {
  const { memory } = host
  const pages = Math.min(wanted, Memory.freePages(memory) - Memory.outstandingPages(memory))
  const mask = BitSet.fromBits(memory.heap.length, nodes)
  const taken = Overhead.take(memory, { domid, pages, nodes: mask })
  return taken._tag === 'Left' ? host : { ...host, memory: taken.right.memory }
}
