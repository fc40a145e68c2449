/**
 * A scenario: a host, the domains on it with what their vCPUs execute, and what is done to them when. One
 * file says it all, so that an experiment can be repeated, shared and shrunk.
 *
 * @since 0.1.0
 */
import { costsNone } from '../../abi/index.js'
import type { DomainInfo, GuestSpec, MachineCosts, RealTimeParams, Topology } from '../../abi/index.js'
import type { Dom0File } from '../../machine/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What the vCPUs of one domain execute: all the same, but for the exceptions. Null is nothing: such a vCPU
 * stays blocked. Exceptions stand in ascending order of their vCPUs.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioWorkloads {
  readonly all: GuestSpec | null
  readonly exceptions: ReadonlyArray<{ readonly vcpu: number; readonly workload: GuestSpec | null }>
}

/**
 * A domain that an `xl` configuration file describes, with lines that override the file's, as on the
 * command line of `xl create`. `name` is what the events of the scenario call it.
 *
 * @category model
 * @since 0.1.0
 */
export interface CfgDomain {
  readonly _tag: 'Cfg'
  readonly name: string
  readonly path: string
  readonly overrides: ReadonlyArray<string>
  readonly isAutostarted: boolean
  readonly workloads: ScenarioWorkloads
}

/**
 * A domain that the scenario itself describes, without devices. Null stands for what Xen does by default:
 * weight 256, no cap, any pCPU.
 *
 * @category model
 * @since 0.1.0
 */
export interface InlineDomain {
  readonly _tag: 'Inline'
  readonly name: string
  readonly type: DomainInfo['type']
  readonly vcpusMax: number
  /** How many of them are online at the start. */
  readonly vcpusOnline: number
  readonly weight: number | null
  readonly cap: number | null
  /** Hard affinity of all vCPUs, ascending. */
  readonly cpus: ReadonlyArray<number> | null
  /** Soft affinity of all vCPUs, ascending. */
  readonly cpusSoft: ReadonlyArray<number> | null
  /** Parameters of all vCPUs in a real-time pool. */
  readonly realTime: RealTimeParams | null
  /** Those of single vCPUs that differ, in ascending order. */
  readonly realTimes: ReadonlyArray<{ readonly vcpu: number; readonly params: RealTimeParams }>
  readonly memoryMiB: number
  readonly isAutostarted: boolean
  readonly workloads: ScenarioWorkloads
}

/**
 * @category model
 * @since 0.1.0
 */
export type ScenarioDomain = CfgDomain | InlineDomain

/**
 * Something done at a time. `domain` is the name of a domain of the scenario, or `Domain-0`; a null `vcpu`
 * means all.
 *
 * @category model
 * @since 0.1.0
 */
export type ScenarioEvent =
  | {
      readonly _tag: 'create' | 'destroy' | 'pause' | 'unpause'
      readonly atNs: number
      readonly domain: string
    }
  | {
      readonly _tag: 'online' | 'offline' | 'kick'
      readonly atNs: number
      readonly domain: string
      readonly vcpu: number
    }
  | {
      readonly _tag: 'sched'
      readonly atNs: number
      readonly domain: string
      readonly weight: number | null
      readonly cap: number | null
    }
  | {
      readonly _tag: 'rtds'
      readonly atNs: number
      readonly domain: string
      readonly vcpu: number | null
      readonly params: RealTimeParams
    }
  | { readonly _tag: 'ratelimit'; readonly atNs: number; readonly ratelimitUs: number }
  | {
      readonly _tag: 'pin'
      readonly atNs: number
      readonly domain: string
      readonly vcpu: number | null
      readonly cpus: ReadonlyArray<number> | null
      readonly cpusSoft: ReadonlyArray<number> | null
    }
  | {
      readonly _tag: 'workload'
      readonly atNs: number
      readonly domain: string
      readonly vcpu: number | null
      readonly workload: GuestSpec | null
    }

/**
 * What a real machine gave the vCPUs of the same experiment between two readings of their pCPU times.
 *
 * `resolutionNs` is the step in which times were read. `readingsNs` is how long taking the two readings took:
 * at which instant of it a single vCPU was looked at is not known.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioRecorded {
  readonly source: string
  readonly elapsedNs: number
  readonly resolutionNs: number
  readonly readingsNs: number
  readonly vcpus: ReadonlyArray<{
    readonly domain: string
    readonly vcpu: number
    readonly cpuNs: number
  }>
}

/**
 * The costs of the machine, and what a context switch takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioCosts extends MachineCosts {
  readonly contextSwitchNs: number
}

/**
 * Events are carried out in the order of their times, those of one instant in the order of the list.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scenario {
  readonly version: 1
  readonly name: string
  readonly topology: Topology
  readonly memoryMiB: number
  /** Xen's command line. */
  readonly commandLine: string
  readonly seed: number
  readonly durationNs: number
  /** Files that dom0 has in the simulation. */
  readonly files: ReadonlyArray<Dom0File>
  /** What dom0's vCPUs execute; null for a laboratory without a control domain. */
  readonly dom0: ScenarioWorkloads | null
  readonly domains: ReadonlyArray<ScenarioDomain>
  readonly events: ReadonlyArray<ScenarioEvent>
  /** What the machine takes for itself; nothing, unless it is said. */
  readonly costs: ScenarioCosts
  readonly recorded: ScenarioRecorded | null
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a text is no scenario, and where: line and column count from 1.
 *
 * - `NotJson`: it can't be read at all.
 * - `VersionTooNew`: it is written for a later version of the format.
 * - `Invalid`: something in it is wrong; `path` leads to it.
 *
 * @category errors
 * @since 0.1.0
 */
export type ScenarioError = {
  readonly sourceName: string
  readonly line: number
  readonly column: number
} & (
  | { readonly _tag: 'NotJson'; readonly reason: string }
  | { readonly _tag: 'VersionTooNew'; readonly version: number; readonly versionMax: number }
  | { readonly _tag: 'Invalid'; readonly path: ReadonlyArray<string>; readonly reason: string }
)

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The idealised machine.
 *
 * @category constants
 * @since 0.1.0
 */
export const scenarioCostsNone: ScenarioCosts = { ...costsNone, contextSwitchNs: 0 }

/**
 * What the control domain is called.
 *
 * @category constants
 * @since 0.1.0
 */
export const dom0Name = 'Domain-0'

/**
 * Bounds of a scenario's numbers and lists.
 *
 * @category constants
 * @since 0.1.0
 */
export const scenarioLimits = {
  domainsMax: 4096,
  eventsMax: 65_536,
  /** What Xen can give to one domain. */
  vcpusMax: 8192,
  /** 16 TiB, as far as Xen addresses memory. */
  memoryMaxMiB: 0x100_0000,
  weightMax: 65_535,
  capMax: 65_535,
  ratelimitMaxUs: 500_000,
  /** The shortest period and budget of rtds, and the longest that its interface carries. */
  realTimeMinUs: 10,
  realTimeMaxUs: 0xffff_ffff
} as const

/**
 * What a domain of a scenario has when nothing is said.
 *
 * @category constants
 * @since 0.1.0
 */
export const domainMemoryDefaultMiB = 128
