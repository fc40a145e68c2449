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
  private readonly tables = new Map<string, TableDigest<unknown>>()

  /** 16 hexadecimal digits; equal for equal hosts. */
  digest(host: Host): string {
    const words: DigestWords = { a: 1, b: 2 }
    mixInteger(words, host.nowNs)
    mixValue(words, host.boot, this.cache)
    this.mixTable(words, 'timers.keys', host.timers.keys)
    this.mixTable(words, 'timers.deadlines', host.timers.deadlines)
    this.mixSched(words, host.sched)
    this.mixTable(words, 'guests', host.guests)
    mixValue(words, host.domains, this.cache)
    mixValue(words, host.memory, this.cache)
    mixValue(words, host.planned, this.cache)
    mixInteger(words, host.plannedTotal)
    mixValue(words, host.random, this.cache)
    return digestText(words)
  }

  private mixSched(words: DigestWords, sched: Host['sched']): void {
    mixValue(words, sched.topology, this.cache)
    mixValue(words, sched.params, this.cache)
    this.mixTable(words, 'pcpus', sched.pcpus)
    this.mixTable(words, 'vcpus', sched.vcpus)
    this.mixTable(words, 'units', sched.units)
    this.mixTable(words, 'domains', sched.domains)
    mixValue(words, sched.domainOrder, this.cache)
    this.mixTable(words, 'pools', sched.pools)
    mixValue(words, sched.poolOrder, this.cache)
    mixValue(words, sched.freePcpus, this.cache)
    mixInteger(words, sched.movingPcpu)
    mixInteger(words, sched.movingPool)
    mixValue(words, sched.softirqs, this.cache)
    this.mixTable(words, 'unitPrivate', sched.unitPrivate)
    this.mixTable(words, 'domainPrivate', sched.domainPrivate)
    this.mixTable(words, 'pcpuPrivate', sched.pcpuPrivate)
    this.mixTable(words, 'instances', sched.instances)
    this.mixTable(words, 'queues', sched.queues)
    this.mixTable(words, 'lists', sched.lists)
  }

  private mixTable(words: DigestWords, name: string, table: Table.Table<unknown>): void {
    let known = this.tables.get(name)
    if (known === undefined) {
      known = new TableDigest(this.cache)
      this.tables.set(name, known)
    }
    known.mixInto(words, table)
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
