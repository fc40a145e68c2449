/**
 * The heap: which frames of which NUMA node are free, and who gets which of them.
 *
 * As in Xen, an allocation descends from the top of a node, starts at the node after the one the domain got
 * memory from last, keeps to the domain's node affinity as long as that has memory, and then takes any other
 * node. Memory is asked for in extents of 2 MiB, as domain builders do, so that the extents of a domain
 * alternate between the nodes; single pages follow where no whole extent is left.
 *
 * Free memory is ranges of frames, not lists of blocks: a node gives its highest free pages, whole blocks or
 * not. Which frame a page gets is therefore first fit from the top, where Xen prefers the smallest sufficient
 * block.
 *
 * Invariants: MEM-01 (nodes ascend, ranges are disjoint) and MEM-08 (frame 0 is never free).
 *
 * @since 0.1.0
 */
import type { NodeId } from '../abi/index.js'
import { BitSet, ExtentMap, invariant } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A set of machine frames. All values are `true`.
 *
 * @category model
 * @since 0.1.0
 */
export type Frames = ExtentMap.ExtentMap<true>

/**
 * A NUMA node: the frames of its RAM, ascending, and those of them that are free.
 *
 * @category model
 * @since 0.1.0
 */
export interface HeapNode {
  readonly node: NodeId
  readonly ranges: ReadonlyArray<ExtentMap.Range>
  readonly free: Frames
}

/**
 * All nodes; node n is at place n.
 *
 * @category model
 * @since 0.1.0
 */
export type Heap = ReadonlyArray<HeapNode>

/**
 * How many pages are wanted, where from first (`null`: anywhere), and which node gave memory last (-1: none).
 *
 * @category model
 * @since 0.1.0
 */
export interface HeapRequest {
  readonly pages: number
  readonly nodes: BitSet.BitSet | null
  readonly lastNode: number
}

/**
 * What was taken, and the heap without it.
 *
 * @category model
 * @since 0.1.0
 */
