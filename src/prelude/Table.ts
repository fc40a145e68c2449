/**
 * A dense table: values numbered from 0, kept in chunks, so that changing one value copies one chunk and the
 * list of chunks instead of everything.
 *
 * Plain data: arrays of arrays. A chunk holds {@link chunkSize} values, the last one as many as are left. Two
 * tables with the same values are equal structures, whatever history built them.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Table<A> {
  readonly length: number
  readonly chunks: ReadonlyArray<ReadonlyArray<A>>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * log2 of {@link chunkSize}.
 *
 * @category constants
 * @since 0.1.0
 */
export const chunkShift = 3

/**
 * Values in a chunk. Eight: a changed value then costs one copy of 64 bytes of references plus the list of
 * chunks.
 *
 * @category constants
 * @since 0.1.0
 */
export const chunkSize = 8

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const empty: Table<never> = { length: 0, chunks: [] }

/**
 * A table of the given values. O(n).
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromArray = <A>(values: ReadonlyArray<A>): Table<A> => {
  const chunks: A[][] = []
  for (let i = 0; i < values.length; i += chunkSize) chunks.push(values.slice(i, i + chunkSize))
  return { length: values.length, chunks }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The table with `value` at `index`; `index` may be one past the end. O(chunk size + number of chunks).
 *
 * @category transitions
 * @since 0.1.0
 */
export const set = <A>(table: Table<A>, index: number, value: A): Table<A> => {
  invariant(index >= 0 && index <= table.length, 'a table grows at its end only')
  const chunks = table.chunks.slice()
  const at = index >> chunkShift
  const chunk = (chunks[at] ?? []).slice()
  chunk[index & (chunkSize - 1)] = value
  chunks[at] = chunk
  return { length: Math.max(table.length, index + 1), chunks }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The value at `index`. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const get = <A>(table: Table<A>, index: number): A => {
  invariant(index >= 0 && index < table.length, 'index within the table')
  return (table.chunks[index >> chunkShift] as ReadonlyArray<A>)[index & (chunkSize - 1)] as A
}

/**
 * All values in order. O(n).
 *
 * @category queries
 * @since 0.1.0
 */
export const toArray = <A>(table: Table<A>): ReadonlyArray<A> => {
  const values: A[] = []
  for (const chunk of table.chunks) for (const value of chunk) values.push(value)
  return values
}
