import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Table from '../../../src/prelude/Table.js'
import { TableEdit } from '../../../src/prelude/TableEdit.js'
import { deepFreeze } from '../../../src/testing/index.js'

interface Cell {
  value: number
}

const copy = ({ value }: Cell): Cell => ({ value })

/** What is done with an edit. A switch opens it on an earlier table, as two branches of one history do. */
type Action =
  | { readonly _tag: 'Write'; readonly at: number; readonly value: number }
  | { readonly _tag: 'WriteWith'; readonly at: number; readonly value: number }
  | { readonly _tag: 'Set'; readonly at: number; readonly value: number }
  | { readonly _tag: 'Read'; readonly at: number }
  | { readonly _tag: 'Close' }
  | { readonly _tag: 'Abandon' }
  | { readonly _tag: 'Switch'; readonly to: number }

const at = fc.nat({ max: 30 })
const value = fc.integer()
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ _tag: fc.constant('Write' as const), at, value }) },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constant('WriteWith' as const), at, value }) },
    { weight: 3, arbitrary: fc.record({ _tag: fc.constant('Set' as const), at, value }) },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constant('Read' as const), at }) },
    { weight: 3, arbitrary: fc.constant({ _tag: 'Close' as const }) },
    { weight: 1, arbitrary: fc.constant({ _tag: 'Abandon' as const }) },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant('Switch' as const), to: fc.nat() }) }
  ),
  { maxLength: 60, size: 'max' }
)

/**
 * Drives an edit and a plain array side by side; finished tables are frozen and kept with what they should
 * be.
 */
class Pair {
  readonly edit = new TableEdit(copy)
  readonly finished: Array<{ readonly table: Table.Table<Cell>; readonly twin: ReadonlyArray<number> }> = []
  twin: number[]

  constructor(list: ReadonlyArray<number>) {
    this.twin = list.slice()
    this.finish(Table.fromArray(list.map((one) => ({ value: one }))))
    this.edit.open(this.last().table)
  }

  last() {
    return this.finished.at(-1)!
  }

  finish(table: Table.Table<Cell>): void {
    this.finished.push({ table: deepFreeze(table), twin: this.twin.slice() })
  }

  write(index: number, to: number, cell: (index: number) => Cell): void {
    if (index >= this.twin.length) return
    cell(index).value = to
    this.twin[index] = to
  }

  do(action: Action): void {
    switch (action._tag) {
      case 'Write':
        return this.write(action.at, action.value, (index) => this.edit.write(index))
      case 'WriteWith':
        return this.write(action.at, action.value, (index) => this.edit.writeWith(index, copy))
      case 'Set': {
        const index = action.at % (this.twin.length + 1)
        this.edit.set(index, { value: action.value })
        this.twin[index] = action.value
        return
      }
      case 'Read':
        if (action.at < this.twin.length) expect(this.edit.read(action.at).value).toBe(this.twin[action.at])
        expect(this.edit.length).toBe(this.twin.length)
        return
      case 'Close':
        this.finish(this.edit.close())
        return this.edit.open(this.last().table)
      case 'Abandon':
        this.edit.abandon()
        this.twin = this.last().twin.slice()
        return this.edit.open(this.last().table)
      case 'Switch': {
        this.finish(this.edit.close())
        const chosen = this.finished[action.to % this.finished.length]!
        this.twin = chosen.twin.slice()
        this.finished.push(chosen)
        return this.edit.open(chosen.table)
      }
    }
  }
}

test('an edit writes what an array would have, and never to a table that is finished', () => {
  let tablesMax = 0
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 25, size: 'max' }), actions, (list, todo) => {
      const pair = new Pair(list)
      for (const action of todo) pair.do(action)
      pair.finish(pair.edit.close())
      tablesMax = Math.max(tablesMax, pair.finished.length)
      for (const { table, twin } of pair.finished) {
        expect(Table.toArray(table).map((cell) => cell.value)).toEqual(twin)
        expect(table).toEqual(Table.fromArray(twin.map((one) => ({ value: one }))))
      }
    }),
    { numRuns: 500 }
  )
  expect(tablesMax).toBeGreaterThan(2)
})
