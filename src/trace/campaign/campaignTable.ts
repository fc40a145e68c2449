/**
 * The summary of a campaign as a table that a person reads in a terminal, and as JSON.
 *
 * @since 0.1.0
 */
import { columns, count, wrap } from '../report/format.js'
import { tableWidth } from '../report/reportTable.js'

import type { CampaignSummary, Figure } from './aggregate.js'
import { figureText } from './figureText.js'
import type { MeasureUnit } from './measures.js'
import type { ResultsMeasure } from './Results.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * One table for each measure, a row for each point.
 *
 * @category queries
 * @since 0.1.0
 */
export const campaignTable = (summary: CampaignSummary): string => {
  const { name, runsTotal, points, seeds, confidence } = summary
  const title = name === '' ? 'A campaign' : name
  const seedsEach = `${count(seeds.count)} ${seeds.count === 1 ? 'seed' : 'seeds'} each`
  const size = `${count(runsTotal)} runs: ${count(points.length)} points, ${seedsEach}`
  return [
    ...wrap(`${title}. ${size}.`, tableWidth),
    ...wrap(warning(summary), tableWidth).filter((line) => line !== ''),
    ...summary.measures.flatMap((measure, i) => ['', titleOf(measure), ...rowsOf(summary, i)]),
    '',
    ...wrap(
      `Mean over seeds; from and to are the interval in which the mean of all seeds lies, at ` +
        `${confidence} %: Student's t, for yes and no Wilson's. Deviation is that of a sample. A - is what ` +
        'no run has, or what takes more runs.',
      tableWidth
    ),
    ''
  ].join('\n')
}

/**
 * The summary as JSON.
 *
 * @category queries
 * @since 0.1.0
 */
export const campaignJson = (summary: CampaignSummary): string => `${JSON.stringify(summary, null, 2)}\n`

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const warning = ({ runsTotal, runsDone, runsRefused }: CampaignSummary): string =>
  [
    ...(runsDone < runsTotal ? [`Only ${count(runsDone)} runs have been carried out.`] : []),
    ...(runsRefused > 0
      ? [`In ${count(runsRefused)} runs Xen refused an operation; 'xensim run' of the scenario shows which.`]
      : [])
  ].join(' ')

const titleOf = ({ name, measure, domain }: ResultsMeasure): string => {
  const what = domain === null ? measure : `${measure} of ${domain}`
  return name === what ? name : `${name} (${what})`
}

const rowsOf = ({ axes, points, measures }: CampaignSummary, at: number): ReadonlyArray<string> => {
  const unit = measures[at]?.unit ?? 'count'
  const headings = [
    ...axes.map((axis) => `<${axis.name}`),
    'runs',
    'mean',
    'from',
    'to',
    'deviation',
    'min',
    'max'
  ]
  const rows = points.map(({ labels, figures }) => [...labels, ...cellsOf(figures[at] ?? null, unit)])
  return columns(headings, rows, tableWidth - 2).map((row) => `  ${row}`)
}

const cellsOf = (figure: Figure | null, unit: MeasureUnit): ReadonlyArray<string> => {
  if (figure === null) return ['0', '-', '-', '-', '-', '-', '-']
  const text = (value: number | null | undefined): string =>
    value === null || value === undefined ? '-' : figureText(value, unit)
  const { count: runs, mean, interval, deviation, min, max } = figure
  return [count(runs), ...[mean, interval?.low, interval?.high, deviation, min, max].map(text)]
}
