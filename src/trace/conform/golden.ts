/**
 * The header of a golden scheduler trace (`xen-sched-golden`, model version 1), and how it becomes a host.
 *
 * @since 0.1.0
 */
import type {
  DomainPlan,
  GuestAction,
  Operation,
  RealTimeParams,
  SchedParams,
  Topology,
  VcpuPlan
} from '../../abi/index.js'
import { schedParamsDefault } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A phase as the header writes it.
 *
 * @category model
 * @since 0.1.0
 */
export interface GoldenPhase {
  readonly run: number
  readonly then: string
  readonly ns?: number
  readonly t?: number
  readonly dom?: number
  readonly vcpu?: number
}

/**
 * A vCPU as the header writes it.
 *
 * @category model
 * @since 0.1.0
 */
export interface GoldenVcpu {
  readonly id: number
  readonly online: boolean
  readonly hard: string | null
  readonly soft: string | null
  readonly cyclic: boolean
  readonly rtds?: { readonly period: number; readonly budget: number; readonly extra: boolean } | null
  readonly script: ReadonlyArray<GoldenPhase>
}

/**
 * A domain as the header writes it.
 *
 * @category model
 * @since 0.1.0
 */
export interface GoldenDomain {
  readonly id: number
  readonly pool: number
  readonly weight?: number
  readonly cap?: number
  readonly control: boolean
  readonly rtds?: { readonly period: number; readonly budget: number } | null
  readonly vcpus: ReadonlyArray<GoldenVcpu>
}

/**
 * A control event as the header writes it.
 *
 * @category model
 * @since 0.1.0
 */
export interface GoldenControl {
  readonly i: number
  readonly t: number
  readonly op: string
  readonly dom?: number
  readonly vcpu?: number
  readonly pool?: number
  readonly cpu?: number
  readonly cpus?: string
  readonly weight?: number
  readonly cap?: number
  readonly us?: number
  readonly tsliceMs?: number
  readonly migrDelayUs?: number
  readonly scheduler?: string
  readonly period?: number
  readonly budget?: number
  readonly extra?: boolean
  readonly majorFrame?: number
  readonly entries?: ReadonlyArray<{ readonly dom: number; readonly vcpu: number; readonly runtime: number }>
}

/**
 * Line 1 of a trace, as far as it is used.
 *
 * @category model
 * @since 0.1.0
 */
