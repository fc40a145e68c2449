/**
 * How the small parts of a scenario file are read: times, names, parameters of rtds, recorded shares.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import type { RealTimeParams } from '../../abi/index.js'
import { Shape } from '../../guest/index.js'

import { parseDuration } from './Duration.js'
import { scenarioLimits } from './Scenario.js'
import type { InlineDomain, ScenarioCosts, ScenarioRecorded } from './Scenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The event that sets parameters of rtds; a null `vcpu` means all.
 *
 * @category model
 * @since 0.1.0
 */
export interface RtdsJson {
  readonly op: 'rtds'
  readonly domain: string
  readonly vcpu: number | null
  readonly params: RealTimeParams
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * A duration with its unit, or integer nanoseconds.
 *
 * @category instances
 * @since 0.1.0
 */
export const timeShape: Shape.Shape<number> = Shape.make('a time', (input, context) => {
  if (typeof input !== 'string') return nanoseconds.validate(input, context)
  const parsed = parseDuration(input)
  return E.isRight(parsed)
    ? t.success(parsed.right)
    : Shape.refuse(input, context, `${Shape.show(input)} is ${parsed.left}`)
})

/**
 * Costs of the machine: `contextSwitch`, `migration` and `socket` are times of at most a second, the others
 * per cent.
 *
 * @category instances
 * @since 0.1.0
 */
export const costsShape: Shape.Shape<ScenarioCosts> = Shape.make('costs', (input, context) => {
  const found = costsJsonShape.validate(input, context)
  if (E.isLeft(found)) return found
  const { contextSwitch, migration, socket, smtPercent, remotePercent } = found.right
  const costs = { migrationNs: migration, socketNs: socket, smtPercent, remotePercent }
  return t.success({ ...costs, contextSwitchNs: contextSwitch })
})

/**
 * @category instances
 * @since 0.1.0
 */
export const nameShape = Shape.text(1, 256)

/**
 * @category instances
 * @since 0.1.0
 */
export const vcpuShape = Shape.integer(0, scenarioLimits.vcpusMax - 1)

/** A time in whole microseconds, as far as the interface of rtds goes. */
const microsecondsShape: Shape.Shape<number> = Shape.make('a time', (input, context) => {
  const found = timeShape.validate(input, context)
  if (E.isLeft(found)) return found
  const { realTimeMinUs, realTimeMaxUs } = scenarioLimits
  const us = found.right / 1000
  if (Number.isInteger(us) && us >= realTimeMinUs && us <= realTimeMaxUs) return t.success(us)
  const range = `${realTimeMinUs} to ${realTimeMaxUs} us`
  return Shape.refuse(input, context, `expected whole microseconds from ${range}, got ${Shape.show(input)}`)
})

interface ParamsJson {
  readonly period: number
  readonly budget: number
  readonly extratime: boolean | null
}

const paramsShapes = {
  period: microsecondsShape,
  budget: microsecondsShape,
  extratime: Shape.orNull(Shape.flag)
}
const paramsDefaults = { extratime: null }

const paramsOf = ({
  period: periodUs,
  budget: budgetUs,
  extratime: isExtra
}: ParamsJson): RealTimeParams => ({
  periodUs,
  budgetUs,
  isExtra
})

/** Read with the parameters beside it, then changed into its own form. */
const changed = <A extends ParamsJson, B>(shape: Shape.Shape<A>, change: (json: A) => B): Shape.Shape<B> =>
  Shape.make(shape.name, (input, context) => {
    const found = shape.validate(input, context)
    if (E.isLeft(found)) return found
    const { period, budget } = found.right
    if (budget <= period) return t.success(change(found.right))
    return Shape.refuseAt(input, context, { path: ['budget'], reason: 'is above the period' })
  })

/**
 * What rtds guarantees a vCPU: `period`, `budget`, `extratime`, as Xen takes them.
 *
 * @category instances
 * @since 0.1.0
 */
export const realTimeShape: Shape.Shape<RealTimeParams> = changed(
  Shape.closed<ParamsJson>('parameters of rtds', paramsShapes, paramsDefaults),
  paramsOf
)

/**
 * The same for single vCPUs.
 *
 * @category instances
 * @since 0.1.0
 */
export const realTimesShape: Shape.Shape<InlineDomain['realTimes']> = Shape.list(
  changed(
    Shape.closed<ParamsJson & { readonly vcpu: number }>(
      'parameters of a vCPU',
      { vcpu: vcpuShape, ...paramsShapes },
      paramsDefaults
    ),
    (json) => ({ vcpu: json.vcpu, params: paramsOf(json) })
  ),
  scenarioLimits.vcpusMax
)

/**
 * @category instances
 * @since 0.1.0
 */
export const rtdsEventShape: Shape.Shape<RtdsJson & { readonly at: number }> = changed(
  Shape.closed<ParamsJson & Omit<RtdsJson, 'params'> & { readonly at: number }>(
    'an event',
    {
      at: timeShape,
      op: Shape.choice('rtds'),
      domain: nameShape,
      vcpu: Shape.orNull(vcpuShape),
      ...paramsShapes
    },
    { vcpu: null, ...paramsDefaults }
  ),
  (json) => ({ at: json.at, op: json.op, domain: json.domain, vcpu: json.vcpu, params: paramsOf(json) })
)

interface RecordedJson {
  readonly source: string
  readonly elapsed: number
  readonly resolution: number
  readonly readings: number
  readonly vcpus: ReadonlyArray<{ readonly domain: string; readonly vcpu: number; readonly time: number }>
}

const recordedJson = Shape.closed<RecordedJson>('a recording', {
  source: Shape.text(0, 1024),
  elapsed: timeShape,
  resolution: timeShape,
  readings: timeShape,
  vcpus: Shape.list(
    Shape.closed<RecordedJson['vcpus'][number]>('a recorded vCPU', {
      domain: nameShape,
      vcpu: vcpuShape,
      time: timeShape
    }),
    scenarioLimits.vcpusMax
  )
})

/**
 * What a real machine gave, and how exactly that is known.
 *
 * @category instances
 * @since 0.1.0
 */
export const recordedShape: Shape.Shape<ScenarioRecorded> = Shape.make('a recording', (input, context) => {
  const found = recordedJson.validate(input, context)
  if (E.isLeft(found)) return found
  const { source, elapsed: elapsedNs, resolution: resolutionNs, readings: readingsNs } = found.right
  if (elapsedNs === 0) return Shape.refuseAt(input, context, { path: ['elapsed'], reason: 'takes no time' })
  const vcpus = found.right.vcpus.map(({ domain, vcpu, time: cpuNs }) => ({ domain, vcpu, cpuNs }))
  return t.success({ source, elapsedNs, resolutionNs, readingsNs, vcpus })
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface CostsJson {
  readonly contextSwitch: number
  readonly migration: number
  readonly socket: number
  readonly smtPercent: number
  readonly remotePercent: number
}

const costTimeShape: Shape.Shape<number> = Shape.make('a time', (input, context) => {
  const found = timeShape.validate(input, context)
  if (E.isLeft(found) || found.right <= 1_000_000_000) return found
  return Shape.refuse(input, context, 'more than a second')
})

const costsJsonShape = Shape.closed<CostsJson>(
  'costs',
  {
    contextSwitch: costTimeShape,
    migration: costTimeShape,
    socket: costTimeShape,
    smtPercent: Shape.integer(0, 10_000),
    remotePercent: Shape.integer(0, 10_000)
  },
  { contextSwitch: 0, migration: 0, socket: 0, smtPercent: 0, remotePercent: 0 }
)

const nanoseconds = Shape.integer(0, Number.MAX_SAFE_INTEGER)
