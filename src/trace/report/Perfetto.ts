/**
 * A run as Chrome trace-event JSON, which Perfetto (ui.perfetto.dev) and chrome://tracing open.
 *
 * - Process 1, "pCPUs": one track per pCPU with a slice for each stretch of running, named by its vCPU; a
 *   counter of vCPUs that wait and one of pCPUs that are busy.
 * - One process per domain (numbered from 2 in order of appearance), one track per vCPU with a slice for each
 *   run state; an instant for each job that ended after its deadline.
 * - Births, ends and shutdowns of domains are instants over all tracks.
 *
 * Times are microseconds with three decimals, so nanoseconds are exact.
 *
 * Folded from outputs like a report, under the same contract. Bounded: at most `eventsMax` events are kept.
 * The first that does not fit marks the cut; nothing after it is recorded, what was going on ends there,
 * and the file says so in `otherData` and in an instant called "trace cut here".
 *
 * @since 0.1.0
 */
import { nodeOf, pcpusTotal, runstate, runstateNames, socketOf } from '../../abi/index.js'
import type { DomainId, JobOutput, Output, PcpuId, RunstateOutput, Topology } from '../../abi/index.js'
import type { Host } from '../../machine/index.js'

import { sceneOf } from './Scene.js'
import type { Scene } from './Scene.js'
import type { Watch, WatchedDomain, WatchedVcpu } from './Watch.js'
import { endDomain, enterState, labelOf, meetVcpu, startWatch, syncWatch } from './Watch.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * The accumulator; `events` are finished lines of JSON.
 *
 * @category model
 * @since 0.1.0
 */
