/**
 * What the codecs of all slices are made of: exact integers, records without unknown keys, tagged unions,
 * tables, sets of pCPUs, plain data.
 *
 * Reading is strict and stops at the first fault, which it reports with its place. What is read is built anew
 * with its fields in the order of the codec, so that records have one shape wherever they come from.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import { BitSet, Table } from '../prelude/index.js'

import { pathJoin } from './codecFault.js'
import type { Fault } from './codecFault.js'
import type { PlainData } from './GuestProgram.js'

export { faultOf, pathJoin } from './codecFault.js'
export type { Fault } from './codecFault.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Reads an `A` from parsed JSON and writes it as JSON has it. Law: what was written is read back equal.
 *
 * @category model
 * @since 0.1.0
 */
export type Codec<A> = t.Type<A, unknown>

/**
 * The codecs of the fields of a record, one for each: a field that is forgotten does not compile.
 *
 * @category model
 * @since 0.1.0
 */
export type Fields<A> = { readonly [K in RequiredKeys<A>]: Codec<A[K]> }

/**
 * The fields that a record always has.
 *
 * @category model
 * @since 0.1.0
 */
export type RequiredKeys<A> = { [K in keyof A]-?: object extends Pick<A, K> ? never : K }[keyof A]

/**
 * The codecs of the fields that a record may lack.
 *
 * @category model
 * @since 0.1.0
 */
