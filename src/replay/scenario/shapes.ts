/**
 * How the parts of a scenario file are read. What needs to know other parts (names, the topology, the order
 * of events) is checked afterwards.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

import type { GuestSpec, PlainData, RealTimeParams } from '../../abi/index.js'
import { Shape, Workload } from '../../guest/index.js'
import type { Dom0File } from '../../machine/index.js'

import { parseDuration } from './Duration.js'
import {
  nameShape,
  realTimeShape,
  realTimesShape,
  costsShape,
  recordedShape,
  rtdsEventShape,
  timeShape,
  vcpuShape
} from './partShapes.js'
import type { RtdsJson } from './partShapes.js'
import { domainMemoryDefaultMiB, scenarioCostsNone, scenarioLimits } from './Scenario.js'
import type { InlineDomain, ScenarioCosts, ScenarioRecorded, ScenarioWorkloads } from './Scenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A file as it is written, with defaults filled in. Lists of pCPUs are texts still.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScenarioJson {
  readonly version: number
  readonly name: string
  readonly topology: string
  readonly nodes: number
  readonly memoryMiB: number
  readonly cmdline: string
  readonly seed: number
  readonly duration: number
  readonly files: ReadonlyArray<Dom0File>
  readonly dom0: ScenarioWorkloads | null
  readonly domains: ReadonlyArray<DomainJson>
  readonly events: ReadonlyArray<EventJson>
  readonly costs: ScenarioCosts
  readonly recorded: ScenarioRecorded | null
}

interface CommonJson {
  readonly name: string
  readonly autostart: boolean
  readonly workload: GuestSpec | null
  readonly workloads: ScenarioWorkloads['exceptions']
}

/**
 * @category model
 * @since 0.1.0
 */
