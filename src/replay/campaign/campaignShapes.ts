/**
 * How the parts of a campaign file are read. What needs to know other parts is checked afterwards.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import type { PlainData } from '../../abi/index.js'
import { Shape } from '../../guest/index.js'
import { formatDuration } from '../scenario/Duration.js'
import { nameShape, realTimeShape, timeShape } from '../scenario/partShapes.js'
import { scenarioLimits } from '../scenario/Scenario.js'
import { workloadShape } from '../scenario/shapes.js'

import { campaignFormat, campaignLimits } from './Campaign.js'
import type {
  CampaignAxis,
  CampaignAxisKind,
  CampaignPlot,
  CampaignTasks,
  CampaignValue
} from './Campaign.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A file as it is written, with defaults filled in. The unit of a measure is not known yet.
 *
 * @category model
 * @since 0.1.0
 */
export interface CampaignJson {
  readonly format: typeof campaignFormat
  readonly version: number
  readonly name: string
  readonly scenario: { readonly [key: string]: PlainData }
  readonly tasks: CampaignTasks | null
  readonly seeds: { readonly first: number; readonly count: number }
  readonly warmup: number
  readonly axes: ReadonlyArray<CampaignAxis>
  readonly measures: ReadonlyArray<MeasureJson>
  readonly confidence: 90 | 95 | 99
  readonly plots: ReadonlyArray<CampaignPlot>
}

/**
 * A name that is empty was not given.
 *
 * @category model
 * @since 0.1.0
 */
export interface MeasureJson {
  readonly name: string
  readonly measure: string
  readonly domain: string | null
}

// -------------------------------------------------------------------------------------
// instances: values of axes
// -------------------------------------------------------------------------------------

type Value = Shape.Shape<CampaignValue>

/** A shape whose values become something else. */
const mapped = <A, B>(
  shape: t.Decoder<unknown, A>,
  change: (value: A, input: unknown) => B
): Shape.Shape<B> =>
  Shape.make(shape.name, (input, context) => {
    const found = shape.validate(input, context)
    return E.isLeft(found) ? found : t.success(change(found.right, input))
  })

const number = (min: number, max: number, suffix = ''): Value =>
  mapped(Shape.integer(min, max), (value): CampaignValue => ({
    label: `${value}${suffix}`,
    x: value,
    change: value
  }))

const word = (shape: t.Decoder<unknown, string>): Value =>
  mapped(shape, (value): CampaignValue => ({
    label: value === '' ? 'as booted' : value,
    x: null,
    change: value
  }))

/**
 * A time that is a whole number of the unit in which Xen's command line takes it. What Xen would replace
 * by its default is refused: the label would lie.
 */
const whole = (unitNs: number, isTaken: (units: number) => boolean, expected: string): Value =>
  Shape.make('a time', (input, context) => {
    const found = timeShape.validate(input, context)
    if (E.isLeft(found)) return found
    const units = found.right / unitNs
    if (Number.isInteger(units) && isTaken(units))
      return t.success({ label: formatDuration(found.right), x: units, change: units })
    return Shape.refuse(input, context, `expected ${expected}, got ${Shape.show(input)}`)
  })

const ratelimitShape = whole(
  1000,
  (us) => us === 0 || (us >= 100 && us <= scenarioLimits.ratelimitMaxUs),
  '0us, or whole microseconds from 100us to 500ms'
)
const timesliceShape = whole(1_000_000, (ms) => ms >= 1 && ms <= 1000, 'whole milliseconds from 1ms to 1s')

/**
 * A value with a label of its own; what it is stands beside it, and goes into the scenario as it was
 * written.
 */
const labelled = (key: string, shape: t.Decoder<unknown, unknown>): Value => {
  const json: Shape.Shape<Labelled> = Shape.closed<Labelled>('a value with a label', {
    label: nameShape,
    [key]: mapped(shape, (_, input) => input as PlainData)
  } as { readonly [K in keyof Labelled]-?: Shape.Shape<Labelled[K]> })
  return mapped(json, (value): CampaignValue => ({ label: value.label, x: null, change: value[key] ?? null }))
}

interface Labelled {
  readonly label: string
  readonly [key: string]: PlainData
}

// -------------------------------------------------------------------------------------
// instances: axes
// -------------------------------------------------------------------------------------

interface AxisJson {
  readonly axis: CampaignAxisKind
  readonly name: string
  readonly values: ReadonlyArray<CampaignValue>
}

const schedulerShape = Shape.choice('credit2', 'credit', 'rtds', 'null', 'arinc653')

const axisShape = (
  kind: CampaignAxisKind,
  value: Value,
  { unit = '', isOfDomain = false }: { readonly unit?: string; readonly isOfDomain?: boolean } = {}
): Shape.Shape<CampaignAxis> => {
  const shapes = {
    axis: Shape.choice(kind),
    name: nameShape,
    values: Shape.where(Shape.list(value, campaignLimits.valuesMax), mistakeInValues)
  }
  const ofHost = Shape.closed<AxisJson>('an axis', shapes, { name: '' })
  const ofDomain = Shape.closed<AxisJson & { readonly domain: string }>(
    'an axis',
    { ...shapes, domain: nameShape },
    { name: '' }
  )
  const axisOf = (json: AxisJson, domain: string | null): CampaignAxis => {
    const plain = domain === null ? kind : `${kind} of ${domain}`
    return { name: json.name === '' ? plain : json.name, kind, domain, unit, values: json.values }
  }
  return isOfDomain
    ? mapped(ofDomain, (json) => axisOf(json, json.domain))
    : mapped(ofHost, (json) => axisOf(json, null))
}

