/**
 * A host as predicates see it: domains by domid, vCPUs by number, run states by name, accounts up to now.
 *
 * @since 0.1.0
 */
import { pauseFlag, runstateNames, shutdownReason } from '../abi/index.js'
import type { DomainId, PcpuId } from '../abi/index.js'
import { memoryCodec, Memory } from '../memory/index.js'
import { guestAt, vcpuTotals } from '../machine/index.js'
import type { Host } from '../machine/index.js'
import { BitSet, Table } from '../prelude/index.js'
import { schedColumn, unitAt, vcpuAt } from '../sched/index.js'
import type { Sched } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** What may follow a step of a path: fields, a number in brackets, anything, or nothing. */
export type ViewShape =
  | { readonly _tag: 'Fields'; readonly fields: Readonly<Record<string, ViewShape>> }
  | { readonly _tag: 'Numbered'; readonly of: ViewShape }
  | { readonly _tag: 'Raw' }
  | { readonly _tag: 'Value'; readonly words: ReadonlyArray<string> | null }

/** One step of a path: a field or a number. */
export type PathStep = string | number

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/** The states of a domain, in order of precedence. */
export const domainStates = [
  'crashed',
  'shutdown',
  'paused',
  'running',
  'runnable',
  'blocked',
  'offline'
] as const

const value: ViewShape = { _tag: 'Value', words: null }
const raw: ViewShape = { _tag: 'Raw' }
const wordOf = (words: ReadonlyArray<string>): ViewShape => ({ _tag: 'Value', words })
const fields = (record: Readonly<Record<string, ViewShape>>): ViewShape => ({
  _tag: 'Fields',
  fields: record
})
const numbered = (of: ViewShape): ViewShape => ({ _tag: 'Numbered', of })

/** The paths there are. */
export const viewShape = (): ViewShape =>
  fields({
    nowNs: value,
    domainsTotal: value,
    plannedTotal: value,
    domains: numbered(
      fields({
        domid: value,
        name: value,
        uuid: value,
        type: value,
        state: wordOf(domainStates),
        pool: value,
        pauses: value,
        isShutDown: value,
        shutdownReason: value,
        createdNs: value,
        pages: value,
        pagesMax: value,
        vcpusTotal: value,
        vcpus: numbered(
          fields({
            state: wordOf(runstateNames),
            pcpu: value,
            isOnline: value,
            pauses: value,
            runningNs: value,
            runnableNs: value,
            blockedNs: value,
            offlineNs: value,
            switchesIn: value,
            migrationsTotal: value,
            phasesTotal: value
          })
        )
      })
    ),
    pcpus: numbered(fields({ isIdle: value, domid: value, vcpu: value, pool: value })),
    pools: numbered(fields({ scheduler: value, pcpusTotal: value, domainsTotal: value })),
    memory: fields({ freePages: value, totalPages: value, claimedPages: value }),
    host: fields(hostShape)
  })

