/**
 * Reading scenario files: from text to a scenario, or to one error with its place and reason.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { topology as checkTopology } from '../../abi/index.js'
import type { Topology, TopologyError } from '../../abi/index.js'
import { Shape } from '../../guest/index.js'
import { absurd } from '../../prelude/index.js'

import { parseCpuList } from './cpuList.js'
import { mistakeInScenario } from './checkScenario.js'
import { parseJson, placeOf } from './JsonText.js'
import type { Scenario, ScenarioDomain, ScenarioError, ScenarioEvent, ScenarioWorkloads } from './Scenario.js'
import { scenarioShape } from './shapes.js'
import type { DomainJson, EventJson } from './shapes.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the text of a scenario file; `sourceName` is what errors call it. Whatever the text is, nothing is
 * thrown.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseScenario = (text: string, sourceName: string): Either<ScenarioError, Scenario> => {
  const json = parseJson(text)
  if (E.isLeft(json)) return E.left({ _tag: 'NotJson', sourceName, ...json.left })
  const version = versionOf(json.right.value)
  if (version > versionMax) {
    const place = placeOf(json.right, ['version'])
    return E.left({ _tag: 'VersionTooNew', sourceName, ...place, version, versionMax })
  }
  const read = scenarioOf(json.right.value)
  if (E.isRight(read)) return read
  const { path, reason } = read.left
  return E.left({ _tag: 'Invalid', sourceName, ...placeOf(json.right, path), path, reason })
}

/**
 * Reads a scenario from plain data, as `JSON.parse` gives it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scenarioOf = (value: unknown): Either<Shape.Mistake, Scenario> => {
  const shape = Shape.read(scenarioShape, value)
  if (E.isLeft(shape)) return shape
  const json = shape.right
  const topology = topologyOf(json.topology, json.nodes)
  if (E.isLeft(topology)) return topology
  const domains: ScenarioDomain[] = []
  for (const [i, domain] of json.domains.entries()) {
    const read = domainOf(domain, topology.right)
    if (E.isLeft(read)) return inside(['domains', String(i)], read.left)
    domains.push(read.right)
  }
  const events: ScenarioEvent[] = []
  for (const [i, event] of json.events.entries()) {
    const read = eventOf(event, topology.right)
    if (E.isLeft(read)) return inside(['events', String(i)], read.left)
    events.push(read.right)
  }
  const dom0 = json.dom0 === null ? E.right(null) : workloadsOf(json.dom0.all, json.dom0.exceptions)
  if (E.isLeft(dom0)) return inside(['dom0'], dom0.left)
  const { name, memoryMiB, cmdline: commandLine, seed, duration: durationNs, files, costs, recorded } = json
  const host = {
    version: 1,
    name,
    topology: topology.right,
    memoryMiB,
    commandLine,
    seed,
    durationNs
  } as const
  const scenario: Scenario = { ...host, files, dom0: dom0.right, domains, events, costs, recorded }
  const mistake = mistakeInScenario(scenario)
  return mistake === null ? E.right(scenario) : E.left(mistake)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The error as one line: file, line, column, path, reason.
 *
 * @category queries
 * @since 0.1.0
 */
export const formatScenarioError = (error: ScenarioError): string => {
  const place = `${error.sourceName}:${error.line}:${error.column}`
  switch (error._tag) {
    case 'NotJson':
      return `${place}: not JSON: ${error.reason}`
    case 'VersionTooNew':
      return `${place}: version ${error.version} is newer than ${error.versionMax}, the newest known here`
    case 'Invalid': {
      const path = Shape.formatPath(error.path)
      return `${place}: ${path === '' ? '' : `${path}: `}${error.reason}`
    }
    default:
      return absurd(error)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const versionMax = 1

/** The version a value claims to have; 0 if it claims none that is one. */
const versionOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'version')) return 0
  const { version } = value as { readonly version: unknown }
  return typeof version === 'number' && Number.isSafeInteger(version) ? version : 0
}

const inside = (path: ReadonlyArray<string>, mistake: Shape.Mistake): Either<Shape.Mistake, never> =>
  E.left({ path: [...path, ...mistake.path], reason: mistake.reason })

const topologyOf = (text: string, nodesTotal: number): Either<Shape.Mistake, Topology> => {
  const match = /^([0-9]{1,4})x([0-9]{1,4})x([0-9]{1,4})$/.exec(text)
  if (match === null) {
    const reason = `expected sockets x cores x threads, such as "1x4x2", got ${Shape.show(text)}`
    return E.left({ path: ['topology'], reason })
  }
  const [sockets = 0, coresPerSocket = 0, threadsPerCore = 0] = match.slice(1).map(Number)
  const checked = checkTopology({ sockets, coresPerSocket, threadsPerCore, nodesTotal })
  return E.isRight(checked) ? checked : E.left(topologyMistake(checked.left))
}

