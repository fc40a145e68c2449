import { schedParamsDefault } from '../../../../src/abi/index.js'
import type { DomainPlan, Operation, Output, SchedParams, Topology } from '../../../../src/abi/index.js'
import { script } from '../../../../src/guest/index.js'
import type { ScriptPhase } from '../../../../src/guest/index.js'
import { advance, bootHypervisor, control, makeEnvironment, plan } from '../../../../src/machine/index.js'
import type { Environment, Host } from '../../../../src/machine/index.js'
import { credit2 } from '../../../../src/sched/index.js'

/** A machine under test: what it is, what runs on it, and everything it told. */
export interface Laboratory {
  readonly env: Environment
  host: Host
  readonly outputs: Output[]
}

export interface DomainSketch {
  readonly domid: number
  readonly name?: string
  readonly poolId?: number
  readonly weight?: number
  readonly cap?: number
  /** One list of phases per vCPU. */
  readonly vcpus: ReadonlyArray<ReadonlyArray<ScriptPhase>>
  readonly hard?: ReadonlyArray<number>
}

export const ms = 1_000_000

export const unwrap = <A>(result: { readonly _tag: string }): A => {
  if (result._tag !== 'Right') throw new Error(JSON.stringify(result))
  return (result as unknown as { readonly right: A }).right
}

/** Runs for ever. */
export const hog: ReadonlyArray<ScriptPhase> = [{ runNs: 3_600_000 * ms, then: { _tag: 'Go' } }]

/** Runs for a while, sleeps for a while. */
export const sleeper = (runNs: number, sleepNs: number): ReadonlyArray<ScriptPhase> => [
  { runNs, then: { _tag: 'Block', ns: sleepNs } }
]

export const boot = (topology: Topology, params: Partial<SchedParams> = {}): Laboratory => {
  const env = makeEnvironment([credit2], [script], {})
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const given = { topology, params: { ...schedParamsDefault, ...params }, facts }
  const [host, outputs] = bootHypervisor(env, given, { trace: true })
  return { env, host, outputs: [...outputs] }
}

export const flat = (pcpus: number): Topology => ({
  sockets: 1,
  coresPerSocket: pcpus,
  threadsPerCore: 1,
  nodesTotal: 1
})

export const planOf = (sketch: DomainSketch): DomainPlan => ({
  domid: sketch.domid,
  poolId: sketch.poolId ?? 0,
  isControl: false,
  weight: sketch.weight ?? null,
  cap: sketch.cap ?? null,
  vcpus: sketch.vcpus.map((phases) => ({
    isOnline: true,
    hard: sketch.hard ?? null,
    soft: null,
    guest: { program: 'script', version: 1, config: { phases: phases as never } }
  })),
  pages: 0,
  pagesMax: 0,
  nodes: null,
  isPaused: false,
  info: { name: sketch.name ?? '', uuid: '', type: 'pv', userdata: null }
})

/** Carries out an operation now and gives what it told. */
export const operate = (lab: Laboratory, operation: Operation): ReadonlyArray<Output> => {
  const [host, outputs] = unwrap<readonly [Host, ReadonlyArray<Output>]>(
    control(lab.env, lab.host, operation, { trace: true })
  )
  lab.host = host
  lab.outputs.push(...outputs)
  return outputs
}

export const build = (lab: Laboratory, sketch: DomainSketch): ReadonlyArray<Output> =>
  operate(lab, { _tag: 'DomainBuild', plan: planOf(sketch) })

export const planned = (lab: Laboratory, atNs: number, operation: Operation): void => {
  lab.host = unwrap<readonly [Host, ReadonlyArray<Output>]>(plan(lab.env, lab.host, [{ atNs, operation }]))[0]
}

/** Lets time pass up to `toNs` and gives what happened. */
export const run = (lab: Laboratory, toNs: number): ReadonlyArray<Output> => {
  const [host, outputs] = unwrap<readonly [Host, ReadonlyArray<Output>]>(
    advance(lab.env, lab.host, toNs, { trace: true })
  )
  lab.host = host
  for (const output of outputs) lab.outputs.push(output)
  return outputs
}
