/**
 * Affinity and number of vCPUs (xl-commands.md §6, toolstack.md §9).
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { BitSet, Table } from '../../prelude/index.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Course, Libxl } from './Change.js'
import { domainInfo } from './DomInfo.js'
import { findDomain, toUserdata } from './DomainRecord.js'
import { errnoText, errorLine, libxlError, warningLine } from './LibxlError.js'
import type { LogLine } from './LibxlError.js'
import { unitAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Masks to set; one that is null stays as it is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Affinity {
  readonly hard: ReadonlyArray<number> | null
  readonly soft: ReadonlyArray<number> | null
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Sets the affinity of one vCPU. The forced form, which lifts a pinning by the guest's kernel, does the same
 * here: no guest can pin yet.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setVcpuaffinity = (
  libxl: Libxl,
  domid: DomainId,
  vcpu: number,
  { hard, soft }: Affinity
): Change<void> => {
  const course = begin(libxl.host)
  if (hard === null && soft === null) return failed(course, libxlError('INVAL'))
  let next: Course = course
  for (const [kind, pcpus] of [
    ['hard', hard],
    ['soft', soft]
  ] as const) {
    if (pcpus === null) continue
    const set = issue(libxl, next, { _tag: 'VcpuAffinity', domid, vcpu, kind, pcpus })
    if (set._tag === 'Left') {
      const line = errorLine(place, domid, `Setting vcpu affinity: ${errnoText[set.left]}`)
      return failed(course, libxlError('FAIL', line))
    }
    next = set.right
  }
  return succeeded(next, undefined, soft === null ? [] : softWarning(next, domid, vcpu))
}

/**
 * Sets the affinity of all vCPUs of a domain; goes on after a failure.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setVcpuaffinityAll = (
  libxl: Libxl,
  domid: DomainId,
  vcpus: number,
  affinity: Affinity
): Change<void> => {
  let course = begin(libxl.host)
  const log: LogLine[] = []
  let hasFailed = false
  for (let vcpu = 0; vcpu < vcpus; vcpu += 1) {
    const set = setVcpuaffinity({ ...libxl, host: course.host }, domid, vcpu, affinity)
    log.push(...set.log)
    if (set.result._tag === 'Left') {
      log.push(...set.result.left.log)
      log.push(
        warningLine('libxl_sched.c:libxl_set_vcpuaffinity_all', domid, `failed to set affinity for ${vcpu}`)
      )
      hasFailed = true
    }
    course = { host: set.host, outputs: course.outputs.concat(set.outputs) }
  }
  return hasFailed ? failed(course, libxlError('FAIL', ...log)) : succeeded(course, undefined, log)
}

/**
 * Tells the guest to have so many vCPUs online. Its kernel takes the others down at once, and brings vCPUs
 * up if it is one that does (see `guestModes.ts`).
 *
 * @category transitions
 * @since 0.1.0
 */
export const setVcpuonline = (libxl: Libxl, domid: DomainId, vcpus: number): Change<void> => {
  const course = begin(libxl.host)
  const info = domainInfo(libxl.host, domid)
  const found = findDomain(libxl.host, domid)
  if (info._tag === 'Left' || found === null) {
    return failed(course, info._tag === 'Left' ? info.left : libxlError('DOMAIN_NOTFOUND'))
  }
  const maxcpus = found.vcpus.length
  const problem =
    vcpus === 0
      ? 'Requested 0 VCPUs!'
      : vcpus > maxcpus
        ? `Requested ${vcpus} VCPUs, however maxcpus is ${maxcpus}!`
        : null
  if (problem !== null) {
    const line = errorLine('libxl_domain.c:libxl_set_vcpuonline', domid, `${problem}: Success`)
    return failed(course, libxlError('FAIL', line))
  }
  return succeeded(heedVcpuSet(libxl, course, domid, vcpus), undefined)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const place = 'libxl_sched.c:libxl__set_vcpuaffinity'

/** None of the preferred pCPUs is within reach: that is worth a warning, and no more. */
const softWarning = (course: Course, domid: DomainId, vcpu: number): ReadonlyArray<LogLine> => {
  const found = findDomain(course.host, domid)
  const unitSlot = found?.vcpus[vcpu]?.unit
  if (found === null || unitSlot === undefined) return []
  const unit = unitAt(course.host.sched, unitSlot)
  const { cpus } = Table.get(course.host.sched.pools, found.sched.pool)
  if (BitSet.intersects3(unit.hard, unit.soft, cpus)) return []
  const what = `All cpus in soft affinity of vcpu ${vcpu} are unreachable.`
  return [warningLine(place, domid, `${what} Only hard affinity will be considered for scheduling`)]
}

/** What was asked for is kept; what becomes of it is the kernel's affair. */
const heedVcpuSet = (libxl: Libxl, course: Course, domid: DomainId, vcpus: number): Course => {
  const found = findDomain(course.host, domid)
  if (found === null) return course
  const { record } = found
  const availVcpus = Array.from({ length: vcpus }, (_, vcpu) => vcpu)
  const buildInfo = { ...record.config.buildInfo, availVcpus }
  const userdata = toUserdata({ ...record, config: { ...record.config, buildInfo } })
  const stored = issue(libxl, course, { _tag: 'DomainUserdata', domid, userdata })
  return found.vcpus.reduce(
    (next, { vcpuId }) => {
      if (vcpuId < vcpus && !record.heedsVcpuSet) return next
      const tag = vcpuId < vcpus ? 'VcpuOnline' : 'VcpuOffline'
      const done = issue(libxl, next, { _tag: tag, domid, vcpu: vcpuId })
      return done._tag === 'Right' ? done.right : next
    },
    stored._tag === 'Right' ? stored.right : course
  )
}
