/**
 * Automatic NUMA placement (toolstack.md §5.1): the fewest nodes that have the memory and the pCPUs; among
 * as many, those with fewer vCPUs that may run there, then those with more free memory.
 *
 * @since 0.1.0
 */
import type { NodeId } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import { BitSet, Table } from '../../prelude/index.js'
import { vcpusOf } from '../cfg/DomainConfig.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'

import { pcpusByNode } from './HostInfo.js'
import { neededMemkb } from './memoryNeed.js'
import { unitAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

interface Candidate {
  readonly nodes: ReadonlyArray<NodeId>
  readonly vcpusTotal: number
  readonly freeMemkb: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether the configuration leaves the placement to the toolstack. A hard affinity alone does.
 *
 * @category queries
 * @since 0.1.0
 */
export const isPlacementWanted = (config: DomainConfig): boolean =>
  (config.buildInfo.numaPlacement ?? true) && config.buildInfo.vcpuSoftAffinity === undefined

/**
 * The nodes for a domain; all of them when no choice is possible. The hard affinity does not restrict the
 * search, although that is what one would expect: so it is in Xen 4.22.
 *
 * @category queries
 * @since 0.1.0
 */
export const placeDomain = (
  host: Host,
  config: DomainConfig,
  poolCpus: ReadonlyArray<number>
): ReadonlyArray<number> => {
  const byNode = pcpusByNode(host).map((pcpus) => pcpus.filter((pcpu) => poolCpus.includes(pcpu)))
  const all = byNode.map((_, node) => node)
  if (all.length < 2 || all.length > nodesMax) return all
  const vcpus = vcpusOf(config).maxVcpus
  const pcpusPerNode = Math.max(1, ...byNode.map((pcpus) => pcpus.length))
  const needed = neededMemkb(config)
  for (let size = Math.max(1, Math.ceil(vcpus / pcpusPerNode)); size <= all.length; size += 1) {
    const fitting = combinations(all, size)
      .filter((nodes) => nodes.reduce((sum, node) => sum + (byNode[node] ?? []).length, 0) >= vcpus)
      .map((nodes) => candidateOf(host, nodes, byNode))
      .filter(({ freeMemkb }) => freeMemkb >= needed)
    if (fitting.length > 0) return fitting.reduce(better).nodes
  }
  return all
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** With more nodes the combinations are too many, and libxl does not search. */
const nodesMax = 16

const better = (a: Candidate, b: Candidate): Candidate => {
  if (a.vcpusTotal !== b.vcpusTotal) return a.vcpusTotal < b.vcpusTotal ? a : b
  return b.freeMemkb > a.freeMemkb ? b : a
}

const combinations = (nodes: ReadonlyArray<NodeId>, size: number): ReadonlyArray<ReadonlyArray<number>> => {
  if (size === 0) return [[]]
  return nodes.flatMap((node, i) => combinations(nodes.slice(i + 1), size - 1).map((rest) => [node, ...rest]))
}

const candidateOf = (
  host: Host,
  nodes: ReadonlyArray<NodeId>,
  byNode: ReadonlyArray<ReadonlyArray<number>>
): Candidate => {
  const pcpus = BitSet.fromBits(
    host.sched.pcpus.length,
    nodes.flatMap((node) => byNode[node] ?? [])
  )
  const { domainOrder, domains } = host.sched
  const units = domainOrder.flatMap((slot) => Table.get(domains, slot).units)
  return {
    nodes,
    vcpusTotal: units.filter((slot) => {
      const unit = unitAt(host.sched, slot)
      return BitSet.intersects3(unit.hard, unit.soft, pcpus)
    }).length,
    freeMemkb: nodes.reduce((sum, node) => sum + Memory.freePagesOfNode(host.memory, node) * 4, 0)
  }
}
