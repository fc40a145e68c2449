/**
 * Printing a scenario as the text of a scenario file. Reading it back gives the same scenario.
 *
 * What has its default value is left out, durations get their units.
 *
 * @since 0.1.0
 */
import type { GuestSpec, PcpuId, PlainData, RealTimeParams } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { formatDuration } from './Duration.js'
import { domainMemoryDefaultMiB } from './Scenario.js'
import type { Scenario, ScenarioCosts, ScenarioDomain, ScenarioEvent, ScenarioRecorded } from './Scenario.js'
import type { ScenarioWorkloads } from './Scenario.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const scenarioToJson = (scenario: Scenario): string => {
  const { topology, dom0 } = scenario
  const json = record(
    ['version', scenario.version],
    ['name', scenario.name, ''],
    ['topology', `${topology.sockets}x${topology.coresPerSocket}x${topology.threadsPerCore}`],
    ['nodes', topology.nodesTotal, 1],
    ['memoryMiB', scenario.memoryMiB],
    ['cmdline', scenario.commandLine, ''],
    ['seed', scenario.seed, 0],
    ['duration', formatDuration(scenario.durationNs)],
    ['files', scenario.files.length === 0 ? null : scenario.files.map((file) => ({ ...file })), null],
    ['dom0', dom0 === null ? false : dom0Json(dom0), true],
    ['domains', scenario.domains.map(domainJson)],
    ['events', scenario.events.length === 0 ? null : scenario.events.map(eventJson), null],
    ['costs', costsJson(scenario.costs), null],
    ['recorded', scenario.recorded === null ? null : recordedJson(scenario.recorded), null]
  )
  return `${JSON.stringify(json, null, 2)}\n`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** A key, its value, and the value at which the key is left out. */
type Entry = readonly [key: string, value: PlainData, otherwise?: PlainData]

const record = (...entries: ReadonlyArray<Entry>): { readonly [key: string]: PlainData } =>
  Object.fromEntries(
    entries.flatMap(([key, value, otherwise]) => (value === otherwise ? [] : [[key, value] as const]))
  )

const costsJson = (costs: ScenarioCosts): PlainData => {
  const json = record(
    ['contextSwitch', formatDuration(costs.contextSwitchNs), formatDuration(0)],
    ['migration', formatDuration(costs.migrationNs), formatDuration(0)],
    ['socket', formatDuration(costs.socketNs), formatDuration(0)],
    ['smtPercent', costs.smtPercent, 0],
    ['remotePercent', costs.remotePercent, 0]
  )
  return Object.keys(json).length === 0 ? null : json
}

const cpusJson = (pcpus: ReadonlyArray<PcpuId> | null): PlainData =>
  pcpus === null ? null : BitSet.toRanges(BitSet.fromBits(BitSet.bitsMax, pcpus))

const workloadJson = (spec: GuestSpec | null): PlainData =>
  spec === null ? null : { program: spec.program, version: spec.version, config: withUnits(spec.config, '') }

/**
 * Numbers under a key that says nanoseconds, as durations. Only readers of the text care: either form reads
 * the same.
 */
const withUnits = (value: PlainData, key: string): PlainData => {
  if (typeof value === 'number') return /(?:^n|N)s$/.test(key) ? formatDuration(value) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return (value as ReadonlyArray<PlainData>).map((inner) => withUnits(inner, key))
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withUnits(inner, name)]))
}

const paramsEntries = (params: RealTimeParams): ReadonlyArray<Entry> => [
  ['period', formatDuration(params.periodUs * 1000)],
  ['budget', formatDuration(params.budgetUs * 1000)],
  ['extratime', params.isExtra, null]
]

const recordedJson = (recorded: ScenarioRecorded): PlainData => ({
  source: recorded.source,
  elapsed: formatDuration(recorded.elapsedNs),
  resolution: formatDuration(recorded.resolutionNs),
  readings: formatDuration(recorded.readingsNs),
  vcpus: recorded.vcpus.map(({ domain, vcpu, cpuNs }) => ({ domain, vcpu, time: formatDuration(cpuNs) }))
})

const exceptionsJson = ({ exceptions }: ScenarioWorkloads): PlainData =>
  exceptions.length === 0
    ? null
    : exceptions.map(({ vcpu, workload }) => ({ vcpu, workload: workloadJson(workload) }))

const workloadEntries = (workloads: ScenarioWorkloads): ReadonlyArray<Entry> => [
  ['workload', workloadJson(workloads.all), null],
  ['workloads', exceptionsJson(workloads), null]
]

const dom0Json = (workloads: ScenarioWorkloads): PlainData => {
  const json = record(...workloadEntries(workloads))
  return Object.keys(json).length === 0 ? true : json
}

const domainJson = (domain: ScenarioDomain): PlainData => {
  const common: ReadonlyArray<Entry> = [
    ['autostart', domain.isAutostarted, true],
    ...workloadEntries(domain.workloads)
  ]
  if (domain._tag === 'Cfg') {
    const overrides = domain.overrides.length === 0 ? null : domain.overrides
    return record(['name', domain.name], ['cfg', domain.path], ['overrides', overrides, null], ...common)
  }
  const realTimes = domain.realTimes.map(({ vcpu, params }) =>
    record(['vcpu', vcpu], ...paramsEntries(params))
  )
  return record(
    ['name', domain.name],
    ['type', domain.type, 'pvh'],
    ['vcpus', domain.vcpusOnline, 1],
    ['maxvcpus', domain.vcpusMax, domain.vcpusOnline],
    ['weight', domain.weight, null],
    ['cap', domain.cap, null],
    ['cpus', cpusJson(domain.cpus), null],
    ['cpusSoft', cpusJson(domain.cpusSoft), null],
    ['rtds', domain.realTime === null ? null : record(...paramsEntries(domain.realTime)), null],
    ['rtdsVcpus', realTimes.length === 0 ? null : realTimes, null],
    ['memoryMiB', domain.memoryMiB, domainMemoryDefaultMiB],
    ...common
  )
}

const eventJson = (event: ScenarioEvent): PlainData => {
  const head: ReadonlyArray<Entry> = [
    ['at', formatDuration(event.atNs)],
    ['op', event._tag]
  ]
  switch (event._tag) {
    case 'ratelimit':
      return record(...head, ['ratelimitUs', event.ratelimitUs])
    case 'sched':
      return record(
        ...head,
        ['domain', event.domain],
        ['weight', event.weight, null],
        ['cap', event.cap, null]
      )
    case 'rtds':
      return record(
        ...head,
        ['domain', event.domain],
        ['vcpu', event.vcpu, null],
        ...paramsEntries(event.params)
      )
    case 'pin':
      return record(
        ...head,
        ['domain', event.domain],
        ['vcpu', event.vcpu, null],
        ['cpus', cpusJson(event.cpus), null],
        ['cpusSoft', cpusJson(event.cpusSoft), null]
      )
    case 'workload':
      return record(
        ...head,
        ['domain', event.domain],
        ['vcpu', event.vcpu, null],
        ['workload', workloadJson(event.workload)]
      )
    case 'online':
    case 'offline':
    case 'kick':
      return record(...head, ['domain', event.domain], ['vcpu', event.vcpu])
    default:
      return record(...head, ['domain', event.domain])
  }
}
