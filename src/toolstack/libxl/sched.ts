/**
 * Scheduling parameters of domains and pools (toolstack.md §12).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Environment, Host } from '../../machine/index.js'
import { Table } from '../../prelude/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Libxl } from './Change.js'
import { findDomain } from './DomainRecord.js'
import { domainParamsOf, poolParamsOf } from './inspect.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'
import { cpupoolInfo } from './pools.js'
import { paramsProblem, ratelimitProblem } from './schedRange.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A scheduler whose parameters domains can have, in libxl's words.
 *
 * @category model
 * @since 0.1.0
 */
export type SchedulerName = NonNullable<DomainSchedParams['sched']>

/**
 * @category model
 * @since 0.1.0
 */
export interface SchedCredit2Params {
  readonly ratelimitUs: number
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Sets what is present of the parameters of a domain. `sched` says whose parameters they are; without it
 * they are those of the domain's own scheduler.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainSchedParamsSet = (
  libxl: Libxl,
  domid: number,
  params: DomainSchedParams
): Change<void> => {
  const course = begin(libxl.host)
  const found = findDomain(libxl.host, domid)
  const own = found === null ? null : schedulerOf(libxl.host, found.sched.pool)
  const scheduler = params.sched ?? own ?? 'credit2'
  if (found === null || own !== scheduler) {
    const text = `Getting domain sched ${scheduler}: ${errnoText[found === null ? 'ESRCH' : 'EINVAL']}`
    const line = errorLine(`libxl_sched.c:sched_${scheduler}_domain_set`, domid, text)
    return failed(course, libxlError('FAIL', line))
  }
  const problem = paramsProblem(params, { domid, vcpus: found.vcpus.length, scheduler })
  if (problem.length > 0) return failed(course, libxlError('INVAL', ...problem))
  const { weight = null, cap = null } = params
  const set = issue(libxl, course, { _tag: 'SchedDomainParams', domid, scheduler, weight, cap })
  if (set._tag === 'Right') return succeeded(set.right, undefined)
  const text = `Setting domain sched ${scheduler}: ${errnoText[set.left]}`
  const line = errorLine(`libxl_sched.c:sched_${scheduler}_domain_set`, domid, text)
  return failed(course, libxlError('FAIL', line))
}

/**
 * Sets the rate limit of a pool that credit2 serves.
 *
 * @category transitions
 * @since 0.1.0
 */
export const schedCredit2ParamsSet = (
  libxl: Libxl,
  poolid: number,
  { ratelimitUs }: SchedCredit2Params
): Change<void> => {
  const course = begin(libxl.host)
  const problem = ratelimitProblem(ratelimitUs)
  if (problem.length > 0) return failed(course, libxlError('INVAL', ...problem))
  const operation = {
    _tag: 'SchedPoolParams',
    poolId: poolid,
    ratelimitUs,
    timesliceMs: null,
    migrationDelayUs: null
  } as const
  const isCredit2 = cpupoolInfo(libxl.host, poolid)?.sched === 'credit2'
  const set = isCredit2 ? issue(libxl, course, operation) : ({ _tag: 'Left', left: 'EINVAL' } as const)
  if (set._tag === 'Right') return succeeded(set.right, undefined)
  const text = `Setting Credit2 scheduler parameters: ${errnoText[set.left]}`
  const line = errorLine('libxl_sched.c:libxl_sched_credit2_params_set', null, text)
  return failed(course, libxlError('FAIL', line))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The parameters of a domain, with the scheduler whose they are.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainSchedParamsGet = (
  env: Environment,
  host: Host,
  domid: number
): Either<LibxlError, DomainSchedParams & { readonly sched: SchedulerName }> => {
  const found = findDomain(host, domid)
  if (found === null) {
    return E.left(
      libxlError(
        'INVAL',
        errorLine('libxl_sched.c:libxl__domain_cpupool', domid, `get domaininfo failed: ${errnoText.ESRCH}`),
        errorLine('libxl_sched.c:libxl_domain_sched_params_get', domid, 'Unknown scheduler')
      )
    )
  }
  const sched = schedulerOf(host, found.sched.pool)
  return E.right({ sched, ...domainParamsOf(env, host, found.slot) })
}

/**
 * @category queries
 * @since 0.1.0
 */
export const schedCredit2ParamsGet = (
  env: Environment,
  host: Host,
  poolid: number
): Either<LibxlError, SchedCredit2Params> => {
  const pool = cpupoolInfo(host, poolid)
  const params = pool?.sched === 'credit2' ? poolParamsOf(env, host, pool.slot) : null
  if (params !== null) return E.right({ ratelimitUs: params.ratelimitUs })
  const text = `getting Credit2 scheduler parameters: ${errnoText.EINVAL}`
  return E.left(libxlError('FAIL', errorLine('libxl_sched.c:libxl_sched_credit2_params_get', null, text)))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** All names in a registry are Xen's. */
const schedulerOf = (host: Host, pool: number): SchedulerName =>
  Table.get(host.sched.pools, pool).scheduler as SchedulerName
