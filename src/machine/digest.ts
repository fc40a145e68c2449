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
  private readonly tables = Array.from({ length: tablesTotal }, () => new TableDigest<unknown>(this.cache))

  /** 16 hexadecimal digits; equal for equal hosts. */
  digest(host: Host): string {
    const words: DigestWords = { a: 1, b: 2 }
    mixInteger(words, host.nowNs)
    mixValue(words, host.boot, this.cache)
    this.mixTable(words, 0, host.timers.keys)
    this.mixTable(words, 1, host.timers.deadlines)
    this.mixSched(words, host.sched)
    this.mixTable(words, 2, host.guests)
    mixValue(words, host.domains, this.cache)
    mixValue(words, host.memory, this.cache)
    mixValue(words, host.planned, this.cache)
    mixInteger(words, host.plannedTotal)
    mixValue(words, host.random, this.cache)
    mixValue(words, host.choice, this.cache)
    return digestText(words)
  }

  private mixSched(words: DigestWords, sched: Host['sched']): void {
    mixValue(words, sched.topology, this.cache)
    mixValue(words, sched.params, this.cache)
    this.mixTable(words, 3, sched.pcpus)
    this.mixTable(words, 4, sched.vcpus)
    this.mixTable(words, 5, sched.units)
    this.mixTable(words, 6, sched.domains)
    mixValue(words, sched.domainOrder, this.cache)
    this.mixTable(words, 7, sched.pools)
    mixValue(words, sched.poolOrder, this.cache)
    mixValue(words, sched.freePcpus, this.cache)
    mixInteger(words, sched.movingPcpu)
    mixInteger(words, sched.movingPool)
    mixValue(words, sched.softirqs, this.cache)
    this.mixTable(words, 8, sched.unitPrivate)
    this.mixTable(words, 9, sched.domainPrivate)
    this.mixTable(words, 10, sched.pcpuPrivate)
    this.mixTable(words, 11, sched.instances)
    this.mixTable(words, 12, sched.queues)
    this.mixTable(words, 13, sched.lists)
  }

  private mixTable(words: DigestWords, place: number, table: Table.Table<unknown>): void {
    ;(this.tables[place] as TableDigest<unknown>).mixInto(words, table)
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

/** Tables of a host; each has its place in a digester. */
const tablesTotal = 14