export type OptionalFields<A> = {
  readonly [K in Exclude<keyof A, RequiredKeys<A>>]-?: Codec<Exclude<A[K], undefined>>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * How deep plain data may be nested in a file: far more than anything needs, far less than a stack holds.
 *
 * @category constants
 * @since 0.1.0
 */
export const plainDataDepthMax = 200

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Integers from `min` to `max`; not -0, no fraction, nothing that a number does not hold exactly.
 *
 * @category constructors
 * @since 0.1.0
 */
export const integerFrom = (min: number, max: number): Codec<number> =>
  primitive('integer', (input) => {
    if (typeof input !== 'number') return 'not an integer'
    if (!Number.isSafeInteger(input) || Object.is(input, -0))
      return `${Object.is(input, -0) ? '-0' : input} is not an integer that is exact below 2^53`
    return input >= min && input <= max ? null : `${input} is not from ${min} to ${max}`
  })

/**
 * One of some texts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const oneOf = <A extends string>(...texts: ReadonlyArray<A>): Codec<A> =>
  primitive('text', (input) =>
    texts.some((text) => text === input) ? null : `not one of ${texts.map((text) => `"${text}"`).join(', ')}`
  )

/**
 * `null`, or what the codec says.
 *
 * @category constructors
 * @since 0.1.0
 */
export const orNull = <A>(codec: Codec<A>): Codec<A | null> =>
  new t.Type<A | null, unknown, unknown>(
    `${codec.name} or null`,
    (input): input is A | null => input === null || codec.is(input),
    (input, context) => (input === null ? t.success(null) : codec.validate(input, context)),
    (value) => (value === null ? null : codec.encode(value))
  )

/**
 * A list.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listOf = <A>(codec: Codec<A>): Codec<ReadonlyArray<A>> =>
  new t.Type<ReadonlyArray<A>, unknown, unknown>(
    `list of ${codec.name}`,
    (input): input is ReadonlyArray<A> => Array.isArray(input) && input.every((value) => codec.is(value)),
    (input, context) => validateList(codec, input, context),
    (values) => values.map((value) => codec.encode(value))
  )

/**
 * A dense table, in files a plain list.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tableOf = <A>(codec: Codec<A>): Codec<Table.Table<A>> =>
  new t.Type<Table.Table<A>, unknown, unknown>(
    `table of ${codec.name}`,
    (input): input is Table.Table<A> => typeof input === 'object' && input !== null && 'chunks' in input,
    (input, context) => {
      const values = validateList(codec, input, context)
      return values._tag === 'Left' ? values : t.success(Table.fromArray(values.right))
    },
    (table) => Table.toArray(table).map((value) => codec.encode(value))
  )

/**
 * A record with these fields and no others: a misspelt key is an error. Only the `optional` ones may be
 * missing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = <A extends object>(
  name: string,
  fields: Fields<A>,
  optional: Partial<OptionalFields<A>> = {}
): Codec<A> => {
  const all = { ...fields, ...optional }
  const list: ReadonlyArray<readonly [string, Codec<unknown>]> = Object.entries(all)
  const names = new Set(list.map(([key]) => key))
  return new t.Type<A, unknown, unknown>(
    name,
    (input): input is A =>
      isRecord(input) &&
      list.every(([key, codec]) => (key in optional && !(key in input)) || codec.is(input[key])),
    (input, context) => {
      if (!isRecord(input)) return t.failure(input, context, 'not an object')
      for (const key of Object.keys(input))
        if (!names.has(key)) return failureAt(context, key, input[key], 'unknown key')
      const result: Record<string, unknown> = {}
      for (const [key, codec] of list) {
        if (!Object.hasOwn(input, key)) {
          if (key in optional) continue
          return failureAt(context, key, undefined, 'missing')
        }
        const read = codec.validate(input[key], t.appendContext(context, key, codec, input[key]))
        if (read._tag === 'Left') return read
        result[key] = read.right
      }
      return t.success(result as A)
    },
    (value) => {
      const result: Record<string, unknown> = {}
      for (const [key, codec] of list)
        if (!(key in optional) || key in value)
          result[key] = codec.encode((value as Record<string, unknown>)[key])
      return result
    }
  )
}

/**
 * A union of records told apart by `_tag`. For each tag: the codecs of its other fields.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tagged = <A extends { readonly _tag: string }>(
  name: string,
  members: { readonly [T in A['_tag']]: Fields<Omit<Extract<A, { readonly _tag: T }>, '_tag'>> }
): Codec<A> => {
  const codecs = new Map<unknown, Codec<A>>()
  for (const [tag, fields] of Object.entries<object>(members)) {
    const all = { _tag: oneOf(tag), ...fields } as unknown as Fields<A>
    codecs.set(tag, closed<A>(`${name} ${tag}`, all))
  }
  const codecOf = (input: unknown): Codec<A> | undefined =>
    isRecord(input) ? codecs.get(input['_tag']) : undefined
  return new t.Type<A, unknown, unknown>(
    name,
    (input): input is A => codecOf(input)?.is(input) ?? false,
    (input, context) => {
      const codec = codecOf(input)
      if (codec !== undefined) return codec.validate(input, context)
      if (!isRecord(input)) return t.failure(input, context, 'not an object')
      return failureAt(context, '_tag', input['_tag'], `no such ${name}`)
    },
    (value) => (codecOf(value) as Codec<A>).encode(value)
  )
}

/**
 * A set of members below `bits`, as its words.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bitSetOf = (bits: number): Codec<BitSet.BitSet> => {
  const all = BitSet.full(bits)
  return primitive('set', (input) => {
    if (!Array.isArray(input) || input.length !== all.length)
      return `not a set of ${all.length} words for ${bits} members`
    const isSet = input.every(
      (word, i) => typeof word === 'number' && Object.is(word | 0, word) && (word & ~(all[i] as number)) === 0
    )
    return isSet ? null : `has a word that is no set of members below ${bits}`
  })
}

/**
 * As `codec`, and `rule` must give no reason against what was read.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ruled = <A>(codec: Codec<A>, rule: (value: A) => Fault | null): Codec<A> =>
  new t.Type<A, unknown, unknown>(
    codec.name,
    (input): input is A => codec.is(input),
    (input, context) => {
      const read = codec.validate(input, context)
      if (read._tag === 'Left') return read
      const fault = rule(read.right)
      if (fault === null) return read
      const [path, reason] = fault
      return path === '' ? t.failure(input, context, reason) : failureAt(context, path, input, reason)
    },
    (value) => codec.encode(value)
  )

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * Any integer that a `number` holds exactly.
 *
 * @category instances
 * @since 0.1.0
 */
export const integer: Codec<number> = integerFrom(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)

/**
 * An integer that is not negative.
 *
 * @category instances
 * @since 0.1.0
 */
export const natural: Codec<number> = integerFrom(0, Number.MAX_SAFE_INTEGER)

/**
 * @category instances
 * @since 0.1.0
 */
export const text: Codec<string> = primitive('text', (input) =>
  typeof input === 'string' ? null : 'not a text'
)

/**
 * @category instances
 * @since 0.1.0
 */
export const truth: Codec<boolean> = primitive('truth', (input) =>
  typeof input === 'boolean' ? null : 'neither true nor false'
)

/**
 * Any value, to be looked at later.
 *
 * @category instances
 * @since 0.1.0
 */
export const anything: Codec<unknown> = t.unknown

/**
 * Plain data: null, booleans, exact integers, texts, lists and objects of those.
 *
 * @category instances
 * @since 0.1.0
 */
export const plainData: Codec<PlainData> = new t.Type<PlainData, unknown, unknown>(
  'plain data',
  (input): input is PlainData => plainFault(input, 0) === null,
  (input, context) => {
    const fault = plainFault(input, 0)
    if (fault === null) return t.success(input as PlainData)
    const [path, reason] = fault
    return path === '' ? t.failure(input, context, reason) : failureAt(context, path, input, reason)
  },
  (value) => value
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Loose {
  readonly [key: string]: unknown
}

const isRecord = (input: unknown): input is Loose =>
  typeof input === 'object' && input !== null && !Array.isArray(input)

const failureAt = <A>(context: t.Context, key: string, actual: unknown, reason: string): t.Validation<A> =>
  t.failure(actual, t.appendContext(context, key, t.unknown, actual), reason)

/** A value that is written as it is. `fault` says what is wrong with it, null for nothing. */
function primitive<A>(name: string, fault: (input: unknown) => string | null): Codec<A> {
  return new t.Type<A, unknown, unknown>(
    name,
    (input): input is A => fault(input) === null,
    (input, context) => {
      const reason = fault(input)
      return reason === null ? t.success(input as A) : t.failure(input, context, reason)
    },
    (value) => value
  )
}

const validateList = <A>(
  codec: Codec<A>,
  input: unknown,
  context: t.Context
): t.Validation<ReadonlyArray<A>> => {
  if (!Array.isArray(input)) return t.failure(input, context, 'not a list')
  const values: A[] = []
  for (let i = 0; i < input.length; i++) {
    const read = codec.validate(input[i], t.appendContext(context, String(i), codec, input[i]))
    if (read._tag === 'Left') return read
    values.push(read.right)
  }
  return E.right(values)
}

const plainFault = (input: unknown, depth: number): Fault | null => {
  if (input === null || typeof input === 'boolean' || typeof input === 'string') return null
  if (typeof input === 'number') {
    const isExact = Number.isSafeInteger(input) && !Object.is(input, -0)
    return isExact
      ? null
      : ['', `${Object.is(input, -0) ? '-0' : input} is not an integer that is exact below 2^53`]
  }
  if (typeof input !== 'object') return ['', 'not plain data']
  if (depth >= plainDataDepthMax) return ['', `nested deeper than ${plainDataDepthMax} levels`]
  for (const key of Object.keys(input)) {
    const fault = plainFault((input as Loose)[key], depth + 1)
    if (fault !== null) return [pathJoin(pathJoin('', key), fault[0]), fault[1]]
  }
  return null
}
