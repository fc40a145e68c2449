/**
 * Carrying out a scenario: boot, create, let time pass, do what is to be done when.
 *
 * Configuration files are read from the real disk before anything happens, relative to the folder of the
 * scenario, and are part of the inputs: the journal needs no file.
 *
 * @since 0.1.0
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

import type { DomainId, Input, Operation, PlainData } from '../abi/index.js'
import { bootHypervisor } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import { Table } from '../prelude/index.js'
import { workloadOperations } from '../replay/index.js'
import type { Scenario, ScenarioPlan, ScenarioStep, ScenarioWorkloads } from '../replay/index.js'
import { bootHost, xlArguments } from '../toolstack/index.js'
import type { BootedHost } from '../toolstack/index.js'

import { advanceInSlices } from './advanceInSlices.js'
import type { Pace } from './advanceInSlices.js'
import { bootErrorText, transitionErrorText } from './errorText.js'
import { reasonOf } from './files.js'
import type { Session } from './Session.js'
import { xlFilesOf } from './xlFiles.js'
import type { XlReply } from './xlFiles.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The arguments of the `xl create` of each domain that comes from a file, by its name in the scenario.
 *
 * @category model
 * @since 0.1.0
 */
export type ScenarioConfigs = ReadonlyMap<string, PlainData>

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why a scenario could not be carried out. `isInput`: because of what it says, before anything ran.
 *
 * @category errors
 * @since 0.1.0
 */
export class ScenarioFailure extends Error {
  override readonly name = 'ScenarioFailure'
  constructor(
    message: string,
    readonly isInput: boolean
  ) {
    super(message)
  }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * What a scenario needs from the disk: the words and the files of the `xl create` of each of its
 * configuration files, on the host of {@link bootScenario}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const readConfigs = (scenario: Scenario, host: Host, folder: string): ScenarioConfigs => {
  const configs = new Map<string, PlainData>()
  for (const domain of scenario.domains) {
    if (domain._tag !== 'Cfg') continue
    const path = resolve(folder, domain.path)
    try {
      readFileSync(path)
    } catch (error) {
      throw new ScenarioFailure(`domain ${domain.name}: ${path}: ${reasonOf(error)}`, true)
    }
    const argv = ['create', path, ...domain.overrides]
    configs.set(domain.name, xlArguments({ argv, ...xlFilesOf(host, argv, folder) }))
  }
  return configs
}

/**
 * The host of a scenario, booted, with what Xen says about its command line.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bootScenario = (env: Environment, plan: ScenarioPlan): BootedHost => {
  const { topology, facts, costs } = plan
  const booted = bootHost(env, { topology, ...facts, costs }, { trace: false })
  if (booted._tag === 'Left') throw new ScenarioFailure(bootErrorText(booted.left), true)
  if (plan.dom0 !== null) return booted.right
  // A laboratory has the machine and the parameters of that host, and nobody on it.
  const { host, messages } = booted.right
  const given = { topology: host.sched.topology, params: host.sched.params, facts: host.boot }
  const [bare, outputs] = bootHypervisor(env, given, { trace: false })
  return { host: bare, outputs, messages }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out a plan on a session that starts with the host of {@link bootScenario}. Gives whether it got to
 * the end.
 *
 * @category transitions
 * @since 0.1.0
 */
export const playScenario = async (
  session: Session,
  plan: ScenarioPlan,
  configs: ScenarioConfigs,
  pace: Pace
): Promise<boolean> => {
  if (plan.dom0 !== null) giveWorkloads(session, 0, plan.dom0)
  for (const part of partsOf(plan.steps)) {
    if (part.planned.length > 0) mustApply(session, { _tag: 'Plan', operations: part.planned })
    if (part.create === null) continue
    if (!(await advanceTo(session, part.create.atNs, pace))) return false
    createFromFile(session, part.create, configs)
  }
  return advanceTo(session, plan.durationNs, pace)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type CreateStep = Extract<ScenarioStep, { readonly _tag: 'CreateFromFile' }>

interface Part {
  readonly planned: Array<{ readonly atNs: number; readonly operation: Operation }>
  readonly create: CreateStep | null
}

/** Operations up to the next domain that comes from a file, one part after the other. */
const partsOf = (steps: ReadonlyArray<ScenarioStep>): ReadonlyArray<Part> => {
  const parts: Part[] = []
  let planned: Part['planned'] = []
  for (const step of steps) {
    if (step._tag === 'Operate') planned.push({ atNs: step.atNs, operation: step.operation })
    else {
      parts.push({ planned, create: step })
      planned = []
    }
  }
  return [...parts, { planned, create: null }]
}

const advanceTo = async (session: Session, toNs: number, pace: Pace): Promise<boolean> => {
  const done = await advanceInSlices(session, toNs, pace)
  if (done._tag === 'Left') throw new ScenarioFailure(transitionErrorText(done.left), false)
  return done.right
}

const mustApply = (session: Session, input: Input): PlainData => {
  const done = session.apply(input)
  if (done._tag === 'Left') throw new ScenarioFailure(transitionErrorText(done.left), false)
  return done.right
}

const createFromFile = (session: Session, step: CreateStep, configs: ScenarioConfigs): void => {
  const { domain, domid } = step
  const args = configs.get(domain.name) ?? null
  const reply = mustApply(session, { _tag: 'Toolstack', name: 'xl', args }) as unknown as XlReply
  if (reply.rc !== 0) {
    const said = reply.stderr.trimEnd()
    throw new ScenarioFailure(
      `domain ${domain.name}: xl create ${domain.path} failed (${reply.rc})\n${said}`,
      false
    )
  }
  giveWorkloads(session, domid, domain.workloads)
}

const giveWorkloads = (session: Session, domid: DomainId, workloads: ScenarioWorkloads): void => {
  const { domainOrder, domains } = session.host().sched
  const slot = domainOrder.find((other) => Table.get(domains, other).domid === domid)
  const vcpusTotal = slot === undefined ? 0 : Table.get(domains, slot).vcpus.length
  for (const operation of workloadOperations(domid, workloads, vcpusTotal)) {
    mustApply(session, { _tag: 'Operate', operation })
  }
}
