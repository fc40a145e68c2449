import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { Heap, Memory, Overhead, memoryErrno, memoryViolations } from '../../../src/memory/index.js'
import type { MemoryError } from '../../../src/memory/index.js'
import { ExtentMap } from '../../../src/prelude/index.js'

const right = <A>(result: Either<MemoryError, A>): A => {
  if (E.isLeft(result)) throw new Error(`refused: ${result.left._tag}`)
  return result.right
}
const errno = (result: Either<MemoryError, unknown>): string =>
  E.isLeft(result) ? memoryErrno[result.left._tag] : 'ok'

type Step = (memory: Memory.Memory) => Either<MemoryError, Memory.Memory>
const run = (start: Memory.Memory, ...steps: ReadonlyArray<Step>): Memory.Memory => {
  const end = steps.reduce((memory, step) => right(step(memory)), start)
  expect(memoryViolations(end)).toEqual([])
  return end
}
const add =
  (domid: number, maxPages: number): Step =>
  (memory) =>
    Memory.addDomain(memory, { domid, maxPages })
const populate =
  (domid: number, pages: number, nodes: ReadonlyArray<number> | null = null): Step =>
  (memory) =>
    E.map(({ memory: next }: Memory.MemoryMoved) => next)(Memory.populate(memory, { domid, pages, nodes }))
const claim =
  (domid: number, pages: number): Step =>
  (memory) =>
    Memory.claim(memory, { domid, pages })

/** The host of the specification's test cases: 1 GiB in one node, 200,000 pages of it free after boot. */
const host = run(
  Memory.make([[{ first: 0, length: 262_144 }]]),
  (memory) =>
    E.map((moved: Memory.MemoryMoved) => moved.memory)(
      Overhead.take(memory, { domid: null, pages: 62_143, nodes: null })
    ),
  add(1, 25_600),
  add(3, 2_000),
  populate(3, 0)
)
/** Free memory is 200,000 pages; P (domain 3) has none of its 1,000 yet, which no case below depends on. */

describe('claims', () => {
  test('a claim leaves free pages free and counts as outstanding', () => {
    const claimed = run(host, claim(1, 25_600))
    expect(Memory.freePages(claimed)).toBe(200_000)
    expect(Memory.outstandingPages(claimed)).toBe(25_600)
    expect(Memory.domainPages(claimed, 1)?.outstandingClaim).toBe(25_600)
  })

  test('a second claim is EINVAL, and 0 drops the first', () => {
    const claimed = run(host, claim(1, 25_600))
    expect(errno(claim(1, 100)(claimed))).toBe('EINVAL')
    expect(Memory.outstandingPages(run(claimed, claim(1, 0)))).toBe(0)
  })

  test('a claim above the maximum is EINVAL', () => {
    expect(errno(claim(1, 25_601)(host))).toBe('EINVAL')
  })

  test('a claim of no more than the domain has is EINVAL', () => {
    const memory = run(host, populate(1, 1000))
    expect(errno(claim(1, 1000)(memory))).toBe('EINVAL')
    expect(Memory.outstandingPages(run(memory, claim(1, 1001)))).toBe(1)
  })

  test('a claim above what is free is ENOMEM', () => {
    const memory = run(host, (m) => Memory.setMaxPages(m, { domid: 1, maxPages: 300_000 }))
    expect(errno(claim(1, 200_001)(memory))).toBe('ENOMEM')
    expect(errno(claim(1, 200_000)(memory))).toBe('ok')
  })

  test('populating uses the claim up', () => {
    const memory = run(host, claim(1, 25_600), populate(1, 50 * 512))
    expect(Memory.domainPages(memory, 1)).toEqual({
      totPages: 25_600,
      maxPages: 25_600,
      outstandingClaim: 0,
      overheadPages: 0
    })
    expect(Memory.outstandingPages(memory)).toBe(0)
    expect(Memory.freePages(memory)).toBe(174_400)
    expect(errno(populate(1, 1)(memory))).toBe('E2BIG')
  })

  test('what one domain claims no other gets', () => {
    const memory = run(
      host,
      (m) => Memory.setMaxPages(m, { domid: 1, maxPages: 150_000 }),
      (m) => Memory.setMaxPages(m, { domid: 3, maxPages: 100_000 }),
      claim(1, 150_000)
    )
    expect(Memory.availablePages(memory, 3)).toBe(50_000)
    expect(Memory.availablePages(memory, 1)).toBe(200_000)
    expect(Memory.populate(memory, { domid: 3, pages: 60_000, nodes: null })).toEqual(
      E.left({ _tag: 'NoMemory', pages: 60_000, availablePages: 50_000 })
    )
    const full = run(memory, populate(3, 50_000), populate(1, 150_000))
    expect(Memory.freePages(full)).toBe(0)
  })

  test('freeing does not restore a claim', () => {
    const memory = run(host, claim(1, 25_600), populate(1, 100), (m) =>
      E.map((moved: Memory.MemoryMoved) => moved.memory)(Memory.decrease(m, { domid: 1, pages: 50 }))
    )
    expect(Memory.domainPages(memory, 1)).toMatchObject({ totPages: 50, outstandingClaim: 25_500 })
  })

  test('dying drops the claim, and a dying domain gets nothing', () => {
    const memory = run(host, claim(1, 25_600), (m) => Memory.markDying(m, 1))
    expect(Memory.outstandingPages(memory)).toBe(0)
    expect(errno(claim(1, 5)(memory))).toBe('EINVAL')
    expect(Memory.populate(memory, { domid: 1, pages: 1, nodes: null })).toEqual(
      E.left({ _tag: 'DomainDying', domid: 1 })
    )
  })
})

