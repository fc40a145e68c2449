/**
 * Where two hosts differ.
 *
 * @since 0.1.0
 */
import { Codec } from '../abi/index.js'
import { hostCodec } from '../machine/index.js'
import type { Host } from '../machine/index.js'

import { canonicalJson } from './json.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A place, as path through the form that host files have, and what stands there on either side: canonical
 * JSON, or `absent`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Difference {
  readonly path: string
  readonly left: string
  readonly right: string
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first place at which two hosts differ, in the order of their fields; null when they are equal. Tables
 * are lists, so that a path reads `sched.units[17].master`.
 *
 * @category queries
 * @since 0.1.0
 */
export const firstDifference = (left: Host, right: Host): Difference | null =>
  left === right ? null : differenceOf(hostCodec.encode(left), hostCodec.encode(right))

/**
 * The first place at which two pieces of plain data differ.
 *
 * @category queries
 * @since 0.1.0
 */
export const differenceOf = (left: unknown, right: unknown): Difference | null => compare(left, right, '')

/**
 * A difference as a text for people; long values are shortened.
 *
 * @category queries
 * @since 0.1.0
 */
export const differenceText = ({ path, left, right }: Difference): string =>
  `${path}: ${shortened(left)} here, ${shortened(right)} there`

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Loose {
  readonly [key: string]: unknown
}

const absent = Symbol('absent')

const shownMax = 120

const shortened = (text: string): string =>
  text.length <= shownMax ? text : `${text.slice(0, shownMax)}… (${text.length} characters)`

const shown = (value: unknown): string => (value === absent ? 'absent' : canonicalJson(value))

const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null

const compare = (left: unknown, right: unknown, path: string): Difference | null => {
  if (Object.is(left, right)) return null
  if (!isObject(left) || !isObject(right) || Array.isArray(left) !== Array.isArray(right))
    return { path, left: shown(left), right: shown(right) }
  const keys = Object.keys(left)
  for (const key of Object.keys(right)) if (!Object.hasOwn(left, key)) keys.push(key)
  for (const key of keys) {
    const found = compare(valueAt(left, key), valueAt(right, key), Codec.pathJoin(path, key))
    if (found !== null) return found
  }
  return null
}

const valueAt = (value: Loose, key: string): unknown => (Object.hasOwn(value, key) ? value[key] : absent)
