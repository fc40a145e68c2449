/**
 * The ranges libxl checks before it asks the hypervisor (toolstack.md §12).
 *
 * @since 0.1.0
 */
import type { DomainId, RealTimeParams } from '../../abi/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'

import { errorLine } from './LibxlError.js'
import type { LogLine } from './LibxlError.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const weightMax = 65535

/**
 * What the hypervisor says of any domain under rtds, whatever its vCPUs have.
 *
 * @category constants
 * @since 0.1.0
 */
export const rtdsDefault = { period: 10_000, budget: 4000 } as const

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What is wrong with the parameters of a domain, none or one line. A field that is absent stays as it is; one
 * that the scheduler has no use for may be anything.
 *
 * @category queries
 * @since 0.1.0
 */
export const paramsProblem = (
  params: DomainSchedParams,
  given: { readonly domid: DomainId; readonly vcpus: number; readonly scheduler: string }
): ReadonlyArray<LogLine> => {
  if (given.scheduler === 'rtds') return rtdsProblem(rtdsOf(params))
  if (given.scheduler !== 'credit' && given.scheduler !== 'credit2') return []
  const { weight, cap } = params
  const place = `libxl_sched.c:sched_${given.scheduler}_domain_set`
  if (weight !== undefined && (weight < 1 || weight > weightMax)) {
    const text = `Cpu weight out of range, valid values are within range from 1 to ${weightMax}`
    return [errorLine(place, given.domid, text)]
  }
  const capMax = 100 * given.vcpus
  if (cap !== undefined && (cap < 0 || cap > capMax)) {
    const range = `valid range is from 0 to ${capMax} for specified number of vcpus`
    return [errorLine(place, given.domid, `Cpu cap out of range, ${range}`)]
  }
  return []
}

/**
 * What a domain's parameters come to under rtds. The flag for extra time stays as it is: the hypervisor
 * heeds it for single vCPUs only.
 *
 * @category queries
 * @since 0.1.0
 */
export const rtdsParamsOf = (params: DomainSchedParams): RealTimeParams => {
  const { period, budget } = rtdsOf(params)
  return { periodUs: period, budgetUs: budget, isExtra: null }
}

/**
 * What is wrong with the period and the budget of a vCPU, none or one line.
 *
 * @category queries
 * @since 0.1.0
 */
export const rtdsProblem = (given: {
  readonly period: number
  readonly budget: number
}): ReadonlyArray<LogLine> => {
  const { period, budget } = given
  const refuse = (text: string): ReadonlyArray<LogLine> => [
    errorLine('libxl_sched.c:sched_rtds_validate_params', null, text)
  ]
  if (period < 1) return refuse(`Invalid VCPU period of ${period} (it should be >= 1)`)
  if (budget < 1) return refuse(`Invalid VCPU budget of ${budget} (it should be >= 1)`)
  if (budget <= period) return []
  return refuse(`VCPU budget must be smaller than or equal to period, but ${budget} > ${period}`)
}

/**
 * What is wrong with the parameters of a pool under credit, none or one line.
 *
 * @category queries
 * @since 0.1.0
 */
export const creditPoolProblem = (given: {
  readonly tsliceMs: number
  readonly ratelimitUs: number
  readonly vcpuMigrDelayUs: number
}): ReadonlyArray<LogLine> => {
  const { tsliceMs, ratelimitUs, vcpuMigrDelayUs } = given
  const refuse = (text: string): ReadonlyArray<LogLine> => [
    errorLine('libxl_sched.c:libxl_sched_credit_params_set', null, text)
  ]
  if (tsliceMs < 1 || tsliceMs > tsliceMaxMs) {
    return refuse(`Time slice out of range, valid range is from 1 to ${tsliceMaxMs}`)
  }
  const ratelimit = ratelimitProblem(ratelimitUs)
  if (ratelimit.length > 0) return ratelimit
  if (ratelimitUs > tsliceMs * 1000) return refuse('Ratelimit cannot be greater than timeslice')
  if (vcpuMigrDelayUs >= 0 && vcpuMigrDelayUs <= migrDelayMaxUs) return []
  return refuse(`vcpu migration delay should be >= 0 and <= ${migrDelayMaxUs}us`)
}

/**
 * What is wrong with a rate limit, none or one line. 0 switches it off.
 *
 * @category queries
 * @since 0.1.0
 */
export const ratelimitProblem = (ratelimitUs: number): ReadonlyArray<LogLine> => {
  if (ratelimitUs === 0 || (ratelimitUs >= ratelimitMinUs && ratelimitUs <= ratelimitMaxUs)) return []
  const text = `Ratelimit out of range, valid range is from ${ratelimitMinUs} to ${ratelimitMaxUs}`
  return [errorLine('libxl_sched.c:sched_ratelimit_check', null, text)]
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const ratelimitMinUs = 100
const ratelimitMaxUs = 500_000
const tsliceMaxMs = 1000
const migrDelayMaxUs = 100_000

const rtdsOf = ({
  period,
  budget
}: DomainSchedParams): { readonly period: number; readonly budget: number } => ({
  period: period ?? rtdsDefault.period,
  budget: budget ?? rtdsDefault.budget
})
