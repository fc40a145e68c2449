/**
 * The memory slice in host files: sets of frames as lists of pairs `[first, length]`, ascending.
 *
 * Reading is strict. Numbers are integers, unknown keys are errors, and a slice that breaks one of its
 * invariants is refused here, so that inside nothing is validated again.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import type { NodeId } from '../abi/index.js'
import { ExtentMap } from '../prelude/index.js'
import * as Heap from './Heap.js'
import { memoryViolations } from './invariants.js'
import type { Memory, MemoryDomain } from './Memory.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A set of frames in a file.
 *
 * @category model
 * @since 0.1.0
 */
export type FramesJson = ReadonlyArray<readonly [first: number, length: number]>

/**
 * The slice in a file.
 *
 * @category model
 * @since 0.1.0
 */
export interface MemoryJson {
  readonly heap: ReadonlyArray<{
    readonly node: NodeId
    readonly ranges: FramesJson
    readonly free: FramesJson
  }>
  readonly domains: ReadonlyArray<
    Omit<MemoryDomain, 'frames' | 'overhead'> & {
      readonly frames: FramesJson
      readonly overhead: FramesJson
    }
  >
  readonly xenFrames: FramesJson
  readonly outstandingPages: number
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The codec of the slice.
 *
 * @category instances
 * @since 0.1.0
 */
export const memoryCodec: t.Type<Memory, MemoryJson> = new t.Type<Memory, MemoryJson, unknown>(
  'Memory',
  (input): input is Memory => isMemory(input),
  (input, context) => {
    const shape = json.validate(input, context)
    if (E.isLeft(shape)) return shape
    const read = fromShape(shape.right)
    return E.isLeft(read) ? t.failure(input, context, read.left) : t.success(read.right)
  },
  (memory) => toJson(memory)
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** An integer that a `number` holds exactly; not -0. */
const integer = new t.Type<number, number, unknown>(
  'integer',
  (input): input is number => Number.isSafeInteger(input) && !Object.is(input, -0),
  (input, context) =>
    typeof input === 'number' && Number.isSafeInteger(input) && !Object.is(input, -0)
      ? t.success(input)
      : t.failure(input, context, 'not an integer'),
  (value) => value
)

/** An object with these keys and no other: a misspelt key is an error. */
const closed = <P extends t.Props>(name: string, props: P): t.Type<t.TypeOf<t.TypeC<P>>, unknown> => {
  const open = t.type(props, name)
  return new t.Type<t.TypeOf<t.TypeC<P>>, unknown, unknown>(
    name,
    (input): input is t.TypeOf<t.TypeC<P>> => open.is(input) && unknownKeys(input, props).length === 0,
    (input, context) => {
      const read = open.validate(input, context)
      if (E.isLeft(read)) return read
      const unknown = unknownKeys(input, props)
      return unknown.length === 0 ? read : t.failure(input, context, `unknown key: ${unknown.join(', ')}`)
    },
    (value) => open.encode(value)
  )
}

const unknownKeys = (input: unknown, props: t.Props): ReadonlyArray<string> =>
  typeof input === 'object' && input !== null
    ? Object.keys(input).filter((key) => !Object.prototype.hasOwnProperty.call(props, key))
    : []

const isPair = (input: unknown): input is FramesJson[number] =>
  Array.isArray(input) && input.length === 2 && integer.is(input[0]) && integer.is(input[1])

/** Exactly two integers: io-ts' own tuples drop what is too much. */
const pair = new t.Type<FramesJson[number], FramesJson[number], unknown>(
  'pair',
  isPair,
  (input, context) =>
    isPair(input) ? t.success(input) : t.failure(input, context, 'not a pair of integers'),
  (value) => value
)

const ranges = t.readonlyArray(pair)

/** A set of frames as it is inside: only asked whether a value is one, never read from a file. */
const frames: t.Type<Heap.Frames> = t.recursion('Frames', (self: t.Type<Heap.Frames>) =>
  t.union([
    t.null,
    t.type({
      first: integer,
      length: integer,
      value: t.literal(true),
      left: self,
      right: self,
      lengthTotal: integer,
      lengthMax: integer,
      extentsTotal: integer
    })
  ])
)

const range = t.type({ first: integer, length: integer })

const domainFields = {
  domid: integer,
  maxPages: integer,
  outstandingClaim: integer,
  isDying: t.boolean,
  lastNode: integer
}

const inside = t.type({
  heap: t.readonlyArray(t.type({ node: integer, ranges: t.readonlyArray(range), free: frames })),
  domains: t.readonlyArray(t.type({ ...domainFields, frames, overhead: frames })),
  xenFrames: frames,
  outstandingPages: integer
})

const isMemory = (input: unknown): input is Memory => inside.is(input)

const json = closed('Memory', {
  heap: t.readonlyArray(closed('HeapNode', { node: integer, ranges, free: ranges })),
  domains: t.readonlyArray(closed('MemoryDomain', { ...domainFields, frames: ranges, overhead: ranges })),
  xenFrames: ranges,
  outstandingPages: integer
})

const toPairs = (list: ReadonlyArray<ExtentMap.Range>): FramesJson =>
  list.map(({ first, length }) => [first, length] as const)

const toJson = (memory: Memory): MemoryJson => ({
  heap: memory.heap.map(({ node, ranges: ram, free }) => ({
    node,
    ranges: toPairs(ram),
    free: toPairs(ExtentMap.entries(free))
  })),
  domains: memory.domains.map((domain) => ({
    domid: domain.domid,
    maxPages: domain.maxPages,
    outstandingClaim: domain.outstandingClaim,
    isDying: domain.isDying,
    lastNode: domain.lastNode,
    frames: toPairs(ExtentMap.entries(domain.frames)),
    overhead: toPairs(ExtentMap.entries(domain.overhead))
  })),
  xenFrames: toPairs(ExtentMap.entries(memory.xenFrames)),
  outstandingPages: memory.outstandingPages
})

/** Whether ranges are as they are written: not empty, ascending, not touching, all keys of a map. */
const areRanges = (pairs: FramesJson): boolean =>
  pairs.every(([first, length], i) => {
    const before = pairs[i - 1]
    const low = before === undefined ? 0 : before[0] + before[1] + 1
    return first >= low && length >= 1 && first + length < Number.MAX_SAFE_INTEGER
  })

const toFrames = (pairs: FramesJson): Heap.Frames =>
  pairs.reduce<Heap.Frames>(
    (map, [first, length]) => ExtentMap.set(map, { first, length }, true, Heap.sameValue),
    Heap.noFrames
  )

/** Ranges first: what is not a list of ranges can't be made a set of frames. Then the rules of the slice. */
const fromShape = (shape: t.TypeOf<typeof json>): E.Either<string, Memory> => {
  const lists = [
    shape.xenFrames,
    ...shape.heap.flatMap((node) => [node.ranges, node.free]),
    ...shape.domains.flatMap((domain) => [domain.frames, domain.overhead])
  ]
  if (!lists.every(areRanges)) return E.left('frames are not ascending, separate ranges')
  const memory: Memory = {
    heap: shape.heap.map(({ node, ranges: ram, free }) => ({
      node,
      ranges: ram.map(([first, length]) => ({ first, length })),
      free: toFrames(free)
    })),
    domains: shape.domains.map((domain) => ({
      domid: domain.domid,
      maxPages: domain.maxPages,
      outstandingClaim: domain.outstandingClaim,
      isDying: domain.isDying,
      lastNode: domain.lastNode,
      frames: toFrames(domain.frames),
      overhead: toFrames(domain.overhead)
    })),
    xenFrames: toFrames(shape.xenFrames),
    outstandingPages: shape.outstandingPages
  }
  const [broken] = memoryViolations(memory)
  return broken === undefined ? E.right(memory) : E.left(`breaks ${broken.rule}: ${broken.detail}`)
}