export interface HeapTaken {
  readonly heap: Heap
  readonly frames: Frames
  readonly lastNode: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The most NUMA nodes Xen knows.
 *
 * @category constants
 * @since 0.1.0
 */
export const nodesMax = 64

/**
 * Pages of an extent of 2 MiB, the unit in which memory alternates between nodes.
 *
 * @category constants
 * @since 0.1.0
 */
export const extentPages = 512

/**
 * The set of no frames.
 *
 * @category constants
 * @since 0.1.0
 */
export const noFrames: Frames = ExtentMap.empty

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A heap whose RAM is all free, except frame 0, which Xen never puts into the heap.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (nodes: ReadonlyArray<ReadonlyArray<ExtentMap.Range>>): Heap => {
  invariant(nodes.length >= 1 && nodes.length <= nodesMax, 'a host has 1 to 64 NUMA nodes')
  return nodes.map((ranges, node) => {
    const ram = ranges.reduce<Frames>((frames, range) => withRange(frames, range), noFrames)
    return { node, ranges: ExtentMap.entries(ram).map(toRange), free: ExtentMap.remove(ram, frameZero) }
  })
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Takes free pages; there have to be enough of them in all nodes together.
 *
 * @category transitions
 * @since 0.1.0
 */
export const take = (heap: Heap, request: HeapRequest): HeapTaken => {
  invariant(request.pages <= freePages(heap), 'no more pages are taken than are free')
  const left = heap.map(({ free }) => ExtentMap.lengthTotal(free))
  const all = heap.map(({ node }) => node)
  const isNear = (node: NodeId): boolean => request.nodes === null || BitSet.has(request.nodes, node)
  const near = all.filter(isNear)
  const far = all.filter((node) => !isNear(node))
  const plan: Plan = { left, taken: heap.map(() => 0), lastNode: request.lastNode }
  let extents = Math.floor(request.pages / extentPages)
  extents -= alternate(plan, near, extents, extentPages)
  extents -= fill(plan, far, extents, extentPages)
  let pages = extents * extentPages + (request.pages % extentPages)
  pages -= alternate(plan, near, pages, 1)
  pages -= fill(plan, far, pages, 1)
  invariant(pages === 0, 'the nodes have what they were counted to have')
  return takePlanned(heap, plan)
}

/**
 * Gives frames back to the nodes they belong to. None of them may be free already.
 *
 * @category transitions
 * @since 0.1.0
 */
export const give = (heap: Heap, frames: Frames): Heap => {
  if (frames === null) return heap
  let given = 0
  const next = heap.map((node) => {
    const returned = node.ranges.flatMap((range) => ExtentMap.within(frames, range))
    if (returned.length === 0) return node
    const before = ExtentMap.lengthTotal(node.free)
    const free = returned.reduce<Frames>((map, extent) => withRange(map, extent), node.free)
    given += ExtentMap.lengthTotal(free) - before
    return { ...node, free }
  })
  invariant(given === ExtentMap.lengthTotal(frames), 'frames given back are RAM and were not free')
  return next
}

/**
 * Both sets of frames together.
 *
 * @category transitions
 * @since 0.1.0
 */
export const union = (a: Frames, b: Frames): Frames =>
  ExtentMap.extentsTotal(a) < ExtentMap.extentsTotal(b)
    ? ExtentMap.union(b, a, sameValue)
    : ExtentMap.union(a, b, sameValue)

/**
 * The lowest frames of a set, as many as asked for, and the rest.
 *
 * @category transitions
 * @since 0.1.0
 */
export const lowest = (frames: Frames, pages: number): readonly [Frames, Frames] => {
  const total = ExtentMap.lengthTotal(frames)
  invariant(pages <= total, 'no more frames are asked for than there are')
  return pages === total ? [frames, noFrames] : ExtentMap.split(frames, ExtentMap.keyOfRank(frames, pages))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Free pages of all nodes.
 *
 * @category queries
 * @since 0.1.0
 */
export const freePages = (heap: Heap): number =>
  heap.reduce((sum, { free }) => sum + ExtentMap.lengthTotal(free), 0)

/**
 * Pages of RAM of all nodes, free or not.
 *
 * @category queries
 * @since 0.1.0
 */
export const totalPages = (heap: Heap): number =>
  heap.reduce((sum, { ranges }) => sum + ranges.reduce((pages, range) => pages + range.length, 0), 0)

/**
 * How many of these frames lie in a node.
 *
 * @category queries
 * @since 0.1.0
 */
export const pagesOfNode = (node: HeapNode, frames: Frames): number =>
  node.ranges
    .flatMap((range) => ExtentMap.within(frames, range))
    .reduce((sum, extent) => sum + extent.length, 0)

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * All values of a set of frames are the same.
 *
 * @category instances
 * @since 0.1.0
 */
export const sameValue = { equals: (): boolean => true }

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const frameZero: ExtentMap.Range = { first: 0, length: 1 }

const toRange = ({ first, length }: ExtentMap.Range): ExtentMap.Range => ({ first, length })

const withRange = (frames: Frames, range: ExtentMap.Range): Frames =>
  ExtentMap.set(frames, range, true, sameValue)

/** Pages left and pages to take, by node. Local to one allocation. */
interface Plan {
  readonly left: number[]
  readonly taken: number[]
  lastNode: number
}

/**
 * Takes units from the nodes in turn, from the one after the last on. While all nodes have enough, whole
 * rounds are taken at once; a round in which a node runs out is taken unit by unit. Returns the units taken.
 */
const alternate = (plan: Plan, nodes: ReadonlyArray<NodeId>, units: number, unitPages: number): number => {
  let rest = units
  while (rest > 0) {
    const able = nodes.filter((node) => (plan.left[node] as number) >= unitPages)
    if (able.length === 0) break
    const turn = [
      ...able.filter((node) => node > plan.lastNode),
      ...able.filter((node) => node <= plan.lastNode)
    ]
    const fits = able.map((node) => Math.floor((plan.left[node] as number) / unitPages))
    const rounds = Math.min(Math.floor(rest / able.length), ...fits)
    for (const node of rounds > 0 ? turn : turn.slice(0, rest)) {
      takeUnits(plan, node, Math.max(1, rounds), unitPages)
      rest -= Math.max(1, rounds)
    }
  }
  return units - rest
}

/** Takes units from one node after the other, each until it has no more. Returns the units taken. */
const fill = (plan: Plan, nodes: ReadonlyArray<NodeId>, units: number, unitPages: number): number => {
  let rest = units
  for (const node of nodes) {
    const count = Math.min(rest, Math.floor((plan.left[node] as number) / unitPages))
    if (count === 0) continue
    takeUnits(plan, node, count, unitPages)
    rest -= count
  }
  return units - rest
}

const takeUnits = (plan: Plan, node: NodeId, count: number, unitPages: number): void => {
  plan.left[node] = (plan.left[node] as number) - count * unitPages
  plan.taken[node] = (plan.taken[node] as number) + count * unitPages
  plan.lastNode = node
}

const takePlanned = (heap: Heap, plan: Plan): HeapTaken => {
  let frames = noFrames
  const next = heap.map((node) => {
    const pages = plan.taken[node.node] as number
    if (pages === 0) return node
    const kept = ExtentMap.lengthTotal(node.free) - pages
    const [free, taken] = ExtentMap.split(node.free, ExtentMap.keyOfRank(node.free, kept))
    frames = union(frames, taken)
    return { ...node, free }
  })
  return { heap: next, frames, lastNode: plan.lastNode }
}
