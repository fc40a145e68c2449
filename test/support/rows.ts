import { Table } from '../../src/prelude/index.js'
import { placesOf, schedColumn } from '../../src/sched/index.js'
import type { Sched } from '../../src/sched/index.js'

type TableName = 'pcpuPrivate' | 'domainPrivate' | 'instances'
type PartName = 'vcpus' | 'units' | 'unitPrivate' | 'guests' | 'queues' | 'lists'

/** The rows of a table, or one part of all places or queues. */
export const rowsOf = (sched: Sched, name: TableName | PartName): ReadonlyArray<unknown> =>
  schedColumn(sched, name) ?? Table.toArray<unknown>(sched[name as TableName])

/** The slice with one row exchanged, whatever the new one is. */
export const withRow = (sched: Sched, name: TableName | PartName, at: number, row: unknown): Sched => {
  const rows = rowsOf(sched, name).slice()
  rows[at] = row
  const part = (other: PartName): never => (other === name ? rows : rowsOf(sched, other)) as never
  switch (name) {
    case 'queues':
    case 'lists': {
      const [own, lists] = [part('queues') as unknown[], part('lists') as unknown[]]
      return { ...sched, queues: own.map((queue, i) => ({ row: queue, list: lists[i] })) as never }
    }
    case 'vcpus':
    case 'units':
    case 'unitPrivate':
    case 'guests': {
      const parts = { vcpus: part('vcpus'), units: part('units'), unitPrivate: part('unitPrivate') }
      return { ...sched, places: placesOf({ ...parts, guests: part('guests') }) }
    }
    default:
      return { ...sched, [name]: Table.fromArray(rows) }
  }
}
