/**
 * The scheduling parameters of a host's boot line, as in force after out-of-range values were replaced.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How credit2 groups pCPUs into run queues.
 *
 * @category model
 * @since 0.1.0
 */
export type Credit2Runqueue = 'cpu' | 'core' | 'socket' | 'node' | 'all'

/**
 * What schedulers see as one: a pCPU, all threads of a core, all threads of a socket.
 *
 * @category model
 * @since 0.1.0
 */
export type Granularity = 'cpu' | 'core' | 'socket'

/**
 * Units are in the names; counts and exponents are plain integers.
 *
 * @category model
 * @since 0.1.0
 */
export interface SchedParams {
  readonly scheduler: string
  /** Of cpupool 0 and of every pool that is not given one of its own. */
  readonly granularity: Granularity
  readonly ratelimitUs: number
  readonly smtPowerSavings: boolean
  readonly credit2Runqueue: Credit2Runqueue
  readonly credit2CpusPerRunqueueMax: number
  readonly credit2MigrateResistUs: number
  readonly credit2LoadWindowShift: number
  readonly credit2LoadPrecisionShift: number
  readonly credit2BalanceUnder: number
  readonly credit2BalanceOver: number
  readonly credit2CapPeriodMs: number
  readonly creditTimesliceMs: number
  readonly vcpuMigrationDelayUs: number
  readonly loadBalanceRatelimitUs: number
  readonly tickleOneIdleCpu: boolean
  /** Time a context switch costs a pCPU; 0 in Xen's idealised machine. */
  readonly contextSwitchNs: number
  /** What a machine takes from guests beside that; nothing in the idealised one. */
  readonly costs: MachineCosts
}

/**
 * What the hardware takes from guests: time of theirs in which they get no work done. All 0 in the idealised
 * machine, where recordings of Xen's scheduler code are exact.
 *
 * @category model
 * @since 0.1.0
 */
export interface MachineCosts {
  /** Filling cold caches after a vCPU starts on another pCPU than the one it ran on last. */
  readonly migrationNs: number
  /** As much more if that pCPU is on another socket. */
  readonly socketNs: number
  /** How much longer work takes, in per cent, while another thread of the core is busy. */
  readonly smtPercent: number
  /** How much longer it takes, in per cent, if all the domain's memory is on other NUMA nodes. */
  readonly remotePercent: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The idealised machine.
 *
 * @category constants
 * @since 0.1.0
 */
export const costsNone: MachineCosts = { migrationNs: 0, socketNs: 0, smtPercent: 0, remotePercent: 0 }

/**
 * What Xen uses when the command line is silent.
 *
 * @category constants
 * @since 0.1.0
 */
export const schedParamsDefault: SchedParams = {
  scheduler: 'credit2',
  granularity: 'cpu',
  ratelimitUs: 1000,
  smtPowerSavings: false,
  credit2Runqueue: 'socket',
  credit2CpusPerRunqueueMax: 16,
  credit2MigrateResistUs: 500,
  credit2LoadWindowShift: 30,
  credit2LoadPrecisionShift: 18,
  credit2BalanceUnder: 0,
  credit2BalanceOver: -3,
  credit2CapPeriodMs: 10,
  creditTimesliceMs: 30,
  vcpuMigrationDelayUs: 0,
  loadBalanceRatelimitUs: 1000,
  tickleOneIdleCpu: true,
  contextSwitchNs: 0,
  costs: costsNone
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Replaces what Xen replaces at boot: a value outside its range becomes the default or the nearest bound.
 *
 * @category constructors
 * @since 0.1.0
 */
export const normaliseSchedParams = (given: SchedParams): SchedParams => ({
  ...given,
  ratelimitUs:
    given.ratelimitUs === 0 || (given.ratelimitUs >= 100 && given.ratelimitUs <= 500_000)
      ? given.ratelimitUs
      : schedParamsDefault.ratelimitUs,
  credit2LoadWindowShift: given.credit2LoadWindowShift <= 10 ? 30 : given.credit2LoadWindowShift,
  credit2LoadPrecisionShift: Math.max(4, given.credit2LoadPrecisionShift),
  credit2CapPeriodMs: given.credit2CapPeriodMs < 1 ? 10 : given.credit2CapPeriodMs,
  creditTimesliceMs:
    given.creditTimesliceMs >= 1 && given.creditTimesliceMs <= 1000 ? given.creditTimesliceMs : 30,
  vcpuMigrationDelayUs: given.vcpuMigrationDelayUs > 100_000 ? 0 : given.vcpuMigrationDelayUs,
  loadBalanceRatelimitUs: Math.min(1_000_000, given.loadBalanceRatelimitUs)
})
