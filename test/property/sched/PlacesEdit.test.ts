import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import type { Table } from '../../../src/prelude/index.js'
import { placesOf, unit, vcpu } from '../../support/places.js'
import type { Place, QueueRecord } from '../../../src/sched/index.js'
import { PlacesEdit, QueuesEdit } from '../../../src/sched/PlacesEdit.js'
import { deepFreeze } from '../../../src/testing/index.js'

/** What is done with an edit; `Switch` opens it on an earlier value, as two branches of one history do. */
type Action =
  | { readonly _tag: 'Vcpu' | 'Unit' | 'Own' | 'Guest'; readonly at: number; readonly value: number }
  | { readonly _tag: 'Grow'; readonly isUnit: boolean; readonly value: number }
  | { readonly _tag: 'Close' | 'Abandon' }
  | { readonly _tag: 'Switch'; readonly to: number }

const at = fc.nat({ max: 40 })
const value = fc.nat({ max: 9 })
const actions = fc.array(
  fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({ _tag: fc.constantFrom('Vcpu', 'Unit', 'Own', 'Guest'), at, value })
    },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constant('Grow' as const), isUnit: fc.boolean(), value }) },
    { weight: 3, arbitrary: fc.record({ _tag: fc.constantFrom('Close' as const, 'Abandon' as const) }) },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant('Switch' as const), to: fc.nat() }) }
  ),
  { maxLength: 60, size: 'max' }
)

/** The four parts as plain arrays. */
interface Twin {
  readonly vcpus: number[]
  readonly units: number[]
  readonly own: Array<number | null>
  readonly guests: Array<number | null>
}

const copyOf = ({ vcpus, units, own, guests }: Twin): Twin => ({
  vcpus: vcpus.slice(),
  units: units.slice(),
  own: own.slice(),
  guests: guests.slice()
})

const row = (given: number | null): { readonly n: number } | null => (given === null ? null : { n: given })

const expected = ({ vcpus, units, own, guests }: Twin): Table.Table<Place> =>
  placesOf({
    vcpus: vcpus.map(vcpu),
    units: units.map(unit),
    unitPrivate: own.map(row),
    guests: guests.map(row)
  })

const apply = (edit: PlacesEdit, twin: Twin, action: Action): void => {
  if (action._tag === 'Grow') {
    if (action.isUnit) {
      edit.units.set(twin.units.length, unit(action.value))
      edit.unitPrivate.set(twin.own.length, null)
      twin.units.push(action.value)
      twin.own.push(null)
    } else {
      edit.vcpus.set(twin.vcpus.length, vcpu(action.value))
      edit.guests.set(twin.guests.length, null)
      twin.vcpus.push(action.value)
      twin.guests.push(null)
    }
    return
  }
  if (!('at' in action)) return
  const parts = { Vcpu: twin.vcpus, Unit: twin.units, Own: twin.own, Guest: twin.guests }[action._tag]
  if (parts.length === 0) return
  const place = action.at % parts.length
  parts[place] = action.value
  if (action._tag === 'Vcpu') edit.vcpus.write(place).vcpuId = action.value
  else if (action._tag === 'Unit') edit.units.write(place).unitId = action.value
  else (action._tag === 'Own' ? edit.unitPrivate : edit.guests).set(place, row(action.value))
}

test('an edit of places gives what plain arrays would give, and leaves finished places alone', () => {
  let closed = 0
  fc.assert(
    fc.property(actions, (list) => {
      const edit = new PlacesEdit()
      let twin: Twin = { vcpus: [1, 2, 3], units: [4, 5], own: [null, 6], guests: [null, 7, null] }
      const finished = [{ places: deepFreeze(expected(twin)), twin: copyOf(twin) }]
      edit.open(finished[0]!.places)
      for (const action of list) {
        apply(edit, twin, action)
        if (action._tag === 'Close') {
          finished.push({ places: deepFreeze(edit.close()), twin: copyOf(twin) })
          edit.open(finished.at(-1)!.places)
          closed++
        } else if (action._tag === 'Abandon' || action._tag === 'Switch') {
          const from = finished[action._tag === 'Switch' ? action.to % finished.length : finished.length - 1]!
          edit.abandon()
          edit.open(from.places)
          twin = copyOf(from.twin)
        }
      }
      finished.push({ places: edit.close(), twin })
      for (const { places, twin: own } of finished) expect(places).toEqual(expected(own))
    })
  )
  expect(closed).toBeGreaterThan(50)
})

test('an edit of queues keeps its lists to itself', () => {
  const step = fc.record({ at: fc.nat({ max: 5 }), add: fc.nat({ max: 99 }), isClosed: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const edit = new QueuesEdit()
      const twin: number[][] = [[], [1], [2, 3]]
      let records: ReadonlyArray<QueueRecord> = twin.map((list, i) => ({
        row: { i },
        list: list.slice()
      }))
      const finished = [{ records: deepFreeze(records), lists: twin.map((list) => list.slice()) }]
      edit.open(records)
      for (const { at: place, add, isClosed } of steps) {
        const list = twin[place % twin.length]!
        list.unshift(add)
        edit.lists.write(place % twin.length).unshift(add)
        if (!isClosed) continue
        records = deepFreeze(edit.close())
        finished.push({ records, lists: twin.map((own) => own.slice()) })
        edit.open(records)
      }
      finished.push({ records: edit.close(), lists: twin })
      for (const { records: own, lists } of finished) {
        expect(own.map(({ list }) => list)).toEqual(lists)
        expect(own.map((record) => record.row)).toEqual([{ i: 0 }, { i: 1 }, { i: 2 }])
      }
    })
  )
})
