/**
 * What is measured, against one build of the package: bundled once as it is and once with the mutable twin.
 */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { Immer } from 'immer'

import { schedParamsDefault } from '../src/abi/index.js'
import { Workload, script } from '../src/guest/index.js'
import {
  Digester,
  advance,
  bootHypervisor,
  control,
  makeEnvironment,
  guestsOf,
  plan,
  step
} from '../src/machine/index.js'
import type { Environment, Host } from '../src/machine/index.js'
import { schedulers } from '../src/sched/index.js'
import { operationsOf, paramsOf, topologyOf } from '../src/trace/conform/golden.js'
import type { GoldenHeader } from '../src/trace/conform/golden.js'
import { traceLines } from '../src/trace/index.js'

import { globalEdf, taskSet } from './edf.js'

interface Load {
  readonly name: string
  readonly header: GoldenHeader
  /** The digest of the decisions that Xen's own code took; null where they were not recorded. */
  readonly linesSha256: string | null
}

/** A recorded load; for schedulers without recordings credit2's domains and scripts. */
const readLoad = (name: string, scheduler = 'credit2'): Load => {
  const own = `test/fixtures/perf/${scheduler}-${name}.json.gz`
  const isRecorded = existsSync(own)
  const path = isRecorded ? own : `test/fixtures/perf/credit2-${name}.json.gz`
  const { header, expected } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as {
    readonly header: GoldenHeader
    readonly expected: { readonly decisionLinesSha256: string }
  }
  return {
    name,
    header: { ...header, scheduler },
    linesSha256: isRecorded ? expected.decisionLinesSha256 : null
  }
}

/** Whether our decisions are those of the recording, line by line. */
const isEqualToRecording = (load: Load): boolean | null => {
  if (load.linesSha256 === null) return null
  const hash = createHash('sha256')
  for (const line of traceLines(load.header, schedulers))
    if (line.startsWith('{"t"')) hash.update(`${line}\n`)
  return hash.digest('hex') === load.linesSha256
}

/** A host with the load's domains planned, before any of them exists. */
const prepare = (load: Load): { readonly env: Environment; readonly host: Host } => {
  const env = makeEnvironment(schedulers, [script], {})
  const topology = topologyOf(load.header)
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const [booted] = bootHypervisor(env, { topology, params: paramsOf(load.header), facts }, { trace: false })
  const pcpus = topology.sockets * topology.coresPerSocket * topology.threadsPerCore
  const operations = operationsOf(load.header, pcpus)
  if (typeof operations === 'string') throw new Error(operations)
  const planned = plan(env, booted, operations)
  if (planned._tag === 'Left') throw new Error(planned.left._tag)
  return { env, host: planned.right[0] }
}

/** Nanoseconds per decision of one run of the whole load by `advance`, without a trace. */
const timeAdvance = (load: Load): number => {
  const { env, host } = prepare(load)
  const started = process.hrtime.bigint()
  const done = advance(env, host, load.header.duration, { trace: false })
  const ns = Number(process.hrtime.bigint() - started)
  if (done._tag === 'Left') throw new Error(done.left._tag)
  return ns / env.edit.x.decisionsTotal
}

interface Retained {
  readonly nsPerEvent: number
  readonly hosts: ReadonlyArray<Host>
}

/** Steps instant by instant; each host is kept when `keep` says so, and digested when a digester is given. */
const timeSteps = (load: Load, count: number, keep: boolean, digester: Digester | null): Retained => {
  const { env, host: first } = prepare(load)
  const hosts: Host[] = []
  let host = first
  let last = ''
  const started = process.hrtime.bigint()
  for (let i = 0; i < count; i++) {
    const stepped = step(env, host, { trace: false })
    if (stepped === null) break
    host = stepped[0]
    if (keep) hosts.push(host)
    if (digester !== null) last = digester.digest(host)
  }
  const ns = Number(process.hrtime.bigint() - started)
  if (digester !== null && last === '') throw new Error('nothing was digested')
  return { nsPerEvent: ns / count, hosts }
}

