/**
 * JSON text as `xl` prints it: the pretty form of the json-c library, which differs from everybody's in a few
 * places (recorded in the goldens): no blank after a colon, `/` escaped, an empty object on two lines.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A JSON value whose object members keep their order, whatever their names are. Strings are bytes, one
 * character each.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonValue = string | number | boolean | null | JsonArray | JsonObject

/**
 * @category model
 * @since 0.1.0
 */
export interface JsonArray {
  readonly _tag: 'Array'
  readonly items: ReadonlyArray<JsonValue>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface JsonObject {
  readonly _tag: 'Object'
  readonly members: ReadonlyArray<readonly [string, JsonValue]>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const jsonObject = (members: JsonObject['members']): JsonObject => ({ _tag: 'Object', members })

/**
 * @category constructors
 * @since 0.1.0
 */
export const jsonArray = (items: ReadonlyArray<JsonValue>): JsonArray => ({ _tag: 'Array', items })

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text, without a final newline.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { jsonCPretty, jsonObject } from '@xensim/core/toolstack'
 *
 * assert.strictEqual(jsonCPretty(jsonObject([['path', '/tmp']])), '{\n  "path":"\\/tmp"\n}')
 *
 * @category queries
 * @since 0.1.0
 */
export const jsonCPretty = (value: JsonValue): string => pretty(value, 0)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pretty = (value: JsonValue, level: number): string => {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = '  '.repeat(level + 1)
  const outer = '  '.repeat(level)
  const parts =
    value._tag === 'Array'
      ? value.items.map((item) => inner + pretty(item, level + 1))
      : value.members.map(([key, member]) => `${inner}${quote(key)}:${pretty(member, level + 1)}`)
  const body = parts.length === 0 ? '' : `${parts.join(',\n')}\n`
  const [open, close] = value._tag === 'Array' ? ['[', ']'] : ['{', '}']
  return `${open}\n${body}${outer}${close}`
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/'
}

const isEscaped = /[\x00-\x1f"\\/]/g

const quote = (text: string): string => {
  const escaped = text.replace(
    isEscaped,
    (c) => shortEscapes[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
  )
  return `"${escaped}"`
}
