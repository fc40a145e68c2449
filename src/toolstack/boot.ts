/**
 * Switching a host on as an administrator does: with a command line for Xen.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'

import { costsNone, notImplemented, pcpusTotal, schedParamsDefault, topology } from '../abi/index.js'
import type {
  DomainPlan,
  GuestSpec,
  MachineCosts,
  NotImplemented,
  Output,
  PcpuId,
  SchedParams,
  Topology,
  TopologyError,
  VcpuPlan
} from '../abi/index.js'
import { bootHypervisor, control } from '../machine/index.js'
import type { BootFacts, Dom0File, Environment, Host, TraceOptions } from '../machine/index.js'
import { Memory } from '../memory/index.js'
import { invariant } from '../prelude/index.js'

import { resolveDom0Memory } from './bootline/dom0Memory.js'
import { parseBootLine } from './bootline/parseBootLine.js'
import { resolveDom0Vcpus } from './bootline/XenBootOptions.js'
import type { XenBootOptions } from './bootline/XenBootOptions.js'
import { emptyDomainConfig } from './cfg/DomainConfig.js'
import { populateDom0 } from './libxl/dom0Memory.js'
import { toUserdata } from './libxl/DomainRecord.js'
import { pcpusByNode } from './libxl/HostInfo.js'
import { domainOverhead, takeDomainOverhead, takeXenMemory } from './libxl/xenMemory.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The machine and what it is switched on with. `dom0Guest` is what domain 0's vCPUs execute; null, they idle.
 *
 * @category model
 * @since 0.1.0
 */
export interface BootRequest {
  readonly topology: Topology
  readonly memoryBytes: number
  readonly commandLine: string
  readonly files: ReadonlyArray<Dom0File>
  readonly seed: number
  readonly dom0Guest?: GuestSpec | null
  /** What the machine takes for itself; nothing, unless it is said. */
  readonly costs?: MachineCosts & { readonly contextSwitchNs: number }
}

/**
 * `messages` are what Xen says about its command line, without the `(XEN) ` of its log.
 *
 * @category model
 * @since 0.1.0
 */
