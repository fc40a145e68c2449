/**
 * From a scenario to inputs of the machine: what to boot, and which operations when.
 *
 * @since 0.1.0
 */
import type { DomainId, DomainPlan, GuestSpec, Input, Operation, Topology } from '../../abi/index.js'
import type { BootFacts } from '../../machine/index.js'
import { Random, absurd, invariant } from '../../prelude/index.js'

import { schedule, vcpusOf } from './checkScenario.js'
import type { ScheduledEvent } from './checkScenario.js'
import type {
  CfgDomain,
  InlineDomain,
  Scenario,
  ScenarioCosts,
  ScenarioEvent,
  ScenarioWorkloads
} from './Scenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One thing to do. A domain with a configuration file is a step of its own, because the toolstack has to
 * read the file; `domid` is the id it will get if everything before it went well.
 *
 * @category model
 * @since 0.1.0
 */
export type ScenarioStep =
  | { readonly _tag: 'Operate'; readonly atNs: number; readonly operation: Operation }
  | {
      readonly _tag: 'CreateFromFile'
      readonly atNs: number
      readonly domid: DomainId
      readonly domain: CfgDomain
    }

/**
 * What to boot, then what to do, by time and in order.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioPlan {
  readonly topology: Topology
  readonly facts: BootFacts
  readonly costs: ScenarioCosts
  /** What dom0 executes; null when there is to be no dom0. */
  readonly dom0: ScenarioWorkloads | null
  readonly steps: ReadonlyArray<ScenarioStep>
  readonly durationNs: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The plan of a scenario that {@link parseScenario} accepts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scenarioToPlan = (scenario: Scenario): ScenarioPlan => {
  const { topology, commandLine, memoryMiB, seed, files, dom0, durationNs, costs } = scenario
  const scheduled = schedule(scenario)
  invariant(!('reason' in scheduled), 'the events of a scenario have been checked')
  return {
    topology,
    facts: { commandLine, memoryBytes: memoryMiB * bytesPerMiB, seed, files },
    costs,
    dom0,
    steps: scheduled.flatMap((event) => stepsOf(scenario, event)),
    durationNs
  }
}

/**
 * The steps as one input, when none of them needs a file; null otherwise.
 *
 * @category constructors
 * @since 0.1.0
 */
