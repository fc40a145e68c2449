/**
 * CPU lists (xl-cfg.md §4): `0-3,^1`, `node:1`, `all` and their combinations, from left to right.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { cpusOfTerms } from '../../abi/index.js'
import type { CpuTerm } from '../../abi/index.js'

import { parseUnsigned } from './cNumber.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a list of cpus is measured against: the number of pCPUs (their highest number and one) and, by node,
 * the pCPUs of it.
 *
 * @category model
 * @since 0.1.0
 */
export interface CpuTopology {
  readonly pcpusTotal: number
  readonly nodes: ReadonlyArray<ReadonlyArray<number>>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The cpus of a list, ascending; or the line to print.
 *
 * The reference's bitmaps are whole bytes: on a host of 6 pCPUs `all` has 8 members, and numbers beyond
 * the bitmap are dropped. A node that does not exist has no pCPUs (recorded behaviour, not an error).
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseCpuList = (list: string, topology: CpuTopology): Either<string, ReadonlyArray<number>> => {
  const bits = Math.ceil(topology.pcpusTotal / 8) * 8
  const terms: CpuTerm[] = []
  for (const text of list.split(',')) {
    if (text === '') continue
    const term = parseTerm(text, bits)
    if (typeof term === 'string') return E.left(term)
    terms.push(term)
  }
  return E.right(cpusOfTerms(terms, { ...topology, pcpusTotal: bits }))
}

/**
 * `a` or `a-b` in decimal, where b is not below a.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseRange = (text: string): { readonly first: number; readonly last: number } | undefined => {
  const first = parseUnsigned(text, 10)
  if (first.length === 0 || first.isOutOfRange) return undefined
  if (first.length === text.length) return { first: first.value, last: first.value }
  if (text[first.length] !== '-') return undefined
  const rest = text.slice(first.length + 1)
  const last = parseUnsigned(rest, 10)
  if (last.length === 0 || last.isOutOfRange || last.length < rest.length) return undefined
  return last.value < first.value ? undefined : { first: first.value, last: last.value }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nodePrefixes: ReadonlyArray<string> = ['node:', 'nodes:']

/** The term, or the line to print. */
const parseTerm = (text: string, bits: number): CpuTerm | string => {
  const isExcluded = text.startsWith('^')
  const unsigned = isExcluded ? text.slice(1) : text
  const prefix = nodePrefixes.find((candidate) => unsigned.startsWith(candidate))
  const range = prefix === undefined ? unsigned : unsigned.slice(prefix.length)
  if (range === 'all') {
    if (isExcluded) return 'Can\'t combine "^" and "all".'
    return { isExcluded, isNodes: false, first: 0, last: bits - 1 }
  }
  const parsed = parseRange(range)
  if (parsed === undefined) return `Invalid pcpu range: ${range}.`
  return { isExcluded, isNodes: prefix !== undefined, ...parsed }
}
