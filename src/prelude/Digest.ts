/**
 * Canonical digests of plain data: equal values have equal digests, whatever order their keys were written in
 * and whatever history built them.
 *
 * 64 bits in two words, from multiplications and rotations; made to find differences, not to resist an
 * attacker. A {@link Digester} keeps what it knows of shared sub-values, so that the digest of a host that
 * differs from the last one in a few records costs those records only. What it keeps never changes a result.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'
import type { Table } from './Table.js'
import { chunkShift } from './Table.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Two words of digest in the making.
 *
 * @category model
 * @since 0.1.0
 */
export interface DigestWords {
  a: number
  b: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The digest of any plain value, as 16 hexadecimal digits. O(size).
 *
 * @category queries
 * @since 0.1.0
 */
export const digestOf = (value: unknown): string => {
  const words: DigestWords = { a: seedA, b: seedB }
  mixValue(words, value, null)
  return digestText(words)
}

/**
 * Words as 16 hexadecimal digits.
 *
 * @category queries
 * @since 0.1.0
 */
export const digestText = (words: DigestWords): string =>
  hex(finish(words.a)) + hex(finish(words.b ^ words.a))

// -------------------------------------------------------------------------------------
// combinators: words
// -------------------------------------------------------------------------------------

/**
 * The digest of a table that changes little from one time to the next: a sum over places, so that a changed
 * value takes its old part away and adds its new one. With `names`, values are records whose named parts
 * count one by one: part k of place i counts as place i x (number of parts) + k.
 *
 * @category transitions
 * @since 0.1.0
 */
export class TableDigest {
  private last: Table<unknown> = { length: 0, chunks: [] }
  private lastList: ReadonlyArray<unknown> = none
  private partsA = new Int32Array(64)
  private partsB = new Int32Array(64)
  private sumA = 0
  private sumB = 0
  private readonly words: DigestWords = { a: 0, b: 0 }
  /** The shapes that the records of each part had last. */
  private readonly shapes: Shape[] = []

  constructor(
    private readonly cache: DigestCache,
    private readonly names: ReadonlyArray<string> | null = null
  ) {}

  /** Mixes the digest of `table` into `words`. */
  mixInto(words: DigestWords, table: Table<unknown>): void {
    if (table !== this.last) this.update(table)
    mixInteger(words, table.length)
    words.a = step(words.a ^ this.sumA)
    words.b = step(words.b ^ this.sumB)
  }

  /** The same for a table that is one list. */
  mixList(words: DigestWords, values: ReadonlyArray<unknown>): void {
    if (values !== this.lastList) {
      this.reserve(values.length * (this.names?.length ?? 1))
      this.updateChunk(0, this.lastList, values)
      this.lastList = values
    }
    mixInteger(words, values.length)
    words.a = step(words.a ^ this.sumA)
    words.b = step(words.b ^ this.sumB)
  }

  private update(table: Table<unknown>): void {
    this.reserve(table.length * (this.names?.length ?? 1))
    const before = this.last.chunks
    const count = Math.max(before.length, table.chunks.length)
    for (let i = 0; i < count; i++) {
      const old = before[i] ?? none
      const next = table.chunks[i] ?? none
      if (old !== next) this.updateChunk(i << chunkShift, old, next)
    }
    this.last = table
  }

  private updateChunk(first: number, old: ReadonlyArray<unknown>, next: ReadonlyArray<unknown>): void {
    const count = Math.max(old.length, next.length)
    for (let i = 0; i < count; i++) {
      const isSame = i < old.length && i < next.length && next[i] === old[i]
      if (isSame) continue
      if (this.names === null) this.exchange(first + i, 0, next[i], i < next.length)
      else
        this.updateParts(this.names, first + i, old[i] as Fields | undefined, next[i] as Fields | undefined)
    }
  }

  private updateParts(
    names: ReadonlyArray<string>,
    place: number,
    old: Fields | undefined,
    next: Fields | undefined
  ): void {
    for (let k = 0; k < names.length; k++) {
      const value = next?.[names[k] as string]
      const isSame = old !== undefined && next !== undefined && value === old[names[k] as string]
      if (!isSame) this.exchange(place * names.length + k, k, value, next !== undefined)
    }
  }

  private exchange(at: number, column: number, value: unknown, isThere: boolean): void {
    this.sumA = (this.sumA - (this.partsA[at] as number)) | 0
    this.sumB = (this.sumB - (this.partsB[at] as number)) | 0
    this.partsA[at] = 0
    this.partsB[at] = 0
    if (isThere) this.add(at, column, value)
  }

  private add(at: number, column: number, value: unknown): void {
    const { words } = this
    words.a = step(seedA ^ at)
    words.b = step(seedB + at)
    if (typeof value === 'number') mixInteger(words, value)
    else if (Array.isArray(value)) mixArray(words, value, this.cache)
    else if (typeof value === 'object' && value !== null) this.mixRecord(words, column, value as Fields)
    else mixValue(words, value, this.cache)
    const a = finish(words.a)
    const b = finish(words.b ^ words.a)
    this.partsA[at] = a
    this.partsB[at] = b
    this.sumA = (this.sumA + a) | 0
    this.sumB = (this.sumB + b) | 0
  }

  /** Records of one part mostly have one shape, which is kept. */
  private mixRecord(words: DigestWords, column: number, value: Fields): void {
    const known = this.shapes[column]
    if (known !== undefined && mixFields(words, value, known, this.cache)) return
    const fresh = shape(value)
    this.shapes[column] = fresh
    mixFields(words, value, fresh, this.cache)
  }

