/**
 * How the pCPUs of a host are arranged: sockets of cores of threads, and NUMA nodes.
 *
 * pCPU number = (socket x coresPerSocket + core) x threadsPerCore + thread. Nodes take equal runs of pCPUs in
 * order, so everything about one pCPU follows by arithmetic.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { PcpuId } from './ids.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Topology {
  readonly sockets: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
  readonly nodesTotal: number
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why an arrangement of pCPUs was refused.
 *
 * @category errors
 * @since 0.1.0
 */
export type TopologyError =
  | { readonly _tag: 'NotAPositiveInteger'; readonly field: keyof Topology; readonly value: number }
  | { readonly _tag: 'TooManyPcpus'; readonly pcpusTotal: number; readonly pcpusMax: number }
  | { readonly _tag: 'UnevenNodes'; readonly nodesTotal: number; readonly pcpusTotal: number }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Xen's own compile-time ceiling on x86 (`CONFIG_NR_CPUS`).
 *
 * @category constants
 * @since 0.1.0
 */
export const pcpusMax = 4095

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Checks and builds a topology.
 *
 * @category constructors
 * @since 0.1.0
 */
export const topology = (given: Topology): Either<TopologyError, Topology> => {
  const fields: ReadonlyArray<keyof Topology> = ['sockets', 'coresPerSocket', 'threadsPerCore', 'nodesTotal']
  for (const field of fields) {
    const value = given[field]
    if (!Number.isSafeInteger(value) || value < 1)
      return E.left({ _tag: 'NotAPositiveInteger', field, value })
  }
  const { sockets, coresPerSocket, threadsPerCore, nodesTotal } = given
  const count = sockets * coresPerSocket * threadsPerCore
  if (count > pcpusMax) return E.left({ _tag: 'TooManyPcpus', pcpusTotal: count, pcpusMax })
  if (count % nodesTotal !== 0) return E.left({ _tag: 'UnevenNodes', nodesTotal, pcpusTotal: count })
  return E.right({ sockets, coresPerSocket, threadsPerCore, nodesTotal })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const pcpusTotal = (topology: Topology): number =>
  topology.sockets * topology.coresPerSocket * topology.threadsPerCore

/**
 * The socket of a pCPU.
 *
 * @category queries
 * @since 0.1.0
 */
export const socketOf = (topology: Topology, pcpu: PcpuId): number =>
  Math.floor(pcpu / (topology.coresPerSocket * topology.threadsPerCore))

/**
 * The core of a pCPU, counted over the whole host.
 *
 * @category queries
 * @since 0.1.0
 */
export const coreOf = (topology: Topology, pcpu: PcpuId): number => Math.floor(pcpu / topology.threadsPerCore)

/**
 * The core of a pCPU, counted within its socket, as `xl info -n` prints it.
 *
 * @category queries
 * @since 0.1.0
 */
export const coreInSocketOf = (topology: Topology, pcpu: PcpuId): number =>
  coreOf(topology, pcpu) % topology.coresPerSocket

/**
 * The NUMA node of a pCPU.
 *
 * @category queries
 * @since 0.1.0
 */
export const nodeOf = (topology: Topology, pcpu: PcpuId): number =>
  Math.floor((pcpu * topology.nodesTotal) / pcpusTotal(topology))