const topologyMistake = (error: TopologyError): Shape.Mistake => {
  switch (error._tag) {
    case 'NotAPositiveInteger':
      return { path: ['topology'], reason: `${error.field} has to be at least 1` }
    case 'TooManyPcpus':
      return { path: ['topology'], reason: `${error.pcpusTotal} pCPUs are more than ${error.pcpusMax}` }
    case 'UnevenNodes':
      return {
        path: ['nodes'],
        reason: `${error.pcpusTotal} pCPUs do not spread evenly over ${error.nodesTotal} nodes`
      }
    default:
      return absurd(error)
  }
}

const cpusOf = (
  key: 'cpus' | 'cpusSoft',
  text: string | null,
  topology: Topology
): Either<Shape.Mistake, ReadonlyArray<number> | null> => {
  if (text === null) return E.right(null)
  const list = parseCpuList(text, topology)
  return E.isRight(list) ? list : E.left({ path: [key], reason: list.left })
}

/** The workloads of a domain, exceptions by vCPU. */
const workloadsOf = (
  all: ScenarioWorkloads['all'],
  given: ScenarioWorkloads['exceptions']
): Either<Shape.Mistake, ScenarioWorkloads> => {
  const seen = new Set<number>()
  for (const [i, { vcpu }] of given.entries()) {
    if (seen.has(vcpu))
      return E.left({ path: ['workloads', String(i), 'vcpu'], reason: `vCPU ${vcpu} has a workload already` })
    seen.add(vcpu)
  }
  return E.right({ all, exceptions: given.toSorted((a, b) => a.vcpu - b.vcpu) })
}

const domainOf = (json: DomainJson, topology: Topology): Either<Shape.Mistake, ScenarioDomain> => {
  const workloads = workloadsOf(json.workload, json.workloads)
  if (E.isLeft(workloads)) return workloads
  const common = { isAutostarted: json.autostart, workloads: workloads.right }
  const { name } = json
  if ('cfg' in json)
    return E.right({ _tag: 'Cfg', name, path: json.cfg, overrides: json.overrides, ...common })
  const cpus = cpusOf('cpus', json.cpus, topology)
  if (E.isLeft(cpus)) return cpus
  const cpusSoft = cpusOf('cpusSoft', json.cpusSoft, topology)
  if (E.isLeft(cpusSoft)) return cpusSoft
  const { type, vcpus: vcpusOnline, weight, cap, rtds: realTime, memoryMiB } = json
  const vcpusMax = json.maxvcpus < 0 ? vcpusOnline : json.maxvcpus
  if (vcpusMax < vcpusOnline)
    return E.left({ path: ['maxvcpus'], reason: `is below the ${vcpusOnline} vCPUs of the start` })
  const realTimes = json.rtdsVcpus.toSorted((a, b) => a.vcpu - b.vcpu)
  const twice = realTimes.find(({ vcpu }, i) => realTimes[i - 1]?.vcpu === vcpu)
  if (twice !== undefined)
    return E.left({ path: ['rtdsVcpus'], reason: `vCPU ${twice.vcpu} has parameters already` })
  const masks = { cpus: cpus.right, cpusSoft: cpusSoft.right }
  return E.right({
    _tag: 'Inline',
    name,
    type,
    vcpusMax,
    vcpusOnline,
    weight,
    cap,
    ...masks,
    realTime,
    realTimes,
    memoryMiB,
    ...common
  })
}

const eventOf = (json: EventJson, topology: Topology): Either<Shape.Mistake, ScenarioEvent> => {
  if (json.op === 'pin') {
    const cpus = cpusOf('cpus', json.cpus, topology)
    if (E.isLeft(cpus)) return cpus
    const cpusSoft = cpusOf('cpusSoft', json.cpusSoft, topology)
    if (E.isLeft(cpusSoft)) return cpusSoft
    const { at: atNs, domain, vcpu } = json
    return E.right({ _tag: 'pin', atNs, domain, vcpu, cpus: cpus.right, cpusSoft: cpusSoft.right })
  }
  const { at: atNs, op: _tag, ...rest } = json
  return E.right({ _tag, atNs, ...rest } as ScenarioEvent)
}
