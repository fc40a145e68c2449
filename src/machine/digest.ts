/**
 * The digest of a host: canonical, and cheap when the host differs little from the one digested before.
 *
 * @since 0.1.0
 */
import { TableDigest, digestText, mixInteger, mixValue } from '../prelude/index.js'
import type { DigestCache, DigestWords, Table } from '../prelude/index.js'

import type { Host } from './Host.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Digests hosts one after the other. What it remembers of the last one makes the next one cheaper and never
 * changes its digest.
 *
 * @category model
 * @since 0.1.0
 */
export class Digester {
  private readonly cache: DigestCache = new WeakMap()
  private readonly places = new TableDigest(this.cache, ['vcpu', 'unit', 'own', 'guest'])
  private readonly queues = new TableDigest(this.cache, ['row', 'list'])
  private readonly tables = Array.from({ length: tablesTotal }, () => new TableDigest(this.cache))
  private coldParts: ReadonlyArray<unknown> = []
  private cold: DigestWords = { a: 0, b: 0 }

  /** 16 hexadecimal digits; equal for equal hosts. */
  digest(host: Host): string {
    const words: DigestWords = { a: 1, b: 2 }
    const { sched } = host
    mixInteger(words, host.nowNs)
    this.mixCold(words, host)
    mixInteger(words, host.plannedTotal)
    mixInteger(words, sched.movingPcpu)
    mixInteger(words, sched.movingPool)
    this.places.mixInto(words, sched.places)
    this.queues.mixList(words, sched.queues)
    tablesOf(host).forEach((table, i) => {
      ;(this.tables[i] as TableDigest).mixInto(words, table)
    })
    return digestText(words)
  }

  /** The parts that most events leave alone; their digest is kept as long as they are the same objects. */
  private mixCold(words: DigestWords, host: Host): void {
    const parts = coldPartsOf(host)
    if (!parts.every((part, i) => part === this.coldParts[i])) {
      this.coldParts = parts
      this.cold = { a: 3, b: 4 }
      for (const part of parts) mixValue(this.cold, part, this.cache)
    }
    mixInteger(words, this.cold.a)
    mixInteger(words, this.cold.b)
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The digest of one host, from scratch. O(size of the host).
 *
 * @category queries
 * @since 0.1.0
 */
export const digestHost = (host: Host): string => new Digester().digest(host)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const coldPartsOf = (host: Host): ReadonlyArray<unknown> => {
  const { sched } = host
  return [
    host.boot,
    host.domains,
    host.memory,
    host.planned,
    host.random,
    host.choice,
    sched.topology,
    sched.params,
    sched.domainOrder,
    sched.poolOrder,
    sched.freePcpus,
    sched.softirqs
  ]
}

/** Every table of a host; each has its place in a digester. */
const tablesOf = (host: Host): ReadonlyArray<Table.Table<unknown>> => {
  const { sched } = host
  return [
    host.timers.keys,
    host.timers.deadlines,
    sched.pcpus,
    sched.domains,
    sched.pools,
    sched.domainPrivate,
    sched.pcpuPrivate,
    sched.instances
  ]
}

/** As many as {@link tablesOf} names. */
const tablesTotal = 8