  private reserve(length: number): void {
    if (length <= this.partsA.length) return
    const partsA = new Int32Array(2 * length)
    const partsB = new Int32Array(2 * length)
    partsA.set(this.partsA)
    partsB.set(this.partsB)
    this.partsA = partsA
    this.partsB = partsB
  }
}

/**
 * Digests of sub-values that were met before, by identity.
 *
 * @category transitions
 * @since 0.1.0
 */
export type DigestCache = WeakMap<object, DigestWords>

/**
 * Mixes any plain value into `words`; objects whose digest is in the cache are not looked at again.
 *
 * @category transitions
 * @since 0.1.0
 */
export const mixValue = (words: DigestWords, value: unknown, cache: DigestCache | null): void => {
  if (typeof value === 'number') return mixInteger(words, value)
  if (typeof value === 'boolean') return mixWord(words, value ? 0x51ed270b : 0x3c6ef372)
  if (typeof value === 'string') return mixText(words, value)
  if (value === null) return mixWord(words, 0x27d4eb2f)
  invariant(typeof value === 'object', 'state is plain data')
  if (Array.isArray(value) && value.length <= smallArray) return mixArray(words, value, cache)
  const known = cache?.get(value)
  const own = known ?? digestObject(value, cache)
  if (known === undefined) cache?.set(value, own)
  mixWord(words, own.a)
  mixWord(words, own.b)
}

/**
 * Mixes an integer of at most 53 bits.
 *
 * @category transitions
 * @since 0.1.0
 */
export const mixInteger = (words: DigestWords, value: number): void => {
  const low = value | 0
  if (low === value) {
    words.a = step(words.a ^ low)
    words.b = step(words.b + low)
    return
  }
  invariant(Number.isSafeInteger(value), 'numbers in state are integers')
  const high = Math.floor(value / 4294967296) | 0
  words.a = step(step(words.a ^ low) ^ high)
  words.b = step(step(words.b + low) ^ Math.imul(high, 0x9e3779b1))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Fields {
  readonly [name: string]: unknown
}

/** The names of a record's fields as they come, and a word for each. */
interface Shape {
  readonly order: ReadonlyArray<string>
  readonly names: ReadonlyArray<number>
}

const seedA = 0x243f6a88
const seedB = 0x85a308d3 | 0
const none: ReadonlyArray<never> = []

/** Arrays up to this length are digested each time: that is cheaper than looking them up. */
const smallArray = 4

const step = (word: number): number => {
  const mixed = Math.imul(word, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ (mixed >>> 7)
}

/** Spreads every bit over the word (a 32-bit avalanche). */
const finish = (word: number): number => {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Every byte as two digits. */
const bytes: ReadonlyArray<string> = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, '0')
)

const hex = (word: number): string =>
  (bytes[word >>> 24] as string) +
  (bytes[(word >>> 16) & 255] as string) +
  (bytes[(word >>> 8) & 255] as string) +
  (bytes[word & 255] as string)

const mixWord = (words: DigestWords, word: number): void => {
  words.a = step(words.a ^ word)
  words.b = step(words.b + word)
}

const mixText = (words: DigestWords, text: string): void => {
  mixWord(words, 0x165667b1 ^ text.length)
  for (let i = 0; i < text.length; i++) mixWord(words, text.charCodeAt(i))
}

const mixArray = (words: DigestWords, values: ReadonlyArray<unknown>, cache: DigestCache | null): void => {
  mixWord(words, 0x2545f491 ^ values.length)
  for (const value of values) mixValue(words, value, cache)
}

/**
 * Mixes a record: a sum over its fields, so that the order in which they were written does not matter. False,
 * with the words as they were, when the record has another shape.
 */
const mixFields = (
  words: DigestWords,
  value: Fields,
  { order, names }: Shape,
  cache: DigestCache | null
): boolean => {
  let a = 0
  let b = 0
  let i = 0
  for (const name in value) {
    if (name !== order[i]) return false
    const field = value[name]
    const word = names[i++] as number
    if (typeof field === 'number') {
      invariant(Number.isSafeInteger(field), 'numbers in state are integers')
      const high = Math.imul(Math.floor(field * (1 / 4294967296)), 0xc2b2ae3d)
      a = (a + finish(word ^ Math.imul(field, 0x9e3779b1) ^ high)) | 0
      b = (b + finish((word + Math.imul(field, 0x85ebca77)) ^ high)) | 0
    } else if (typeof field === 'boolean') {
      a = (a + finish(field ? word : ~word)) | 0
      b = (b + finish(field ? word + 1 : word - 1)) | 0
    } else {
      const part: DigestWords = { a: word, b: ~word }
      mixValue(part, field, cache)
      a = (a + finish(part.a)) | 0
      b = (b + finish(part.b)) | 0
    }
  }
  if (i !== order.length) return false
  words.a = step(step(words.a ^ i) ^ a)
  words.b = step(step(words.b + i) ^ b)
  return true
}

/** A word for a field name, from all its letters. */
const nameWord = (name: string): number => {
  let word = seedA ^ name.length
  for (let i = 0; i < name.length; i++) word = step(word ^ name.charCodeAt(i))
  return word
}

const shape = (value: Fields): Shape => {
  const order = Object.keys(value)
  return { order, names: order.map(nameWord) }
}

const digestObject = (value: object, cache: DigestCache | null): DigestWords => {
  const words: DigestWords = { a: seedA, b: seedB }
  if (Array.isArray(value)) mixArray(words, value, cache)
  else mixFields(words, value as Fields, shape(value as Fields), cache)
  return { a: finish(words.a), b: finish(words.b ^ words.a) }
}
