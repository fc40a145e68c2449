/**
 * The scheduling slice in host files.
 *
 * Tables are lists. Private rows are read by the codecs of the scheduler they belong to; those of schedulers
 * without codecs are any plain data.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

import { Codec, normaliseSchedParams, pcpusTotal, topology as makeTopology } from '../abi/index.js'
import type {
  DomainPlace,
  Granularity,
  MachineCosts,
  PcpuId,
  PoolPlace,
  SchedParams,
  Topology,
  UnitPlace
} from '../abi/index.js'
import { Table } from '../prelude/index.js'

import { arincCodecs } from './arinc653/codec.js'
import { creditCodecs } from './credit/codec.js'
import { credit2Codecs } from './credit2/codec.js'
import { isDecidedBy } from './granularity.js'
import type { Pcpu, Pool, PrivateRow, Sched, SchedDomain, Unit, Vcpu } from './model.js'
import { nullCodecs } from './nullsched/codec.js'
import { referenceFault } from './references.js'
import type { HostContext, RowCodecs } from './rowCodecs.js'
import { allUnits, allVcpus, placesOf, schedColumn } from './rows.js'
import { rtdsCodecs } from './rtds/codec.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The first thing in a slice that was read which would make the machine stumble: a place that leads nowhere,
 * records that contradict each other. Null when there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const schedFault = (sched: Sched, context: HostContext): Codec.Fault | null => {
  const fault = referenceFault(sched, context)
  if (fault !== null) return fault
  for (const pool of sched.poolOrder) {
    const codecs = codecsFor(sched, pool)
    const own = codecs === null ? null : codecs.fault(sched, pool, context)
    if (own !== null) return own
  }
  return null
}

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

/**
 * The codec of the slice; `guest` reads the rows that belong to the machine.
 *
 * @category instances
 * @since 0.1.0
 */
export const schedCodec = (guest: Codec.Codec<PrivateRow>): Codec.Codec<Sched> =>
  new t.Type<Sched, unknown, unknown>(
    'scheduling slice',
    (input): input is Sched => typeof input === 'object' && input !== null && 'places' in input,
    (input, context) => {
      const given = (input as { readonly topology?: unknown } | null | undefined)?.topology
      const at = t.appendContext(context, 'topology', topologyCodec, given)
      const topology = topologyCodec.validate(given, at)
      if (topology._tag === 'Left') return topology
      const read = codecOf(topology.right, guest).validate(input, context)
      if (read._tag === 'Left') return read
      const rows = readRows(read.right, context)
      return rows._tag === 'Left' ? rows : t.success(joined(rows.right))
    },
    (sched) => codecOf(sched.topology, guest).encode(apart(sched))
  )

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const granularity = Codec.oneOf<Granularity>('cpu', 'core', 'socket')

const { integer, natural, truth, text, integerFrom, closed, listOf, tableOf } = Codec

/** The slice as files have it: a list for each column. */
interface SchedTables extends Omit<Sched, 'places' | 'queues'> {
  readonly vcpus: ReadonlyArray<Readonly<Vcpu>>
  readonly units: ReadonlyArray<Readonly<Unit>>
  readonly unitPrivate: ReadonlyArray<PrivateRow>
  readonly guests: ReadonlyArray<PrivateRow>
  readonly queues: ReadonlyArray<PrivateRow>
  readonly lists: ReadonlyArray<ReadonlyArray<number>>
}

const apart = ({ places, queues, ...rest }: Sched): SchedTables => {
  const sched = { places, queues, ...rest }
  return {
    ...rest,
    vcpus: allVcpus(sched),
    units: allUnits(sched),
    unitPrivate: schedColumn(sched, 'unitPrivate') as ReadonlyArray<PrivateRow>,
    guests: schedColumn(sched, 'guests') as ReadonlyArray<PrivateRow>,
    queues: queues.map(({ row }) => row),
    lists: queues.map(({ list }) => list)
  }
}

const joined = (tables: SchedTables): Sched => ({
  topology: tables.topology,
  params: tables.params,
  pcpus: tables.pcpus,
  places: placesOf(tables),
  domains: tables.domains,
  domainOrder: tables.domainOrder,
  pools: tables.pools,
  poolOrder: tables.poolOrder,
  freePcpus: tables.freePcpus,
  movingPcpu: tables.movingPcpu,
  movingPool: tables.movingPool,
  softirqs: tables.softirqs,
  domainPrivate: tables.domainPrivate,
  pcpuPrivate: tables.pcpuPrivate,
  instances: tables.instances,
  queues: tables.queues.map((row, i) => ({ row, list: tables.lists[i] ?? [] }))
})

/** Columns that must be equally long to be joined. */
const lengthsFault = (tables: SchedTables): Codec.Fault | null => {
  const { vcpus, units, unitPrivate, guests, queues, lists } = tables
  if (unitPrivate.length !== units.length)
    return ['unitPrivate', `has ${unitPrivate.length} values, not ${units.length}`]
  if (guests.length !== vcpus.length) return ['guests', `has ${guests.length} values, not ${vcpus.length}`]
  return lists.length === queues.length ? null : ['lists', `has ${lists.length} values, not ${queues.length}`]
}

