/**
 * What becomes of values out of range when the schedulers start (scheduling.md §5.4, scheduling-credit2.md
 * §1). Private to this folder.
 *
 * @since 0.1.0
 */
import { xenBootOptionsDefault } from './XenBootOptions.js'
import type { SchedulerName, XenBootOptions } from './XenBootOptions.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface AdjustedOptions {
  readonly options: XenBootOptions
  readonly lines: ReadonlyArray<string>
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Replaces what is out of range, with the lines of the boot log where it says so, and finds the scheduler.
 *
 * @category transitions
 * @since 0.1.0
 */
export const adjustOptions = (given: XenBootOptions, schedText: string): AdjustedOptions => {
  const lines: string[] = []
  let options = given
  const replace = (fields: Partial<XenBootOptions>, ...messages: ReadonlyArray<string>): void => {
    options = { ...options, ...fields }
    lines.push(...messages)
  }
  const standard = xenBootOptionsDefault
  const sched = schedulerNames.find((name) => name === schedText)
  if (sched === undefined)
    replace({ sched: standard.sched }, `Could not find scheduler: ${schedText}`, usingDefault)
  else replace({ sched })

  const ratelimit = given.schedRatelimitUs
  if (ratelimit !== 0 && (ratelimit < ratelimitMinUs || ratelimit > ratelimitMaxUs)) {
    const { schedRatelimitUs } = standard
    replace({ schedRatelimitUs }, ...outside('sched_ratelimit_us', '[100,500000]', schedRatelimitUs))
  }
  if (given.schedCreditTsliceMs < 1 || given.schedCreditTsliceMs > tsliceMaxMs) {
    const { schedCreditTsliceMs } = standard
    replace({ schedCreditTsliceMs }, ...outside('sched_credit_tslice_ms', '[1,1000]', schedCreditTsliceMs))
  }
  if (given.vcpuMigrationDelayUs > migrationDelayMaxUs) {
    const { vcpuMigrationDelayUs } = standard
    replace(
      { vcpuMigrationDelayUs },
      ...outside('vcpu_migration_delay', '[0,100000]us', vcpuMigrationDelayUs)
    )
  }
  if (given.loadBalanceRatelimitUs > balanceRatelimitMaxUs) {
    replace({ loadBalanceRatelimitUs: balanceRatelimitMaxUs })
  }
  if (given.credit2LoadPrecisionShift < precisionShiftMin) {
    replace({ credit2LoadPrecisionShift: precisionShiftMin })
  }
  // Differs from Xen, which shifts by whatever is said: shifts that leave its 64-bit numbers are not taken.
  if (given.credit2LoadPrecisionShift > shiftMax) {
    replace({ credit2LoadPrecisionShift: standard.credit2LoadPrecisionShift })
  }
  if (given.credit2LoadWindowShift <= loadGranularityShift || given.credit2LoadWindowShift > shiftMax) {
    replace({ credit2LoadWindowShift: standard.credit2LoadWindowShift })
  }
  if (given.credit2CapPeriodMs < 1) replace({ credit2CapPeriodMs: standard.credit2CapPeriodMs })
  return { options: withoutZeroCpus(options), lines }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const schedulerNames: ReadonlyArray<SchedulerName> = ['credit', 'credit2', 'rtds', 'arinc653', 'null']

const usingDefault = "Using 'SMP Credit Scheduler rev2' (credit2)"

const ratelimitMinUs = 100
const ratelimitMaxUs = 500_000
const tsliceMaxMs = 1000
const migrationDelayMaxUs = 100_000
const balanceRatelimitMaxUs = 1_000_000
const precisionShiftMin = 4
const shiftMax = 63

/** Credit2 counts load in steps of 2^10 ns, so that a window must be longer. */
const loadGranularityShift = 10

/** `maxcpus=0` is the same as nothing: all of them. */
const withoutZeroCpus = (options: XenBootOptions): XenBootOptions => {
  if (options.maxcpus !== 0) return options
  const { maxcpus: _all, ...rest } = options
  return rest
}

const outside = (name: string, range: string, value: number): ReadonlyArray<string> => [
  `WARNING: ${name} outside of valid range ${range}.`,
  ` Resetting to default ${value}`
]
