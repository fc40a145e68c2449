/**
 * What always holds of the memory slice, checked in full. Run after every step in tests and on request
 * otherwise.
 *
 * - MEM-01: node n is at place n; the ranges of its RAM ascend and do not touch; no frame is in two nodes. -
 * MEM-02: every frame of RAM is in exactly one place: free in its own node, a domain's, its overhead, or
 * Xen's. - MEM-03: domains ascend by id, ids are not negative; maxima are from 0 to 2^32 - 1. - MEM-04: the
 * outstanding pages are the sum of the claims, none of which is negative. - MEM-05: no more is claimed than
 * is free. - MEM-06: a dying domain has no claim. - MEM-07: every set of frames is in canonical form. -
 * MEM-08: frame 0 is not free.
 *
 * @since 0.1.0
 */
import { ExtentMap } from '../prelude/index.js'
import * as Heap from './Heap.js'
import * as Memory from './Memory.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A rule that does not hold, and where.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemoryViolation {
  readonly rule: string
  readonly detail: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * All rules that do not hold; none, unless the package has a bug or the slice was written by hand.
 *
 * @category queries
 * @since 0.1.0
 */
export const memoryViolations = (memory: Memory.Memory): ReadonlyArray<MemoryViolation> => [
  ...nodesHold(memory),
  ...framesHold(memory),
  ...domainsHold(memory)
]

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const violation = (rule: string, detail: string): MemoryViolation => ({ rule, detail })

const nodesHold = (memory: Memory.Memory): ReadonlyArray<MemoryViolation> => {
  const found: MemoryViolation[] = []
  let seen = Heap.noFrames
  memory.heap.forEach((node, place) => {
    const name = `node ${String(node.node)}`
    if (node.node !== place) found.push(violation('MEM-01', `${name} is at place ${String(place)}`))
    let end = -1
    for (const range of node.ranges) {
      if (range.length < 1 || range.first <= end) found.push(violation('MEM-01', `${name} has bad ranges`))
      if (range.length < 1) continue
      end = range.first + range.length
      if (ExtentMap.within(seen, range).length > 0)
        found.push(violation('MEM-01', `${name} overlaps another`))
      seen = ExtentMap.set(seen, range, true, Heap.sameValue)
    }
  })
  return found
}

const framesHold = (memory: Memory.Memory): ReadonlyArray<MemoryViolation> => {
  const found: MemoryViolation[] = []
  const places: ReadonlyArray<readonly [string, Heap.Frames]> = [
    ['Xen', memory.xenFrames],
    ...memory.heap.map(({ node, free }) => [`free in node ${String(node)}`, free] as const),
    ...memory.domains.flatMap(({ domid, frames, overhead }) => [
      [`domain ${String(domid)}`, frames] as const,
      [`overhead of domain ${String(domid)}`, overhead] as const
    ])
  ]
  let seen = Heap.noFrames
  for (const [name, frames] of places) {
    if (!ExtentMap.isCanonical(frames, Heap.sameValue)) found.push(violation('MEM-07', name))
    const before = ExtentMap.lengthTotal(seen)
    seen = Heap.union(seen, frames)
    if (ExtentMap.lengthTotal(seen) !== before + ExtentMap.lengthTotal(frames)) {
      found.push(violation('MEM-02', `${name}: a frame that is elsewhere too`))
    }
  }
  const ram = memory.heap
    .flatMap(({ ranges }) => ranges)
    .reduce<Heap.Frames>((map, range) => ExtentMap.set(map, range, true, Heap.sameValue), Heap.noFrames)
  if (!ExtentMap.equals(seen, ram, Heap.sameValue)) {
    found.push(violation('MEM-02', 'the frames that are somewhere are not those of the RAM'))
  }
  for (const node of memory.heap) {
    if (Heap.pagesOfNode(node, node.free) !== ExtentMap.lengthTotal(node.free)) {
      found.push(violation('MEM-02', `node ${String(node.node)} has a free frame of another`))
    }
    if (ExtentMap.within(node.free, { first: 0, length: 1 }).length > 0) {
      found.push(violation('MEM-08', `node ${String(node.node)}`))
    }
  }
  return found
}

const domainsHold = (memory: Memory.Memory): ReadonlyArray<MemoryViolation> => {
  const found: MemoryViolation[] = []
  let before = -1
  let claimed = 0
  for (const { domid, maxPages, outstandingClaim, isDying } of memory.domains) {
    const name = `domain ${String(domid)}`
    if (domid <= before) found.push(violation('MEM-03', `${name} is out of order`))
    if (maxPages < 0 || maxPages > Memory.pagesMax)
      found.push(violation('MEM-03', `${name} has a bad maximum`))
    if (outstandingClaim < 0) found.push(violation('MEM-04', `${name} has a negative claim`))
    if (isDying && outstandingClaim !== 0) found.push(violation('MEM-06', name))
    before = domid
    claimed += outstandingClaim
  }
  if (claimed !== memory.outstandingPages) found.push(violation('MEM-04', 'the sum of claims is wrong'))
  if (claimed > Memory.freePages(memory)) found.push(violation('MEM-05', 'more is claimed than is free'))
  return found
}
