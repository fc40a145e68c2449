/**
 * A campaign: one scenario, run at every point of a grid and with many seeds, and what is measured of each
 * run.
 *
 * Runs are numbered: the last axis turns fastest, and inside of a point the seeds. A run depends on its
 * number alone, so that any machine may carry out any part of a campaign.
 *
 * @since 0.1.0
 */
import type { PlainData } from '../../abi/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What an axis changes of the scenario. Those of the second line change one domain.
 *
 * @category model
 * @since 0.1.0
 */
export type CampaignAxisKind =
  | ('scheduler' | 'ratelimit' | 'timeslice' | 'cmdline' | 'topology' | 'utilisation')
  | ('weight' | 'cap' | 'rtds' | 'workload' | 'copies')

/**
 * A value of an axis: how it is called, where it is on a scale of numbers (null when it is nowhere), and
 * what it puts into the scenario, as a scenario file says it.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignValue {
  readonly label: string
  readonly x: number | null
  readonly change: PlainData
}

/**
 * `unit` is that of the numbers on the scale.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignAxis {
  readonly name: string
  readonly kind: CampaignAxisKind
  readonly domain: string | null
  readonly unit: string
  readonly values: ReadonlyArray<CampaignValue>
}

/**
 * Random real-time tasks, one domain each, whose total utilisation the axis `utilisation` gives.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignTasks {
  readonly count: number
  readonly generator: 'uunifast' | 'randfixedsum'
  readonly periodsUs: ReadonlyArray<number>
  /** In percent of a pCPU: the largest utilisation of one task, for `randfixedsum`. */
  readonly utilisationMax: number
}

/**
 * A figure of each run, of one domain and its copies, or of the whole host when `domain` is null.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignMeasure {
  readonly name: string
  readonly measure: string
  readonly domain: string | null
  readonly unit: 'ns' | 'count' | 'ppm' | 'yes'
}

/**
 * A picture: measures against one axis, a line for each value of another, at given values of the rest.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignPlot {
  readonly file: string
  readonly title: string
  /** What stands beside the vertical axis; empty for the name of the measure. */
  readonly y: string
  readonly x: string
  readonly series: string | null
  readonly measures: ReadonlyArray<string>
  readonly scale: 'linear' | 'log'
  readonly where: ReadonlyArray<{ readonly axis: string; readonly label: string }>
}

/**
 * `scenario` is what the grid starts from, as a scenario file has it. Figures are of the time after
 * `warmupNs`. `confidence` is the level of the intervals, in percent.
 *
 * @category model
 * @since 0.1.0
 */
export interface Campaign {
  readonly version: 1
  readonly name: string
  readonly scenario: { readonly [key: string]: PlainData }
  readonly tasks: CampaignTasks | null
  readonly seeds: { readonly first: number; readonly count: number }
  readonly warmupNs: number
  readonly axes: ReadonlyArray<CampaignAxis>
  readonly measures: ReadonlyArray<CampaignMeasure>
  readonly confidence: 90 | 95 | 99
  readonly plots: ReadonlyArray<CampaignPlot>
}

/**
 * What the results of a campaign have to know of it: the order of runs, and what the figures are. `digest`
 * is of everything that decides a figure.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignGrid {
  readonly digest: string
  readonly name: string
  readonly axes: ReadonlyArray<{
    readonly name: string
    readonly unit: string
    readonly values: ReadonlyArray<{ readonly label: string; readonly x: number | null }>
  }>
  readonly seeds: { readonly first: number; readonly count: number }
  readonly measures: ReadonlyArray<CampaignMeasure>
  readonly confidence: 90 | 95 | 99
  readonly plots: ReadonlyArray<CampaignPlot>
}

/**
 * Part `index` of `total`, counted from 1.
 *
 * @category model
 * @since 0.1.0
 */
export interface Shard {
  readonly index: number
  readonly total: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Bounds of a campaign's lists.
 *
 * @category constants
 * @since 0.1.0
 */
export const campaignLimits = {
  axesMax: 8,
  valuesMax: 1000,
  seedsMax: 1_000_000,
  /** Points times seeds. */
  runsMax: 1_000_000,
  measuresMax: 64,
  plotsMax: 64,
  tasksMax: 64,
  copiesMax: 1000,
  shardsMax: 1_000_000
} as const

/**
 * The format that a campaign file names.
 *
 * @category constants
 * @since 0.1.0
 */
export const campaignFormat = 'xensim-campaign'