const mistakeInValues = (values: ReadonlyArray<CampaignValue>): Shape.Mistake | null => {
  if (values.length === 0) return { path: [], reason: 'an axis has at least one value' }
  const at = values.findIndex(({ label }, i) => values.slice(0, i).some((other) => other.label === label))
  return at < 0
    ? null
    : { path: [String(at)], reason: `another value is called ${Shape.show(values[at]?.label)}` }
}

const axesShape = Shape.list(
  Shape.tagged<CampaignAxis>('an axis', 'axis', {
    scheduler: axisShape('scheduler', word(schedulerShape)),
    ratelimit: axisShape('ratelimit', ratelimitShape, { unit: 'us' }),
    timeslice: axisShape('timeslice', timesliceShape, { unit: 'ms' }),
    cmdline: axisShape('cmdline', word(Shape.text(0, 1024))),
    topology: axisShape('topology', word(Shape.text(1, 64))),
    utilisation: axisShape('utilisation', number(1, 1000), { unit: '%' }),
    weight: axisShape('weight', number(1, scenarioLimits.weightMax), { isOfDomain: true }),
    cap: axisShape('cap', number(0, scenarioLimits.capMax), { unit: '%', isOfDomain: true }),
    rtds: axisShape('rtds', labelled('rtds', realTimeShape), { isOfDomain: true }),
    workload: axisShape('workload', labelled('workload', workloadShape), { isOfDomain: true }),
    copies: axisShape('copies', number(0, campaignLimits.copiesMax), { isOfDomain: true })
  }),
  campaignLimits.axesMax
)

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

interface TasksJson {
  readonly count: number
  readonly generator: CampaignTasks['generator']
  readonly periods: ReadonlyArray<number>
  readonly utilisationMax: number
}

/** Periods below 1 ms would leave budgets below the 10 us that rtds takes. */
const periodMinUs = 1000

const tasksShape: Shape.Shape<CampaignTasks> = mapped<TasksJson, CampaignTasks>(
  Shape.closed<TasksJson>(
    'task sets',
    {
      count: Shape.integer(1, campaignLimits.tasksMax),
      generator: Shape.choice('uunifast', 'randfixedsum'),
      periods: Shape.where(Shape.list(timeShape, 1000), (periods) => {
        const at = periods.findIndex((ns) => ns % 1000 !== 0 || ns < periodMinUs * 1000)
        if (at >= 0) return { path: [String(at)], reason: 'expected whole microseconds, at least 1ms' }
        return periods.length === 0 ? { path: [], reason: 'at least one period is needed' } : null
      }),
      utilisationMax: Shape.integer(1, 100)
    },
    { utilisationMax: 100 }
  ),
  ({ count, generator, periods, utilisationMax }) => ({
    count,
    generator,
    periodsUs: periods.map((ns) => ns / 1000),
    utilisationMax
  })
)

const plotShape = Shape.closed<CampaignPlot>(
  'a plot',
  {
    file: Shape.where(Shape.text(1, 128), (file) =>
      /^[\w.-]*[\w-]\.svg$/.test(file)
        ? null
        : { path: [], reason: 'expected a file name of letters, digits, _, - and . that ends in .svg' }
    ),
    title: Shape.text(1, 200),
    y: Shape.text(0, 200),
    x: nameShape,
    series: Shape.orNull(nameShape),
    measures: Shape.list(nameShape, campaignLimits.measuresMax),
    scale: Shape.choice('linear', 'log'),
    where: Shape.list(
      Shape.closed<CampaignPlot['where'][number]>('a choice', { axis: nameShape, label: nameShape }),
      campaignLimits.axesMax
    )
  },
  { y: '', series: null, scale: 'linear', where: [] }
)

const objectShape: Shape.Shape<CampaignJson['scenario']> = Shape.make('a scenario', (input, context) =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? t.success(input as CampaignJson['scenario'])
    : Shape.refuse(input, context, `expected a scenario, got ${Shape.show(input)}`)
)

const confidenceShape: Shape.Shape<90 | 95 | 99> = Shape.make('a level', (input, context) =>
  input === 90 || input === 95 || input === 99
    ? t.success(input)
    : Shape.refuse(input, context, `expected 90, 95 or 99, got ${Shape.show(input)}`)
)

/**
 * @category instances
 * @since 0.1.0
 */
export const campaignShape: Shape.Shape<CampaignJson> = Shape.closed<CampaignJson>(
  'a campaign',
  {
    format: Shape.choice(campaignFormat),
    version: Shape.integer(1, 1),
    name: Shape.text(0, 256),
    scenario: objectShape,
    tasks: Shape.orNull(tasksShape),
    seeds: Shape.closed<CampaignJson['seeds']>(
      'seeds',
      { first: Shape.integer(0, 0x1f_ffff_0000_0000), count: Shape.integer(1, campaignLimits.seedsMax) },
      { first: 1 }
    ),
    warmup: timeShape,
    axes: axesShape,
    measures: Shape.where(
      Shape.list(
        Shape.closed<MeasureJson>(
          'a measure',
          { name: nameShape, measure: nameShape, domain: Shape.orNull(nameShape) },
          { name: '', domain: null }
        ),
        campaignLimits.measuresMax
      ),
      (measures) => (measures.length === 0 ? { path: [], reason: 'nothing is measured' } : null)
    ),
    confidence: confidenceShape,
    plots: Shape.list(plotShape, campaignLimits.plotsMax)
  },
  { name: '', tasks: null, warmup: 0, axes: [], confidence: 95, plots: [] }
)
