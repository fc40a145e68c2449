/**
 * Scheduling parameters of single vCPUs, which only rtds has (toolstack.md §12, scheduling.md §5.4).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId } from '../../abi/index.js'
import type { Environment, Host } from '../../machine/index.js'
import { Table } from '../../prelude/index.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Course, Libxl } from './Change.js'
import { findDomain } from './DomainRecord.js'
import type { FoundDomain } from './DomainRecord.js'
import { unitRealTimeOf } from './inspect.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'
import { rtdsProblem } from './schedRange.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Period and budget are microseconds.
 *
 * @category model
 * @since 0.1.0
 */
export interface VcpuSchedParams {
  readonly vcpuid: number
  readonly period: number
  readonly budget: number
  readonly extratime: boolean
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Sets the parameters of some vCPUs, all of which libxl checks first. When the hypervisor refuses one, those
 * before it keep what they got.
 *
 * @category transitions
 * @since 0.1.0
 */
export const vcpuSchedParamsSet = (
  libxl: Libxl,
  domid: DomainId,
  params: ReadonlyArray<VcpuSchedParams>
): Change<void> => {
  const course = begin(libxl.host)
  const served = servedDomain(libxl.host, domid, 'set', 'setting')
  if (served._tag === 'Left') return failed(course, served.left)
  const last = served.right.vcpus.length - 1
  for (const { vcpuid, period, budget } of params) {
    if (vcpuid < 0 || vcpuid > last) {
      const text = `Invalid VCPU ${vcpuid}: valid range is [0, ${last}]`
      return failed(course, libxlError('INVAL', errorLine(`${file}:sched_rtds_vcpu_set`, domid, text)))
    }
    const problem = rtdsProblem({ period, budget })
    if (problem.length > 0) return failed(course, libxlError('INVAL', ...problem))
  }
  return setAll(libxl, course, { domid, params, place: `${file}:sched_rtds_vcpu_set` })
}

/**
 * Gives all vCPUs of a domain the same parameters.
 *
 * @category transitions
 * @since 0.1.0
 */
export const vcpuSchedParamsSetAll = (
  libxl: Libxl,
  domid: DomainId,
  params: Omit<VcpuSchedParams, 'vcpuid'>
): Change<void> => {
  const course = begin(libxl.host)
  const served = servedDomain(libxl.host, domid, 'set_all', 'setting')
  if (served._tag === 'Left') return failed(course, served.left)
  const problem = rtdsProblem(params)
  if (problem.length > 0) return failed(course, libxlError('INVAL', ...problem))
  const all = served.right.vcpus.map((_, vcpuid) => ({ ...params, vcpuid }))
  return setAll(libxl, course, { domid, params: all, place: `${file}:sched_rtds_vcpu_set_all` })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The parameters of some vCPUs, in the order asked for.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpuSchedParamsGet = (
  env: Environment,
  host: Host,
  domid: DomainId,
  vcpuids: ReadonlyArray<number>
): Either<LibxlError, ReadonlyArray<VcpuSchedParams>> => {
  const served = servedDomain(host, domid, 'get', 'getting')
  if (served._tag === 'Left') return served
  const last = served.right.vcpus.length - 1
  if (vcpuids.some((vcpuid) => vcpuid < 0 || vcpuid > last)) {
    const text = `VCPU index is out of range, valid values are within range from 0 to ${last}`
    return E.left(libxlError('INVAL', errorLine(`${file}:sched_rtds_vcpu_get`, domid, text)))
  }
  return E.right(vcpuids.flatMap((vcpuid) => paramsOf(env, host, served.right, vcpuid)))
}

/**
 * The parameters of all vCPUs of a domain.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpuSchedParamsGetAll = (
  env: Environment,
  host: Host,
  domid: DomainId
): Either<LibxlError, ReadonlyArray<VcpuSchedParams>> =>
  E.map((found: FoundDomain) => found.vcpus.flatMap((_, vcpuid) => paramsOf(env, host, found, vcpuid)))(
    servedDomain(host, domid, 'get_all', 'getting')
  )

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const file = 'libxl_sched.c'

/** The domain, if rtds schedules it. */
const servedDomain = (
  host: Host,
  domid: DomainId,
  suffix: 'get' | 'get_all' | 'set' | 'set_all',
  what: 'getting' | 'setting'
): Either<LibxlError, FoundDomain> => {
  const place = `${file}:libxl_vcpu_sched_params_${suffix}`
  const found = findDomain(host, domid)
  if (found === null) {
    const text = `get domaininfo failed: ${errnoText.ESRCH}`
    return E.left(
      libxlError(
        'INVAL',
        errorLine(`${file}:libxl__domain_cpupool`, domid, text),
        errorLine(place, domid, 'Unknown scheduler')
      )
    )
  }
  if (Table.get(host.sched.pools, found.sched.pool).scheduler === 'rtds') return E.right(found)
  const text = `per-VCPU parameter ${what} not supported for this scheduler`
  return E.left(libxlError('INVAL', errorLine(place, domid, text)))
}

const paramsOf = (
  env: Environment,
  host: Host,
  found: FoundDomain,
  vcpuid: number
): ReadonlyArray<VcpuSchedParams> => {
  const vcpu = found.vcpus[vcpuid]
  const params = vcpu === undefined ? null : unitRealTimeOf(env, host, vcpu.unit)
  if (params === null) return []
  const { periodUs, budgetUs, isExtra } = params
  return [{ vcpuid, period: periodUs, budget: budgetUs, extratime: isExtra === true }]
}

const setAll = (
  libxl: Libxl,
  course: Course,
  given: {
    readonly domid: DomainId
    readonly params: ReadonlyArray<VcpuSchedParams>
    readonly place: string
  }
): Change<void> => {
  const { domid, params, place } = given
  let next = course
  for (const { vcpuid, period, budget, extratime } of params) {
    const set = issue(libxl, next, {
      _tag: 'SchedVcpuRealTime',
      domid,
      vcpu: vcpuid,
      params: { periodUs: period, budgetUs: budget, isExtra: extratime }
    })
    if (set._tag === 'Left') {
      const text = `Setting vcpu sched rtds: ${errnoText[set.left]}`
      return failed(next, libxlError('FAIL', errorLine(place, domid, text)))
    }
    next = set.right
  }
  return succeeded(next, undefined)
}
