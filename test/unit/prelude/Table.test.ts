import { describe, expect, test } from 'vitest'

import * as Table from '../../../src/prelude/Table.js'
import { TableEdit } from '../../../src/prelude/TableEdit.js'

const upTo = (count: number): ReadonlyArray<number> => Array.from({ length: count }, (_, i) => i)

describe('a table', () => {
  test.each([
    [0, 0],
    [1, 1],
    [8, 1],
    [9, 2],
    [17, 3]
  ])('of %i values has %i chunks', (length, chunks) => {
    const table = Table.fromArray(upTo(length))
    expect([table.length, table.chunks.length]).toEqual([length, chunks])
    expect(table.chunks.flat()).toEqual(upTo(length))
  })

  test('of no values is the empty table', () => {
    expect(Table.fromArray([])).toEqual(Table.empty)
    expect(Table.toArray(Table.empty)).toEqual([])
  })

  test('grows by one at its end', () => {
    expect(Table.set(Table.fromArray(upTo(8)), 8, 8)).toEqual(Table.fromArray(upTo(9)))
  })

  test.each([-1, 4])('does not grow at %i', (index) => {
    expect(() => Table.set(Table.fromArray(upTo(3)), index, 9)).toThrow('at its end')
  })

  test.each([-1, 3])('has no value at %i', (index) => {
    expect(() => Table.get(Table.fromArray(upTo(3)), index)).toThrow('within the table')
  })
})

describe('an edit of a table', () => {
  const copy = ({ n }: { n: number }): { n: number } => ({ n })
  const table = Table.fromArray(upTo(20).map((n) => ({ n })))
  const opened = (): TableEdit<{ n: number }> => {
    const edit = new TableEdit(copy)
    edit.open(table)
    return edit
  }

  test('that wrote nothing closes into the very table', () => {
    expect(opened().close()).toBe(table)
  })

  test('copies a value once, and shares every chunk that it did not touch', () => {
    const edit = opened()
    const first = edit.write(9)
    first.n = 90
    expect(edit.write(9)).toBe(first)
    const closed = edit.close()
    expect(Table.get(closed, 9)).toBe(first)
    expect(Table.get(table, 9)).toEqual({ n: 9 })
    expect(closed.chunks.map((chunk, i) => chunk === table.chunks[i])).toEqual([true, false, true])
  })

  test('copies the value again after it was closed', () => {
    const edit = opened()
    edit.write(9).n = 90
    const closed = edit.close()
    edit.open(closed)
    edit.write(9).n = 91
    expect(Table.get(closed, 9)).toEqual({ n: 90 })
    expect(Table.get(edit.close(), 9)).toEqual({ n: 91 })
  })

  test('cannot write once it is closed', () => {
    const edit = opened()
    edit.close()
    expect(() => edit.write(0)).toThrow('closed')
    expect(() => edit.set(0, { n: 1 })).toThrow('closed')
    expect(() => edit.close()).toThrow('closed')
  })

  test('is opened once', () => {
    expect(() => opened().open(table)).toThrow('once')
  })

  test('that is abandoned forgets what was written', () => {
    const edit = opened()
    edit.write(3).n = 30
    edit.set(20, { n: 20 })
    edit.abandon()
    edit.open(table)
    expect([edit.length, edit.read(3)]).toEqual([20, { n: 3 }])
    expect(edit.close()).toBe(table)
  })
})
