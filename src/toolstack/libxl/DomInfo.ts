/**
 * libxl's view of domains and vCPUs: `dominfo` and `vcpuinfo` (toolstack.md §3, xl-commands.md §3.2).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { pauseFlag } from '../../abi/index.js'
import type { DomainId } from '../../abi/index.js'
import { guestAt, vcpuTotals } from '../../machine/index.js'
import type { Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import { BitSet, Table } from '../../prelude/index.js'
import type { Vcpu } from '../../sched/index.js'

import { allDomains, findDomain } from './DomainRecord.js'
import type { FoundDomain } from './DomainRecord.js'
import { errorLine, libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'
import { unitAt, vcpuAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Memory is in KiB. `shutdownReason` is -1 unless the domain shut down.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomInfo {
  readonly domid: DomainId
  readonly uuid: string
  readonly isRunning: boolean
  readonly isBlocked: boolean
  readonly isPaused: boolean
  readonly isShutdown: boolean
  readonly isDying: boolean
  readonly shutdownReason: number
  readonly outstandingMemkb: number
  readonly currentMemkb: number
  readonly sharedMemkb: number
  readonly maxMemkb: number
  readonly cpuTimeNs: number
  readonly vcpuMaxId: number
  readonly vcpuOnline: number
  readonly cpupool: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface VcpuInfo {
  readonly vcpuid: number
  readonly cpu: number
  readonly isOnline: boolean
  readonly isBlocked: boolean
  readonly isRunning: boolean
  readonly vcpuTimeNs: number
  readonly hard: ReadonlyArray<number>
  readonly soft: ReadonlyArray<number>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * All domains, by ascending id.
 *
 * @category queries
 * @since 0.1.0
 */
export const listDomain = (host: Host): ReadonlyArray<DomInfo> =>
  allDomains(host).map((found) => domInfoOf(host, found))

/**
 * @category queries
 * @since 0.1.0
 */
export const domainInfo = (host: Host, domid: DomainId): Either<LibxlError, DomInfo> => {
  const found = findDomain(host, domid)
  if (found !== null) return E.right(domInfoOf(host, found))
  const line = errorLine('libxl_domain.c:libxl_domain_info', domid, 'Getting domain info: No such process')
  return E.left(libxlError('DOMAIN_NOTFOUND', line))
}

/**
 * The vCPUs of a domain, offline ones too.
 *
 * @category queries
 * @since 0.1.0
 */
export const listVcpu = (host: Host, domid: DomainId): Either<LibxlError, ReadonlyArray<VcpuInfo>> => {
  const found = findDomain(host, domid)
  if (found !== null) return E.right(found.sched.vcpus.map((slot) => vcpuInfoOf(host, slot)))
  const line = errorLine('libxl_domain.c:libxl_list_vcpu', domid, 'Getting dominfo: No such process')
  return E.left(libxlError('FAIL', line))
}

/**
 * The NUMA nodes from which a domain gets memory first: those the toolstack named, or else those of the
 * pCPUs where its vCPUs may run and, if any of them is within reach, prefer to.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainNodeAffinity = (host: Host, found: FoundDomain): ReadonlyArray<number> => {
  if (found.record.nodeAffinity !== null) return found.record.nodeAffinity
  const { topology, pools } = host.sched
  const pcpusTotal = host.sched.pcpus.length
  const poolCpus = Table.get(pools, found.sched.pool).cpus
  let hard = BitSet.make(pcpusTotal)
  let soft = BitSet.make(pcpusTotal)
  for (const slot of found.sched.units) {
    const unit = unitAt(host.sched, slot)
    const within = BitSet.and(unit.hard, poolCpus)
    hard = BitSet.or(hard, within)
    soft = BitSet.or(soft, BitSet.and(unit.soft, within))
  }
  const pcpus = BitSet.toArray(BitSet.isEmpty(soft) ? hard : soft)
  const nodes = new Set(pcpus.map((pcpu) => Math.floor((pcpu * topology.nodesTotal) / pcpusTotal)))
  return [...nodes].sort((a, b) => a - b)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const isOnline = (vcpu: Readonly<Vcpu>): boolean => (vcpu.pauseFlags & pauseFlag.down) === 0

const isBlocked = (vcpu: Readonly<Vcpu>): boolean => (vcpu.pauseFlags & pauseFlag.blocked) !== 0

const runningNsOf = (host: Host, slot: number): number =>
  vcpuTotals(vcpuAt(host.sched, slot), guestAt(host, slot), host.nowNs).runningNs

const domInfoOf = (host: Host, found: FoundDomain): DomInfo => {
  const { domain, sched, vcpus } = found
  const online = vcpus.filter(isOnline)
  const pages = Memory.domainPages(host.memory, domain.domid)
  return {
    domid: domain.domid,
    uuid: domain.info.uuid,
    isRunning: online.some((vcpu) => vcpu.isRunning),
    isBlocked: online.length > 0 && online.every(isBlocked),
    isPaused: domain.controllerPauses > 0,
    isShutdown: domain.isShutDown,
    isDying: false,
    shutdownReason: domain.shutdownReason,
    outstandingMemkb: (pages?.outstandingClaim ?? 0) * 4,
    currentMemkb: (pages?.totPages ?? 0) * 4,
    sharedMemkb: 0,
    maxMemkb: (pages?.maxPages ?? 0) * 4,
    cpuTimeNs: sched.vcpus.reduce((sum, slot) => sum + runningNsOf(host, slot), 0),
    vcpuMaxId: vcpus.length - 1,
    vcpuOnline: online.length,
    cpupool: Table.get(host.sched.pools, sched.pool).id
  }
}

const vcpuInfoOf = (host: Host, slot: number): VcpuInfo => {
  const vcpu = vcpuAt(host.sched, slot)
  const unit = unitAt(host.sched, vcpu.unit)
  return {
    vcpuid: vcpu.vcpuId,
    cpu: vcpu.processor,
    isOnline: isOnline(vcpu),
    isBlocked: isBlocked(vcpu),
    isRunning: vcpu.isRunning,
    vcpuTimeNs: runningNsOf(host, slot),
    hard: BitSet.toArray(unit.hard),
    soft: BitSet.toArray(unit.soft)
  }
}