/** Bytes of live heap per retained host: the live heap after a full collection, before and with the hosts. */
const bytesPerHost = (load: Load): number => {
  const collect = globalThis.gc
  if (collect === undefined) throw new Error('needs node --expose-gc')
  void collect()
  const before = process.memoryUsage().heapUsed
  const { hosts } = timeSteps(load, 50_000, true, null)
  void collect()
  return (process.memoryUsage().heapUsed - before) / hosts.length
}

/** One scheduler-like update per event with Immer: two vCPUs, one pCPU, the clock; nothing is scheduled. */
const timeImmer = (count: number): number => {
  const { produce } = new Immer({ autoFreeze: false })
  const vcpus = Array.from({ length: 64 }, (_, i) => ({
    runstate: 0,
    sinceNs: 0,
    processor: i % 16,
    runNs: 0
  }))
  const pcpus = Array.from({ length: 16 }, () => ({ current: 0, sinceNs: 0 }))
  let state = { nowNs: 0, vcpus, pcpus }
  const started = process.hrtime.bigint()
  for (let i = 1; i <= count; i++) {
    state = produce(state, (draft) => {
      const prev = draft.vcpus[i % 64]
      const next = draft.vcpus[(i * 7) % 64]
      const pcpu = draft.pcpus[i % 16]
      if (prev === undefined || next === undefined || pcpu === undefined) return
      prev.runNs += 1000
      prev.sinceNs = i
      next.runstate = i & 3
      next.sinceNs = i
      pcpu.current = i % 64
      draft.nowNs = i
    })
  }
  return Number(process.hrtime.bigint() - started) / count
}

/** Boots a host and builds domains on it; gives milliseconds and megabytes of live heap. */
const timeBuild = (
  domains: number,
  vcpus: number,
  memoryGiB: number,
  pages: number
): [ms: number, mb: number] => {
  const collect = globalThis.gc
  void collect?.()
  const before = process.memoryUsage().heapUsed
  const started = process.hrtime.bigint()
  const env = makeEnvironment(schedulers, [script], {})
  const topology = { sockets: 2, coresPerSocket: 16, threadsPerCore: 2, nodesTotal: 2 }
  const facts = { commandLine: '', memoryBytes: memoryGiB * 2 ** 30, seed: 0, files: [] }
  let [host] = bootHypervisor(env, { topology, params: schedParamsDefault, facts }, { trace: false })
  for (let domid = 1; domid <= domains; domid++) {
    const vcpu = { isOnline: true, hard: null, soft: null, guest: null }
    const done = control(
      env,
      host,
      {
        _tag: 'DomainBuild',
        plan: {
          domid,
          poolId: 0,
          isControl: false,
          weight: 256,
          cap: 0,
          vcpus: Array.from({ length: vcpus }, () => vcpu),
          pages,
          pagesMax: pages + 256,
          nodes: null,
          isPaused: false,
          info: { name: `d${domid}`, uuid: '', type: 'pvh', userdata: null }
        }
      },
      { trace: false }
    )
    if (done._tag === 'Left') throw new Error(JSON.stringify(done.left))
    host = done.right[0]
  }
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  void collect?.()
  const mb = (process.memoryUsage().heapUsed - before) / 1e6
  if (host.sched.domainOrder.length !== domains) throw new Error('domains are missing')
  return [ms, mb]
}

