/**
 * Codecs for plain data that people write by hand: every refusal has a path and a reason.
 *
 * They are io-ts types with three habits of their own. Unknown keys are errors, because a misspelt key must
 * not go unseen. Missing keys may have a default, and a decoded record has all keys in their declared
 * order, so that equal meanings are equal data. Only the first mistake is reported: the others often follow
 * from it.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A codec whose outside form is not looked at: it reads, and says whether a value is one.
 *
 * @category model
 * @since 0.1.0
 */
export type Shape<A> = t.Type<A, unknown>

/**
 * What reads the records of each kind.
 *
 * @category model
 * @since 0.1.0
 */
export interface Kinds<A> {
  readonly [kind: string]: t.Decoder<unknown, A>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * The first thing that is wrong with a value: the keys and indices that lead to the place, and the reason.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Mistake {
  readonly path: ReadonlyArray<string>
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A codec from a reading function. What it accepts is what reads to itself.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = <A>(
  name: string,
  read: (input: unknown, context: t.Context) => t.Validation<A>
): Shape<A> =>
  new t.Type<A, unknown, unknown>(
    name,
    (input): input is A => {
      const found = read(input, [])
      return E.isRight(found) && isSame(found.right, input)
    },
    read,
    t.identity
  )

/**
 * Integers from `min` to `max`, both included; not -0.
 *
 * @category constructors
 * @since 0.1.0
 */
export const integer = (min: number, max: number): Shape<number> =>
  make('integer', (input, context) =>
    typeof input === 'number' &&
    Number.isSafeInteger(input) &&
    !Object.is(input, -0) &&
    input >= min &&
    input <= max
      ? t.success(input)
      : refuse(input, context, `expected an integer from ${min} to ${max}, got ${show(input)}`)
  )

/**
 * `true` or `false`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const flag: Shape<boolean> = make('flag', (input, context) =>
  typeof input === 'boolean'
    ? t.success(input)
    : refuse(input, context, `expected true or false, got ${show(input)}`)
)

/**
 * Texts of `min` to `max` UTF-16 units.
 *
 * @category constructors
 * @since 0.1.0
 */
export const text = (min: number, max: number): Shape<string> =>
  make('text', (input, context) => {
    if (typeof input !== 'string') return refuse(input, context, `expected a text, got ${show(input)}`)
    if (input.length < min) return refuse(input, context, `expected a text of at least ${min} characters`)
    if (input.length > max) return refuse(input, context, `expected a text of at most ${max} characters`)
    return t.success(input)
  })

/**
 * One of some texts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const choice = <A extends string>(...choices: ReadonlyArray<A>): Shape<A> =>
  make('choice', (input, context) => {
    const found = choices.find((other) => other === input)
    if (found !== undefined) return t.success(found)
    return refuse(input, context, `expected ${choices.map((c) => `"${c}"`).join(' or ')}, got ${show(input)}`)
  })

/**
 * Lists of at most `lengthMax` elements.
 *
 * @category constructors
 * @since 0.1.0
 */
export const list = <A>(element: Shape<A>, lengthMax: number): Shape<ReadonlyArray<A>> =>
  make('list', (input, context) => {
    if (!Array.isArray(input)) return refuse(input, context, `expected a list, got ${show(input)}`)
    const { length } = input
    if (length > lengthMax)
      return refuse(input, context, `expected at most ${lengthMax} elements, got ${length}`)
    const read: A[] = []
    for (let i = 0; i < length; i += 1) {
      const found = element.validate(input[i], t.appendContext(context, String(i), element))
      if (E.isLeft(found)) return found
      read.push(found.right)
    }
    return t.success(read)
  })

/**
 * Records with these keys and no other. A key with a default may be missing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const closed = <A extends object>(
  name: string,
  shapes: { readonly [K in keyof A]-?: Shape<A[K]> },
  defaults: Partial<A> = {}
): Shape<A> =>
  make(name, (input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return refuse(input, context, `expected ${name}, got ${show(input)}`)
    const given = input as Readonly<Record<string, unknown>>
    for (const key of Object.keys(given))
      if (!Object.hasOwn(shapes, key))
        return refuse(given[key], under(context, key), unknownKey(Object.keys(shapes)))
    const read: Partial<A> = {}
    for (const key of Object.keys(shapes) as Array<keyof A & string>) {
      if (!Object.hasOwn(given, key)) {
        if (!Object.hasOwn(defaults, key)) return refuse(undefined, under(context, key), 'missing')
        read[key] = defaults[key]
        continue
      }
      const found = shapes[key].validate(given[key], under(context, key))
      if (E.isLeft(found)) return found
      read[key] = found.right
    }
    return t.success(read as A)
  })

/**
 * Records of several kinds, told apart by one key that every kind has.
 *
 * @category constructors
 * @since 0.1.0
 */
export const tagged = <A>(name: string, tag: string, kinds: Kinds<A>): Shape<A> =>
  make(name, (input, context) => {
    if (typeof input !== 'object' || input === null || Array.isArray(input))
      return refuse(input, context, `expected ${name}, got ${show(input)}`)
    const given = input as Readonly<Record<string, unknown>>
    if (!Object.hasOwn(given, tag)) return refuse(undefined, under(context, tag), 'missing')
    const kind = given[tag]
    const shape = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
    if (shape !== undefined) return shape.validate(input, context)
    const known = Object.keys(kinds).join(', ')
    return refuse(kind, under(context, tag), `expected one of ${known}, got ${show(kind)}`)
  })

/**
 * A shape or null.
 *
 * @category constructors
 * @since 0.1.0
 */
export const orNull = <A>(shape: Shape<A>): Shape<A | null> =>
  make('null', (input, context) => (input === null ? t.success(null) : shape.validate(input, context)))

/**
 * A shape whose values have to satisfy something more; `check` gives the mistake, or null.
 *
 * @category constructors
 * @since 0.1.0
 */
export const where = <A>(shape: Shape<A>, check: (value: A) => Mistake | null): Shape<A> =>
  make(shape.name, (input, context) => {
    const found = shape.validate(input, context)
    if (E.isLeft(found)) return found
    const mistake = check(found.right)
    return mistake === null ? found : refuseAt(input, context, mistake)
  })

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Reads a value; the first mistake if it can't be read.
 *
 * @category queries
 * @since 0.1.0
 */
export const read = <A>(shape: t.Decoder<unknown, A>, input: unknown): Either<Mistake, A> => {
  const found = shape.decode(input)
  if (E.isRight(found)) return found
  const first = found.left[0]
  if (first === undefined) return E.left({ path: [], reason: `expected ${shape.name}` })
  const path = first.context.map(({ key }) => key).slice(1)
  return E.left({ path, reason: first.message ?? `expected ${shape.name}, got ${show(first.value)}` })
}

/**
 * A path as people write it, such as `domains[0].weight`.
 *
 * @category queries
 * @since 0.1.0
 */
export const formatPath = (path: ReadonlyArray<string>): string =>
  path.map((key, i) => (/^[0-9]+$/.test(key) ? `[${key}]` : i === 0 ? key : `.${key}`)).join('')

/**
 * A value in a few words, for a message.
 *
 * @category queries
 * @since 0.1.0
 */
export const show = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value === 'string')
    return value.length > shownMax ? `${JSON.stringify(value.slice(0, shownMax))}...` : JSON.stringify(value)
  if (Object.is(value, -0)) return '-0'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : 'an object'
}

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

/**
 * A refusal, as a reading function returns it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refuse = <A>(input: unknown, context: t.Context, reason: string): t.Validation<A> =>
  t.failure(input, context, reason)

/**
 * A refusal of something inside `input`.
 *
 * @category combinators
 * @since 0.1.0
 */
export const refuseAt = <A>(input: unknown, context: t.Context, mistake: Mistake): t.Validation<A> =>
  refuse(input, mistake.path.reduce(under, context), mistake.reason)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Longer texts are cut in messages. */
const shownMax = 40

const under = (context: t.Context, key: string): t.Context => t.appendContext(context, key, t.unknown)

const unknownKey = (known: ReadonlyArray<string>): string =>
  known.length === 0
    ? 'unknown key: there are none here'
    : `unknown key; the keys here are ${known.join(', ')}`

/** Whether two pieces of plain data are the same. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [of, and] = [a as Readonly<Record<string, unknown>>, b as Readonly<Record<string, unknown>>]
  const keys = Object.keys(of)
  return (
    keys.length === Object.keys(and).length &&
    keys.every((key) => Object.hasOwn(and, key) && isSame(of[key], and[key]))
  )
}
