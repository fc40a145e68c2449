/**
 * The scenario of one run: the campaign's own, changed as the values of the axes say, with the seed of the
 * run.
 *
 * Changes are made to the scenario as a file has it, in this order: values of axes in the order of the
 * file, then copies of domains, then tasks. What comes out is read like any scenario, so that a change
 * that makes none is refused in the same words.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { pcpusTotal, topology as checkTopology } from '../../abi/index.js'
import type { PlainData } from '../../abi/index.js'
import { TaskSet } from '../../guest/index.js'
import type { Shape } from '../../guest/index.js'
import { Random } from '../../prelude/index.js'
import { parseBootLine } from '../../toolstack/index.js'
import { scenarioOf } from '../scenario/parseScenario.js'
import { scenarioLimits } from '../scenario/Scenario.js'
import type { Scenario } from '../scenario/Scenario.js'

import type { Campaign, CampaignAxis, CampaignTasks } from './Campaign.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A point of the grid: for each axis the place of its value.
 *
 * @category model
 * @since 0.1.0
 */
export type Point = ReadonlyArray<number>

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What tasks are called as a group; task `n` is `task#n`.
 *
 * @category constants
 * @since 0.1.0
 */
export const taskGroup = 'task'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scenario at a point of the grid, with a seed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scenarioAt = (
  campaign: Campaign,
  point: Point,
  seed: number
): Either<Shape.Mistake, Scenario> => {
  let json: Json = { ...campaign.scenario, seed }
  const late: Array<readonly [CampaignAxis, PlainData]> = []
  for (const [i, axis] of campaign.axes.entries()) {
    const { change } = axis.values[point[i] as number] as CampaignAxis['values'][number]
    if (axis.kind === 'copies' || axis.kind === 'utilisation') late.push([axis, change])
    else json = changed(json, axis, change)
  }
  for (const [axis, change] of late)
    if (axis.kind === 'copies') json = withCopies(json, axis.domain as string, change as number)
  for (const [axis, change] of late) {
    if (axis.kind !== 'utilisation') continue
    const tasks = withTasks(json, campaign.tasks as CampaignTasks, change as number, seed)
    if (E.isLeft(tasks)) return tasks
    json = tasks.right
  }
  return scenarioOf(json)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Json = { readonly [key: string]: PlainData }

const changed = (json: Json, { kind, domain }: CampaignAxis, change: PlainData): Json => {
  const word = change as string | number
  switch (kind) {
    case 'scheduler':
      return withOption(json, `sched=${word}`)
    case 'ratelimit':
      return withOption(json, `sched_ratelimit_us=${word}`)
    case 'timeslice':
      return withOption(json, `sched_credit_tslice_ms=${word}`)
    case 'cmdline':
      return withOption(json, `${word}`)
    case 'topology':
      return { ...json, topology: change }
    default:
      return withDomains(json, (domains) =>
        domains.map((one) => (one['name'] === domain ? { ...one, [kind]: change } : one))
      )
  }
}

/** Of two options of one name, Xen takes the last. */
const withOption = (json: Json, option: string): Json => {
  const given = json['cmdline'] ?? ''
  return typeof given === 'string' ? { ...json, cmdline: `${given} ${option}`.trim() } : json
}

/** Domains that are no objects stay as they are: the scenario will be refused for them. */
const withDomains = (
  json: Json,
  change: (domains: ReadonlyArray<Json>) => ReadonlyArray<PlainData>
): Json => {
  const given = json['domains'] ?? []
  const areObjects = Array.isArray(given) && given.every((one) => typeof one === 'object' && one !== null)
  return areObjects ? { ...json, domains: change(given as ReadonlyArray<Json>) } : json
}

/** One of a domain is the domain itself, further ones are called `name#2`, `name#3`; none leaves it out. */
const withCopies = (json: Json, name: string, copies: number): Json =>
  withDomains(json, (domains) =>
    domains.flatMap((one) =>
      one['name'] === name
        ? Array.from({ length: copies }, (_, i) => (i === 0 ? one : { ...one, name: `${name}#${i + 1}` }))
        : [one]
    )
  )

const withTasks = (
  json: Json,
  tasks: CampaignTasks,
  percent: number,
  seed: number
): Either<Shape.Mistake, Json> => {
  const base = scenarioOf(json)
  if (E.isLeft(base)) return base
  const machine = checkTopology(base.right.topology)
  const pcpus = E.isRight(machine) ? pcpusTotal(machine.right) : 1
  const total = percent * pcpus * millionthsPerPercent
  const utilisations = utilisationsOf(tasks, total, seed)
  if (E.isLeft(utilisations)) return utilisations
  const periods = Random.fromSeed(seed, 'task periods')
  const [drawn] = TaskSet.tasksOf(utilisations.right, tasks.periodsUs, scenarioLimits.realTimeMinUs, periods)
  const isRtds = parseBootLine(base.right.commandLine).options.sched === 'rtds'
  const domains = drawn.map((task, i) => taskDomain(task, i, isRtds))
  return E.right(withDomains(json, (others) => [...others, ...domains]))
}

const millionthsPerPercent = 10_000

const utilisationsOf = (
  { count, generator, utilisationMax }: CampaignTasks,
  total: number,
  seed: number
): Either<Shape.Mistake, ReadonlyArray<number>> => {
  const random = Random.fromSeed(seed, 'task utilisations')
  const refuse = (reason: string): Either<Shape.Mistake, never> => E.left({ path: [], reason })
  if (generator === 'uunifast') {
    if (total > 100 * millionthsPerPercent)
      return refuse('uunifast may give a task more than a pCPU here: take randfixedsum')
    return E.right(TaskSet.uunifast(total, count, random)[0])
  }
  const bounds = { min: 1, max: utilisationMax * millionthsPerPercent }
  if (!TaskSet.canSum(total, count, bounds))
    return refuse(`${count} tasks of at most ${utilisationMax} % each do not add up to that`)
  if (total > TaskSet.totalMax) return refuse('is too much to draw task sets for')
  return E.right(TaskSet.randFixedSum(total, count, bounds, random)[0])
}

/**
 * A domain of one vCPU. Under rtds its parameters are those of the task; its first period ends with the
 * default one of Xen, 10 ms after the start, and there the releases begin. Under other schedulers its
 * weight is its utilisation in thousandths.
 */
const taskDomain = ({ periodUs, executionUs }: TaskSet.Task, i: number, isRtds: boolean): Json => ({
  name: `${taskGroup}#${i + 1}`,
  memoryMiB: 16,
  ...(isRtds
    ? { rtds: { period: `${periodUs}us`, budget: `${executionUs}us`, extratime: false } }
    : { weight: Math.max(1, Math.ceil((executionUs * 1000) / periodUs)) }),
  workload: {
    program: 'periodic',
    config: { periodNs: `${periodUs}us`, phaseNs: firstReleaseNs, execution: `${executionUs}us` }
  }
})

const firstReleaseNs = 10_000_000