/** Everything in the value: a slice that is forgotten does not compile. */
const hostShape: Readonly<Record<keyof Host, ViewShape>> = {
  nowNs: value,
  boot: raw,
  timers: raw,
  sched: raw,
  domains: raw,
  memory: raw,
  planned: raw,
  plannedTotal: value,
  random: raw,
  choice: raw
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/** What stands at a path; undefined when nothing does. */
export const valueAtPath = (host: Host, path: ReadonlyArray<PathStep>): unknown => {
  const [root, second, ...rest] = path
  switch (root) {
    case 'nowNs':
      return host.nowNs
    case 'domainsTotal':
      return host.sched.domainOrder.length
    case 'plannedTotal':
      return host.planned.length
    case 'domains':
      return walk(domainView(host, second as number), rest)
    case 'pcpus':
      return walk(pcpuView(host, second as number), rest)
    case 'pools':
      return walk(poolView(host, second as number), rest)
    case 'memory':
      return walk(memoryView(host), path.slice(1))
    default:
      if (second === 'memory') return walk(memoryCodec.encode(host.memory), rest)
      return walk(host, path.slice(1))
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Loose {
  readonly [key: string]: unknown
}

const walk = (from: unknown, path: ReadonlyArray<PathStep>): unknown => {
  let at = from
  for (const step of path) {
    if (typeof at !== 'object' || at === null) return undefined
    const column = isSched(at) && typeof step === 'string' ? schedColumn(at, step) : null
    if (column !== null) at = column
    else if (typeof step === 'number' && isTable(at)) at = step < at.length ? Table.get(at, step) : undefined
    else at = Object.hasOwn(at, String(step)) ? (at as Loose)[String(step)] : undefined
  }
  return at
}

const isTable = (at: object): at is Table.Table<unknown> => 'chunks' in at && 'length' in at

const isSched = (at: object): at is Sched => 'places' in at && 'queues' in at

const domainView = (host: Host, domid: DomainId): unknown => {
  const { sched } = host
  const record = host.domains.records.find((other) => other.domid === domid)
  const slot = sched.domainOrder.find((place) => Table.get(sched.domains, place).domid === domid)
  if (record === undefined || slot === undefined) return undefined
  const domain = Table.get(sched.domains, slot)
  const pages = Memory.domainPages(host.memory, domid)
  const states = new Set(domain.vcpus.map((vcpu) => runstateNames[vcpuAt(sched, vcpu).runstate]))
  const busiest = (['running', 'runnable', 'blocked'] as const).find((name) => states.has(name)) ?? 'offline'
  const stopped = record.shutdownReason === shutdownReason.crash ? 'crashed' : 'shutdown'
  return {
    domid,
    name: record.info.name,
    uuid: record.info.uuid,
    type: record.info.type,
    state: record.isShutDown ? stopped : domain.pauseCount > 0 ? 'paused' : busiest,
    pool: Table.get(sched.pools, domain.pool).id,
    pauses: domain.pauseCount,
    isShutDown: record.isShutDown,
    shutdownReason: record.shutdownReason,
    createdNs: record.createdNs,
    pages: pages?.totPages ?? 0,
    pagesMax: pages?.maxPages ?? 0,
    vcpusTotal: domain.vcpus.length,
    vcpus: domain.vcpus.map((vcpu) => vcpuView(host, vcpu))
  }
}

const vcpuView = (host: Host, vcpu: number): unknown => {
  const v = vcpuAt(host.sched, vcpu)
  return {
    ...vcpuTotals(v, guestAt(host, vcpu), host.nowNs),
    state: runstateNames[v.runstate],
    pcpu: v.processor,
    isOnline: (v.pauseFlags & pauseFlag.down) === 0,
    pauses: v.pauseCount
  }
}

const pcpuView = ({ sched }: Host, pcpu: PcpuId): unknown => {
  if (pcpu >= sched.pcpus.length) return undefined
  const { curr, pool } = Table.get(sched.pcpus, pcpu)
  const unit = unitAt(sched, curr)
  return {
    isIdle: unit.domain < 0,
    domid: unit.domain < 0 ? -1 : Table.get(sched.domains, unit.domain).domid,
    vcpu: unit.domain < 0 ? -1 : unit.unitId,
    pool: pool < 0 ? -1 : Table.get(sched.pools, pool).id
  }
}

const poolView = ({ sched }: Host, id: number): unknown => {
  const slot = sched.poolOrder.find((place) => Table.get(sched.pools, place).id === id)
  if (slot === undefined) return undefined
  const { scheduler, cpus, domainsTotal } = Table.get(sched.pools, slot)
  return { scheduler, pcpusTotal: BitSet.count(cpus), domainsTotal }
}

const memoryView = ({ memory }: Host): unknown => ({
  freePages: Memory.freePages(memory),
  totalPages: Memory.totalPages(memory),
  claimedPages: Memory.outstandingPages(memory)
})