export const planInput = (plan: ScenarioPlan): Extract<Input, { readonly _tag: 'Plan' }> | null => {
  const operations: Array<{ readonly atNs: number; readonly operation: Operation }> = []
  for (const step of plan.steps) {
    if (step._tag !== 'Operate') return null
    operations.push({ atNs: step.atNs, operation: step.operation })
  }
  return { _tag: 'Plan', operations }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What each of `vcpusTotal` vCPUs executes.
 *
 * @category queries
 * @since 0.1.0
 */
export const guestsOf = (
  workloads: ScenarioWorkloads,
  vcpusTotal: number
): ReadonlyArray<GuestSpec | null> => {
  const guests = new Array<GuestSpec | null>(vcpusTotal).fill(workloads.all)
  for (const { vcpu, workload } of workloads.exceptions) if (vcpu < vcpusTotal) guests[vcpu] = workload
  return guests
}

/**
 * Operations that give the vCPUs of an existing domain their workloads: for dom0, and for domains from files.
 *
 * @category queries
 * @since 0.1.0
 */
export const workloadOperations = (
  domid: DomainId,
  workloads: ScenarioWorkloads,
  vcpusTotal: number
): ReadonlyArray<Operation> =>
  guestsOf(workloads, vcpusTotal).flatMap((guest, vcpu) =>
    guest === null ? [] : [{ _tag: 'VcpuProgram', domid, vcpu, guest }]
  )

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const bytesPerMiB = 0x10_0000
const pagesPerMiB = 256

const stepsOf = (scenario: Scenario, scheduled: ScheduledEvent): ReadonlyArray<ScenarioStep> => {
  const { event, domid, domain } = scheduled
  const { atNs } = event
  if (event._tag === 'create' && domain !== null && domain._tag === 'Cfg')
    return [{ _tag: 'CreateFromFile', atNs, domid, domain }]
  return operationsOf(scenario, scheduled).map((operation) => ({ _tag: 'Operate', atNs, operation }))
}

const operationsOf = (scenario: Scenario, scheduled: ScheduledEvent): ReadonlyArray<Operation> => {
  const { event, domid, domain } = scheduled
  switch (event._tag) {
    case 'create':
      invariant(domain !== null && domain._tag === 'Inline', 'a domain from a file is a step of its own')
      return [{ _tag: 'DomainBuild', plan: domainPlan(scenario, domain, domid) }]
    case 'destroy':
      return [{ _tag: 'DomainDestroy', domid, inPlace: false }]
    case 'pause':
      return [{ _tag: 'DomainPause', domid }]
    case 'unpause':
      return [{ _tag: 'DomainUnpause', domid }]
    case 'online':
      return [{ _tag: 'VcpuOnline', domid, vcpu: event.vcpu }]
    case 'offline':
      return [{ _tag: 'VcpuOffline', domid, vcpu: event.vcpu }]
    case 'kick':
      return [{ _tag: 'VcpuKick', domid, vcpu: event.vcpu }]
    case 'sched':
      return [{ _tag: 'SchedDomainParams', domid, scheduler: null, weight: event.weight, cap: event.cap }]
    case 'rtds': {
      const { params } = event
      return event.vcpu === null
        ? [{ _tag: 'SchedDomainRealTime', domid, params }]
        : [{ _tag: 'SchedVcpuRealTime', domid, vcpu: event.vcpu, params }]
    }
    case 'ratelimit': {
      const { ratelimitUs } = event
      return [{ _tag: 'SchedPoolParams', poolId: 0, ratelimitUs, timesliceMs: null, migrationDelayUs: null }]
    }
    case 'pin':
      return vcpusNamed(event.vcpu, vcpusOf(domain)).flatMap((vcpu) => pinOperations(event, domid, vcpu))
    case 'workload': {
      const { workload: guest } = event
      const vcpus = vcpusNamed(event.vcpu, vcpusOf(domain))
      return vcpus.map((vcpu) => ({ _tag: 'VcpuProgram', domid, vcpu, guest }))
    }
    default:
      return absurd(event)
  }
}

const vcpusNamed = (vcpu: number | null, vcpusTotal: number | null): ReadonlyArray<number> => {
  if (vcpu !== null) return [vcpu]
  invariant(vcpusTotal !== null, 'all vCPUs are named only where it is known how many there are')
  return Array.from({ length: vcpusTotal }, (_, i) => i)
}

/** Hard before soft, as when a domain is built. */
const pinOperations = (
  event: Extract<ScenarioEvent, { readonly _tag: 'pin' }>,
  domid: DomainId,
  vcpu: number
): ReadonlyArray<Operation> => {
  const { cpus, cpusSoft } = event
  return [
    ...(cpus === null ? [] : [{ _tag: 'VcpuAffinity', domid, vcpu, kind: 'hard', pcpus: cpus } as const]),
    ...(cpusSoft === null
      ? []
      : [{ _tag: 'VcpuAffinity', domid, vcpu, kind: 'soft', pcpus: cpusSoft } as const])
  ]
}

const domainPlan = (scenario: Scenario, domain: InlineDomain, domid: DomainId): DomainPlan => {
  const pages = domain.memoryMiB * pagesPerMiB
  const guests = guestsOf(domain.workloads, domain.vcpusMax)
  const paramsOf = (vcpu: number) => {
    const params = domain.realTimes.find((other) => other.vcpu === vcpu)?.params
    return params === undefined ? {} : { realTime: params }
  }
  return {
    domid,
    poolId: 0,
    isControl: false,
    weight: domain.weight,
    cap: domain.cap,
    ...(domain.realTime === null ? {} : { realTime: domain.realTime }),
    vcpus: guests.map((guest, vcpu) => ({
      isOnline: vcpu < domain.vcpusOnline,
      hard: domain.cpus,
      soft: domain.cpusSoft,
      guest,
      ...paramsOf(vcpu)
    })),
    pages,
    pagesMax: pages,
    nodes: null,
    isPaused: false,
    info: { name: domain.name, uuid: uuidOf(scenario.seed, domid), type: domain.type, userdata: null }
  }
}

/**
 * A random uuid (version 4 of RFC 9562) that follows from the seed, so that the same scenario gives the
 * same host.
 */
const uuidOf = (seed: number, domid: DomainId): string => {
  let random = Random.fromSeed(seed, `uuid ${domid}`)
  let digits = ''
  while (digits.length < 32) {
    const [word, next] = Random.nextUint32(random, 'uuid')
    random = next
    digits += word.toString(16).padStart(8, '0')
  }
  const variant = '89ab'.charAt(parseInt(digits.charAt(16), 16) & 3)
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    variant + digits.slice(17, 20)
  ]
  return [...parts, digits.slice(20)].join('-')
}
