/**
 * The rows of credit (credit1) in a host, as far as laws read them, and its constants as the specification
 * has them. A test proves that credit's own rows have this shape.
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../abi/index.js'
import type { Host } from '../machine/index.js'
import type { BitSet } from '../prelude/index.js'

import type { PoolState, UnitState } from './HookView.js'
import { domainRowAt, domainRowOf, domainsIn, poolsUnder, unitsUnder } from './hostRows.js'
import type { HostPcpu, HostPool, HostUnit } from './hostRows.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

export interface CreditUnit {
  readonly startNs: number
  readonly flags: number
  readonly priority: number
  readonly credit: number
}

export interface CreditDomain {
  readonly weight: number
  readonly cap: number
  readonly activeUnits: ReadonlyArray<number>
}

export interface CreditPcpu {
  readonly runq: ReadonlyArray<number>
  readonly runnableTotal: number
  readonly sortLast: number
  readonly lastBalanceNs: number
}

export interface CreditInstance {
  readonly idlers: BitSet.BitSet
  readonly runqSort: number
  readonly timesliceMs: number
  readonly ratelimitNs: number
  readonly migrationDelayNs: number
  readonly creditBalance: number
  readonly activeDomains: ReadonlyArray<number>
}

export interface CreditEntry extends HostUnit {
  readonly row: CreditUnit
  readonly domain: CreditDomain
}

export interface CreditPool extends HostPool {
  readonly instance: CreditInstance
  readonly pcpus: ReadonlyArray<HostPcpu & { readonly row: CreditPcpu }>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Section 1 of the specification. */
export const creditNs = 100_000
export const creditsPerMs = 10
export const sliceLeastNs = 100
export const priorityBoost = 0
export const priorityUnder = -1
export const priorityOver = -2
/** Bits of the flags of a unit. */
export const flagParked = 1
export const flagYields = 2
export const flagMigrating = 4

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

export const credit1Units = (host: Host): ReadonlyArray<CreditEntry> =>
  unitsUnder(host, 'credit').map((unit) => ({
    ...unit,
    row: unit.row as CreditUnit,
    domain: domainRowOf(host, unit.slot) as CreditDomain
  }))

export const credit1Pools = (host: Host): ReadonlyArray<CreditPool> =>
  poolsUnder(host, 'credit').map((pool) => ({
    ...pool,
    instance: pool.instance as CreditInstance,
    pcpus: pool.pcpus.map((pcpu) => ({ ...pcpu, row: pcpu.row as CreditPcpu }))
  }))

/** The slots and rows of the domains in a pool. */
export const credit1Domains = (
  host: Host,
  pool: number
): ReadonlyArray<{ readonly slot: number; readonly row: CreditDomain }> =>
  domainsIn(host, pool).map((slot) => ({ slot, row: domainRowAt(host, slot) as CreditDomain }))

export const creditOf = ({ row }: UnitState): CreditUnit => row as CreditUnit

/** The slots of the active units of a pool. */
export const activeIn = (pool: PoolState): ReadonlySet<number> =>
  new Set(pool.domains.flatMap(({ row }) => (row as CreditDomain).activeUnits))

export const instanceIn = (pool: PoolState): CreditInstance => pool.instance as CreditInstance

export const pcpuRowIn = (pool: PoolState, pcpu: PcpuId): CreditPcpu | null =>
  (pool.pcpus.find((own) => own.pcpu === pcpu)?.row ?? null) as CreditPcpu | null

/** Credits that one pCPU gives in a timeslice. */
export const creditsPerTimeslice = ({ timesliceMs }: CreditInstance): number => creditsPerMs * timesliceMs
