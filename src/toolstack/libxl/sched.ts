/**
 * Scheduling parameters of domains and pools (toolstack.md §12).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId, Errno, Operation, PoolId } from '../../abi/index.js'
import type { Environment, Host } from '../../machine/index.js'
import { Table } from '../../prelude/index.js'
import type { PoolParams } from '../../sched/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Libxl } from './Change.js'
import { findDomain } from './DomainRecord.js'
import { domainParamsOf, poolParamsOf } from './inspect.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'
import { cpupoolInfo } from './pools.js'
import {
  creditPoolProblem,
  paramsProblem,
  ratelimitProblem,
  rtdsDefault,
  rtdsParamsOf
} from './schedRange.js'

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

/**
 * @category model
 * @since 0.1.0
 */
export interface SchedCreditParams {
  readonly tsliceMs: number
  readonly ratelimitUs: number
  readonly vcpuMigrDelayUs: number
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Sets what is present of the parameters of a domain. `sched` says whose parameters they are; without it
 * they are those of the domain's own scheduler. Period and budget become those of all vCPUs; when one of the
 * two is absent it becomes the default. The schedulers null and arinc653 have nothing to set.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainSchedParamsSet = (
  libxl: Libxl,
  domid: DomainId,
  params: DomainSchedParams
): Change<void> => {
  const course = begin(libxl.host)
  const found = findDomain(libxl.host, domid)
  const own = found === null ? null : schedulerOf(libxl.host, found.sched.pool)
  const scheduler = params.sched ?? own ?? 'credit2'
  if (scheduler === 'sedf') {
    const line = errorLine('libxl_sched.c:libxl_domain_sched_params_set', domid, sedfIsGone)
    return failed(course, libxlError('FEATURE_REMOVED', line))
  }
  if (scheduler === 'null' || scheduler === 'arinc653') return succeeded(course, undefined)
  const refuse = (what: string, errno: Errno): Change<void> => {
    const text = `${what} domain sched ${scheduler}: ${errnoText[errno]}`
    const line = errorLine(`libxl_sched.c:sched_${scheduler}_domain_set`, domid, text)
    return failed(course, libxlError('FAIL', line))
  }
  if (found === null || own !== scheduler) return refuse('Getting', found === null ? 'ESRCH' : 'EINVAL')
  const problem = paramsProblem(params, { domid, vcpus: found.vcpus.length, scheduler })
  if (problem.length > 0) return failed(course, libxlError('INVAL', ...problem))
  const set = issue(libxl, course, settingOf(domid, scheduler, params))
  return set._tag === 'Right' ? succeeded(set.right, undefined) : refuse('Setting', set.left)
}

/**
 * Sets all parameters of a pool that credit serves.
 *
 * @category transitions
 * @since 0.1.0
 */
export const schedCreditParamsSet = (
  libxl: Libxl,
  poolid: number,
  params: SchedCreditParams
): Change<void> => {
  const problem = creditPoolProblem(params)
  if (problem.length > 0) return failed(begin(libxl.host), libxlError('INVAL', ...problem))
  return setPool(libxl, poolid, creditNames, {
    ratelimitUs: params.ratelimitUs,
    timesliceMs: params.tsliceMs,
    migrationDelayUs: params.vcpuMigrDelayUs
  })
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
  const problem = ratelimitProblem(ratelimitUs)
  if (problem.length > 0) return failed(begin(libxl.host), libxlError('INVAL', ...problem))
  return setPool(libxl, poolid, credit2Names, { ratelimitUs, timesliceMs: null, migrationDelayUs: null })
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
  domid: DomainId
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
  if (sched === 'rtds') return E.right({ sched, ...rtdsDefault })
  return E.right({ sched, ...domainParamsOf(env, host, found.slot) })
}

/**
 * @category queries
 * @since 0.1.0
 */
export const schedCreditParamsGet = (
  env: Environment,
  host: Host,
  poolid: number
): Either<LibxlError, SchedCreditParams> =>
  E.map((params: PoolParams) => ({
    tsliceMs: params.timesliceMs ?? 0,
    ratelimitUs: params.ratelimitUs,
    vcpuMigrDelayUs: params.migrationDelayUs ?? 0
  }))(getPool(env, host, poolid, creditNames))

/**
 * @category queries
 * @since 0.1.0
 */
export const schedCredit2ParamsGet = (
  env: Environment,
  host: Host,
  poolid: number
): Either<LibxlError, SchedCredit2Params> =>
  E.map(({ ratelimitUs }: PoolParams) => ({ ratelimitUs }))(getPool(env, host, poolid, credit2Names))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A scheduler with parameters of pools: its name, in functions and in messages. */
interface PoolNames {
  readonly sched: 'credit' | 'credit2'
  readonly title: string
}

const creditNames: PoolNames = { sched: 'credit', title: 'Credit' }
const credit2Names: PoolNames = { sched: 'credit2', title: 'Credit2' }

const sedfIsGone = 'SEDF scheduler no longer available'

/** All names in a registry are Xen's. */
const schedulerOf = (host: Host, pool: number): SchedulerName =>
  Table.get(host.sched.pools, pool).scheduler as SchedulerName

const settingOf = (
  domid: DomainId,
  scheduler: 'credit' | 'credit2' | 'rtds',
  params: DomainSchedParams
): Operation => {
  const { weight = null, cap = null } = params
  if (scheduler !== 'rtds') return { _tag: 'SchedDomainParams', domid, scheduler, weight, cap }
  return { _tag: 'SchedDomainRealTime', domid, params: rtdsParamsOf(params) }
}

const setPool = (
  libxl: Libxl,
  poolId: PoolId,
  { sched, title }: PoolNames,
  params: Omit<Extract<Operation, { readonly _tag: 'SchedPoolParams' }>, '_tag' | 'poolId'>
): Change<void> => {
  const course = begin(libxl.host)
  const isServed = cpupoolInfo(libxl.host, poolId)?.sched === sched
  const set = isServed
    ? issue(libxl, course, { _tag: 'SchedPoolParams', poolId, ...params })
    : E.left('EINVAL' as const)
  if (set._tag === 'Right') return succeeded(set.right, undefined)
  const text = `Setting ${title} scheduler parameters: ${errnoText[set.left]}`
  const line = errorLine(`libxl_sched.c:libxl_sched_${sched}_params_set`, null, text)
  return failed(course, libxlError('FAIL', line))
}

const getPool = (
  env: Environment,
  host: Host,
  poolid: number,
  { sched, title }: PoolNames
): Either<LibxlError, PoolParams> => {
  const pool = cpupoolInfo(host, poolid)
  const params = pool?.sched === sched ? poolParamsOf(env, host, pool.slot) : null
  if (params !== null) return E.right(params)
  const text = `getting ${title} scheduler parameters: ${errnoText.EINVAL}`
  return E.left(libxlError('FAIL', errorLine(`libxl_sched.c:libxl_sched_${sched}_params_get`, null, text)))
}