/** A host whose vCPUs are the tasks, each with its own period and budget under rtds. */
const prepareTasks = (count: number, pcpus: number): { readonly env: Environment; readonly host: Host } => {
  const env = makeEnvironment(schedulers, Workload.programs, {})
  const topology = { sockets: 1, coresPerSocket: pcpus, threadsPerCore: 1, nodesTotal: 1 }
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const params = { ...schedParamsDefault, scheduler: 'rtds' }
  const [booted] = bootHypervisor(env, { topology, params, facts }, { trace: false })
  const vcpus = taskSet(count, pcpus, utilisation).map(({ periodNs, runNs }) => ({
    isOnline: true,
    hard: null,
    soft: null,
    guest: {
      program: 'periodic',
      version: 1,
      config: {
        periodNs,
        phaseNs: 0,
        execution: { _tag: 'Constant', valueNs: runNs },
        deadlineNs: periodNs,
        overrun: 'AtOnce'
      }
    },
    realTime: { periodUs: periodNs / 1000, budgetUs: Math.ceil(runNs / 1000), isExtra: false }
  }))
  const info = { name: 'tasks', uuid: '', type: 'pv' as const, userdata: null }
  const plan = {
    domid: 1,
    poolId: 0,
    isControl: false,
    weight: null,
    cap: null,
    vcpus,
    pages: 0,
    pagesMax: 0
  }
  const operation = { _tag: 'DomainBuild' as const, plan: { ...plan, nodes: null, isPaused: false, info } }
  const built = control(env, booted, operation, { trace: false })
  if (built._tag === 'Left') throw new Error(JSON.stringify(built.left))
  return { env, host: built.right[0] }
}

/** Jobs per second under rtds, and of the baseline; both complete the same jobs. */
const timeTasks = (count: number, pcpus: number, durationNs: number): number => {
  const { env, host } = prepareTasks(count, pcpus)
  const started = process.hrtime.bigint()
  const done = advance(env, host, durationNs, { trace: false })
  const ns = Number(process.hrtime.bigint() - started)
  if (done._tag === 'Left') throw new Error(done.left._tag)
  const jobs = guestsOf(done.right[0]).reduce((sum, { phasesTotal }) => sum + phasesTotal, 0)
  const { jobs: expected, missed } = globalEdf(taskSet(count, pcpus, utilisation), pcpus, durationNs)
  // A vCPU that was not yet dispatched at time 0 counts one phase more or less than it completed jobs.
  if (Math.abs(jobs - expected) > count || missed > 0) throw new Error(`${jobs} jobs, not ${expected}`)
  return (jobs / ns) * 1e9
}

const timeBaseline = (count: number, pcpus: number, durationNs: number): number => {
  const tasks = taskSet(count, pcpus, utilisation)
  const started = process.hrtime.bigint()
  const { jobs } = globalEdf(tasks, pcpus, durationNs)
  return (jobs / Number(process.hrtime.bigint() - started)) * 1e9
}

const utilisation = 0.8

/** What a child process can be asked for; each takes its best of three, so that start-up is not counted. */
export const measurements = {
  equal: (size: string, scheduler: string) => isEqualToRecording(readLoad(size, scheduler)),
  advance: (size: string, scheduler: string) => best(() => timeAdvance(readLoad(size, scheduler))),
  step: (size: string) => best(() => timeSteps(readLoad(size), 200_000, false, null).nsPerEvent),
  kept: (size: string) => best(() => timeSteps(readLoad(size), 100_000, true, null).nsPerEvent),
  digested: (size: string) =>
    best(() => timeSteps(readLoad(size), 200_000, false, new Digester()).nsPerEvent),
  bytes: (size: string) => bytesPerHost(readLoad(size)),
  immer: () => best(() => timeImmer(50_000)),
  tasks: (count: string, pcpus: string, durationNs: string) =>
    -best(() => -timeTasks(Number(count), Number(pcpus), Number(durationNs))),
  baseline: (count: string, pcpus: string, durationNs: string) =>
    -best(() => -timeBaseline(Number(count), Number(pcpus), Number(durationNs))),
  build: (domains: string, vcpus: string, memoryGiB: string, pages: string) =>
    timeBuild(Number(domains), Number(vcpus), Number(memoryGiB), Number(pages))
}

const best = (run: () => number): number => Math.min(run(), run(), run())
