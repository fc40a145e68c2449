import * as E from 'fp-ts/lib/Either.js'

import { schedParamsDefault } from '../../../src/abi/index.js'
import type {
  DomainPlan,
  GuestPhase,
  GuestProgram,
  GuestSpec,
  Output,
  PlainData,
  VcpuTotals
} from '../../../src/abi/index.js'
import { Workload, guestPrograms } from '../../../src/guest/index.js'
import {
  advance,
  bootHypervisor,
  guestAt,
  makeEnvironment,
  plan,
  vcpuTotals
} from '../../../src/machine/index.js'
import { Random, Table } from '../../../src/prelude/index.js'
import { credit2, vcpuAt } from '../../../src/sched/index.js'

export const ms = 1_000_000

/** The workload with its defaults, or a failed test. */
export const spec = (program: string, config: PlainData): GuestSpec => {
  const found = Workload.validate({ program, version: 1, config })
  if (E.isLeft(found)) throw new Error(Workload.formatError(found.left))
  return found.right
}

export const domain = (domid: number, guests: ReadonlyArray<GuestSpec | null>): DomainPlan => ({
  domid,
  poolId: 0,
  isControl: false,
  weight: null,
  cap: null,
  vcpus: guests.map((guest) => ({ isOnline: true, hard: null, soft: null, guest })),
  pages: 0,
  pagesMax: 0,
  nodes: null,
  isPaused: false,
  info: { name: `d${domid}`, uuid: '', type: 'pvh', userdata: null }
})

export interface Ran {
  readonly outputs: ReadonlyArray<Output>
  /** Accounts by `domid.vcpu`. */
  readonly totals: Readonly<Record<string, VcpuTotals>>
}

/** Runs domains on `pcpus` pCPUs under credit2; `at` says when a domain other than at 0 is created. */
export const runDomains = (
  domains: ReadonlyArray<DomainPlan & { readonly atNs?: number }>,
  options: { readonly pcpus?: number; readonly seed?: number; readonly durationNs: number }
): Ran => {
  const env = makeEnvironment([credit2], guestPrograms, {})
  const topology = { sockets: 1, coresPerSocket: options.pcpus ?? 1, threadsPerCore: 1, nodesTotal: 1 }
  const facts = { commandLine: '', memoryBytes: 0, seed: options.seed ?? 1, files: [] }
  const [booted] = bootHypervisor(env, { topology, params: schedParamsDefault, facts }, { trace: false })
  const operations = domains.map((built) => ({
    atNs: built.atNs ?? 0,
    operation: { _tag: 'DomainBuild', plan: built } as const
  }))
  const planned = plan(env, booted, operations)
  if (E.isLeft(planned)) throw new Error(JSON.stringify(planned.left))
  const advanced = advance(env, planned.right[0], options.durationNs, { trace: true })
  if (E.isLeft(advanced)) throw new Error(JSON.stringify(advanced.left))
  const [host, outputs] = advanced.right
  const totals: Record<string, VcpuTotals> = {}
  for (const slot of host.sched.domainOrder) {
    const { domid, vcpus } = Table.get(host.sched.domains, slot)
    for (const vcpu of vcpus) {
      const found = vcpuTotals(vcpuAt(host.sched, vcpu), guestAt(host, vcpu), host.nowNs)
      totals[`${domid}.${found.vcpu}`] = found
    }
  }
  return { outputs, totals }
}

/** A phase and when it ran, on a pCPU of its own. */
export interface Lone {
  readonly startNs: number
  readonly endNs: number
  readonly phase: GuestPhase
}

/** The first `count` phases of a program that is never disturbed and is kicked as soon as it waits. */
export const alone = (
  given: GuestSpec,
  count: number,
  options: { readonly startNs?: number; readonly seed?: number } = {}
): Lone[] => {
  const program = guestPrograms.find(({ name }) => name === given.program) as GuestProgram
  const seed = Random.fromSeed(options.seed ?? 1, 'guest 1.0')
  let startNs = options.startNs ?? 0
  let phase = program.start(given.config, seed, { domid: 1, vcpuId: 0 }, startNs)
  const phases: Lone[] = []
  while (phases.length < count) {
    const endNs = startNs + phase.runNs
    phases.push({ startNs, endNs, phase })
    const { then } = phase
    if (then._tag === 'Halt') break
    phase = program.next(given.config, phase.state, endNs)
    startNs = endNs
    if (then._tag === 'Block') startNs += then.ns
    if (then._tag === 'Until' || then._tag === 'EndJob') startNs = Math.max(endNs, then.atNs)
  }
  return phases
}
