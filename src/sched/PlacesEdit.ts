/**
 * The edits of the two tables whose records hold what changes together: places (a vCPU, a unit, the unit's
 * private row, the vCPU's guest) and queues (a queue record and its ordered units). Each part is edited
 * through rows of its own; a finished record is made of those that stand there at the end.
 *
 * @since 0.1.0
 */
import { Rows, Table } from '../prelude/index.js'

import { copyUnit, copyVcpu } from './model.js'
import type { Place, PrivateRow, QueueRecord, Unit, Vcpu } from './model.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** @internal */
export class PlacesEdit {
  readonly vcpus = new Rows<Vcpu>(copyVcpu)
  readonly units = new Rows<Unit>(copyUnit)
  readonly unitPrivate = new Rows<PrivateRow>(asItIs)
  readonly guests = new Rows<PrivateRow>(asItIs)
  private readonly columns = [this.vcpus, this.units, this.unitPrivate, this.guests] as const
  private base: Table.Table<Place> = Table.empty

  /** Begins an edit of `places`. O(1) when it is the table closed last, else O(n). */
  open(places: Table.Table<Place>): void {
    for (const column of this.columns) column.reopen()
    if (places === this.base) return
    this.base = places
    const records = Table.toArray(places)
    this.vcpus.load(whole(records.map(({ vcpu }) => vcpu)))
    this.units.load(whole(records.map(({ unit }) => unit)))
    this.unitPrivate.load(records.slice(0, this.units.length).map(({ own }) => own))
    this.guests.load(records.slice(0, this.vcpus.length).map(({ guest }) => guest))
  }

  /** Ends the edit and gives the finished table; the same object when nothing was written. */
  close(): Table.Table<Place> {
    const { vcpus, units, unitPrivate, guests } = this
    if (vcpus.writtenTotal + units.writtenTotal + unitPrivate.writtenTotal + guests.writtenTotal > 0)
      this.base = this.rebuild()
    for (const column of this.columns) column.finish()
    return this.base
  }

  /** Throws away what was written since {@link PlacesEdit.open}. */
  abandon(): void {
    for (const column of this.columns) column.discard()
    this.base = Table.empty
  }

  private rebuild(): Table.Table<Place> {
    const { vcpus, units, unitPrivate, guests } = this
    const before = this.base.chunks
    const chunks = before.slice() as Place[][]
    for (const column of this.columns) {
      for (let i = 0; i < column.writtenTotal; i++) {
        const place = column.writtenPlace(i)
        const at = place >> Table.chunkShift
        if (chunks[at] === before[at]) chunks[at] = before[at]?.slice() ?? []
        const chunk = chunks[at] as Place[]
        const old = chunk[place & (Table.chunkSize - 1)]
        const unit = units.readOr(place, null)
        const own = unitPrivate.readOr(place, null)
        const vcpu = vcpus.readOr(place, null)
        const guest = guests.readOr(place, null)
        // A place that an earlier column has made already.
        if (old?.vcpu === vcpu && old.unit === unit && old.own === own && old.guest === guest) continue
        chunk[place & (Table.chunkSize - 1)] = { vcpu, unit, own, guest }
      }
    }
    return { length: Math.max(vcpus.length, units.length), chunks }
  }
}

/** @internal */
export class QueuesEdit {
  readonly queues = new Rows<PrivateRow>(asItIs)
  /** The lists are the edit's own from one edit to the next: they are copied when it is closed. */
  readonly lists = new Rows<number[]>(asItIs)
  private base: ReadonlyArray<QueueRecord> = []

  /** Begins an edit of `records`. O(1) when they are those closed last, else O(n). */
  open(records: ReadonlyArray<QueueRecord>): void {
    this.queues.reopen()
    this.lists.reopen()
    if (records === this.base) return
    this.base = records
    this.queues.load(records.map(({ row }) => row))
    this.lists.load(records.map(({ list }) => list.slice()))
  }

  /** Ends the edit and gives the finished records; the same object when nothing was written. */
  close(): ReadonlyArray<QueueRecord> {
    if (this.queues.writtenTotal + this.lists.writtenTotal > 0) this.base = this.rebuild()
    this.queues.finish()
    this.lists.finish()
    return this.base
  }

  /** Throws away what was written since {@link QueuesEdit.open}. */
  abandon(): void {
    this.queues.discard()
    this.lists.discard()
    this.base = []
  }

  private rebuild(): ReadonlyArray<QueueRecord> {
    const { queues, lists } = this
    const records = this.base.slice()
    for (let i = 0; i < lists.writtenTotal; i++) {
      const at = lists.writtenPlace(i)
      // An exact copy: an array that has grown in place has spare room behind it.
      records[at] = { row: queues.read(at), list: lists.read(at).slice() }
    }
    for (let i = 0; i < queues.writtenTotal; i++) {
      const at = queues.writtenPlace(i)
      const row = queues.read(at)
      if (records[at]?.row !== row) records[at] = { row, list: records[at]?.list ?? [] }
    }
    return records
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Columns end where their values do. */
const whole = <A>(values: ReadonlyArray<A | null>): A[] => values.filter((value) => value !== null)

/** @internal Rows that are replaced and never written to. */
export function asItIs<A>(row: A): A {
  return row
}
