/**
 * Where domain 0's memory lies.
 *
 * Xen builds domain 0 from few large pieces: what its kernel needs at once, the initial RAM disk, then ever
 * smaller powers of two until it has its amount, each piece from the node after the last one's. The two
 * sizes are fitted to the recorded machine, which had 747 and 342 MiB of its two nodes in use after boot;
 * their order of magnitude is that of the Linux it ran.
 *
 * @since 0.1.0
 */
import type { NodeId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Fitted: the kernel of domain 0 with its first page tables and maps, 52 MiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const kernelPages = 13_312

/**
 * Fitted: its initial RAM disk, 10.4 MiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const ramdiskPages = 2660

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Gives domain 0, which has no memory yet, its pages, from its nodes as far as they have them. There have to
 * be as many.
 *
 * @category transitions
 * @since 0.1.0
 */
export const populateDom0 = (host: Host, pages: number, nodes: ReadonlyArray<NodeId>): Host => {
  const nodesTotal = host.memory.heap.length
  let { memory } = host
  let at = nodes.length - 1
  for (const piece of pieces(pages)) {
    const node = BitSet.fromBits(nodesTotal, nodes.slice(at, at + 1))
    const taken = Memory.populate(memory, { domid: 0, pages: piece, nodes: node })
    invariant(taken._tag === 'Right', 'domain 0 is given no more than there is')
    memory = taken.right.memory
    at = (at + 1) % nodes.length
  }
  return { ...host, memory }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Xen allocates at most 1 GiB in one piece. */
const pieceMaxPages = 0x4_0000

const pieces = (pages: number): ReadonlyArray<number> => {
  const found: number[] = []
  let rest = pages
  const take = (piece: number): void => {
    if (piece === 0) return
    found.push(piece)
    rest -= piece
  }
  take(Math.min(rest, kernelPages))
  take(Math.min(rest, ramdiskPages))
  while (rest > 0) {
    let piece = pieceMaxPages
    while (piece > rest) piece /= 2
    take(piece)
  }
  return found
}
