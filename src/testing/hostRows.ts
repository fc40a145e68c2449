/**
 * What laws read in a host, whatever the scheduler: units, pCPUs and pools with the scheduler's own rows.
 * Laws get at the tables of a host through these functions only.
 *
 * @since 0.1.0
 */
import { pauseFlag, pcpusTotal } from '../abi/index.js'
import type { DomainId, Operation, PcpuId } from '../abi/index.js'
import { guestAt, vcpuTotals } from '../machine/index.js'
import type { Host } from '../machine/index.js'
import type { BitSet } from '../prelude/index.js'
import { Table } from '../prelude/index.js'
import type { Pool, PrivateRow } from '../sched/index.js'

import type { Law, Violation } from './Law.js'
import type { Instant, Run } from './Run.js'
import { listAt, unitAt, unitRowAt, vcpuAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

export interface HostUnit {
  readonly slot: number
  readonly domid: DomainId
  readonly name: string
  /** Names the unit of this very domain: one that comes after it under the same domid has another key. */
  readonly key: string
  /** Slot of its pool. */
  readonly pool: number
  readonly scheduler: string
  readonly master: PcpuId
  readonly hard: BitSet.BitSet
  readonly soft: BitSet.BitSet
  readonly softEffective: boolean
  readonly isRunnable: boolean
  readonly isCurrent: boolean
  readonly isOnline: boolean
  readonly ranNs: number
  readonly blockedNs: number
  readonly offlineNs: number
  readonly row: PrivateRow
}

export interface HostPcpu {
  readonly pcpu: PcpuId
  readonly curr: number
  readonly isIdle: boolean
  readonly pool: number
  readonly row: PrivateRow
}

export interface HostPool {
  readonly slot: number
  readonly id: number
  readonly scheduler: string
  readonly cpus: BitSet.BitSet
  readonly domainsTotal: number
  readonly instance: PrivateRow
  /** The pCPUs that schedule for it; one whose removal is unfinished is among them, and not in `cpus`. */
  readonly pcpus: ReadonlyArray<HostPcpu>
}

// -------------------------------------------------------------------------------------
// queries: hosts
// -------------------------------------------------------------------------------------

/** The units of all live domains. */
export const unitsOf = (host: Host): ReadonlyArray<HostUnit> =>
  host.sched.domainOrder.flatMap((domainSlot) => {
    const domain = Table.get(host.sched.domains, domainSlot)
    const { scheduler } = Table.get(host.sched.pools, domain.pool)
    const createdNs = host.domains.records.find((record) => record.domid === domain.domid)?.createdNs ?? -1
    return domain.units.map((slot): HostUnit => {
      const { unitId, master, hard, soft, softEffective, vcpus } = unitAt(host.sched, slot)
      // With granularity `cpu` a unit is one vCPU.
      const vcpu = vcpus[0] as number
      const v = vcpuAt(host.sched, vcpu)
      const totals = vcpuTotals(v, guestAt(host, vcpu), host.nowNs)
      const name = `${domain.domid}.${unitId}`
      return {
        slot,
        domid: domain.domid,
        name,
        key: `${name} of ${createdNs} in ${domain.pool}`,
        pool: domain.pool,
        scheduler,
        master,
        hard,
        soft,
        softEffective,
        isRunnable: v.pauseFlags === 0 && v.pauseCount === 0 && domain.pauseCount === 0,
        isCurrent: Table.get(host.sched.pcpus, master).curr === slot,
        isOnline: (v.pauseFlags & pauseFlag.down) === 0,
        ranNs: totals.runningNs,
        blockedNs: totals.blockedNs,
        offlineNs: totals.offlineNs,
        row: unitRowAt(host.sched, slot)
      }
    })
  })

export const unitsUnder = (host: Host, scheduler: string): ReadonlyArray<HostUnit> =>
  unitsOf(host).filter((unit) => unit.scheduler === scheduler)

/** All live pools. */
export const poolsOf = (host: Host): ReadonlyArray<HostPool> => {
  const pcpus = pcpusOf(host)
  return host.sched.poolOrder.map((slot): HostPool => {
    const { id, scheduler, cpus, domainsTotal }: Pool = Table.get(host.sched.pools, slot)
    return {
      slot,
      id,
      scheduler,
      cpus,
      domainsTotal,
      instance: Table.get(host.sched.instances, slot),
      pcpus: pcpus.filter(({ pool }) => pool === slot)
    }
  })
}

export const poolsUnder = (host: Host, scheduler: string): ReadonlyArray<HostPool> =>
  poolsOf(host).filter((pool) => pool.scheduler === scheduler)

export const pcpusOf = (host: Host): ReadonlyArray<HostPcpu> =>
  Array.from({ length: pcpusTotal(host.sched.topology) }, (_, pcpu): HostPcpu => {
    const { curr, pool } = Table.get(host.sched.pcpus, pcpu)
    return { pcpu, curr, isIdle: curr === pcpu, pool, row: Table.get(host.sched.pcpuPrivate, pcpu) }
  })

/** The slots in a queue, in order. */
export const listOf = (host: Host, place: number): ReadonlyArray<number> => listAt(host.sched, place)

/** The scheduler's row of the domain that a unit belongs to. */
export const domainRowOf = (host: Host, unit: number): PrivateRow =>
  Table.get(host.sched.domainPrivate, unitAt(host.sched, unit).domain)

/** The scheduler's row of a domain by its slot. */
export const domainRowAt = (host: Host, domain: number): PrivateRow =>
  Table.get(host.sched.domainPrivate, domain)

/** The slots of live domains of a pool. */
export const domainsIn = (host: Host, pool: number): ReadonlyArray<number> =>
  host.sched.domainOrder.filter((slot) => Table.get(host.sched.domains, slot).pool === pool)

/** Whether a unit waits for a pCPU. */
export const waits = (unit: HostUnit): boolean => unit.isRunnable && !unit.isCurrent

// -------------------------------------------------------------------------------------
// queries: runs
// -------------------------------------------------------------------------------------

/** Whether the laboratory boots with a scheduler. */
export const boots = (run: Run, scheduler: string): boolean => run.laboratory.params.scheduler === scheduler

/** Whether context switches take no time: then nothing is pending between instants. */
export const isSwitchFree = (run: Run): boolean => run.laboratory.params.contextSwitchNs === 0

/** What every instant has to say, with its time. */
export const everyInstant = (
  run: Run,
  check: (instant: Instant, index: number) => ReadonlyArray<string>
): ReadonlyArray<Violation> =>
  run.instants.flatMap((instant, index) =>
    check(instant, index).map((text) => ({ atNs: instant.host.nowNs, text }))
  )

/** The operations that were carried out at an instant, those that build the first domains among them. */
export const operationsDone = (run: Run, { outputs }: Instant): ReadonlyArray<Operation> => {
  const { domains, operations } = run.laboratory
  return outputs.flatMap((output): ReadonlyArray<Operation> => {
    if (output._tag !== 'ControlDone' || output.errno !== null) return []
    const plan = domains[output.index]
    if (plan !== undefined) return [{ _tag: 'DomainBuild', plan }]
    const operation = operations[output.index - domains.length]?.operation
    return operation === undefined ? [] : [operation]
  })
}

/** Whether a domain moved to another pool at an instant: its rows are then new, even if it is back. */
export const isMoved = (run: Run, instant: Instant): boolean =>
  operationsDone(run, instant).some(({ _tag }) => _tag === 'PoolMoveDomain')

/** Whether an operation was carried out or refused at an instant. */
export const isOperatedOn = ({ outputs }: Instant): boolean =>
  outputs.some(({ _tag }) => _tag === 'ControlDone')

/**
 * Whether nobody in the laboratory ever slept: no vCPU was blocked or starts offline, and there are no
 * operations. A scheduler may have stopped one for its cap.
 */
export const neverBlocks = (run: Run): boolean => {
  const last = run.instants.at(-1)
  return (
    last !== undefined &&
    run.laboratory.operations.length === 0 &&
    run.laboratory.domains.every(({ vcpus }) => vcpus.every(({ isOnline }) => isOnline)) &&
    unitsOf(last.host).every(({ blockedNs }) => blockedNs === 0)
  )
}

/** A law about each host of a run, for one scheduler's pools. */
export const lawOfHosts = (
  given: Pick<Law, 'id' | 'statement'> & {
    readonly appliesTo: (run: Run) => boolean
    readonly check: (host: Host) => ReadonlyArray<string>
  }
): Law => ({
  id: given.id,
  statement: given.statement,
  appliesTo: given.appliesTo,
  violations: (run) => everyInstant(run, ({ host }) => given.check(host))
})