export interface CfgJson extends CommonJson {
  readonly cfg: string
  readonly overrides: ReadonlyArray<string>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface InlineJson extends CommonJson {
  readonly type: 'pv' | 'pvh' | 'hvm'
  readonly vcpus: number
  /** -1 when it is not given: as many as `vcpus`. */
  readonly maxvcpus: number
  readonly weight: number | null
  readonly cap: number | null
  readonly cpus: string | null
  readonly cpusSoft: string | null
  readonly rtds: RealTimeParams | null
  readonly rtdsVcpus: InlineDomain['realTimes']
  readonly memoryMiB: number
}

/**
 * @category model
 * @since 0.1.0
 */
export type DomainJson = CfgJson | InlineJson

/**
 * @category model
 * @since 0.1.0
 */
export type EventJson = { readonly at: number } & (
  | { readonly op: 'create' | 'destroy' | 'pause' | 'unpause'; readonly domain: string }
  | { readonly op: 'online' | 'offline' | 'kick'; readonly domain: string; readonly vcpu: number }
  | {
      readonly op: 'sched'
      readonly domain: string
      readonly weight: number | null
      readonly cap: number | null
    }
  | RtdsJson
  | { readonly op: 'ratelimit'; readonly ratelimitUs: number }
  | {
      readonly op: 'pin'
      readonly domain: string
      readonly vcpu: number | null
      readonly cpus: string | null
      readonly cpusSoft: string | null
    }
  | {
      readonly op: 'workload'
      readonly domain: string
      readonly vcpu: number | null
      readonly workload: GuestSpec | null
    }
)

// -------------------------------------------------------------------------------------
// instances: parts
// -------------------------------------------------------------------------------------

const cpusShape = Shape.orNull(Shape.text(1, 20_000))
const weightShape = Shape.orNull(Shape.integer(1, scenarioLimits.weightMax))
const capShape = Shape.orNull(Shape.integer(0, scenarioLimits.capMax))

const anything: Shape.Shape<unknown> = Shape.make('anything', (input) => t.success(input))

const specShape = Shape.closed<{
  readonly program: string
  readonly version: number
  readonly config: unknown
}>(
  'a workload',
  { program: nameShape, version: Shape.integer(1, 0xffff), config: anything },
  { version: 0, config: {} }
)

/**
 * A workload. In its configuration a duration may stand wherever a number may; version 0 is the newest.
 *
 * @category instances
 * @since 0.1.0
 */
export const workloadShape: Shape.Shape<GuestSpec | null> = Shape.orNull(
  Shape.make('a workload', (input, context) => {
    const found = specShape.validate(input, context)
    if (E.isLeft(found)) return found
    const { program, version } = found.right
    const config = withNumbers(found.right.config, ['config'])
    if (E.isLeft(config)) return Shape.refuseAt(input, context, config.left)
    const checked = Workload.validate({
      program,
      version: version === 0 ? Workload.versionOf(program) : version,
      config: config.right
    })
    return E.isRight(checked)
      ? t.success(checked.right)
      : Shape.refuseAt(input, context, mistakeOf(checked.left))
  })
)

const exceptionsShape = Shape.list(
  Shape.closed<ScenarioWorkloads['exceptions'][number]>('an exception', {
    vcpu: vcpuShape,
    workload: workloadShape
  }),
  scenarioLimits.vcpusMax
)

const workloadShapes = { workload: workloadShape, workloads: exceptionsShape }
const workloadDefaults = { workload: null, workloads: [] }

const dom0Shape: Shape.Shape<ScenarioWorkloads | null> = Shape.make('dom0', (input, context) => {
  if (input === false) return t.success(null)
  const found = dom0Record.validate(input === true ? {} : input, context)
  return E.isLeft(found) ? found : t.success({ all: found.right.workload, exceptions: found.right.workloads })
})

const dom0Record = Shape.closed<Pick<CommonJson, 'workload' | 'workloads'>>(
  'true, false or an object',
  workloadShapes,
  workloadDefaults
)

const fileShape = Shape.closed<Dom0File>('a file', {
  path: Shape.text(1, 4096),
  kind: Shape.choice('kernel', 'ramdisk', 'disk', 'file'),
  bytes: Shape.integer(0, Number.MAX_SAFE_INTEGER)
})

// -------------------------------------------------------------------------------------
// instances: domains
// -------------------------------------------------------------------------------------

const commonShapes = { name: nameShape, autostart: Shape.flag, ...workloadShapes }
const commonDefaults = { autostart: true, ...workloadDefaults }

const cfgShape = Shape.closed<CfgJson>(
  'a domain',
  { cfg: Shape.text(1, 4096), overrides: Shape.list(Shape.text(1, 4096), 1024), ...commonShapes },
  { overrides: [], ...commonDefaults }
)

const inlineShape = Shape.closed<InlineJson>(
  'a domain',
  {
    type: Shape.choice('pv', 'pvh', 'hvm'),
    vcpus: Shape.integer(1, scenarioLimits.vcpusMax),
    maxvcpus: Shape.integer(1, scenarioLimits.vcpusMax),
    weight: weightShape,
    cap: capShape,
    cpus: cpusShape,
    cpusSoft: cpusShape,
    rtds: Shape.orNull(realTimeShape),
    rtdsVcpus: realTimesShape,
    memoryMiB: Shape.integer(0, scenarioLimits.memoryMaxMiB),
    ...commonShapes
  },
  {
    type: 'pvh',
    vcpus: 1,
    maxvcpus: -1,
    weight: null,
    cap: null,
    cpus: null,
    cpusSoft: null,
    rtds: null,
    rtdsVcpus: [],
    memoryMiB: domainMemoryDefaultMiB,
    ...commonDefaults
  }
)

/** A domain with the key `cfg` is described by that file. */
const domainShape: Shape.Shape<DomainJson> = Shape.make<DomainJson>('a domain', (input, context) =>
  typeof input === 'object' && input !== null && Object.hasOwn(input, 'cfg')
    ? cfgShape.validate(input, context)
    : inlineShape.validate(input, context)
)

// -------------------------------------------------------------------------------------
// instances: events
// -------------------------------------------------------------------------------------

type Event<K extends EventJson['op']> = Extract<EventJson, { readonly op: K }>
type LifeEvent = Extract<EventJson, { readonly op: 'create' | 'destroy' | 'pause' | 'unpause' }>
type VcpuEvent = Extract<EventJson, { readonly op: 'online' | 'offline' | 'kick' }>

const life = (op: LifeEvent['op']): Shape.Shape<LifeEvent> =>
  Shape.closed<LifeEvent>('an event', { at: timeShape, op: Shape.choice(op), domain: nameShape })

const ofVcpu = (op: VcpuEvent['op']): Shape.Shape<VcpuEvent> =>
  Shape.closed<VcpuEvent>('an event', {
    at: timeShape,
    op: Shape.choice(op),
    domain: nameShape,
    vcpu: vcpuShape
  })

/** At least one of two keys has to be given. */
const either = <A>(shape: Shape.Shape<A>, a: keyof A & string, b: keyof A & string): Shape.Shape<A> =>
  Shape.where(shape, (event) =>
    event[a] === null && event[b] === null ? { path: [], reason: `says neither ${a} nor ${b}` } : null
  )

const eventShape = Shape.tagged<EventJson>('an event', 'op', {
  create: life('create'),
  destroy: life('destroy'),
  pause: life('pause'),
  unpause: life('unpause'),
  online: ofVcpu('online'),
  offline: ofVcpu('offline'),
  kick: ofVcpu('kick'),
  sched: either(
    Shape.closed<Event<'sched'>>(
      'an event',
      { at: timeShape, op: Shape.choice('sched'), domain: nameShape, weight: weightShape, cap: capShape },
      { weight: null, cap: null }
    ),
    'weight',
    'cap'
  ),
  rtds: rtdsEventShape,
  ratelimit: Shape.closed<Event<'ratelimit'>>('an event', {
    at: timeShape,
    op: Shape.choice('ratelimit'),
    ratelimitUs: Shape.integer(0, scenarioLimits.ratelimitMaxUs)
  }),
  pin: either(
    Shape.closed<Event<'pin'>>(
      'an event',
      {
        at: timeShape,
        op: Shape.choice('pin'),
        domain: nameShape,
        vcpu: Shape.orNull(vcpuShape),
        cpus: cpusShape,
        cpusSoft: cpusShape
      },
      { vcpu: null, cpus: null, cpusSoft: null }
    ),
    'cpus',
    'cpusSoft'
  ),
  workload: Shape.closed<Event<'workload'>>(
    'an event',
    {
      at: timeShape,
      op: Shape.choice('workload'),
      domain: nameShape,
      vcpu: Shape.orNull(vcpuShape),
      workload: workloadShape
    },
    { vcpu: null }
  )
})

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * @category instances
 * @since 0.1.0
 */
export const scenarioShape: Shape.Shape<ScenarioJson> = Shape.closed<ScenarioJson>(
  'a scenario',
  {
    version: Shape.integer(1, 1),
    name: Shape.text(0, 256),
    topology: Shape.text(1, 64),
    nodes: Shape.integer(1, 4095),
    memoryMiB: Shape.integer(1, scenarioLimits.memoryMaxMiB),
    cmdline: Shape.text(0, 4096),
    seed: Shape.integer(0, Number.MAX_SAFE_INTEGER),
    duration: timeShape,
    files: Shape.list(fileShape, 4096),
    dom0: dom0Shape,
    domains: Shape.list(domainShape, scenarioLimits.domainsMax),
    events: Shape.list(eventShape, scenarioLimits.eventsMax),
    costs: costsShape,
    recorded: Shape.orNull(recordedShape)
  },
  {
    name: '',
    nodes: 1,
    cmdline: '',
    seed: 0,
    files: [],
    dom0: { all: null, exceptions: [] },
    domains: [],
    events: [],
    costs: scenarioCostsNone,
    recorded: null
  }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const mistakeOf = (error: Workload.WorkloadError): Shape.Mistake => {
  if (error._tag === 'BadConfig') return { path: ['config', ...error.path], reason: error.reason }
  return {
    path: [error._tag === 'UnknownProgram' ? 'program' : 'version'],
    reason: Workload.formatError(error)
  }
}

/**
 * A configuration with every duration turned into nanoseconds. No text of a configuration that means
 * something else begins with a digit.
 */
const withNumbers = (value: unknown, path: ReadonlyArray<string>): Either<Shape.Mistake, PlainData> => {
  if (typeof value === 'string' && /^[0-9]/.test(value)) {
    const parsed = parseDuration(value)
    return E.isRight(parsed) ? parsed : E.left({ path, reason: `${Shape.show(value)} is ${parsed.left}` })
  }
  if (typeof value !== 'object' || value === null) return E.right(value as PlainData)
  const entries: Array<readonly [string, PlainData]> = []
  for (const [key, inner] of Object.entries(value)) {
    const read = withNumbers(inner, [...path, key])
    if (E.isLeft(read)) return read
    entries.push([key, read.right])
  }
  return E.right(Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries))
}
