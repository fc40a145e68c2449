/**
 * A laboratory as a scenario file, where a scenario can say as much.
 *
 * Scenarios speak the toolstack's language: one cpupool, one affinity for all vCPUs of a domain, ids in the
 * order of creation, no pauses of single vCPUs, no cost of context switches. What is written is read back
 * and compared, so that a file that comes out does the same.
 *
 * @since 0.1.0
 */
import { schedParamsDefault } from '../abi/index.js'
import type { DomainId, DomainPlan, Operation, SchedParams } from '../abi/index.js'
import { parseScenario, planInput, scenarioToJson, scenarioToPlan } from '../replay/index.js'
import type { InlineDomain, ScenarioEvent } from '../replay/index.js'

import type { Laboratory, TimedOperation } from './Laboratory.js'
import { firstDifference } from './sameness.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The text of a scenario file that does what the laboratory does, or null when no scenario does.
 *
 * @category queries
 * @since 0.1.0
 */
export const labToScenario = (laboratory: Laboratory): string | null => {
  const domains = laboratory.domains.map(domainOf)
  const events = laboratory.operations.map(eventOf)
  if (!domains.every((domain) => domain !== null) || !events.every((event) => event !== null)) return null
  const text = scenarioToJson({
    version: 1,
    name: 'a laboratory that breaks a law',
    topology: laboratory.topology,
    memoryMiB: memoryMiB * (domains.length + 1),
    commandLine: commandLineOf(laboratory.params),
    seed: 0,
    durationNs: laboratory.durationNs,
    files: [],
    dom0: null,
    domains,
    events,
    costs: { ...laboratory.params.costs, contextSwitchNs: laboratory.params.contextSwitchNs },
    recorded: null
  })
  return doesTheSame(laboratory, text) ? text : null
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** What each domain has; a laboratory is not about memory. */
const memoryMiB = 16

/** The options of Xen's command line that differ from its defaults. */
const commandLineOf = (params: SchedParams): string => {
  const options: ReadonlyArray<readonly [name: string, key: keyof Omit<SchedParams, 'costs'>]> = [
    ['sched-gran', 'granularity'],
    ['sched_ratelimit_us', 'ratelimitUs'],
    ['sched_smt_power_savings', 'smtPowerSavings'],
    ['credit2_runqueue', 'credit2Runqueue'],
    ['sched_credit2_max_cpus_runqueue', 'credit2CpusPerRunqueueMax'],
    ['sched_credit2_migrate_resist', 'credit2MigrateResistUs'],
    ['credit2_load_window_shift', 'credit2LoadWindowShift'],
    ['credit2_load_precision_shift', 'credit2LoadPrecisionShift'],
    ['credit2_balance_under', 'credit2BalanceUnder'],
    ['credit2_balance_over', 'credit2BalanceOver'],
    ['credit2_cap_period_ms', 'credit2CapPeriodMs'],
    ['sched_credit_tslice_ms', 'creditTimesliceMs'],
    ['vcpu_migration_delay', 'vcpuMigrationDelayUs'],
    ['load-balance-ratelimit', 'loadBalanceRatelimitUs'],
    ['tickle_one_idle_cpu', 'tickleOneIdleCpu']
  ]
  const changed = options
    .filter(([, key]) => params[key] !== schedParamsDefault[key])
    .map(([name, key]) => `${name}=${params[key]}`)
  return [`sched=${params.scheduler}`, ...changed].join(' ')
}

const nameOf = (domid: DomainId): string => `d${domid}`

/** The domain, or null when its vCPUs differ in more than what they execute. */
const domainOf = ({ domid, weight, cap, realTime, vcpus }: DomainPlan): InlineDomain | null => {
  const [first] = vcpus
  const vcpusOnline = vcpus.filter(({ isOnline }) => isOnline).length
  const areAlike = vcpus.every(
    ({ hard, soft, isOnline }, i) =>
      firstDifference([hard, soft], [first?.hard, first?.soft]) === null && isOnline === i < vcpusOnline
  )
  if (first === undefined || !areAlike || vcpusOnline === 0) return null
  return {
    _tag: 'Inline',
    name: nameOf(domid),
    type: 'pvh',
    vcpusMax: vcpus.length,
    vcpusOnline,
    weight,
    cap,
    cpus: first.hard,
    cpusSoft: first.soft,
    realTime: realTime ?? null,
    realTimes: vcpus.flatMap((plan, vcpu) =>
      plan.realTime === undefined ? [] : [{ vcpu, params: plan.realTime }]
    ),
    memoryMiB,
    isAutostarted: true,
    workloads: { all: null, exceptions: vcpus.map(({ guest }, vcpu) => ({ vcpu, workload: guest })) }
  }
}

const eventOf = ({ atNs, operation }: TimedOperation): ScenarioEvent | null => {
  switch (operation._tag) {
    case 'DomainDestroy':
      return { _tag: 'destroy', atNs, domain: nameOf(operation.domid) }
    case 'DomainPause':
      return { _tag: 'pause', atNs, domain: nameOf(operation.domid) }
    case 'DomainUnpause':
      return { _tag: 'unpause', atNs, domain: nameOf(operation.domid) }
    case 'VcpuOnline':
      return { _tag: 'online', atNs, domain: nameOf(operation.domid), vcpu: operation.vcpu }
    case 'VcpuOffline':
      return { _tag: 'offline', atNs, domain: nameOf(operation.domid), vcpu: operation.vcpu }
    case 'VcpuKick':
      return { _tag: 'kick', atNs, domain: nameOf(operation.domid), vcpu: operation.vcpu }
    case 'SchedDomainParams': {
      const { domid, weight, cap } = operation
      return { _tag: 'sched', atNs, domain: nameOf(domid), weight, cap }
    }
    case 'SchedDomainRealTime':
      return { _tag: 'rtds', atNs, domain: nameOf(operation.domid), vcpu: null, params: operation.params }
    case 'SchedVcpuRealTime': {
      const { domid, vcpu, params } = operation
      return { _tag: 'rtds', atNs, domain: nameOf(domid), vcpu, params }
    }
    case 'SchedPoolParams':
      return operation.poolId === 0 ? { _tag: 'ratelimit', atNs, ratelimitUs: operation.ratelimitUs } : null
    case 'VcpuAffinity': {
      const { domid, vcpu, kind, pcpus } = operation
      const [cpus, cpusSoft] = kind === 'hard' ? [pcpus, null] : [null, pcpus]
      return { _tag: 'pin', atNs, domain: nameOf(domid), vcpu, cpus, cpusSoft }
    }
    default:
      return null
  }
}

/**
 * Whether the scenario is read back as the operations of the laboratory, in the order in which they are
 * carried out.
 */
const doesTheSame = (laboratory: Laboratory, text: string): boolean => {
  const parsed = parseScenario(text, 'laboratory')
  if (parsed._tag === 'Left') return false
  const planned = planInput(scenarioToPlan(parsed.right))
  const builds = laboratory.domains.map((plan) => ({
    atNs: 0,
    operation: { _tag: 'DomainBuild' as const, plan }
  }))
  const expected = [...builds, ...laboratory.operations].sort((a, b) => a.atNs - b.atNs)
  return planned !== null && firstDifference(expected.map(essence), planned.operations.map(essence)) === null
}

/** An operation without what schedulers do not look at. */
const essence = ({ atNs, operation }: TimedOperation): object => {
  if (operation._tag === 'DomainDestroy') return { atNs, operation: { ...operation, inPlace: false } }
  if (operation._tag !== 'DomainBuild') return { atNs, operation }
  const { info: _info, pages: _pages, pagesMax: _pagesMax, ...plan } = operation.plan
  return { atNs, operation: { _tag: operation._tag satisfies Operation['_tag'], plan } }
}
