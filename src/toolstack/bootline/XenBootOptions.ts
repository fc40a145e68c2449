/**
 * The hypervisor's boot options as values: what its command line says, or its defaults.
 *
 * @since 0.1.0
 */
import type { Dom0Memory } from './dom0Memory.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export type SchedulerName = 'credit' | 'credit2' | 'rtds' | 'arinc653' | 'null'

/**
 * @category model
 * @since 0.1.0
 */
export type SchedGranularity = 'cpu' | 'core' | 'socket'

/**
 * @category model
 * @since 0.1.0
 */
export type Credit2Runqueue = 'cpu' | 'core' | 'socket' | 'node' | 'all'

/**
 * An option that the hypervisor knows and the simulation has no use for.
 *
 * @category model
 * @since 0.1.0
 */
export interface IdleOption {
  readonly name: string
  readonly value: string
}

/**
 * Options with an effect, each with its unit in the name; a field that is absent is left to the host.
 *
 * @category model
 * @since 0.1.0
 */
export interface XenBootOptions {
  /** The hypervisor's own part of the line, as `xl info` shows it. */
  readonly commandLine: string
  /** What follows ` -- `: options for the kernel of domain 0. */
  readonly dom0CommandLine: string
  readonly dom0Memory: Dom0Memory
  readonly dom0MaxVcpusMin: number
  readonly dom0MaxVcpusMax?: number
  readonly dom0VcpusPin: boolean
  readonly dom0Nodes: ReadonlyArray<number>
  readonly dom0AffinityRelaxed: boolean
  readonly dom0Type: 'pv' | 'pvh'
  readonly dom0Shadow: boolean
  readonly sched: SchedulerName
  readonly schedGranularity: SchedGranularity
  readonly schedRatelimitUs: number
  readonly schedSmtPowerSavings: boolean
  readonly schedCredit2MigrateResistUs: number
  readonly schedCredit2MaxCpusRunqueue: number
  readonly credit2Runqueue: Credit2Runqueue
  readonly credit2LoadWindowShift: number
  readonly credit2LoadPrecisionShift: number
  readonly credit2BalanceUnder: number
  readonly credit2BalanceOver: number
  readonly credit2CapPeriodMs: number
  readonly schedCreditTsliceMs: number
  readonly tickleOneIdleCpu: boolean
  readonly vcpuMigrationDelayUs: number
  readonly loadBalanceRatelimitUs: number
  readonly timerSlopNs: number
  readonly maxcpus?: number
  readonly nosmp: boolean
  readonly smt?: boolean
  readonly conringSizeBytes?: number
  readonly lowMemVirqLimitBytes?: number
  readonly gnttabMaxFrames?: number
  readonly gnttabMaxMaptrackFrames?: number
  readonly gnttabMaxVersion: number
  readonly gnttabTransitive: boolean
  readonly gnttabTransfer: boolean
  readonly console: string
  readonly com1: string
  readonly com2: string
  readonly noreboot: boolean
  readonly loglvl: string
  readonly guestLoglvl: string
  readonly idle: ReadonlyArray<IdleOption>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * An empty command line (scheduling.md §5.4, scheduling-credit2.md §1, memory.md §6.5, grant-tables.md).
 *
 * @category constants
 * @since 0.1.0
 */
export const xenBootOptionsDefault: XenBootOptions = {
  commandLine: '',
  dom0CommandLine: '',
  dom0Memory: {},
  dom0MaxVcpusMin: 1,
  dom0VcpusPin: false,
  dom0Nodes: [],
  dom0AffinityRelaxed: false,
  dom0Type: 'pv',
  dom0Shadow: false,
  sched: 'credit2',
  schedGranularity: 'cpu',
  schedRatelimitUs: 1000,
  schedSmtPowerSavings: false,
  schedCredit2MigrateResistUs: 500,
  schedCredit2MaxCpusRunqueue: 16,
  credit2Runqueue: 'socket',
  credit2LoadWindowShift: 30,
  credit2LoadPrecisionShift: 18,
  credit2BalanceUnder: 0,
  credit2BalanceOver: -3,
  credit2CapPeriodMs: 10,
  schedCreditTsliceMs: 30,
  tickleOneIdleCpu: true,
  vcpuMigrationDelayUs: 0,
  loadBalanceRatelimitUs: 1000,
  timerSlopNs: 50_000,
  nosmp: false,
  gnttabMaxVersion: 2,
  gnttabTransitive: true,
  gnttabTransfer: true,
  console: 'com1,vga',
  com1: '',
  com2: '',
  noreboot: false,
  loglvl: '',
  guestLoglvl: '',
  idle: []
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * How many vCPUs domain 0 has, where `cpusTotal` pCPUs of its nodes are in pool 0 (scheduling.md §5.4).
 *
 * @category queries
 * @since 0.1.0
 */
export const resolveDom0Vcpus = (options: XenBootOptions, cpusTotal: number): number => {
  const atLeast = Math.max(cpusTotal, options.dom0MaxVcpusMin)
  const limit = options.dom0Type === 'pvh' ? hvmVcpusMax : pvVcpusMax
  return Math.min(atLeast, options.dom0MaxVcpusMax ?? limit, limit)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pvVcpusMax = 8192
const hvmVcpusMax = 128