export interface BootedHost {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly messages: ReadonlyArray<string>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a machine can't be switched on.
 *
 * @category errors
 * @since 0.1.0
 */
export type BootError =
  | { readonly _tag: 'Topology'; readonly error: TopologyError }
  | { readonly _tag: 'TooLittleMemory'; readonly memoryBytes: number }
  | NotImplemented

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A host on which Xen has booted and domain 0 runs.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bootHost = (
  env: Environment,
  request: BootRequest,
  options: TraceOptions
): Either<BootError, BootedHost> => {
  const machine = topology(request.topology)
  if (machine._tag === 'Left') return E.left({ _tag: 'Topology', error: machine.left })
  const { options: said, parseLines, adjustLines } = parseBootLine(request.commandLine)
  const missing = notBuilt(env, said, machine.right)
  if (missing !== null) return E.left(notImplemented(missing))
  const { memoryBytes, seed, files } = request
  const facts: BootFacts = { commandLine: said.commandLine, memoryBytes, seed, files }
  const { contextSwitchNs, ...costs } = request.costs ?? { ...costsNone, contextSwitchNs: 0 }
  const params = { ...schedParamsOf(said), contextSwitchNs, costs }
  const given = { topology: machine.right, params, facts }
  const [bare, outputs] = bootHypervisor(env, given, options)
  const built = buildDom0(env, takeXenMemory(bare), said, request.dom0Guest ?? null, options)
  if (built === null) return E.left({ _tag: 'TooLittleMemory', memoryBytes })
  return E.right({
    host: built.host,
    outputs: outputs.concat(built.outputs),
    messages: parseLines.concat(adjustLines)
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The first thing asked for that this package does not build, in Xen's words; null when there is none. */
const notBuilt = (env: Environment, said: XenBootOptions, machine: Topology): string | null => {
  const isLimited = said.maxcpus !== undefined && said.maxcpus < pcpusTotal(machine)
  if (!env.schedulers.some(({ name }) => name === said.sched)) return `sched=${said.sched}`
  if (said.dom0Type !== 'pv') return `dom0=${said.dom0Type}`
  if (said.dom0Shadow) return 'dom0=shadow'
  if (said.nosmp && pcpusTotal(machine) > 1) return 'nosmp'
  if (isLimited) return `maxcpus=${String(said.maxcpus)}`
  if (said.smt === false && machine.threadsPerCore > 1) return 'smt=0'
  return null
}

const schedParamsOf = (said: XenBootOptions): SchedParams => ({
  ...schedParamsDefault,
  scheduler: said.sched,
  granularity: said.schedGranularity,
  ratelimitUs: said.schedRatelimitUs,
  smtPowerSavings: said.schedSmtPowerSavings,
  credit2Runqueue: said.credit2Runqueue,
  credit2CpusPerRunqueueMax: said.schedCredit2MaxCpusRunqueue,
  credit2MigrateResistUs: said.schedCredit2MigrateResistUs,
  credit2LoadWindowShift: said.credit2LoadWindowShift,
  credit2LoadPrecisionShift: said.credit2LoadPrecisionShift,
  credit2BalanceUnder: said.credit2BalanceUnder,
  credit2BalanceOver: said.credit2BalanceOver,
  credit2CapPeriodMs: said.credit2CapPeriodMs,
  creditTimesliceMs: said.schedCreditTsliceMs,
  vcpuMigrationDelayUs: said.vcpuMigrationDelayUs,
  loadBalanceRatelimitUs: said.loadBalanceRatelimitUs,
  tickleOneIdleCpu: said.tickleOneIdleCpu
})

/** Null when there is no page for domain 0. */
const buildDom0 = (
  env: Environment,
  bare: Host,
  said: XenBootOptions,
  guest: GuestSpec | null,
  options: TraceOptions
): { readonly host: Host; readonly outputs: ReadonlyArray<Output> } | null => {
  const pcpus = dom0Pcpus(bare, said)
  const vcpus = resolveDom0Vcpus(said, pcpus.length)
  const overhead = domainOverhead({ vcpus, poolPages: 0 })
  const nodes = pcpusByNode(bare).flatMap((own, node) =>
    own.some((pcpu) => pcpus.includes(pcpu)) ? [node] : []
  )
  const free = nodes.reduce((sum, node) => sum + Memory.freePagesOfNode(bare.memory, node), 0)
  const memory = resolveDom0Memory(said.dom0Memory, Math.max(0, free - overhead))
  if (memory.pages === 0) return null
  const plan: DomainPlan = {
    domid: 0,
    poolId: 0,
    isControl: true,
    weight: null,
    cap: null,
    vcpus: dom0VcpuPlans(bare, said, pcpus, vcpus).map((vcpu) => ({ ...vcpu, guest })),
    pages: 0,
    pagesMax: O.getOrElse(() => Memory.pagesMax)(memory.maxPages),
    nodes: null,
    isPaused: false,
    info: { name: 'Domain-0', uuid: nilUuid, type: 'pv', userdata: dom0Userdata }
  }
  const built = control(env, bare, { _tag: 'DomainBuild', plan }, options)
  invariant(built._tag === 'Right', 'nothing stands in the way of the first domain')
  const [host, outputs] = built.right
  const cost = { domid: 0, vcpus, poolPages: 0, nodes: nodes.slice(0, 1) }
  return { host: takeDomainOverhead(populateDom0(host, memory.pages, nodes), cost), outputs }
}

const nilUuid = '00000000-0000-0000-0000-000000000000'

const dom0Userdata = toUserdata({
  config: emptyDomainConfig('pv'),
  nodeAffinity: null,
  broughtUpAtStart: [],
  heedsVcpuSet: true,
  poolNames: [],
  monitor: null
})

/** The pCPUs of the nodes that `dom0_nodes` names; all when it names none. */
const dom0Pcpus = (host: Host, said: XenBootOptions): ReadonlyArray<number> => {
  const byNode = pcpusByNode(host)
  const named = said.dom0Nodes.flatMap((node) => byNode[node] ?? [])
  return named.length > 0 ? named : byNode.flat()
}

const dom0VcpuPlans = (
  host: Host,
  said: XenBootOptions,
  pcpus: ReadonlyArray<PcpuId>,
  vcpus: number
): ReadonlyArray<Omit<VcpuPlan, 'guest'>> => {
  const isLimited = pcpus.length < host.sched.pcpus.length
  return Array.from({ length: vcpus }, (_, vcpu) => {
    const pinned = said.dom0VcpusPin && vcpu < host.sched.pcpus.length ? [vcpu] : null
    const strict = isLimited && !said.dom0AffinityRelaxed ? pcpus : null
    return { isOnline: true, hard: pinned ?? strict, soft: isLimited ? pcpus : null }
  })
}
