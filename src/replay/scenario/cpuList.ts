/**
 * Lists of pCPUs as in `xl` configuration files: `0-3,^1`, `node:1`, `all`, from left to right.
 *
 * Stricter than `xl`, which drops what does not exist: in a scenario, a pCPU or node that the host does not
 * have is an error.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { cpusOfTerms, nodeOf, pcpusTotal } from '../../abi/index.js'
import type { CpuTerm, Topology } from '../../abi/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The pCPUs of a list, ascending, or why there are none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseCpuList = (text: string, topology: Topology): Either<string, ReadonlyArray<number>> => {
  const total = pcpusTotal(topology)
  const terms: CpuTerm[] = []
  for (const term of text.split(',')) {
    const match = /^(\^)?(nodes?:)?(?:(all)|([0-9]{1,9})(?:-([0-9]{1,9}))?)$/.exec(term.trim())
    if (match === null || (match[1] === '^' && match[3] === 'all'))
      return E.left(`${listExpected}, got ${JSON.stringify(text.slice(0, 40))}`)
    const isNodes = match[2] !== undefined
    const count = isNodes ? topology.nodesTotal : total
    const first = match[3] === 'all' ? 0 : Number(match[4])
    const last = match[3] === 'all' ? count - 1 : Number(match[5] ?? match[4])
    if (first > last) return E.left(`the range ${first}-${last} runs downwards`)
    if (last >= count)
      return E.left(`there is no ${isNodes ? 'node' : 'pCPU'} ${last}: the host has 0 to ${count - 1}`)
    terms.push({ isExcluded: match[1] !== undefined, isNodes, first, last })
  }
  const pcpus = cpusOfTerms(terms, { pcpusTotal: total, nodes: nodesOf(topology, total) })
  return pcpus.length === 0 ? E.left('the list names no pCPU') : E.right(pcpus)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const listExpected = 'expected a list of pCPUs such as "0-3,^1", "node:1" or "all"'

const nodesOf = (topology: Topology, total: number): ReadonlyArray<ReadonlyArray<number>> =>
  Array.from({ length: topology.nodesTotal }, (_, node) =>
    Array.from({ length: total }, (_pcpu, pcpu) => pcpu).filter((pcpu) => nodeOf(topology, pcpu) === node)
  )
