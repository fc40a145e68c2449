/**
 * Replays a golden scheduler trace and compares every line of it: decisions, control results, snapshots,
 * totals.
 *
 * @since 0.1.0
 */
import type { DomainId, Output, VcpuTotals } from '../../abi/index.js'
import { errnoNumber, pcpusTotal, runstateNames } from '../../abi/index.js'
import { script } from '../../guest/index.js'
import { advance, bootHypervisor, guestAt, makeEnvironment, plan, vcpuTotals } from '../../machine/index.js'
import type { Environment, Host } from '../../machine/index.js'
import { BitSet, Table } from '../../prelude/index.js'
import type { Scheduler } from '../../sched/index.js'

import type { GoldenHeader } from './golden.js'
import { operationsOf, paramsOf, topologyOf } from './golden.js'
import { unitAt, vcpuAt } from '../../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * How a trace compared. Lines are counted from 1, the header being line 1.
 *
 * @category model
 * @since 0.1.0
 */
export type Conformance =
  | { readonly _tag: 'Conforms'; readonly name: string; readonly decisionsTotal: number }
  | {
      readonly _tag: 'Differs'
      readonly name: string
      readonly line: number
      readonly expected: string
      readonly got: string
    }
  | { readonly _tag: 'Unreadable'; readonly name: string; readonly reason: string }

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Replays the trace in `text` (uncompressed) under the given schedulers.
 *
 * @category queries
 * @since 0.1.0
 */
export const conform = (name: string, text: string, schedulers: ReadonlyArray<Scheduler>): Conformance => {
  const lines = text.split('\n')
  if (lines[lines.length - 1] === '') lines.pop()
  const header = parseHeader(lines[0] ?? '')
  if (typeof header === 'string') return { _tag: 'Unreadable', name, reason: header }
  if (!schedulers.some((scheduler) => scheduler.name === header.scheduler))
    return { _tag: 'Unreadable', name, reason: `NotImplemented: the ${header.scheduler} scheduler` }
  let at = 1
  let decisionsTotal = 0
  for (const got of traceLines(header, schedulers)) {
    const expected = lines[at]
    at++
    if (got.startsWith('{"t"')) decisionsTotal++
    if (expected !== got) return { _tag: 'Differs', name, line: at, expected: expected ?? 'end of file', got }
  }
  const extra = lines[at]
  if (extra !== undefined)
    return { _tag: 'Differs', name, line: at + 1, expected: extra, got: 'end of trace' }
  return { _tag: 'Conforms', name, decisionsTotal }
}

/**
 * The lines after the header of the trace that a header describes.
 *
 * @category queries
 * @since 0.1.0
 */
export function* traceLines(header: GoldenHeader, schedulers: ReadonlyArray<Scheduler>): Generator<string> {
  const env = makeEnvironment(schedulers, [script], {})
  const topology = topologyOf(header)
  const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
  const [booted, bootOutputs] = bootHypervisor(
    env,
    { topology, params: paramsOf(header), facts },
    { trace: true }
  )
  const totals: Totals = { decisions: 0, gone: [] }
  yield* outputLines(bootOutputs, totals)
  const operations = operationsOf(header, pcpusTotal(topology))
  if (typeof operations === 'string') {
    yield `NotImplemented: control operation ${operations}`
    return
  }
  const planned = plan(env, booted, operations)
  if (planned._tag === 'Left') {
    yield `refused: ${JSON.stringify(planned.left)}`
    return
  }
  let host = planned.right[0]
  const every = header.snapshotEvery ?? header.duration + 1
  for (let atNs = 0; ; atNs += every) {
    const toNs = Math.min(atNs, header.duration)
    const advanced = advance(env, host, toNs, { trace: true })
    if (advanced._tag === 'Left') {
      yield `refused: ${JSON.stringify(advanced.left)}`
      return
    }
    host = advanced.right[0]
    yield* outputLines(advanced.right[1], totals)
    if (atNs <= header.duration && header.snapshotEvery !== null) yield snapshotLine(env, host)
    if (atNs >= header.duration) break
  }
  yield endLine(host, totals)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Totals {
  decisions: number
  readonly gone: Array<VcpuLine>
}

interface VcpuLine {
  readonly domid: DomainId
  readonly totals: VcpuTotals
}

const parseHeader = (line: string): GoldenHeader | string => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return 'the first line is not JSON'
  }
  const header = value as Partial<GoldenHeader> | null
  if (typeof header !== 'object' || header === null || header.format !== 'xen-sched-golden')
    return 'the first line is not the header of a xen-sched-golden trace'
  if (header.modelVersion !== 1) return `model version ${String(header.modelVersion)} is not known`
  return header as GoldenHeader
}

