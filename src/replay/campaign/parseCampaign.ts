/**
 * Reading campaign files: from text to a campaign, or to one error with its place and reason.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { Shape } from '../../guest/index.js'
import { parseJson, placeOf } from '../scenario/JsonText.js'
import type { ScenarioError } from '../scenario/Scenario.js'
import { scenarioOf } from '../scenario/parseScenario.js'

import { campaignLimits } from './Campaign.js'
import type { Campaign, CampaignAxis, CampaignMeasure, CampaignPlot } from './Campaign.js'
import { scenarioAt, taskGroup } from './campaignScenario.js'
import { campaignShape } from './campaignShapes.js'
import type { CampaignJson } from './campaignShapes.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What can be measured, by name: its unit, and whether it can be asked of single domains.
 *
 * @category model
 * @since 0.1.0
 */
export interface MeasureKinds {
  readonly [measure: string]: { readonly unit: CampaignMeasure['unit']; readonly isOfDomains: boolean }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the text of a campaign file; `sourceName` is what errors call it, `kinds` what can be measured.
 * Every value of every axis is tried once on the scenario. Whatever the text is, nothing is thrown.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseCampaign = (
  text: string,
  sourceName: string,
  kinds: MeasureKinds
): Either<ScenarioError, Campaign> => {
  const json = parseJson(text)
  if (E.isLeft(json)) return E.left({ _tag: 'NotJson', sourceName, ...json.left })
  const { value } = json.right
  const version = versionOf(value)
  if (version > versionMax) {
    const place = placeOf(json.right, ['version'])
    return E.left({ _tag: 'VersionTooNew', sourceName, ...place, version, versionMax })
  }
  const read = Shape.read(campaignShape, value)
  const campaign = E.isLeft(read) ? read : campaignOf(read.right, kinds)
  if (E.isRight(campaign)) return campaign
  const { path, reason } = campaign.left
  return E.left({ _tag: 'Invalid', sourceName, ...placeOf(json.right, path), path, reason })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const versionMax = 1

/** The version that a campaign claims to have; 0 for what claims none, or is no campaign. */
const versionOf = (value: unknown): number => {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'version')) return 0
  const { version } = value as { readonly version: unknown }
  return typeof version === 'number' && Number.isSafeInteger(version) ? version : 0
}

const campaignOf = (json: CampaignJson, kinds: MeasureKinds): Either<Shape.Mistake, Campaign> => {
  const { name, scenario, tasks, seeds, warmup: warmupNs, axes, confidence, plots } = json
  const measures = json.measures.map((one) => measureOf(one, kinds))
  const campaign: Campaign = {
    version: 1,
    name,
    scenario,
    tasks,
    seeds,
    warmupNs,
    axes,
    measures,
    confidence,
    plots
  }
  const mistake =
    mistakeInScenario(campaign) ??
    mistakeInAxes(campaign) ??
    mistakeInMeasures(campaign, kinds) ??
    mistakeInPlots(campaign)
  return mistake === null ? E.right(campaign) : E.left(mistake)
}

const measureOf = (
  { name, measure, domain }: CampaignJson['measures'][number],
  kinds: MeasureKinds
): CampaignMeasure => ({
  name: name !== '' ? name : domain === null ? measure : `${measure} of ${domain}`,
  measure,
  domain,
  unit: (Object.hasOwn(kinds, measure) ? kinds[measure]?.unit : undefined) ?? 'count'
})

const mistakeInScenario = ({ scenario, warmupNs }: Campaign): Shape.Mistake | null => {
  const read = scenarioOf(scenario)
  if (E.isLeft(read)) return { path: ['scenario', ...read.left.path], reason: read.left.reason }
  const { domains, durationNs, recorded } = read.right
  if (Object.hasOwn(scenario, 'seed'))
    return { path: ['scenario', 'seed'], reason: 'the seeds of a campaign are under seeds' }
  if (recorded !== null)
    return { path: ['scenario', 'recorded'], reason: 'a campaign compares with no recording' }
  const file = domains.findIndex(({ _tag }) => _tag === 'Cfg')
  if (file >= 0)
    return {
      path: ['scenario', 'domains', String(file), 'cfg'],
      reason: 'a campaign describes its domains itself: it may run where no file is'
    }
  if (warmupNs < durationNs) return null
  return { path: ['warmup'], reason: 'is not before the end of the scenario' }
}

const mistakeInAxes = (campaign: Campaign): Shape.Mistake | null => {
  const { axes, tasks, seeds } = campaign
  let runsTotal = seeds.count
  for (const [i, axis] of axes.entries()) {
    const place = ['axes', String(i)]
    const others = axes.slice(0, i)
    if (others.some(({ name }) => name === axis.name))
      return { path: [...place, 'name'], reason: `another axis is called ${Shape.show(axis.name)}` }
    if (
      axis.kind !== 'cmdline' &&
      others.some(({ kind, domain }) => kind === axis.kind && domain === axis.domain)
    )
      return { path: [...place, 'axis'], reason: 'another axis changes the same' }
    if (axis.domain !== null && !domainNames(campaign).includes(axis.domain))
      return { path: [...place, 'domain'], reason: `there is no domain ${Shape.show(axis.domain)}` }
    if (axis.kind === 'utilisation' && tasks === null)
      return { path: [...place, 'axis'], reason: 'there are no task sets: the key tasks is missing' }
    runsTotal *= axis.values.length
    if (runsTotal > campaignLimits.runsMax)
      return { path: [...place, 'values'], reason: `more than ${campaignLimits.runsMax} runs` }
  }
  if (tasks !== null && !axes.some(({ kind }) => kind === 'utilisation'))
    return { path: ['tasks'], reason: 'task sets need an axis utilisation' }
  return mistakeInValues(campaign)
}

