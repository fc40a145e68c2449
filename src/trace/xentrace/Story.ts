/**
 * What a trace of a machine tells, in the terms of our outputs: enough for a report, a time line and a
 * Perfetto trace.
 *
 * A trace has no beginning: a vCPU is taken to have been since the start in the state that its first record
 * ends, and one that no record names is not there. It does not tell names, weights, caps, pools and
 * affinities either: all domains are in one pool, with equal weights, and may run anywhere.
 *
 * @since 0.1.0
 */
import { runstate, traceEvent, traceIdleDomid } from '../../abi/index.js'
import type { DomainId, Output, PcpuId } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'
import type { DomainFacts } from '../report/facts.js'
import type { Scene, SceneVcpu } from '../report/Scene.js'

import { cyclesToNs } from './clock.js'
import type { TraceRecord } from './TraceRecord.js'
import type { Xentrace } from './Xentrace.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The scene at the start, and the outputs from there on with the scene after them. A part ends where a domain
 * ends, so that one with the same domid may follow.
 *
 * @category model
 * @since 0.1.0
 */
export interface Story {
  readonly start: Scene
  readonly parts: ReadonlyArray<{ readonly outputs: ReadonlyArray<Output>; readonly after: Scene }>
  readonly scheduler: string
  /** Whether there are records of decisions, not of run states only. */
  readonly hasDecisions: boolean
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Tells a trace; time 0 is that of its first record.
 *
 * @category constructors
 * @since 0.1.0
 */
export const storyOf = (trace: Xentrace, cyclesPerSecond: number): Story => {
  const scheduler = schedulerOf(trace.records)
  const pcpusTotal = Math.max(1, trace.pcpusTotal)
  const domains = domainsAtStart(trace.records)
  const sceneAt = (nowNs: number, births: Births): Scene =>
    sceneOfTrace({ nowNs, pcpusTotal, scheduler, domains, births })
  const start = sceneAt(0, new Map())
  const parts: Array<Story['parts'][number]> = []
  const slices = new Map<number, number>()
  let births: Births = new Map()
  let outputs: Output[] = []
  let nowNs = 0
  let hasDecisions = false
  for (const record of trace.records) {
    if (record.cycles !== null) nowNs = cyclesToNs(record.cycles, cyclesPerSecond)
    if (record.event === traceEvent.switchInfNext) slices.set(record.pcpu, record.data[3] as number)
    const output = outputOf(record, nowNs, slices, domains)
    if (output === null) continue
    outputs.push(output)
    if (output._tag === 'Decision') hasDecisions = true
    if (output._tag === 'RunstateChange') enter(domains, output)
    if (output._tag === 'DomainCreated') {
      births.set(output.domid, nowNs)
      domains.set(output.domid, new Map())
    }
    if (output._tag !== 'DomainDestroyed') continue
    domains.delete(output.domid)
    parts.push({ outputs, after: sceneAt(nowNs, births) })
    outputs = []
    // Whatever has this domid from here on is another domain.
    births = new Map(births).set(output.domid, nowNs)
  }
  parts.push({ outputs, after: sceneAt(nowNs, births) })
  return { start, parts, scheduler, hasDecisions }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** When domains were made that were made in the trace. */
type Births = Map<number, number>

/** vCPUs by id, of domains by domid. */
type TracedDomains = Map<number, Map<number, SceneVcpu>>

/** Who executes a scheduler's events (bits 9 to 11 of their numbers). */
const schedulerNames: Readonly<Record<number, string>> = { 0: 'credit', 1: 'credit2', 4: 'rtds', 5: 'null' }

const schedulerOf = (records: ReadonlyArray<TraceRecord>): string => {
  const own = records.find(({ event }) => event >>> 12 === 0x22)
  return (own === undefined ? undefined : schedulerNames[(own.event >>> 9) & 7]) ?? 'unknown scheduler'
}

const isRunstateChange = (event: number): boolean =>
  event >>> 12 === 0x21 && (event & 0xf) === 1 && ((event >>> 8) & 0xf) < 4 && ((event >>> 4) & 0xf) < 4

/** Every vCPU in the state that its first record ends; without those of domains that are made later. */
const domainsAtStart = (records: ReadonlyArray<TraceRecord>): TracedDomains => {
  const domains: TracedDomains = new Map()
  const later = new Set<number>()
  for (const { pcpu, event, data } of records) {
    if (event === traceEvent.domAdd || event === traceEvent.domRem) later.add(data[0] as number)
    if (!isRunstateChange(event) && event !== traceEvent.continueRunning) continue
    const vcpuId = (data[0] as number) & 0xffff
    const domid = (data[0] as number) >>> 16
    if (domid === traceIdleDomid || later.has(domid)) continue
    const vcpus = vcpusOf(domains, domid)
    if (vcpus.has(vcpuId)) continue
    const state = event === traceEvent.continueRunning ? runstate.running : (event >>> 8) & 3
    const at = state === runstate.running ? pcpu : -1
    vcpus.set(vcpuId, { vcpuId, state, pcpu: at, lastPcpu: at })
  }
  return domains
}

const vcpusOf = (domains: TracedDomains, domid: DomainId): Map<number, SceneVcpu> => {
  const known = domains.get(domid)
  if (known !== undefined) return known
  const vcpus = new Map<number, SceneVcpu>()
  domains.set(domid, vcpus)
  return vcpus
}

const enter = (
  domains: TracedDomains,
  entered: { readonly domid: DomainId; readonly vcpu: number; readonly to: number; readonly pcpu: PcpuId }
): void => {
  const { domid, vcpu: vcpuId, to: state, pcpu } = entered
  const vcpus = vcpusOf(domains, domid)
  const lastPcpu = state === runstate.running ? pcpu : (vcpus.get(vcpuId)?.lastPcpu ?? -1)
  vcpus.set(vcpuId, { vcpuId, state, pcpu, lastPcpu })
}

const outputOf = (
  { pcpu, event, data }: TraceRecord,
  atNs: number,
  slices: ReadonlyMap<number, number>,
  domains: TracedDomains
): Output | null => {
  const [first = 0, second = 0, third = 0, fourth = 0] = data
  if (isRunstateChange(event)) {
    const domid = first >>> 16
    if (domid === traceIdleDomid) return null
    const from = (event >>> 8) & 3
    const to = (event >>> 4) & 3
    return { _tag: 'RunstateChange', atNs, domid, vcpu: first & 0xffff, from, to, pcpu }
  }
  switch (event) {
    case traceEvent.switch:
    case traceEvent.switchInfCont: {
      const isSwitch = event === traceEvent.switch
      const slice = isSwitch ? (slices.get(pcpu) ?? noSlice) : fourth
      const [nextDom, nextUnit] = isSwitch ? [third, fourth] : [first, second]
      const last = domains.get(nextDom)?.get(nextUnit)?.lastPcpu ?? -1
      return {
        _tag: 'Decision',
        atNs,
        pcpu,
        prevDomid: first === traceIdleDomid ? -1 : first,
        prevUnit: second,
        nextDomid: nextDom === traceIdleDomid ? -1 : nextDom,
        nextUnit,
        sliceNs: slice === noSlice ? -1 : slice,
        isMigrated: isSwitch && last >= 0 && last !== pcpu
      }
    }
    case traceEvent.domAdd:
      return { _tag: 'DomainCreated', atNs, domid: first }
    case traceEvent.domRem:
      return { _tag: 'DomainDestroyed', atNs, domid: first, vcpus: [] }
    case traceEvent.shutdown:
      return { _tag: 'DomainShutdown', atNs, domid: first, reason: third }
    default:
      return null
  }
}

const noSlice = 0xffff_ffff

const sceneOfTrace = (given: {
  readonly nowNs: number
  readonly pcpusTotal: number
  readonly scheduler: string
  readonly domains: TracedDomains
  readonly births: ReadonlyMap<number, number>
}): Scene => {
  const { nowNs, pcpusTotal, scheduler, births } = given
  const cpus = BitSet.full(pcpusTotal)
  const ascending = [...given.domains].sort(([a], [b]) => a - b)
  const domains = ascending.map(([domid, vcpus]) => ({
    domid,
    name: '',
    vcpus: [...vcpus.values()].sort((a, b) => a.vcpuId - b.vcpuId)
  }))
  const factsOf = (domid: DomainId): DomainFacts | null => {
    const domain = domains.find((other) => other.domid === domid)
    if (domain === undefined) return null
    const length = domain.vcpus.reduce((max, { vcpuId }) => Math.max(max, vcpuId + 1), 0)
    const allowed = Array.from({ length }, () => cpus)
    return { domid, poolSlot: 0, weight: null, cap: 0, allowed, held: allowed.map(() => false) }
  }
  return {
    _tag: 'Scene',
    nowNs,
    topology: { sockets: 1, coresPerSocket: pcpusTotal, threadsPerCore: 1, nodesTotal: 1 },
    pools: () => [{ slot: 0, poolId: 0, scheduler, cpus, resourceSize: 1 }],
    facts: () => domains.flatMap(({ domid }) => factsOf(domid) ?? []),
    factsOf,
    domains: () => domains,
    origin: (domid) => ({ name: '', createdNs: births.get(domid) ?? 0 }),
    job: () => null,
    lost: () => 0
  }
}