export interface Perfetto {
  readonly topology: Topology
  readonly eventsMax: number
  readonly watch: Watch
  readonly events: string[]
  nowNs: number
  /** -1 while everything has been kept. */
  cutAtNs: number
  waiting: number
  busy: number
  /** The time for which the counters will be written, and how they were written last. */
  countersNs: number
  waitingWritten: number
  busyWritten: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PerfettoOptions {
  readonly eventsMax: number
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Some 25 MB of JSON: viewers still open it in seconds.
 *
 * @category constants
 * @since 0.1.0
 */
export const perfettoDefaults: PerfettoOptions = { eventsMax: 250_000 }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A trace that begins at the time of `source`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyPerfetto = (
  source: Host | Scene,
  options: PerfettoOptions = perfettoDefaults
): Perfetto => {
  const scene = sceneOf(source)
  const watch = startWatch(scene)
  const inState = (state: number): number => watch.vcpus.filter((vcpu) => vcpu.state === state).length
  return {
    topology: scene.topology,
    eventsMax: options.eventsMax,
    watch,
    events: [],
    nowNs: scene.nowNs,
    cutAtNs: -1,
    waiting: inState(runstate.runnable),
    busy: inState(runstate.running),
    countersNs: scene.nowNs,
    waitingWritten: -1,
    busyWritten: -1
  }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Adds a slice of time: everything that happened since the last call, and the host after it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const addToPerfetto = (
  perfetto: Perfetto,
  outputs: ReadonlyArray<Output>,
  after: Host | Scene
): Perfetto => {
  const scene = sceneOf(after)
  for (const output of outputs) {
    if (perfetto.cutAtNs >= 0) break
    switch (output._tag) {
      case 'RunstateChange':
        changeState(perfetto, output, scene)
        break
      case 'JobDone':
        noteJob(perfetto, output, scene)
        break
      case 'DomainCreated':
        emit(perfetto, instant(`domain ${output.domid} created`, output.atNs), output.atNs)
        break
      case 'DomainShutdown': {
        const name = `domain ${output.domid} shut down, reason ${output.reason}`
        emit(perfetto, instant(name, output.atNs), output.atNs)
        break
      }
      case 'DomainDestroyed':
        noteEnd(perfetto, output.domid, output.atNs)
        break
      default:
    }
  }
  if (perfetto.cutAtNs >= 0) return perfetto
  perfetto.nowNs = scene.nowNs
  syncWatch(perfetto.watch, scene)
  return perfetto
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The trace as one JSON text. What is going on now ends now, in the text only: the trace can go on.
 *
 * @category queries
 * @since 0.1.0
 */
export const perfettoJson = (perfetto: Perfetto): string => {
  const { watch, cutAtNs } = perfetto
  const endNs = cutAtNs >= 0 ? cutAtNs : perfetto.nowNs
  const open = watch.vcpus.flatMap((vcpu, at) => (isLive(watch, vcpu) ? slicesOf(perfetto, at, endNs) : []))
  const cut = cutAtNs >= 0 ? [instant('trace cut here', cutAtNs)] : []
  const counters = cutAtNs >= 0 ? [] : countersOf(perfetto)
  const lines = [...namesOf(perfetto), ...perfetto.events, ...counters, ...open, ...cut]
  const other = {
    generator: 'xensim',
    eventsMax: perfetto.eventsMax,
    cut: cutAtNs >= 0,
    cutAtNs: cutAtNs >= 0 ? cutAtNs : null
  }
  const head = `{"displayTimeUnit":"ns","otherData":${JSON.stringify(other)},"traceEvents":[\n`
  return `${head}${lines.join(',\n')}\n]}\n`
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const pcpusPid = 1
const firstDomainPid = 2

/** Some viewers take track numbers for unique among all processes, and 0 for the idle task of a kernel. */
const tidOfPcpu = (pcpu: PcpuId): number => pcpu + 1
const tidOfVcpu = (place: number): number => 10_000 + place

/** Nanoseconds as microseconds, to the last digit. */
const us = (ns: number): string => `${Math.floor(ns / 1_000)}.${String(ns % 1_000).padStart(3, '0')}`

const emit = (perfetto: Perfetto, event: string, atNs: number): void => {
  if (perfetto.cutAtNs >= 0) return
  if (perfetto.events.length >= perfetto.eventsMax) {
    perfetto.cutAtNs = atNs
    return
  }
  perfetto.events.push(event)
}

const changeState = (perfetto: Perfetto, output: RunstateOutput, scene: Scene): void => {
  const at = meetVcpu(perfetto.watch, scene, output)
  const vcpu = perfetto.watch.vcpus[at] as WatchedVcpu
  if (output.atNs !== perfetto.countersNs) writeCounters(perfetto)
  for (const slice of slicesOf(perfetto, at, output.atNs)) emit(perfetto, slice, output.atNs)
  // After the cut the watch stands still, so that what was going on there can be told.
  if (perfetto.cutAtNs >= 0) return
  perfetto.countersNs = output.atNs
  countState(perfetto, vcpu.state, -1)
  countState(perfetto, output.to, 1)
  enterState(vcpu, output)
}

const countState = (perfetto: Perfetto, state: number, by: number): void => {
  if (state === runstate.runnable) perfetto.waiting += by
  if (state === runstate.running) perfetto.busy += by
}

/** The counters at the last instant at which a state changed, once all changes of that instant are known. */
const writeCounters = (perfetto: Perfetto): void => {
  for (const event of countersOf(perfetto)) emit(perfetto, event, perfetto.countersNs)
  perfetto.waitingWritten = perfetto.waiting
  perfetto.busyWritten = perfetto.busy
}

const countersOf = (perfetto: Perfetto): ReadonlyArray<string> => {
  const { waiting, busy, countersNs } = perfetto
  const counter = (name: string, key: string, value: number): string =>
    `{"ph":"C","pid":${pcpusPid},"tid":0,"name":"${name}","cat":"load",` +
    `"ts":${us(countersNs)},"args":{"${key}":${value}}}`
  return [
    ...(waiting === perfetto.waitingWritten ? [] : [counter('runnable vCPUs that wait', 'vcpus', waiting)]),
    ...(busy === perfetto.busyWritten ? [] : [counter('busy pCPUs', 'pcpus', busy)])
  ]
}

/** The state a vCPU is in, as slices that end at `toNs`: on its own track, and on the pCPU's when it runs. */
const slicesOf = (perfetto: Perfetto, place: number, toNs: number): ReadonlyArray<string> => {
  const vcpu = perfetto.watch.vcpus[place] as WatchedVcpu
  if (toNs <= vcpu.sinceNs) return []
  const { domid } = perfetto.watch.domains[vcpu.domain] as WatchedDomain
  const span = `"ts":${us(vcpu.sinceNs)},"dur":${us(toNs - vcpu.sinceNs)}`
  const state = vcpu.state as 0 | 1 | 2 | 3
  const isRunning = state === runstate.running && vcpu.pcpu >= 0
  const args = isRunning ? `,"args":{"pcpu":${vcpu.pcpu}}` : ''
  const own =
    `{"ph":"X","pid":${firstDomainPid + vcpu.domain},"tid":${tidOfVcpu(place)},` +
    `"name":"${runstateNames[state]}","cat":"runstate","cname":"${colours[state]}",${span}${args}}`
  if (!isRunning) return [own]
  const name = `d${domid}v${vcpu.vcpuId}`
  return [
    own,
    `{"ph":"X","pid":${pcpusPid},"tid":${tidOfPcpu(vcpu.pcpu)},"name":"${name}","cat":"pcpu",${span}}`
  ]
}

/** Colours of chrome://tracing, by run state. */
const colours = ['thread_state_running', 'thread_state_runnable', 'thread_state_sleeping', 'grey'] as const

const noteJob = (perfetto: Perfetto, output: JobOutput, scene: Scene): void => {
  if (output.atNs <= output.deadlineNs) return
  const { domid, vcpu, atNs } = output
  const at = meetVcpu(perfetto.watch, scene, { domid, vcpu, from: runstate.running, atNs })
  const { domain } = perfetto.watch.vcpus[at] as WatchedVcpu
  const args = `{"lateNs":${atNs - output.deadlineNs},"releasedNs":${output.releasedNs}}`
  const place = `"pid":${firstDomainPid + domain},"tid":${tidOfVcpu(at)},"cat":"job"`
  emit(perfetto, `{"ph":"i","s":"t",${place},"name":"deadline missed","ts":${us(atNs)},"args":${args}}`, atNs)
}

const noteEnd = (perfetto: Perfetto, domid: DomainId, atNs: number): void => {
  const place = perfetto.watch.live[domid] ?? -1
  const vcpus = perfetto.watch.domains[place]?.vcpus.filter((at) => at >= 0) ?? []
  for (const at of vcpus) for (const slice of slicesOf(perfetto, at, atNs)) emit(perfetto, slice, atNs)
  emit(perfetto, instant(`domain ${domid} destroyed`, atNs), atNs)
  if (perfetto.cutAtNs < 0) endDomain(perfetto.watch, domid, atNs)
}

const instant = (name: string, atNs: number): string =>
  `{"ph":"i","s":"g","pid":${pcpusPid},"tid":0,"cat":"domain",` +
  `"name":${JSON.stringify(name)},"ts":${us(atNs)}}`

const isLive = (watch: Watch, vcpu: WatchedVcpu): boolean =>
  (watch.domains[vcpu.domain] as WatchedDomain).endedNs < 0

/** Metadata events: what processes and tracks are called and how they are ordered. */
const namesOf = ({ topology, watch }: Perfetto): ReadonlyArray<string> => {
  const groupNames = (pid: number, name: string): ReadonlyArray<string> => [
    metadata('process_name', pid, 0, { name }),
    metadata('process_sort_index', pid, 0, { sort_index: pid })
  ]
  const trackNames = (pid: number, tid: number, name: string): ReadonlyArray<string> => [
    metadata('thread_name', pid, tid, { name }),
    metadata('thread_sort_index', pid, tid, { sort_index: tid })
  ]
  const pcpus = Array.from({ length: pcpusTotal(topology) }, (_, pcpu) => {
    const place = `socket ${socketOf(topology, pcpu)}, node ${nodeOf(topology, pcpu)}`
    return trackNames(pcpusPid, tidOfPcpu(pcpu), `pCPU ${pcpu} (${place})`)
  })
  const domains = watch.domains.map((domain, place) =>
    groupNames(firstDomainPid + place, `${labelOf(domain)} (d${domain.domid})`)
  )
  const vcpus = watch.vcpus.map(({ domain, vcpuId }, at) => {
    const { domid } = watch.domains[domain] as WatchedDomain
    return trackNames(firstDomainPid + domain, tidOfVcpu(at), `d${domid}v${vcpuId}`)
  })
  return [...groupNames(pcpusPid, 'pCPUs'), ...pcpus.flat(), ...domains.flat(), ...vcpus.flat()]
}

const metadata = (
  name: string,
  pid: number,
  tid: number,
  args: { readonly name: string } | { readonly sort_index: number }
): string => `{"ph":"M","pid":${pid},"tid":${tid},"name":"${name}","args":${JSON.stringify(args)}}`