describe('limits', () => {
  test('a maximum below what a domain has lets it keep that and get no more', () => {
    const memory = run(host, populate(1, 1000), (m) => Memory.setMaxPages(m, { domid: 1, maxPages: 900 }))
    expect(Memory.domainPages(memory, 1)?.totPages).toBe(1000)
    expect(errno(populate(1, 1)(memory))).toBe('EPERM')
  })

  test('a maximum is at most 2^32 - 1 pages', () => {
    const memory = run(host, (m) => Memory.setMaxPages(m, { domid: 1, maxPages: 2 ** 40 }))
    expect(Memory.domainPages(memory, 1)?.maxPages).toBe(0xffff_ffff)
  })

  test('overhead counts against no maximum but is not free', () => {
    const moved = right(Overhead.take(host, { domid: 1, pages: 30_000, nodes: null }))
    expect(Memory.domainPages(moved.memory, 1)).toMatchObject({ totPages: 0, overheadPages: 30_000 })
    expect(Memory.freePages(moved.memory)).toBe(170_000)
    expect(errno(populate(1, 25_600)(moved.memory))).toBe('ok')
    const given = right(Overhead.give(moved.memory, { domid: 1, pages: 10_000 }))
    expect(Memory.freePages(given.memory)).toBe(180_000)
    expect(memoryViolations(given.memory)).toEqual([])
    expect(errno(Overhead.give(given.memory, { domid: 1, pages: 20_001 }))).toBe('EINVAL')
  })

  test("overhead never comes out of a claim, not even the domain's own", () => {
    const memory = run(host, (m) => Memory.setMaxPages(m, { domid: 1, maxPages: 300_000 }), claim(1, 200_000))
    expect(errno(Overhead.take(memory, { domid: 1, pages: 1, nodes: null }))).toBe('ENOMEM')
    expect(errno(Overhead.take(memory, { domid: null, pages: 1, nodes: null }))).toBe('ENOMEM')
  })
})

describe('domains', () => {
  test.each<[string, Step]>([
    ['populate', populate(9, 1)],
    ['claim', claim(9, 1)],
    ['set-max', (m) => Memory.setMaxPages(m, { domid: 9, maxPages: 1 })],
    ['mark-dying', (m) => Memory.markDying(m, 9)],
    ['remove', (m) => Memory.removeDomain(m, 9)]
  ])('%s of an unknown domain is ESRCH', (_, step) => {
    expect(errno(step(host))).toBe('ESRCH')
  })

  test('domains are kept in ascending order, and an id is used once', () => {
    const memory = run(host, add(2, 1), add(0, 1), add(7, 1))
    expect(memory.domains.map(({ domid }) => domid)).toEqual([0, 1, 2, 3, 7])
    expect(errno(add(2, 5)(memory))).toBe('EEXIST')
  })

  test('a domain that is gone leaves the memory as it was before it', () => {
    const before = run(host, populate(3, 1500))
    const after = run(
      before,
      add(5, 10_000),
      claim(5, 9_000),
      populate(5, 7_777),
      (m) =>
        E.map((moved: Memory.MemoryMoved) => moved.memory)(
          Overhead.take(m, { domid: 5, pages: 99, nodes: null })
        ),
      (m) => Memory.removeDomain(m, 5)
    )
    expect(after).toEqual(before)
  })

  test('giving back more than there is is refused', () => {
    expect(errno(Memory.decrease(run(host, populate(1, 5)), { domid: 1, pages: 6 }))).toBe('EINVAL')
  })
})

