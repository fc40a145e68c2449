/**
 * Switching a machine on.
 *
 * @since 0.1.0
 */
import type { ChoicePolicy, SchedParams, Topology } from '../abi/index.js'
import { documentedChoice, normaliseSchedParams } from '../abi/index.js'
import { Domains } from '../domain/index.js'
import { Memory } from '../memory/index.js'
import { Random, emptyTimers } from '../prelude/index.js'
import { bootPools, powerOn } from '../sched/index.js'

import type { BootFacts, Host } from './Host.js'
import type { Environment, Stepped, TraceOptions } from './transition.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A machine that has just booted Xen: cpupool 0 has all pCPUs, no domain exists yet. Out-of-range scheduling
 * parameters are replaced as Xen replaces them. A boot scheduler that fails is an exception,
 * `SchedulerFailure`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bootHypervisor = (
  env: Environment,
  given: {
    readonly topology: Topology
    readonly params: SchedParams
    readonly facts: BootFacts
    readonly choice?: ChoicePolicy
  },
  options: TraceOptions
): Stepped => {
  const host: Host = {
    nowNs: 0,
    boot: given.facts,
    timers: emptyTimers,
    sched: powerOn(given.topology, normaliseSchedParams(given.params)),
    domains: Domains.empty,
    memory: Memory.make(framesOf(given.topology, given.facts.memoryBytes)),
    planned: [],
    plannedTotal: 0,
    random: Random.fromSeed(given.facts.seed, 'host'),
    choice: given.choice ?? documentedChoice
  }
  const outputs: Parameters<typeof env.edit.open>[1] = []
  env.edit.open(host, options.trace ? outputs : null, options.events)
  let isBooted = false
  try {
    bootPools(env.edit.x)
    isBooted = true
  } finally {
    if (!isBooted) env.edit.abandon()
  }
  return [env.edit.close(), outputs]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Pages of 4 KiB in a GiB. */
const gibPages = 0x4_0000

/**
 * Where the memory of a PC stops below 4 GiB, and from what amount on it stops there: the map of the
 * recorded machine (QEMU's q35 chipset), whose two nodes of 3 GiB span 5 and 3 GiB. The rest begins at 4 GiB.
 */
const lowPages = 2 * gibPages
const splitFromPages = (11 * gibPages) / 4
const highFirst = 4 * gibPages

/** Frames that hold no RAM on a PC: the end of conventional memory and the ROMs up to 1 MiB. */
const legacyHole: Range = { first: 0x9f, length: 0x61 }

/** The firmware's tables at the end of low memory: as measured, `xl info` showed 6143 MiB of 6 GiB. */
const firmwarePages = 35

interface Range {
  readonly first: number
  readonly length: number
}

/**
 * Memory is spread evenly over the NUMA nodes, in order; what does not divide evenly goes to the last. A
 * node may lie on both sides of the hole below 4 GiB.
 */
const framesOf = (topology: Topology, memoryBytes: number): ReadonlyArray<ReadonlyArray<Range>> => {
  const pages = Math.floor(memoryBytes / 4096)
  const share = Math.floor(pages / topology.nodesTotal)
  const low = pages >= splitFromPages ? lowPages : pages
  const holes = [legacyHole, { first: low - firmwarePages, length: firmwarePages }]
  return Array.from({ length: topology.nodesTotal }, (_, node) => {
    const first = share * node
    const last = node === topology.nodesTotal - 1 ? pages : first + share
    const parts = [rangeOf(first, Math.min(last, low)), shifted(Math.max(first, low), last, highFirst - low)]
    return parts.flatMap((part) => holes.reduce<ReadonlyArray<Range>>(without, [part])).filter(isRam)
  })
}

const rangeOf = (first: number, end: number): Range => ({ first, length: end - first })

const shifted = (first: number, end: number, by: number): Range => ({
  first: first + by,
  length: end - first
})

const isRam = ({ length }: Range): boolean => length > 0

const without = (ranges: ReadonlyArray<Range>, hole: Range): ReadonlyArray<Range> =>
  ranges.flatMap(({ first, length }) => {
    const end = first + length
    const holeEnd = hole.first + hole.length
    if (hole.first >= end || holeEnd <= first) return [{ first, length }]
    return [rangeOf(first, hole.first), rangeOf(holeEnd, end)]
  })
