/**
 * What lists of pCPUs are made of, however they are written: terms that add a range or take one away.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One term of a list: a range of cpus or of nodes, to be added or taken away.
 *
 * @category model
 * @since 0.1.0
 */
export interface CpuTerm {
  readonly isExcluded: boolean
  readonly isNodes: boolean
  readonly first: number
  readonly last: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The cpus that terms leave when they are applied from left to right, ascending. What does not exist is
 * dropped. `nodes` are the pCPUs of each node.
 *
 * @category queries
 * @since 0.1.0
 */
export const cpusOfTerms = (
  terms: ReadonlyArray<CpuTerm>,
  { pcpusTotal, nodes }: { readonly pcpusTotal: number; readonly nodes: ReadonlyArray<ReadonlyArray<number>> }
): ReadonlyArray<number> => {
  const members = new Array<boolean>(pcpusTotal).fill(false)
  for (const { isExcluded, isNodes, first, last } of terms) {
    const end = Math.min(last, (isNodes ? nodes.length : pcpusTotal) - 1)
    for (let number = first; number <= end; number += 1) {
      const cpus = isNodes ? (nodes[number] ?? []) : [number]
      for (const cpu of cpus) if (cpu < pcpusTotal) members[cpu] = !isExcluded
    }
  }
  return members.flatMap((isMember, cpu) => (isMember ? [cpu] : []))
}