function* outputLines(outputs: ReadonlyArray<Output>, totals: Totals): Generator<string> {
  for (const output of outputs) {
    if (output._tag === 'Decision') {
      const prev = unitName(output.prevDomid, output.prevUnit)
      const next = unitName(output.nextDomid, output.nextUnit)
      totals.decisions++
      const { atNs: t, pcpu: cpu, sliceNs: slice } = output
      yield JSON.stringify({ t, cpu, prev, next, slice, mig: output.isMigrated ? 1 : 0 })
    } else if (output._tag === 'ControlDone') {
      const rc = output.errno === null ? 0 : -errnoNumber[output.errno]
      yield JSON.stringify({ ctl: output.index, t: output.atNs, rc })
    } else if (output._tag === 'DomainDestroyed') {
      for (const vcpu of output.vcpus) totals.gone.push({ domid: output.domid, totals: vcpu })
    }
  }
}

const unitName = (domid: DomainId, unit: number): string => (domid < 0 ? 'idle' : `${domid}.${unit}`)

const snapshotLine = (env: Environment, host: Host): string => {
  const { sched } = host
  const nameOf = (unit: number): string => {
    const u = unitAt(sched, unit)
    return unitName(Table.get(sched.domains, u.domain).domid, u.unitId)
  }
  const schedulerOf = (pool: number): Scheduler => {
    const { scheduler } = Table.get(sched.pools, pool)
    return env.schedulers.find((other) => other.name === scheduler) as Scheduler
  }
  const pools = sched.poolOrder.map((slot) => {
    const pool = Table.get(sched.pools, slot)
    const shown = schedulerOf(slot).poolSnapshot(sched, slot, nameOf)
    return joined({ id: pool.id, sched: pool.scheduler, cpus: BitSet.toHex(pool.cpus) }, shown)
  })
  const units = sched.domainOrder.flatMap((slot) =>
    Table.get(sched.domains, slot).units.map((unit) => ({
      ...unitFields(host, unit, nameOf),
      ...schedulerOf(Table.get(sched.domains, slot).pool).unitSnapshot(sched, unit)
    }))
  )
  return `{"snap":${host.nowNs},"pools":[${pools.join(',')}],"units":${JSON.stringify(units)}}`
}

/** One JSON object of the fields of both; a field may come twice, as `cpus` does in the pools of credit. */
const joined = (head: object, rest: object): string =>
  Object.keys(rest).length === 0
    ? JSON.stringify(head)
    : `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(rest).slice(1)}`

const unitFields = (host: Host, unit: number, nameOf: (unit: number) => string): object => {
  const u = unitAt(host.sched, unit)
  const vcpu = u.vcpus[0] as number
  const v = vcpuAt(host.sched, vcpu)
  const totals = vcpuTotals(v, guestAt(host, vcpu), host.nowNs)
  return {
    u: nameOf(unit),
    cpu: u.master,
    st: runstateNames[v.runstate],
    pf: v.pauseFlags,
    run: totals.runningNs
  }
}

const endLine = (host: Host, totals: Totals): string => {
  const alive = host.sched.domainOrder.flatMap((slot) => {
    const domain = Table.get(host.sched.domains, slot)
    return domain.vcpus.map((vcpu): VcpuLine => {
      const v = vcpuAt(host.sched, vcpu)
      return { domid: domain.domid, totals: vcpuTotals(v, guestAt(host, vcpu), host.nowNs) }
    })
  })
  const latest = new Map<string, VcpuLine>()
  for (const line of [...totals.gone, ...alive]) latest.set(`${line.domid}.${line.totals.vcpu}`, line)
  const vcpus = [...latest.values()]
    .sort((a, b) => a.domid - b.domid || a.totals.vcpu - b.totals.vcpu)
    .map(({ domid, totals: t }) => ({
      v: `${domid}.${t.vcpu}`,
      running: t.runningNs,
      runnable: t.runnableNs,
      blocked: t.blockedNs,
      offline: t.offlineNs,
      in: t.switchesIn,
      mig: t.migrationsTotal,
      phases: t.phasesTotal
    }))
  const idle = Array.from({ length: pcpusTotal(host.sched.topology) }, (_, pcpu) => {
    const v = vcpuAt(host.sched, pcpu)
    return v.runningNs + (v.runstate === 0 ? host.nowNs - v.stateEntryNs : 0)
  })
  const { decisions } = totals
  const switches =
    [...totals.gone, ...alive].reduce((sum, line) => sum + line.totals.switchesIn, 0) +
    Array.from({ length: idle.length }, (_, pcpu) => vcpuAt(host.sched, pcpu).switchesIn).reduce(
      (sum, total) => sum + total,
      0
    )
  return JSON.stringify({ end: host.nowNs, decisions, switches, vcpus, idle })
}
