/**
 * Which runs a campaign consists of, and who carries out which.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { Shape } from '../../guest/index.js'
import { digestOf, invariant } from '../../prelude/index.js'
import type { Scenario } from '../scenario/Scenario.js'

import { campaignLimits } from './Campaign.js'
import type { Campaign, CampaignGrid, Shard } from './Campaign.js'
import { scenarioAt } from './campaignScenario.js'
import type { Point } from './campaignScenario.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The scenario of a run, or why there is none, in words that name the run.
 *
 * @category constructors
 * @since 0.1.0
 */
export const scenarioOfRun = (campaign: Campaign, run: number): Either<string, Scenario> => {
  const seed = seedOfRun(campaign, run)
  const found = scenarioAt(campaign, pointOfRun(campaign, run), seed)
  if (E.isRight(found)) return found
  const { path, reason } = found.left
  return E.left(
    `${runName(campaign, run)}: ${path.length === 0 ? '' : `${Shape.formatPath(path)}: `}${reason}`
  )
}

/**
 * What results have to know of a campaign.
 *
 * @category constructors
 * @since 0.1.0
 */
export const campaignGrid = (campaign: Campaign): CampaignGrid => {
  const { name, scenario, tasks, seeds, warmupNs, axes, measures, confidence, plots } = campaign
  return {
    digest: digestOf({ scenario, tasks, seeds, warmupNs, axes, measures }),
    name,
    axes: axes.map((axis) => ({
      name: axis.name,
      unit: axis.unit,
      values: axis.values.map(({ label, x }) => ({ label, x }))
    })),
    seeds,
    measures,
    confidence,
    plots
  }
}

/**
 * A shard as people write it: `2/5` is the second of five.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseShard = (text: string): Either<string, Shard> => {
  const match = /^([0-9]{1,7})\/([0-9]{1,7})$/.exec(text)
  if (match === null) return E.left(`${Shape.show(text)} is not a part such as 1/4`)
  const [index, total] = [Number(match[1]), Number(match[2])]
  if (total < 1 || total > campaignLimits.shardsMax)
    return E.left(`there are 1 to ${campaignLimits.shardsMax} parts, not ${total}`)
  if (index < 1 || index > total) return E.left(`parts are numbered from 1/${total} to ${total}/${total}`)
  return E.right({ index, total })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const runsTotal = ({ axes, seeds }: Pick<CampaignGrid, 'axes' | 'seeds'>): number =>
  axes.reduce((product, { values }) => product * values.length, seeds.count)

/**
 * The runs of a shard, ascending: every n-th one, so that parts take about the same time.
 *
 * @category queries
 * @since 0.1.0
 */
export const runsOfShard = (total: number, { index, total: shards }: Shard): ReadonlyArray<number> =>
  Array.from({ length: Math.ceil(Math.max(0, total - index + 1) / shards) }, (_, i) => index - 1 + i * shards)

/**
 * A run in words: the values of its axes, and its seed.
 *
 * @category queries
 * @since 0.1.0
 */
export const runName = (campaign: Campaign, run: number): string => {
  const point = pointOfRun(campaign, run)
  const values = campaign.axes.map(({ name, values: all }, i) => `${name} ${all[point[i] as number]?.label}`)
  return [`run ${run}`, ...values, `seed ${seedOfRun(campaign, run)}`].join(', ')
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The same seeds at every point: differences between points are then not those of luck. */
const seedOfRun = ({ seeds }: Campaign, run: number): number => seeds.first + (run % seeds.count)

const pointOfRun = (campaign: Campaign, run: number): Point => {
  invariant(run >= 0 && run < runsTotal(campaign), 'a run is one of the campaign')
  let rest = Math.floor(run / campaign.seeds.count)
  const point = campaign.axes.map(() => 0)
  for (let i = campaign.axes.length - 1; i >= 0; i -= 1) {
    const { length } = (campaign.axes[i] as Campaign['axes'][number]).values
    point[i] = rest % length
    rest = Math.floor(rest / length)
  }
  return point
}
