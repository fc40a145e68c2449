/**
 * A laboratory: everything an experiment with a scheduler needs, as plain data. Topology, boot parameters,
 * the domains that exist from the start, operations to come, and how long it lasts.
 *
 * A laboratory survives JSON, so a failing one is a bug report: {@link runLaboratory} runs it again, the
 * same way.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as E from 'fp-ts/lib/Either.js'

import { schedParamsDefault } from '../abi/index.js'
import type {
  DomainId,
  DomainPlan,
  GuestAction,
  GuestProgram,
  Operation,
  Output,
  SchedParams,
  Topology,
  VcpuPlan
} from '../abi/index.js'
import { script } from '../guest/index.js'
import { advance, bootHypervisor, makeEnvironment, pendingEvents, plan, step } from '../machine/index.js'
import type { Environment, Host, TransitionError } from '../machine/index.js'
import { schedulers } from '../sched/index.js'
import type { Scheduler } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An operation and when it is carried out.
 *
 * @category model
 * @since 0.1.0
 */
export interface TimedOperation {
  readonly atNs: number
  readonly operation: Operation
}

/**
 * The experiment. Domains are built at time 0, in order, before the first operation of that time.
 *
 * @category model
 * @since 0.1.0
 */
export interface Laboratory {
  readonly topology: Topology
  readonly params: SchedParams
  readonly domains: ReadonlyArray<DomainPlan>
  readonly operations: ReadonlyArray<TimedOperation>
  readonly durationNs: number
}

/**
 * What a laboratory refers to by name: schedulers and guest programs.
 *
 * @category model
 * @since 0.1.0
 */
export interface Registry {
  readonly schedulers: ReadonlyArray<Scheduler>
  readonly programs: ReadonlyArray<GuestProgram>
  /** Whether schedulers that are not Xen's stand behind their guard; they do unless this is false. */
  readonly isGuarding?: boolean
}

/**
 * Is told of every instant: the host after it and what happened at it.
 *
 * @category model
 * @since 0.1.0
 */
export type Observer = (host: Host, outputs: ReadonlyArray<Output>) => void

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * All schedulers of Xen, and guests that follow a script.
 *
 * @category constants
 * @since 0.1.0
 */
export const registryDefault: Registry = { schedulers, programs: [script] }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A vCPU that follows a script, in a cycle; without phases it always wants to run.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scriptVcpu = (
  phases: ReadonlyArray<{ readonly runNs: number; readonly then: GuestAction }> = [
    { runNs: 1_000_000_000, then: { _tag: 'Go' } }
  ]
): VcpuPlan => ({
  isOnline: true,
  hard: null,
  soft: null,
  guest: { program: 'script', version: 1, config: { phases } }
})

/**
 * A domain of a laboratory: domid and vCPUs, and what differs from a domain without memory, weight or cap
 * of its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const labDomain = (
  domid: DomainId,
  vcpus: ReadonlyArray<VcpuPlan>,
  given: Partial<DomainPlan> = {}
): DomainPlan => ({
  domid,
  poolId: 0,
  isControl: false,
  weight: null,
  cap: null,
  vcpus,
  pages: 0,
  pagesMax: 0,
  nodes: null,
  isPaused: false,
  info: { name: `d${domid}`, uuid: '', type: 'pv', userdata: null },
  ...given
})

/**
 * The smallest laboratory: one pCPU, one domain, one vCPU that always wants to run, for a millisecond.
 * Arbitraries shrink towards it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const laboratoryMin: Laboratory = {
  topology: { sockets: 1, coresPerSocket: 1, threadsPerCore: 1, nodesTotal: 1 },
  params: schedParamsDefault,
  domains: [labDomain(1, [scriptVcpu()])],
  operations: [],
  durationNs: 1_000_000
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The environment and the host of a laboratory at time 0: booted, with everything to come in its calendar.
 *
 * @category transitions
 * @since 0.1.0
 */
export const startLaboratory = (
  laboratory: Laboratory,
  registry: Registry
): Either<TransitionError, readonly [Environment, Host, ReadonlyArray<Output>]> => {
  const env = makeEnvironment(registry.schedulers, registry.programs, {}, registry.isGuarding ?? true)
  const { topology, params, domains, operations } = laboratory
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const [booted, outputs] = bootHypervisor(env, { topology, params, facts }, { trace: true })
  const builds = domains.map((domain) => ({
    atNs: 0,
    operation: { _tag: 'DomainBuild' as const, plan: domain }
  }))
  const planned = plan(env, booted, [...builds, ...operations])
  if (planned._tag === 'Left') return planned
  return E.right([env, planned.right[0], outputs])
}

/**
 * Runs a laboratory instant by instant and tells the observer of each: first of the boot, at last of the
 * host at the end of the experiment, which is the result.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { laboratoryMin, runLaboratory } from '@xensim/core/testing'
 *
 * const times: number[] = []
 * const ended = runLaboratory(laboratoryMin, (host) => times.push(host.nowNs))
 * assert.strictEqual(ended._tag, 'Right')
 * assert.deepStrictEqual([times[0], times.at(-1)], [0, 1_000_000])
 *
 * @category transitions
 * @since 0.1.0
 */
export const runLaboratory = (
  laboratory: Laboratory,
  observer: Observer,
  registry: Registry = registryDefault
): Either<TransitionError, Host> => {
  const started = startLaboratory(laboratory, registry)
  if (started._tag === 'Left') return started
  const [env, first, bootOutputs] = started.right
  observer(first, bootOutputs)
  let host = first
  while (nextInstantNs(host) <= laboratory.durationNs) {
    const stepped = step(env, host, { trace: true })
    if (stepped === null) break
    host = stepped[0]
    observer(host, stepped[1])
  }
  const ended = advance(env, host, laboratory.durationNs, { trace: true })
  if (ended._tag === 'Left') return ended
  observer(ended.right[0], ended.right[1])
  return E.right(ended.right[0])
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The time of the next thing to happen, `Infinity` when nothing is pending.
 *
 * @category queries
 * @since 0.1.0
 */
export const nextInstantNs = (host: Host): number => pendingEvents(host)[0]?.deadlineNs ?? Infinity
