/**
 * Cpupools as libxl shows them (toolstack.md §12).
 *
 * A pool that nobody named is `Pool-<id>`: what the start-up program calls the pools it finds.
 *
 * @since 0.1.0
 */
import type { Host } from '../../machine/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { findDomain } from './DomainRecord.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface CpupoolInfo {
  readonly poolid: number
  readonly poolName: string
  readonly sched: string
  readonly domainsTotal: number
  readonly cpus: ReadonlyArray<number>
  /** Its place in the scheduling tables. */
  readonly slot: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * All pools, by ascending id.
 *
 * @category queries
 * @since 0.1.0
 */
export const listCpupool = (host: Host): ReadonlyArray<CpupoolInfo> =>
  host.sched.poolOrder.map((slot) => {
    const pool = Table.get(host.sched.pools, slot)
    return {
      poolid: pool.id,
      poolName: cpupoolidToName(host, pool.id),
      sched: pool.scheduler,
      domainsTotal: pool.domainsTotal,
      cpus: BitSet.toArray(pool.cpus),
      slot
    }
  })

/**
 * @category queries
 * @since 0.1.0
 */
export const cpupoolInfo = (host: Host, poolid: number): CpupoolInfo | null =>
  listCpupool(host).find((pool) => pool.poolid === poolid) ?? null

/**
 * @category queries
 * @since 0.1.0
 */
export const cpupoolidToName = (host: Host, poolid: number): string =>
  findDomain(host, 0)?.record.poolNames.find((pool) => pool.poolid === poolid)?.name ?? `Pool-${poolid}`

/**
 * What users may write for a pool: digits are its id, anything else its name. Null when there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const cpupoolQualifierToInfo = (host: Host, text: string): CpupoolInfo | null =>
  /^[0-9]+$/.test(text)
    ? cpupoolInfo(host, Number(text))
    : (listCpupool(host).find((pool) => pool.poolName === text) ?? null)