const topologyCodec: Codec.Codec<Topology> = Codec.ruled(
  closed<Topology>('topology', {
    sockets: natural,
    coresPerSocket: natural,
    threadsPerCore: natural,
    nodesTotal: natural
  }),
  (given) => {
    const made = makeTopology(given)
    return made._tag === 'Right' ? null : ['', `no possible arrangement of pCPUs: ${made.left._tag}`]
  }
)

/** A second, and work that takes a hundred times as long. */
const costNsMax = 1_000_000_000
const costPercentMax = 10_000

const paramsCodec: Codec.Codec<SchedParams> = Codec.ruled(
  closed<SchedParams>('scheduling parameters', {
    scheduler: text,
    granularity,
    ratelimitUs: natural,
    smtPowerSavings: truth,
    credit2Runqueue: Codec.oneOf('cpu', 'core', 'socket', 'node', 'all'),
    credit2CpusPerRunqueueMax: integerFrom(1, Number.MAX_SAFE_INTEGER),
    credit2MigrateResistUs: natural,
    credit2LoadWindowShift: natural,
    credit2LoadPrecisionShift: natural,
    credit2BalanceUnder: integer,
    credit2BalanceOver: integer,
    credit2CapPeriodMs: natural,
    creditTimesliceMs: natural,
    vcpuMigrationDelayUs: natural,
    loadBalanceRatelimitUs: natural,
    tickleOneIdleCpu: truth,
    contextSwitchNs: natural,
    costs: closed<MachineCosts>('costs', {
      migrationNs: integerFrom(0, costNsMax),
      socketNs: integerFrom(0, costNsMax),
      smtPercent: integerFrom(0, costPercentMax),
      remotePercent: integerFrom(0, costPercentMax)
    })
  }),
  (given) => {
    const inForce = normaliseSchedParams(given)
    const names = Object.keys(given).filter((name) => name !== 'costs') as ReadonlyArray<
      keyof Omit<SchedParams, 'costs'>
    >
    const changed = names.find((name) => given[name] !== inForce[name])
    return changed === undefined ? null : [changed, `${given[changed]} is never in force`]
  }
)

/** A private row whose owner is not known yet. */
const anyRow: Codec.Codec<PrivateRow> = Codec.ruled(Codec.plainData as Codec.Codec<PrivateRow>, (row) =>
  typeof row === 'object' && !Array.isArray(row) ? null : ['', 'neither null nor an object']
)

const place = integerFrom(-1, Number.MAX_SAFE_INTEGER)

const pcpuCodec = (pcpus: number): Codec.Codec<Pcpu> =>
  closed<Pcpu>('pCPU', {
    curr: natural,
    pool: place,
    sliceTimer: natural,
    switchTimer: place,
    switchFrom: place,
    lastTickled: integerFrom(0, pcpus - 1),
    sliceAtNs: place,
    switchAtNs: place
  })

const vcpuCodec = (pcpus: number): Codec.Codec<Vcpu> =>
  closed<Vcpu>('vCPU', {
    domain: place,
    vcpuId: natural,
    unit: place,
    pauseFlags: integerFrom(0, 511),
    pauseCount: natural,
    controllerPauses: natural,
    isRunning: truth,
    runstate: integerFrom(0, 3),
    stateEntryNs: natural,
    runningNs: natural,
    runnableNs: natural,
    blockedNs: natural,
    offlineNs: natural,
    processor: integerFrom(0, pcpus - 1),
    lastPcpu: integerFrom(-1, pcpus - 1),
    switchesIn: natural,
    migrationsTotal: natural
  })

const unitCodec = (pcpus: number): Codec.Codec<Unit> =>
  closed<Unit>('unit', {
    domain: place,
    unitId: natural,
    vcpus: listOf(natural),
    master: integerFrom(0, pcpus - 1),
    isRunning: truth,
    stateEntryNs: natural,
    hard: Codec.bitSetOf(pcpus),
    soft: Codec.bitSetOf(pcpus),
    softEffective: truth,
    isUsed: truth
  })

const domainCodec = closed<SchedDomain>('domain', {
  domid: natural,
  pool: natural,
  pauseCount: natural,
  isControl: truth,
  units: listOf(natural),
  vcpus: listOf(natural),
  isUsed: truth
})

const poolCodec = (pcpus: number): Codec.Codec<Pool> =>
  closed<Pool>(
    'cpupool',
    {
      id: natural,
      scheduler: text,
      cpus: Codec.bitSetOf(pcpus),
      domainsTotal: natural,
      isUsed: truth
    },
    { granularity }
  )

