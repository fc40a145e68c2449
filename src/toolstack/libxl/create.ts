/**
 * `libxl_domain_create_new` (toolstack.md §5).
 *
 * The order of the checks is libxl's, and so is what a failure leaves: everything up to the choice of the id
 * is free of consequences; from then on the half-made domain is destroyed and its id is used up. Disks and
 * interfaces are kept in the configuration; the devices themselves are not simulated yet.
 *
 * @since 0.1.0
 */
import type { DomainId, DomainPlan, Errno, GuestSpec, NodeId, VcpuPlan } from '../../abi/index.js'
import { Domains } from '../../domain/index.js'
import type { Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import type { DomainSchedParams } from '../cfg/BuildInfo.js'
import { memoryOf, storedForm, vcpusOf } from '../cfg/DomainConfig.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'

import { begin, failed, issue, succeeded } from './Change.js'
import type { Change, Course, Libxl } from './Change.js'
import { toUserdata } from './DomainRecord.js'
import type { DomainRecord, Monitor } from './DomainRecord.js'
import { pcpusByNode } from './HostInfo.js'
import { errnoText, errorLine, libxlError } from './LibxlError.js'
import type { LibxlError, LogLine } from './LibxlError.js'
import { guestsOf, heedsVcpuSet } from './guestModes.js'
import type { Workloads } from './guestModes.js'
import { populatedPages, shadowMemkb, slackKb } from './memoryNeed.js'
import { nameToDomid } from './names.js'
import { isPlacementWanted, placeDomain } from './placement.js'
import { cpupoolQualifierToInfo } from './pools.js'
import type { CpupoolInfo } from './pools.js'
import { paramsProblem, rtdsParamsOf } from './schedRange.js'
import { domainOverhead, takeDomainOverhead } from './xenMemory.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `fileBytes` is the size of a file of dom0, null when there is none. A domain that `isWatched` is dealt with
 * when it shuts down, as its configuration says.
 *
 * @category model
 * @since 0.1.0
 */
export interface CreateRequest {
  readonly config: DomainConfig
  readonly workloads: Workloads
  readonly fileBytes: (path: string) => number | null
  readonly isWatched: boolean
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * What destroying a domain that is not there logs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noSuchGuest = (domid: DomainId): ReadonlyArray<LogLine> => [
  errorLine('libxl_domain.c:libxl_domain_info', domid, 'Getting domain info: No such process'),
  errorLine('libxl_domain.c:libxl__destroy_domid', domid, 'Non-existant domain'),
  errorLine('libxl_domain.c:domain_destroy_callback', domid, 'Unable to destroy guest'),
  errorLine('libxl_domain.c:domain_destroy_cb', domid, 'Destruction of domain failed')
]

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Creates a domain, paused, and gives its id.
 *
 * @category transitions
 * @since 0.1.0
 */
export const domainCreate = (libxl: Libxl, request: CreateRequest): Change<number> => {
  const { config } = request
  const course = begin(libxl.host)
  const pool = poolOf(libxl.host, config)
  if (pool === null) {
    const text = `Illegal pool specified: ${config.createInfo.poolName ?? ''}`
    const place = 'libxl_create.c:libxl__domain_create_info_setdefault'
    return failed(course, libxlError('INVAL', errorLine(place, null, text)))
  }
  const next = Domains.nextDomid(libxl.host.domains)
  if (next._tag === 'Left') return failed(course, libxlError('FAIL', noDomain(next.left)))
  const domid = next.right
  const problem = refusal(libxl, request, domid, pool)
  if (problem.length > 0) return abandonDomain(libxl, course, domid, problem)
  return build(libxl, course, request, { domid, pool })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Target {
  readonly domid: DomainId
  readonly pool: CpupoolInfo
}

const noDomain = (errno: Errno): LogLine =>
  errorLine('libxl_create.c:libxl__domain_make', null, `domain creation fail: ${errnoText[errno]}`)

const poolOf = (host: Host, config: DomainConfig): CpupoolInfo | null =>
  cpupoolQualifierToInfo(host, config.createInfo.poolName ?? String(config.createInfo.poolid ?? 0))

/** The lines of what goes wrong once the domain has its id; none when nothing does. */
const refusal = (
  libxl: Libxl,
  request: CreateRequest,
  domid: DomainId,
  pool: CpupoolInfo
): ReadonlyArray<LogLine> => {
  const { config } = request
  const name = config.createInfo.name ?? ''
  if (name !== '' && nameToDomid(libxl.host, name)._tag === 'Right') {
    return [
      errorLine('libxl_domain.c:libxl__domain_rename', domid, `Domain with name "${name}" already exists.`),
      errorLine('libxl_create.c:initiate_domain_create', domid, 'cannot make domain: -6')
    ]
  }
  const disk = diskRefusal(request, domid)
  if (disk.length > 0) return disk
  const built = buildRefusal(libxl, request, domid, pool)
  if (built.length === 0) return []
  return [...built, errorLine('libxl_create.c:domcreate_rebuild_done', domid, 'cannot (re-)build domain: -3')]
}

/** A disk of dom0's own that is a plain path has to exist. */
const diskRefusal = ({ config, fileBytes }: CreateRequest, domid: DomainId): ReadonlyArray<LogLine> => {
  const at = config.disks.findIndex((disk) => {
    const isLocal = disk.backendDomid === undefined && disk.backendDomname === undefined
    const isStated = disk.backend === undefined || disk.backend === 'phy' || disk.backend === 'standalone'
    const isPath = isLocal && isStated && disk.script === undefined && disk.format !== 'empty'
    return isPath && disk.pdevPath !== undefined && fileBytes(disk.pdevPath) === null
  })
  const disk = config.disks[at]
  if (disk === undefined) return []
  const text = `Disk vdev=${disk.vdev ?? ''} failed to stat: ${disk.pdevPath ?? ''}: ${errnoText.ENOENT}`
  return [
    errorLine('libxl_device.c:libxl__device_disk_set_backend', null, text),
    errorLine('libxl_create.c:initiate_domain_create', domid, `Unable to set disk defaults for disk ${at}`)
  ]
}

/**
 * What the domain builder refuses. The texts of missing kernels and of missing memory are libxl's, but none
 * of the recordings has them.
 */
const buildRefusal = (
  libxl: Libxl,
  { config, fileBytes }: CreateRequest,
  domid: DomainId,
  pool: CpupoolInfo
): ReadonlyArray<LogLine> => {
  const { kernel, ramdisk, vcpuHardAffinity } = config.buildInfo
  const place = `libxl_dom.c:libxl__build_${config.createInfo.type === 'pv' ? 'pv' : 'hvm'}`
  const hard = vcpuHardAffinity?.[0]
  if (hard !== undefined && !hard.some((pcpu) => pool.cpus.includes(pcpu))) {
    const text = "Hard affinity completely outside of domain's cpupool!"
    return [errorLine('libxl_dom.c:libxl__build_pre', domid, text)]
  }
  for (const [path, what] of [
    [kernel, 'kernel'],
    [ramdisk, 'ramdisk']
  ] as const) {
    if (path === undefined || fileBytes(path) !== null) continue
    return [errorLine(place, null, `xc_dom_${what}_file failed: ${errnoText.ENOENT}`)]
  }
  const { maxVcpus } = vcpusOf(config)
  const needed = populatedPages(config) + domainOverhead({ vcpus: maxVcpus, poolPages: poolPages(config) })
  if (needed > Memory.freePages(libxl.host.memory) - Memory.outstandingPages(libxl.host.memory)) {
    return [errorLine(place, null, `xc_dom_boot_mem_init failed: ${errnoText.ENOMEM}`)]
  }
  return paramsProblem(config.buildInfo.schedParams, { domid, vcpus: maxVcpus, scheduler: pool.sched })
}

/** The paging pool of domains that translate. */
const poolPages = (config: DomainConfig): number =>
  config.createInfo.type === 'pv' ? 0 : Math.floor(shadowMemkb(config) / 4)

/** The half-made domain comes and goes: its id is used up. */
const abandonDomain = (
  libxl: Libxl,
  course: Course,
  domid: DomainId,
  log: ReadonlyArray<LogLine>
): Change<never> => {
  const plan: DomainPlan = {
    domid,
    poolId: 0,
    isControl: false,
    weight: null,
    cap: null,
    vcpus: [],
    pages: 0,
    pagesMax: 0,
    nodes: null,
    isPaused: true,
    info: { name: '', uuid: '', type: 'pv', userdata: null }
  }
  const made = issue(libxl, course, { _tag: 'DomainBuild', plan })
  if (made._tag === 'Left') return failed(course, libxlError('FAIL', noDomain(made.left)))
  const gone = issue(libxl, made.right, { _tag: 'DomainDestroy', domid, inPlace: true })
  return failed(gone._tag === 'Left' ? made.right : gone.right, failure(domid, log))
}

/** The caller, seeing the id, destroys the domain once more, and hears that there is none. */
const failure = (domid: DomainId, log: ReadonlyArray<LogLine>): LibxlError =>
  libxlError('FAIL', ...log, ...noSuchGuest(domid))

const build = (
  libxl: Libxl,
  course: Course,
  request: CreateRequest,
  { domid, pool }: Target
): Change<number> => {
  const { config, workloads } = request
  const { maxVcpus } = vcpusOf(config)
  const name = config.createInfo.name ?? ''
  const commandLine = config.buildInfo.cmdline ?? ''
  const nodes = isPlacementWanted(config) ? placeDomain(course.host, config, pool.cpus) : null
  const guests = guestsOf({ name, commandLine, vcpus: maxVcpus, workloads })
  const vcpus = vcpuPlans(course.host, config, nodes, guests)
  const from = nodes ?? nodesOf(course.host, vcpus)
  const plan = planOf(config, { domid, pool }, vcpus, {
    nodes: from,
    record: {
      config: storedForm(config),
      nodeAffinity: nodes,
      broughtUpAtStart: vcpusOf(config).availVcpus.filter((vcpu) => vcpu !== 0),
      heedsVcpuSet: Object.hasOwn(workloads, name) || heedsVcpuSet(commandLine),
      poolNames: [],
      monitor: request.isWatched ? monitorOf(request, name) : null
    }
  })
  const built = issue(libxl, course, { _tag: 'DomainBuild', plan })
  if (built._tag === 'Left') {
    const line = errorLine('libxl_create.c:domcreate_rebuild_done', domid, 'cannot (re-)build domain: -3')
    return failed(course, failure(domid, [line]))
  }
  const cost = { domid, vcpus: maxVcpus, poolPages: poolPages(config), nodes: from }
  return succeeded({ ...built.right, host: takeDomainOverhead(built.right.host, cost) }, domid)
}

const monitorOf = ({ config, workloads, fileBytes }: CreateRequest, name: string): Monitor => {
  const { kernel, ramdisk } = config.buildInfo
  const paths = [kernel, ramdisk, ...config.disks.map(({ pdevPath }) => pdevPath)]
  const sizes = paths.flatMap((path) => {
    const bytes = path === undefined ? null : fileBytes(path)
    return path === undefined || bytes === null ? [] : [[path, bytes] as const]
  })
  const workload = Object.hasOwn(workloads, name) ? workloads[name] : undefined
  return {
    ...(workload === undefined ? {} : { workload }),
    sizes: Object.fromEntries(sizes),
    hasSeenSuspension: false
  }
}

const planOf = (
  config: DomainConfig,
  { domid, pool }: Target,
  vcpus: ReadonlyArray<VcpuPlan>,
  given: { readonly nodes: ReadonlyArray<NodeId>; readonly record: DomainRecord }
): DomainPlan => {
  const { name, uuid, type } = config.createInfo
  return {
    domid,
    poolId: pool.poolid,
    isControl: false,
    ...schedPlanOf(config.buildInfo.schedParams, pool.sched),
    vcpus,
    pages: populatedPages(config),
    pagesMax: Math.floor((memoryOf(config).targetMemkb + slackKb) / 4),
    nodes: given.nodes,
    isPaused: true,
    info: { name: name ?? '', uuid: uuid ?? '', type, userdata: toUserdata(given.record) }
  }
}

/** A scheduler takes of the configuration what it has a use for; the rest is ignored. */
const schedPlanOf = (
  params: DomainSchedParams,
  sched: string
): Pick<DomainPlan, 'weight' | 'cap' | 'realTime'> => {
  const { weight, cap, period, budget } = params
  if (sched === 'credit' || sched === 'credit2') return { weight: weight ?? null, cap: cap ?? null }
  const isRealTime = sched === 'rtds' && (period !== undefined || budget !== undefined)
  return { weight: null, cap: null, ...(isRealTime ? { realTime: rtdsParamsOf(params) } : {}) }
}

const vcpuPlans = (
  host: Host,
  config: DomainConfig,
  nodes: ReadonlyArray<NodeId> | null,
  guests: ReadonlyArray<GuestSpec | null>
): ReadonlyArray<VcpuPlan> => {
  const { vcpuHardAffinity, vcpuSoftAffinity } = config.buildInfo
  const placed = nodes === null ? null : nodes.flatMap((node) => pcpusByNode(host)[node] ?? [])
  return guests.map((guest, vcpu) => ({
    isOnline: vcpu === 0,
    hard: vcpuHardAffinity?.[vcpu] ?? null,
    soft: vcpuSoftAffinity?.[vcpu] ?? placed,
    guest
  }))
}

/** The nodes of the pCPUs that the vCPUs prefer, where nobody chose nodes. */
const nodesOf = (host: Host, vcpus: ReadonlyArray<VcpuPlan>): ReadonlyArray<number> => {
  const byNode = pcpusByNode(host)
  const preferred = vcpus.flatMap(({ hard, soft }) => {
    const both = soft?.filter((pcpu) => hard === null || hard.includes(pcpu)) ?? []
    return both.length > 0 ? both : (hard ?? byNode.flat())
  })
  return byNode.flatMap((pcpus, node) => (pcpus.some((pcpu) => preferred.includes(pcpu)) ? [node] : []))
}
