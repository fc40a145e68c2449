/**
 * The ranges libxl checks before it asks the hypervisor (toolstack.md §12).
 *
 * @since 0.1.0
 */
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

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What is wrong with a weight and a cap, none or one line. A field that is absent stays as it is.
 *
 * @category queries
 * @since 0.1.0
 */
export const paramsProblem = (
  params: DomainSchedParams,
  given: { readonly domid: number; readonly vcpus: number; readonly scheduler: string }
): ReadonlyArray<LogLine> => {
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
