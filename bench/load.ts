/**
 * What is measured, against one build of the package: bundled once as it is and once with the mutable twin.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

import { Immer } from 'immer'

import { schedParamsDefault } from '../src/abi/index.js'
import { script } from '../src/guest/index.js'
import {
  Digester,
  advance,
  bootHypervisor,
  control,
  makeEnvironment,
  plan,
  step
} from '../src/machine/index.js'
import type { Environment, Host } from '../src/machine/index.js'
import { credit2 } from '../src/sched/index.js'
import { operationsOf, paramsOf, topologyOf } from '../src/trace/conform/golden.js'
import type { GoldenHeader } from '../src/trace/conform/golden.js'
import { traceLines } from '../src/trace/index.js'

interface Load {
  readonly name: string
  readonly header: GoldenHeader
  readonly decisions: number
  readonly linesSha256: string
}

/** A recorded load: its header, and the totals and digest of the decisions that Xen's own code took. */
const readLoad = (name: string, fixtures: string): Load => {
  const text = gunzipSync(readFileSync(`${fixtures}/perf/credit2-${name}.json.gz`)).toString()
  const { header, expected } = JSON.parse(text) as {
    readonly header: GoldenHeader
    readonly expected: { readonly decisions: number; readonly decisionLinesSha256: string }
  }
  return { name, header, decisions: expected.decisions, linesSha256: expected.decisionLinesSha256 }
}

/** Whether our decisions are those of the recording, line by line. */
const isEqualToRecording = (load: Load): boolean => {
  const hash = createHash('sha256')
  for (const line of traceLines(load.header, [credit2])) if (line.startsWith('{"t"')) hash.update(`${line}\n`)
  return hash.digest('hex') === load.linesSha256
}

/** A host with the load's domains planned, before any of them exists. */
const prepare = (load: Load): { readonly env: Environment; readonly host: Host } => {
  const env = makeEnvironment([credit2], [script], {})
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
  return ns / load.decisions
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
  const env = makeEnvironment([credit2], [script], {})
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

const fixtures = 'test/fixtures'

/** What a child process can be asked for; each takes its best of three, so that start-up is not counted. */
export const measurements = {
  equal: (size: string) => isEqualToRecording(readLoad(size, fixtures)),
  advance: (size: string) => best(() => timeAdvance(readLoad(size, fixtures))),
  step: (size: string) => best(() => timeSteps(readLoad(size, fixtures), 200_000, false, null).nsPerEvent),
  kept: (size: string) => best(() => timeSteps(readLoad(size, fixtures), 100_000, true, null).nsPerEvent),
  digested: (size: string) =>
    best(() => timeSteps(readLoad(size, fixtures), 200_000, false, new Digester()).nsPerEvent),
  bytes: (size: string) => bytesPerHost(readLoad(size, fixtures)),
  immer: () => best(() => timeImmer(50_000)),
  build: (domains: string, vcpus: string, memoryGiB: string, pages: string) =>
    timeBuild(Number(domains), Number(vcpus), Number(memoryGiB), Number(pages))
}

const best = (run: () => number): number => Math.min(run(), run(), run())
