import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import {
  Memory,
  answerMemory,
  memoryCodec,
  memoryErrno,
  memoryViolations
} from '../../../src/memory/index.js'
import type { MemoryRequest } from '../../../src/memory/index.js'
import { ExtentMap } from '../../../src/prelude/index.js'

/** Three nodes, one of them in two pieces: 1,000 + 1,500 + 3,000 pages, frame 0 among them. */
const nodes = [
  [{ first: 0, length: 1000 }],
  [
    { first: 1000, length: 500 },
    { first: 8000, length: 1000 }
  ],
  [{ first: 2000, length: 3000 }]
]
const start = Memory.make(nodes)

const domid = fc.integer({ min: 0, max: 3 })
const pages = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2500 }))
const maxPages = fc.oneof(pages, fc.integer({ min: 2000, max: 8000 }))
const mask = fc.option(
  fc.integer({ min: 0, max: 7 }).map((word) => [word]),
  { nil: null }
)
const request: fc.Arbitrary<MemoryRequest> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ _tag: fc.constant('MemoryAddDomain' as const), domid, maxPages })
  },
  {
    weight: 1,
    arbitrary: fc.record({ _tag: fc.constant('MemorySetMaxPages' as const), domid, maxPages })
  },
  {
    weight: 4,
    arbitrary: fc.record({ _tag: fc.constant('MemoryPopulate' as const), domid, pages, nodes: mask })
  },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant('MemoryDecrease' as const), domid, pages }) },
  { weight: 2, arbitrary: fc.record({ _tag: fc.constant('MemoryClaim' as const), domid, pages: maxPages }) },
  {
    weight: 1,
    arbitrary: fc.record({
      _tag: fc.constant('MemoryTakeOverhead' as const),
      domid: fc.option(domid, { nil: null }),
      pages: fc.integer({ min: 0, max: 200 }),
      nodes: mask
    })
  },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant('MemoryGiveOverhead' as const), domid, pages }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant('MemoryMarkDying' as const), domid }) },
  { weight: 1, arbitrary: fc.record({ _tag: fc.constant('MemoryRemoveDomain' as const), domid }) }
)
/** Two domains that may have more than there is, then anything. */
const requests = fc
  .array(request, { maxLength: 60, size: 'max' })
  .map((list): ReadonlyArray<MemoryRequest> => [
    { _tag: 'MemoryAddDomain', domid: 0, maxPages: 8000 },
    { _tag: 'MemoryAddDomain', domid: 1, maxPages: 8000 },
    ...list
  ])

/** The plain twin: counts only, no frames. */
interface TwinDomain {
  tot: number
  max: number
  claim: number
  overhead: number
  isDying: boolean
}
interface Twin {
  free: number
  readonly domains: Map<number, TwinDomain>
}
const claimsOf = (twin: Twin): number => [...twin.domains.values()].reduce((sum, { claim }) => sum + claim, 0)

/** Does what the specification says and returns the error number, or 'ok'. */
const stepTwin = (twin: Twin, r: MemoryRequest): string => {
  const unclaimed = twin.free - claimsOf(twin)
  if (r._tag === 'MemoryTakeOverhead' && r.domid === null) {
    if (r.pages > unclaimed) return 'ENOMEM'
    twin.free -= r.pages
    return 'ok'
  }
  const id = r.domid as number
  const domain = twin.domains.get(id)
  if (r._tag === 'MemoryAddDomain') {
    if (domain !== undefined) return 'EEXIST'
    twin.domains.set(id, { tot: 0, max: r.maxPages, claim: 0, overhead: 0, isDying: false })
    return 'ok'
  }
  if (domain === undefined) return 'ESRCH'
  switch (r._tag) {
    case 'MemorySetMaxPages':
      domain.max = r.maxPages
      return 'ok'
    case 'MemoryPopulate': {
      if (r.pages === 0) return 'ok'
      if (r.pages > unclaimed + domain.claim) return 'ENOMEM'
      if (domain.isDying) return 'EINVAL'
      if (domain.tot > domain.max) return 'EPERM'
      if (domain.tot + r.pages > domain.max) return 'E2BIG'
      domain.tot += r.pages
      domain.claim = Math.max(0, domain.claim - r.pages)
      twin.free -= r.pages
      return 'ok'
    }
    case 'MemoryDecrease':
      if (r.pages > domain.tot) return 'EINVAL'
      domain.tot -= r.pages
      twin.free += r.pages
      return 'ok'
    case 'MemoryClaim':
      if (domain.isDying) return 'EINVAL'
      if (r.pages !== 0) {
        if (domain.claim > 0 || r.pages <= domain.tot || r.pages > domain.max) return 'EINVAL'
        if (r.pages - domain.tot > unclaimed) return 'ENOMEM'
      }
      domain.claim = r.pages === 0 ? 0 : r.pages - domain.tot
      return 'ok'
    case 'MemoryTakeOverhead':
      if (r.pages > unclaimed) return 'ENOMEM'
      domain.overhead += r.pages
      twin.free -= r.pages
      return 'ok'
    case 'MemoryGiveOverhead':
      if (r.pages > domain.overhead) return 'EINVAL'
      domain.overhead -= r.pages
      twin.free += r.pages
      return 'ok'
    case 'MemoryMarkDying':
      domain.isDying = true
      domain.claim = 0
      return 'ok'
    case 'MemoryRemoveDomain':
      twin.free += domain.tot + domain.overhead
      twin.domains.delete(id)
      return 'ok'
  }
}