export interface GoldenHeader {
  readonly format: string
  readonly modelVersion: number
  readonly name: string
  readonly scheduler: string
  readonly topology: {
    readonly sockets: number
    readonly coresPerSocket: number
    readonly threadsPerCore: number
  }
  readonly params: { readonly [name: string]: number | string | boolean }
  readonly domains: ReadonlyArray<GoldenDomain>
  readonly control: ReadonlyArray<GoldenControl>
  readonly duration: number
  readonly snapshotEvery: number | null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const topologyOf = (header: GoldenHeader): Topology => ({
  sockets: header.topology.sockets,
  coresPerSocket: header.topology.coresPerSocket,
  threadsPerCore: header.topology.threadsPerCore,
  nodesTotal: 1
})

/**
 * @category queries
 * @since 0.1.0
 */
export const paramsOf = (header: GoldenHeader): SchedParams => {
  const p = header.params
  const number = (name: string, otherwise: number): number =>
    typeof p[name] === 'number' ? p[name] : otherwise
  const d = schedParamsDefault
  return {
    scheduler: header.scheduler,
    granularity: p['sched_gran'] === 'core' ? 'core' : p['sched_gran'] === 'socket' ? 'socket' : 'cpu',
    ratelimitUs: number('sched_ratelimit_us', d.ratelimitUs),
    smtPowerSavings: p['sched_smt_power_savings'] === true,
    credit2Runqueue: (p['credit2_runqueue'] ?? d.credit2Runqueue) as SchedParams['credit2Runqueue'],
    credit2CpusPerRunqueueMax: number('sched_credit2_max_cpus_runqueue', d.credit2CpusPerRunqueueMax),
    credit2MigrateResistUs: number('sched_credit2_migrate_resist_us', d.credit2MigrateResistUs),
    credit2LoadWindowShift: number('credit2_load_window_shift', d.credit2LoadWindowShift),
    credit2LoadPrecisionShift: number('credit2_load_precision_shift', d.credit2LoadPrecisionShift),
    credit2BalanceUnder: number('credit2_balance_under', d.credit2BalanceUnder),
    credit2BalanceOver: number('credit2_balance_over', d.credit2BalanceOver),
    credit2CapPeriodMs: number('credit2_cap_period_ms', d.credit2CapPeriodMs),
    creditTimesliceMs: number('sched_credit_tslice_ms', d.creditTimesliceMs),
    vcpuMigrationDelayUs: number('vcpu_migration_delay_us', d.vcpuMigrationDelayUs),
    loadBalanceRatelimitUs: number('load_balance_ratelimit_us', d.loadBalanceRatelimitUs),
    tickleOneIdleCpu: p['tickle_one_idle_cpu'] !== false,
    contextSwitchNs: number('contextSwitchNs', 0),
    costs: d.costs
  }
}

/**
 * The header's control events as operations of the machine, in the order of their numbers. A string names an
 * operation that this package has not got.
 *
 * @category queries
 * @since 0.1.0
 */
export const operationsOf = (
  header: GoldenHeader,
  pcpusTotal: number
): ReadonlyArray<{ readonly atNs: number; readonly operation: Operation }> | string => {
  const operations: Array<{ readonly atNs: number; readonly operation: Operation }> = []
  for (const control of header.control) {
    const operation = operationOf(header, control, pcpusTotal)
    if (operation === null) return control.op
    operations.push({ atNs: control.t, operation })
  }
  return operations
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const operationOf = (header: GoldenHeader, c: GoldenControl, pcpusTotal: number): Operation | null => {
  const domid = c.dom ?? -1
  const vcpu = c.vcpu ?? 0
  switch (c.op) {
    case 'create': {
      const domain = header.domains.find((other) => other.id === domid)
      return domain === undefined ? null : { _tag: 'DomainBuild', plan: planOf(header, domain, pcpusTotal) }
    }
    case 'destroy':
      return { _tag: 'DomainDestroy', domid, inPlace: true }
    case 'pause':
      return { _tag: 'DomainPause', domid }
    case 'unpause':
      return { _tag: 'DomainUnpause', domid }
    case 'vpause':
      return { _tag: 'VcpuPause', domid, vcpu }
    case 'vunpause':
      return { _tag: 'VcpuUnpause', domid, vcpu }
    case 'voff':
      return { _tag: 'VcpuOffline', domid, vcpu }
    case 'von':
      return { _tag: 'VcpuOnline', domid, vcpu }
    case 'kick':
      return { _tag: 'VcpuKick', domid, vcpu }
    case 'hard':
    case 'soft':
      return { _tag: 'VcpuAffinity', domid, vcpu, kind: c.op, pcpus: listOf(c.cpus ?? '', pcpusTotal) }
    case 'params':
      return {
        _tag: 'SchedDomainParams',
        domid,
        scheduler: null,
        weight: c.weight ?? null,
        cap: c.cap ?? null
      }
    case 'rtdom':
      return { _tag: 'SchedDomainRealTime', domid, params: realTimeOf(c) }
    case 'rtvcpu':
      return { _tag: 'SchedVcpuRealTime', domid, vcpu, params: realTimeOf(c) }
    default:
      return poolOperationOf(c)
  }
}

/** Weight and cap stand in every header; only credit and credit2 know them. */
const poolOperationOf = (c: GoldenControl): Operation | null => {
  const domid = c.dom ?? -1
  const poolId = c.pool ?? -1
  const pcpu = c.cpu ?? -1
  switch (c.op) {
    case 'arinc':
      return {
        _tag: 'SchedArinc',
        poolId,
        majorFrameNs: c.majorFrame ?? 0,
        entries: (c.entries ?? []).map((e) => ({ domid: e.dom, vcpu: e.vcpu, runtimeNs: e.runtime }))
      }
    case 'ratelimit':
      return {
        _tag: 'SchedPoolParams',
        poolId,
        ratelimitUs: c.us ?? 0,
        timesliceMs: c.tsliceMs ?? null,
        migrationDelayUs: c.migrDelayUs ?? null
      }
    case 'poolcreate':
      return { _tag: 'PoolCreate', poolId, scheduler: c.scheduler ?? '' }
    case 'pooldestroy':
      return { _tag: 'PoolDestroy', poolId }
    case 'pooladd':
      return { _tag: 'PoolAddPcpu', poolId, pcpu }
    case 'poolrm':
      return { _tag: 'PoolRemovePcpu', poolId, pcpu }
    case 'poolmove':
      return { _tag: 'PoolMoveDomain', poolId, domid }
    default:
      return null
  }
}

const planOf = (header: GoldenHeader, domain: GoldenDomain, pcpusTotal: number): DomainPlan => ({
  domid: domain.id,
  poolId: domain.pool,
  isControl: domain.control,
  weight: header.scheduler.startsWith('credit') ? (domain.weight ?? null) : null,
  cap: header.scheduler.startsWith('credit') ? (domain.cap ?? null) : null,
  ...(domain.rtds ? { realTime: realTimeOf(domain.rtds) } : {}),
  vcpus: domain.vcpus.map((vcpu) => vcpuPlanOf(vcpu, pcpusTotal)),
  pages: 0,
  pagesMax: 0,
  nodes: null,
  isPaused: false,
  info: { name: '', uuid: '', type: 'pv', userdata: null }
})

const vcpuPlanOf = (vcpu: GoldenVcpu, pcpusTotal: number): VcpuPlan => ({
  isOnline: vcpu.online,
  hard: vcpu.hard === null ? null : listOf(vcpu.hard, pcpusTotal),
  soft: vcpu.soft === null ? null : listOf(vcpu.soft, pcpusTotal),
  ...(vcpu.rtds ? { realTime: realTimeOf(vcpu.rtds) } : {}),
  guest: {
    program: 'script',
    version: 1,
    config: { phases: vcpu.script.map((phase) => ({ runNs: phase.run, then: actionOf(phase) })) }
  }
})

const realTimeOf = (given: {
  readonly period?: number
  readonly budget?: number
  readonly extra?: boolean
}): RealTimeParams => ({
  periodUs: given.period ?? 0,
  budgetUs: given.budget ?? 0,
  isExtra: given.extra ?? null
})

const actionOf = (phase: GoldenPhase): GuestAction => {
  switch (phase.then) {
    case 'block':
      return { _tag: 'Block', ns: phase.ns ?? 0 }
    case 'until':
      return { _tag: 'Until', atNs: phase.t ?? 0 }
    case 'wait':
      return { _tag: 'Wait' }
    case 'signal':
      return { _tag: 'Signal', domid: phase.dom ?? -1, vcpu: phase.vcpu ?? 0 }
    case 'yield':
      return { _tag: 'Yield' }
    default:
      return { _tag: 'Halt' }
  }
}

/** Bits past the host are dropped, as the machine model says. */
const listOf = (text: string, pcpusTotal: number): ReadonlyArray<number> => {
  const pcpus: number[] = []
  for (const part of (text === 'all' ? `0-${pcpusTotal - 1}` : text).split(',')) {
    if (part === '') continue
    const [from = '', to = from] = part.split('-')
    for (let pcpu = Number(from); pcpu <= Number(to) && pcpu < BitSet.bitsMax; pcpu++)
      if (pcpu < pcpusTotal) pcpus.push(pcpu)
  }
  return pcpus
}