describe('placement', () => {
  const gib = 262_144
  /** Two nodes of 1 GiB, the first without its frame 0. */
  const twoNodes = run(
    Memory.make([[{ first: 0, length: gib }], [{ first: gib, length: gib }]]),
    add(1, 4 * gib)
  )
  const byNode = (memory: Memory.Memory): ReadonlyArray<number> => Memory.domainPagesByNode(memory, 1)

  test('frame 0 is never free', () => {
    expect(Memory.totalPages(twoNodes)).toBe(2 * gib)
    expect(Memory.freePages(twoNodes)).toBe(2 * gib - 1)
    expect(ExtentMap.entries(twoNodes.xenFrames)).toEqual([{ first: 0, length: 1, value: true }])
  })

  test('the highest frames of a node go first', () => {
    const { frames } = right(Memory.populate(twoNodes, { domid: 1, pages: 1, nodes: [1] }))
    expect(ExtentMap.entries(frames)).toEqual([{ first: gib - 1, length: 1, value: true }])
  })

  test('extents of 2 MiB alternate between nodes, starting at the lowest', () => {
    expect(byNode(run(twoNodes, populate(1, 512)))).toEqual([512, 0])
    expect(byNode(run(twoNodes, populate(1, 512), populate(1, 512)))).toEqual([512, 512])
    expect(byNode(run(twoNodes, populate(1, 512 * 101)))).toEqual([512 * 51, 512 * 50])
    expect(byNode(run(twoNodes, populate(1, 512 * 3), populate(1, 512)))).toEqual([512 * 2, 512 * 2])
  })

  test('a domain stays within its affinity while that has memory, then takes the other nodes', () => {
    expect(byNode(run(twoNodes, populate(1, 1000, [2])))).toEqual([0, 1000])
    expect(byNode(run(twoNodes, populate(1, gib + 512, [2])))).toEqual([512, gib])
    expect(Memory.freePagesOfNode(run(twoNodes, populate(1, gib, [2])), 1)).toBe(0)
    expect(Memory.freePagesOfNode(twoNodes, 2)).toBe(0)
  })

  test('all memory can be used, page by page at the end', () => {
    const all = run(twoNodes, populate(1, 2 * gib - 1))
    expect(byNode(all)).toEqual([gib - 1, gib])
    expect(errno(populate(1, 1)(all))).toBe('ENOMEM')
  })

  test('decreasing frees the lowest frames', () => {
    const { frames } = right(Memory.decrease(run(twoNodes, populate(1, 10, [2])), { domid: 1, pages: 4 }))
    expect(ExtentMap.entries(frames)).toEqual([{ first: 2 * gib - 10, length: 4, value: true }])
  })
})

test('a host of 1 TiB with 200 domains of 4 GiB is a small value', () => {
  const pages = 2 ** 28
  const half = pages / 2
  let memory = Memory.make([[{ first: 0, length: half }], [{ first: half, length: half }]])
  for (let domid = 1; domid <= 200; domid += 1) {
    memory = run(memory, add(domid, 2 ** 20), populate(domid, 2 ** 20))
  }
  expect(Memory.freePages(memory)).toBe(pages - 1 - 200 * 2 ** 20)
  const extents = memory.domains.reduce((sum, { frames }) => sum + ExtentMap.extentsTotal(frames), 0)
  expect(extents).toBe(400)
})

test('frames that are free already, or are no RAM, cannot be given back', () => {
  const heap = Heap.make([[{ first: 16, length: 16 }]])
  const frames = (first: number): Heap.Frames =>
    ExtentMap.fromEntries([{ first, length: 1, value: true as const }], Heap.sameValue)
  expect(() => Heap.give(heap, frames(20))).toThrow('were not free')
  expect(() => Heap.give(heap, frames(40))).toThrow('were not free')
})