test('after any requests the accounts are those of a plain count, and MEM-01 to MEM-08 hold', () => {
  const answers = new Map<string, number>()
  fc.assert(
    fc.property(requests, (list) => {
      const twin: Twin = { free: Memory.freePages(start), domains: new Map() }
      let memory = start
      for (const r of list) {
        const before = JSON.stringify(memory)
        const answer = answerMemory(memory, r)
        const expected = stepTwin(twin, r)
        expect(E.isLeft(answer) ? memoryErrno[answer.left._tag] : 'ok').toBe(expected)
        expect(JSON.stringify(memory)).toBe(before)
        answers.set(`${r._tag} ${expected}`, (answers.get(`${r._tag} ${expected}`) ?? 0) + 1)
        if (E.isRight(answer)) memory = answer.right.memory
        expect(memoryViolations(memory)).toEqual([])
        expect(Memory.freePages(memory)).toBe(twin.free)
        expect(Memory.outstandingPages(memory)).toBe(claimsOf(twin))
        expect(memory.domains.map((d) => [d.domid, Memory.domainPages(memory, d.domid)])).toEqual(
          [...twin.domains]
            .sort(([a], [b]) => a - b)
            .map(([id, { tot, max, claim, overhead }]) => [
              id,
              { totPages: tot, maxPages: max, outstandingClaim: claim, overheadPages: overhead }
            ])
        )
      }
      expect(
        memory.heap.map(({ node }) => Memory.freePagesOfNode(memory, node)).reduce((a, b) => a + b)
      ).toBe(twin.free)
    }),
    { numRuns: 300 }
  )
  for (const seen of [
    'MemoryPopulate ok',
    'MemoryPopulate ENOMEM',
    'MemoryPopulate E2BIG',
    'MemoryPopulate EPERM',
    'MemoryPopulate EINVAL',
    'MemoryClaim ok',
    'MemoryClaim ENOMEM',
    'MemoryClaim EINVAL',
    'MemoryTakeOverhead ok',
    'MemoryRemoveDomain ok'
  ]) {
    expect(answers.get(seen) ?? 0, seen).toBeGreaterThan(2)
  }
})

/** The plain twin of placement: one extent, then one page, at a time. */
const place = (
  free: number[],
  wanted: { readonly pages: number; readonly near: ReadonlyArray<number>; readonly last: number }
): readonly [number[], number] => {
  const taken = free.map(() => 0)
  let { last } = wanted
  let rest = wanted.pages
  const takeOne = (unit: number): boolean => {
    const able = wanted.near.filter((node) => (free[node] as number) >= unit)
    const far = free.flatMap((have, node) => (have >= unit && !wanted.near.includes(node) ? [node] : []))
    const node = able.find((n) => n > last) ?? able[0] ?? far[0]
    if (node === undefined) return false
    free[node] = (free[node] as number) - unit
    taken[node] = (taken[node] as number) + unit
    last = node
    rest -= unit
    return true
  }
  while (rest >= 512 && takeOne(512));
  while (rest > 0 && takeOne(1));
  return [taken, last]
}

test('pages are placed as one extent at a time would be, from the top of each node', () => {
  let compared = 0
  fc.assert(
    fc.property(fc.array(fc.tuple(pages, mask), { minLength: 1, maxLength: 8 }), (list) => {
      let memory = start
      const added = Memory.addDomain(memory, { domid: 1, maxPages: Memory.pagesMax })
      if (E.isRight(added)) memory = added.right
      let last = -1
      for (const [wanted, nodeMask] of list) {
        const before = memory.heap.map(({ node }) => Memory.freePagesOfNode(memory, node))
        if (wanted > before.reduce((a, b) => a + b)) break
        const near =
          nodeMask === null ? [0, 1, 2] : [0, 1, 2].filter((n) => (((nodeMask[0] ?? 0) >> n) & 1) === 1)
        const [taken, lastAfter] = place([...before], { pages: wanted, near, last })
        const answer = Memory.populate(memory, { domid: 1, pages: wanted, nodes: nodeMask })
        if (E.isLeft(answer)) throw new Error(answer.left._tag)
        memory = answer.right.memory
        const moved = memory.heap.map(
          ({ node }, n) => (before[n] as number) - Memory.freePagesOfNode(memory, node)
        )
        expect(moved).toEqual(taken)
        memory.heap.forEach(({ free, ranges }) => {
          const highestLeft = ExtentMap.last(free)
          const [lowestGone] = ranges.flatMap((range) => ExtentMap.within(answer.right.frames, range))
          if (O.isNone(highestLeft) || lowestGone === undefined) return
          expect(lowestGone.first).toBeGreaterThanOrEqual(highestLeft.value.first + highestLeft.value.length)
          compared += 1
        })
        last = lastAfter
      }
    }),
    { numRuns: 500 }
  )
  expect(compared).toBeGreaterThan(100)
})

test('a slice written to a file reads back as itself', () => {
  fc.assert(
    fc.property(requests, (list) => {
      const memory = list.reduce((m, r) => {
        const answer = answerMemory(m, r)
        return E.isRight(answer) ? answer.right.memory : m
      }, start)
      const text = JSON.stringify(memoryCodec.encode(memory))
      expect(memoryCodec.decode(JSON.parse(text))).toEqual(E.right(memory))
      expect(memoryCodec.is(memory)).toBe(true)
    }),
    { numRuns: 300 }
  )
})
