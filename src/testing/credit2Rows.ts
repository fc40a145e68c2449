/**
 * The rows of credit2 in a host, its constants as the specification has them, and its arithmetic done the
 * plain way. Laws use these and nothing of the scheduler's code.
 *
 * @since 0.1.0
 */
import type { DomainId, PcpuId } from '../abi/index.js'
import { Table } from '../prelude/index.js'
import type { BitSet } from '../prelude/index.js'
import type { Host } from '../machine/index.js'
import type {
  Credit2Domain,
  Credit2Instance,
  Credit2Pcpu,
  Credit2Queue,
  Credit2Unit,
  Unit
} from '../sched/index.js'

import type { Run } from './Run.js'
import type { ScheduleView, UnitView } from './View.js'
import { listAt, queueAt, unitAt, unitRowAt, vcpuAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** Section 1 of the specification; nanoseconds, or units of credit, which are nanoseconds too. */
export const sliceMinNs = 500_000
export const sliceMaxNs = 10_000_000
export const creditInit = 10_000_000
export const creditMin = -10_000_000
export const creditIdle = -10_000_001
export const creditMax = 10_500_000
export const migrateCompensation = 50_000
export const ratelimitToleranceNs = 50_000
/** Bits of the flags of a unit. */
export const flagScheduled = 2
export const flagYield = 16

// -------------------------------------------------------------------------------------
// queries: rows
// -------------------------------------------------------------------------------------

export interface UnitEntry {
  readonly slot: number
  readonly name: string
  readonly domid: DomainId
  readonly unit: Readonly<Unit>
  readonly row: Readonly<Credit2Unit>
}

export const unitRow = (host: Host, slot: number): Readonly<Credit2Unit> =>
  unitRowAt(host.sched, slot) as Credit2Unit

/** The units of all live domains under credit2. */
export const credit2Units = (host: Host): ReadonlyArray<UnitEntry> =>
  host.sched.domainOrder.flatMap((domainSlot) => {
    const domain = Table.get(host.sched.domains, domainSlot)
    if (Table.get(host.sched.pools, domain.pool).scheduler !== 'credit2') return []
    return domain.units.map((slot): UnitEntry => {
      const unit = unitAt(host.sched, slot)
      const name = `${domain.domid}.${unit.unitId}`
      return { slot, name, domid: domain.domid, unit, row: unitRow(host, slot) }
    })
  })

export interface QueueEntry {
  readonly slot: number
  readonly row: Readonly<Credit2Queue>
  readonly list: ReadonlyArray<number>
}

/** The run queues of all pools under credit2. */
export const credit2Queues = (host: Host): ReadonlyArray<QueueEntry> =>
  host.sched.poolOrder.flatMap((poolSlot) => {
    if (Table.get(host.sched.pools, poolSlot).scheduler !== 'credit2') return []
    const { runqueues } = Table.get(host.sched.instances, poolSlot) as Credit2Instance
    return runqueues.map((slot) => ({
      slot,
      row: queueAt(host.sched, slot) as Credit2Queue,
      list: listAt(host.sched, slot)
    }))
  })

export interface DomainEntry {
  readonly slot: number
  readonly domid: DomainId
  readonly units: ReadonlyArray<number>
  readonly ratelimitNs: number
  readonly row: Readonly<Credit2Domain>
}

/** The live domains under credit2. */
export const credit2Domains = (host: Host): ReadonlyArray<DomainEntry> =>
  host.sched.domainOrder.flatMap((slot) => {
    const { domid, pool, units } = Table.get(host.sched.domains, slot)
    if (Table.get(host.sched.pools, pool).scheduler !== 'credit2') return []
    const { ratelimitNs } = Table.get(host.sched.instances, pool) as Credit2Instance
    return [
      { slot, domid, units, ratelimitNs, row: Table.get(host.sched.domainPrivate, slot) as Credit2Domain }
    ]
  })

/** The siblings of a pCPU in its run queue; null when it belongs to no credit2 pool. */
export const siblingsOf = (host: Host, pcpu: PcpuId): BitSet.BitSet | null => {
  const row = Table.get(host.sched.pcpuPrivate, pcpu) as Credit2Pcpu | null
  return row === null ? null : row.siblings
}

export const isUnitRunnable = (host: Host, slot: number): boolean =>
  unitAt(host.sched, slot).vcpus.some((vcpu) => {
    const v = vcpuAt(host.sched, vcpu)
    const domainPauses = v.domain < 0 ? 0 : Table.get(host.sched.domains, v.domain).pauseCount
    return v.pauseFlags === 0 && v.pauseCount === 0 && domainPauses === 0
  })

// -------------------------------------------------------------------------------------
// queries: views
// -------------------------------------------------------------------------------------

export const isCredit2 = (run: Run): boolean => run.laboratory.params.scheduler === 'credit2'

export const schedulesOf = (run: Run): ReadonlyArray<ScheduleView> =>
  run.instants.flatMap(({ views }) => views.filter((view) => view._tag === 'Schedule'))

export const isCapped = (row: Readonly<Credit2Unit>): boolean => row.budgetQuota > 0

export const viewOf = (units: ReadonlyArray<UnitView>, slot: number): UnitView | null =>
  units.find(({ unit }) => unit === slot) ?? null

/** Credit after being charged up to now, before the lower clamp. The plain twin of `burn`, without bounds. */
export const creditBurnt = (row: Readonly<Credit2Unit>, maxWeight: number, nowNs: number): number => {
  const delta = BigInt(Math.max(0, nowNs - row.startNs))
  if (delta === 0n) return row.credit
  return row.credit - Number((delta * BigInt(maxWeight) + BigInt(row.residual)) / BigInt(row.weight))
}

/**
 * Whether a decision reset the credits of its run queue: only a reset can raise the credit of the chosen
 * unit.
 */
export const isReset = (view: ScheduleView): boolean => {
  const before = viewOf(view.before.units, view.next)
  const after = viewOf(view.after.units, view.next)
  if (before === null || after === null) return false
  const { maxWeight } = view.before.row
  const burnt = view.next === view.curr ? creditBurnt(before.row, maxWeight, view.atNs) : before.row.credit
  return after.row.credit - (view.isMigrated ? migrateCompensation : 0) > Math.max(burnt, creditMin)
}
