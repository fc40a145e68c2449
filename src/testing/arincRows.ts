/**
 * The rows of arinc653 in a host, as far as laws read them. A test proves that its own rows have this shape.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../abi/index.js'
import type { Host } from '../machine/index.js'

import type { PoolState } from './HookView.js'
import { poolsUnder, unitsUnder } from './hostRows.js'
import type { HostPool, HostUnit } from './hostRows.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

export interface ArincFrame {
  readonly domid: DomainId
  readonly vcpu: number
  readonly runtimeNs: number
  /** The unit that the entry names, -1 when there is none. */
  readonly unit: number
}

export interface ArincInstance {
  readonly entries: ReadonlyArray<ArincFrame>
  readonly majorFrameNs: number
  readonly nextMajorNs: number
  readonly nextSwitchNs: number
}

export interface ArincEntry653 extends HostUnit {
  readonly row: { readonly isAwake: boolean }
}

export interface ArincPool extends HostPool {
  readonly instance: ArincInstance
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

export const arincUnits = (host: Host): ReadonlyArray<ArincEntry653> =>
  unitsUnder(host, 'arinc653').map((unit) => ({ ...unit, row: unit.row as ArincEntry653['row'] }))

export const arincPools = (host: Host): ReadonlyArray<ArincPool> =>
  poolsUnder(host, 'arinc653').map((pool) => ({ ...pool, instance: pool.instance as ArincInstance }))

export const arincIn = (pool: PoolState): ArincInstance => pool.instance as ArincInstance

/** What a table says, as one text: it changes when a table is installed or a domain brings entries. */
export const tableKey = ({ entries, majorFrameNs }: ArincInstance): string =>
  `${majorFrameNs}: ${entries.map(({ domid, vcpu, runtimeNs }) => `${domid}.${vcpu} ${runtimeNs}`).join()}`

/** The entry that a time belongs to, for a table whose frames began at `originNs`; null past the last one. */
export const frameAt = (
  { entries, majorFrameNs }: ArincInstance,
  originNs: number,
  atNs: number
): ArincFrame | null => {
  // An origin may be the beginning of a later major frame.
  let left = (((atNs - originNs) % majorFrameNs) + majorFrameNs) % majorFrameNs
  for (const entry of entries) {
    if (left < entry.runtimeNs) return entry
    left -= entry.runtimeNs
  }
  return null
}