/** Each value on its own, the other axes at their first. */
const mistakeInValues = (campaign: Campaign): Shape.Mistake | null => {
  const first = campaign.axes.map(() => 0)
  for (const [i, axis] of campaign.axes.entries()) {
    for (const at of axis.values.keys()) {
      const read = scenarioAt(campaign, first.with(i, at), campaign.seeds.first)
      if (E.isRight(read)) continue
      const { path, reason } = read.left
      const inside = path.length === 0 ? '' : `${Shape.formatPath(path)}: `
      return {
        path: ['axes', String(i), 'values', String(at)],
        reason: `makes no scenario: ${inside}${reason}`
      }
    }
  }
  return null
}

/** Names of domains in the scenario, which has been read. */
const domainNames = ({ scenario }: Campaign): ReadonlyArray<string> => {
  const domains = (scenario['domains'] ?? []) as ReadonlyArray<{ readonly name: string }>
  return domains.map(({ name }) => name)
}

const mistakeInMeasures = (campaign: Campaign, kinds: MeasureKinds): Shape.Mistake | null => {
  const { measures, tasks } = campaign
  for (const [i, { name, measure, domain }] of measures.entries()) {
    const place = ['measures', String(i)]
    const kind = Object.hasOwn(kinds, measure) ? kinds[measure] : undefined
    if (kind === undefined) {
      const known = Object.keys(kinds).join(', ')
      return { path: [...place, 'measure'], reason: `expected one of ${known}, got ${Shape.show(measure)}` }
    }
    if (measures.slice(0, i).some((other) => other.name === name))
      return { path: [...place, 'name'], reason: `another measure is called ${Shape.show(name)}` }
    if (domain === null) continue
    if (!kind.isOfDomains) return { path: [...place, 'domain'], reason: `${measure} is of the whole host` }
    if (!domainNames(campaign).includes(domain) && !(tasks !== null && domain === taskGroup))
      return { path: [...place, 'domain'], reason: `there is no domain ${Shape.show(domain)}` }
  }
  return null
}

const mistakeInPlots = (campaign: Campaign): Shape.Mistake | null => {
  for (const [i, plot] of campaign.plots.entries()) {
    const mistake = mistakeInPlot(campaign, plot)
    if (mistake !== null) return { path: ['plots', String(i), ...mistake.path], reason: mistake.reason }
    if (campaign.plots.slice(0, i).some(({ file }) => file === plot.file))
      return { path: ['plots', String(i), 'file'], reason: 'another plot goes into that file' }
  }
  return null
}

const mistakeInPlot = ({ axes, measures }: Campaign, plot: CampaignPlot): Shape.Mistake | null => {
  const axisOf = (name: string): CampaignAxis | undefined => axes.find((axis) => axis.name === name)
  const noAxis = (name: string): string => `there is no axis ${Shape.show(name)}`
  if (axisOf(plot.x) === undefined) return { path: ['x'], reason: noAxis(plot.x) }
  if (plot.series !== null && axisOf(plot.series) === undefined)
    return { path: ['series'], reason: noAxis(plot.series) }
  if (plot.series === plot.x) return { path: ['series'], reason: 'is the axis of x' }
  for (const [i, { axis, label }] of plot.where.entries()) {
    const found = axisOf(axis)
    if (found === undefined) return { path: ['where', String(i), 'axis'], reason: noAxis(axis) }
    if (axis === plot.x || axis === plot.series)
      return { path: ['where', String(i), 'axis'], reason: 'is shown by the plot' }
    if (!found.values.some((value) => value.label === label))
      return { path: ['where', String(i), 'label'], reason: `${axis} has no value ${Shape.show(label)}` }
  }
  for (const { name, values } of axes) {
    const isShown = name === plot.x || name === plot.series || plot.where.some(({ axis }) => axis === name)
    if (!isShown && values.length > 1)
      return { path: ['where'], reason: `axis ${name} has ${values.length} values: say which one` }
  }
  if (plot.measures.length === 0) return { path: ['measures'], reason: 'a plot shows at least one measure' }
  const found = plot.measures.map((name) => measures.find((measure) => measure.name === name))
  for (const [i, measure] of found.entries()) {
    const place = ['measures', String(i)]
    if (measure === undefined)
      return { path: place, reason: `there is no measure ${Shape.show(plot.measures[i])}` }
    if (measure.unit !== found[0]?.unit)
      return { path: place, reason: `is in ${measure.unit}, the first one in ${String(found[0]?.unit)}` }
  }
  return null
}