const codecOf = (topology: Topology, guest: Codec.Codec<PrivateRow>): Codec.Codec<SchedTables> => {
  const count = pcpusTotal(topology)
  const pcpus = Codec.bitSetOf(count)
  const tables = closed<SchedTables>('scheduling slice', {
    topology: topologyCodec,
    params: paramsCodec,
    pcpus: tableOf(pcpuCodec(count)),
    vcpus: listOf(vcpuCodec(count)),
    units: listOf(unitCodec(count)),
    domains: tableOf(domainCodec),
    domainOrder: listOf(natural),
    pools: tableOf(poolCodec(count)),
    poolOrder: listOf(natural),
    freePcpus: pcpus,
    movingPcpu: integerFrom(-1, count - 1),
    movingPool: integer,
    softirqs: pcpus,
    unitPrivate: listOf(anyRow),
    guests: listOf(Codec.orNull(guest)),
    domainPrivate: tableOf(anyRow),
    pcpuPrivate: tableOf(anyRow),
    instances: tableOf(anyRow),
    queues: listOf(anyRow),
    lists: listOf(listOf(natural))
  })
  return Codec.ruled(tables, lengthsFault)
}

const codecsFor = (sched: Pick<Sched, 'pools' | 'topology'>, pool: PoolPlace): RowCodecs | null => {
  const { scheduler } = Table.get(sched.pools, pool)
  if (scheduler === 'credit') return creditCodecs(sched.topology)
  if (scheduler === 'credit2') return credit2Codecs(sched.topology)
  if (scheduler === 'rtds') return rtdsCodecs(sched.topology)
  if (scheduler === 'null') return nullCodecs(sched.topology)
  if (scheduler === 'arinc653') return arincCodecs()
  return null
}

/** The five tables of private rows. */
type Private = 'unitPrivate' | 'domainPrivate' | 'pcpuPrivate' | 'instances' | 'queues'

/** Reads the rows of schedulers that have codecs once more, with those. */
const readRows = (sched: SchedTables, context: t.Context): t.Validation<SchedTables> => {
  let next = sched
  for (const pool of sched.poolOrder) {
    const codecs = pool < sched.pools.length ? codecsFor(sched, pool) : null
    if (codecs === null) continue
    const read = readRowsOfPool(next, pool, codecs, context)
    if (read._tag === 'Left') return read
    next = read.right
  }
  return t.success(next)
}

const readRowsOfPool = (
  sched: SchedTables,
  pool: PoolPlace,
  codecs: RowCodecs,
  context: t.Context
): t.Validation<SchedTables> => {
  const tables = {
    unitPrivate: sched.unitPrivate.slice(),
    domainPrivate: Table.toArray(sched.domainPrivate).slice(),
    pcpuPrivate: Table.toArray(sched.pcpuPrivate).slice(),
    instances: Table.toArray(sched.instances).slice(),
    queues: sched.queues.slice()
  } satisfies Record<Private, PrivateRow[]>
  const read = (
    name: Private,
    places: ReadonlyArray<number>,
    codec: Codec.Codec<PrivateRow>
  ): t.Errors | null => {
    const at = t.appendContext(context, name, codec, null)
    for (const place of places) {
      const value = tables[name][place]
      if (value === null || value === undefined) continue
      const row = codec.validate(value, t.appendContext(at, String(place), codec, value))
      if (row._tag === 'Left') return row.left
      tables[name][place] = row.right
    }
    return null
  }
  const owned = ownedBy(sched, pool)
  const errors =
    read('instances', [pool], codecs.instance) ??
    read('queues', codecs.queuesOf(tables.instances[pool] ?? null), codecs.queue) ??
    read('pcpuPrivate', owned.pcpus, codecs.pcpu) ??
    read('domainPrivate', owned.domains, codecs.domain) ??
    read('unitPrivate', owned.units, codecs.unit)
  if (errors !== null) return t.failures(errors)
  return t.success({
    ...sched,
    unitPrivate: tables.unitPrivate,
    domainPrivate: Table.fromArray(tables.domainPrivate),
    pcpuPrivate: Table.fromArray(tables.pcpuPrivate),
    instances: Table.fromArray(tables.instances),
    queues: tables.queues
  })
}

/** The pCPUs, domains and units (idle ones included) that a pool's scheduler keeps rows for. */
const ownedBy = (
  sched: SchedTables,
  pool: PoolPlace
): {
  readonly pcpus: ReadonlyArray<PcpuId>
  readonly domains: ReadonlyArray<DomainPlace>
  readonly units: ReadonlyArray<UnitPlace>
} => {
  const pcpus = Array.from({ length: sched.pcpus.length }, (_, pcpu) => pcpu).filter((pcpu) =>
    isDecidedBy(sched, pool, pcpu)
  )
  const domains = sched.domainOrder.filter(
    (slot) => slot < sched.domains.length && Table.get(sched.domains, slot).pool === pool
  )
  const units = domains.flatMap((slot) => Table.get(sched.domains, slot).units)
  return { pcpus, domains, units: [...pcpus, ...units] }
}
