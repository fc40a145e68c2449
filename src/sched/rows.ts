/**
 * The rows that stand at places of the slice: vCPUs, units, units' private rows, what the machine keeps of
 * each vCPU's guest; queue records and their lists.
 *
 * @since 0.1.0
 */
import { Table, invariant } from '../prelude/index.js'

import type { Place, PrivateRow, QueueRecord, Sched, Unit, Vcpu } from './model.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The places that hold the given parts. O(n).
 *
 * @category constructors
 * @since 0.1.0
 */
export const placesOf = (parts: {
  readonly vcpus: ReadonlyArray<Readonly<Vcpu>>
  readonly units: ReadonlyArray<Readonly<Unit>>
  readonly unitPrivate: ReadonlyArray<PrivateRow>
  readonly guests: ReadonlyArray<PrivateRow>
}): Table.Table<Place> =>
  Table.fromArray(
    Array.from({ length: Math.max(parts.vcpus.length, parts.units.length) }, (_, place) => ({
      vcpu: parts.vcpus[place] ?? null,
      unit: parts.units[place] ?? null,
      own: parts.unitPrivate[place] ?? null,
      guest: parts.guests[place] ?? null
    }))
  )

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The number of places that have a vCPU: all below it.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpusTotal = ({ places }: Sched): number => filled(places, 'vcpu')

/**
 * The number of places that have a unit: all below it.
 *
 * @category queries
 * @since 0.1.0
 */
export const unitsTotal = ({ places }: Sched): number => filled(places, 'unit')

/**
 * The number of places of queue records.
 *
 * @category queries
 * @since 0.1.0
 */
export const queuesTotal = (sched: Sched): number => sched.queues.length

/**
 * The vCPU at a place. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpuAt = ({ places }: Sched, place: number): Readonly<Vcpu> => {
  const { vcpu } = Table.get(places, place)
  invariant(vcpu !== null, 'a vCPU stands at its place')
  return vcpu
}

/**
 * The unit at a place. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const unitAt = ({ places }: Sched, place: number): Readonly<Unit> => {
  const { unit } = Table.get(places, place)
  invariant(unit !== null, 'a unit stands at its place')
  return unit
}

/**
 * What the scheduler of the unit at a place keeps of it. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const unitRowAt = ({ places }: Sched, place: number): PrivateRow => Table.get(places, place).own

/**
 * What the machine keeps of the guest on the vCPU at a place; null where it keeps nothing. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const guestRowAt = ({ places }: Sched, place: number): PrivateRow => Table.get(places, place).guest

/**
 * A scheduler's queue record. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const queueAt = ({ queues }: Sched, place: number): PrivateRow => queueOf(queues, place).row

/**
 * The ordered units of a queue record. O(1).
 *
 * @category queries
 * @since 0.1.0
 */
export const listAt = ({ queues }: Sched, place: number): ReadonlyArray<number> => queueOf(queues, place).list

/**
 * All vCPUs by place. O(n).
 *
 * @category queries
 * @since 0.1.0
 */
export const allVcpus = ({ places }: Sched): ReadonlyArray<Readonly<Vcpu>> =>
  Table.toArray(places).flatMap(({ vcpu }) => (vcpu === null ? [] : [vcpu]))

/**
 * All units by place. O(n).
 *
 * @category queries
 * @since 0.1.0
 */
export const allUnits = ({ places }: Sched): ReadonlyArray<Readonly<Unit>> =>
  Table.toArray(places).flatMap(({ unit }) => (unit === null ? [] : [unit]))

/**
 * One part of all places or queues, by the name that host files give it; null when there is no such part.
 * O(n).
 *
 * @category queries
 * @since 0.1.0
 */
export const schedColumn = (sched: Sched, name: string): ReadonlyArray<unknown> | null => {
  switch (name) {
    case 'vcpus':
      return allVcpus(sched)
    case 'units':
      return allUnits(sched)
    case 'unitPrivate':
      return rowsUpTo(sched.places, unitsTotal(sched), 'own')
    case 'guests':
      return rowsUpTo(sched.places, vcpusTotal(sched), 'guest')
    case 'queues':
      return sched.queues.map(({ row }) => row)
    case 'lists':
      return sched.queues.map(({ list }) => list)
    default:
      return null
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const filled = (places: Table.Table<Place>, part: 'vcpu' | 'unit'): number => {
  let count = places.length
  while (count > 0 && Table.get(places, count - 1)[part] === null) count--
  return count
}

const rowsUpTo = (
  places: Table.Table<Place>,
  count: number,
  part: 'own' | 'guest'
): ReadonlyArray<PrivateRow> =>
  Table.toArray(places)
    .slice(0, count)
    .map((place) => place[part])

const queueOf = (queues: ReadonlyArray<QueueRecord>, place: number): QueueRecord => {
  const record = queues[place]
  invariant(record !== undefined, 'a queue stands at its place')
  return record
}
