/**
 * Switching a machine on.
 *
 * @since 0.1.0
 */
import type { SchedParams, Topology } from '../abi/index.js'
import { normaliseSchedParams } from '../abi/index.js'
import { Domains } from '../domain/index.js'
import { Memory } from '../memory/index.js'
import { Random, Table, emptyTimers } from '../prelude/index.js'
import { bootPools, powerOn } from '../sched/index.js'

import type { BootFacts, Host } from './Host.js'
import type { Environment, Stepped, TraceOptions } from './transition.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A machine that has just booted Xen: cpupool 0 has all pCPUs, no domain exists yet. Out-of-range scheduling
 * parameters are replaced as Xen replaces them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bootHypervisor = (
  env: Environment,
  given: { readonly topology: Topology; readonly params: SchedParams; readonly facts: BootFacts },
  options: TraceOptions
): Stepped => {
  const host: Host = {
    nowNs: 0,
    boot: given.facts,
    timers: emptyTimers,
    sched: powerOn(given.topology, normaliseSchedParams(given.params)),
    guests: Table.empty,
    domains: Domains.empty,
    memory: Memory.make(framesOf(given.topology, given.facts.memoryBytes)),
    planned: [],
    plannedTotal: 0,
    random: Random.fromSeed(given.facts.seed, 'host')
  }
  const outputs: Parameters<typeof env.edit.open>[1] = []
  env.edit.open(host, options.trace ? outputs : null)
  bootPools(env.edit.x)
  return [env.edit.close(), outputs]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Memory is spread evenly over the NUMA nodes, in order; what does not divide evenly goes to the last. */
const framesOf = (
  topology: Topology,
  memoryBytes: number
): ReadonlyArray<ReadonlyArray<{ readonly first: number; readonly length: number }>> => {
  const pages = Math.floor(memoryBytes / 4096)
  const share = Math.floor(pages / topology.nodesTotal)
  return Array.from({ length: topology.nodesTotal }, (_, node) => {
    const isLast = node === topology.nodesTotal - 1
    const length = isLast ? pages - share * node : share
    return length > 0 ? [{ first: share * node, length }] : []
  })
}
