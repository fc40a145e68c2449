import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import * as Table from '../../../src/prelude/Table.js'

/** The plain twin of a table: an array. */
const values = fc.array(fc.integer(), { maxLength: 40, size: 'max' })
const changes = fc.array(fc.tuple(fc.nat(), fc.integer()), { maxLength: 30, size: 'max' })

/** A place in a table of `length` values, one past the end included. */
const place = (at: number, length: number): number => at % (length + 1)

test('a table of an array has its length and its values', () => {
  fc.assert(
    fc.property(values, (list) => {
      const table = Table.fromArray(list)
      expect(table.length).toBe(list.length)
      expect(Table.toArray(table)).toEqual(list)
      expect(list.map((_, index) => Table.get(table, index))).toEqual(list)
    })
  )
})

test('setting values, at the end too, does what it does to an array', () => {
  let lengthMax = 0
  fc.assert(
    fc.property(values, changes, (list, sets) => {
      let table: Table.Table<number> = Table.fromArray(list)
      const twin = list.slice()
      for (const [at, value] of sets) {
        const index = place(at, twin.length)
        table = Table.set(table, index, value)
        twin[index] = value
        expect(Table.get(table, index)).toBe(value)
      }
      lengthMax = Math.max(lengthMax, twin.length)
      expect(Table.toArray(table)).toEqual(twin)
    })
  )
  expect(lengthMax).toBeGreaterThan(2 * Table.chunkSize)
})

test('a table does not remember how it came about', () => {
  fc.assert(
    fc.property(values, fc.array(fc.nat()), (list, detours) => {
      let table: Table.Table<number> = Table.empty
      for (const [index, value] of list.entries()) {
        table = Table.set(table, index, -value)
        table = Table.set(table, index, value)
      }
      for (const at of detours) {
        const index = at % Math.max(1, list.length)
        if (index >= list.length) continue
        table = Table.set(Table.set(table, index, 0.5), index, list[index]!)
      }
      expect(table).toEqual(Table.fromArray(list))
      expect(JSON.stringify(table)).toBe(JSON.stringify(Table.fromArray(list)))
    })
  )
})

test('a change leaves the table before it alone and copies one chunk only', () => {
  fc.assert(
    fc.property(values, fc.nat(), fc.integer(), (list, at, value) => {
      const table = Table.fromArray(list)
      const before = JSON.stringify(table)
      const index = place(at, list.length)
      const changed = Table.set(table, index, value)
      expect(JSON.stringify(table)).toBe(before)
      const fresh = changed.chunks.filter((chunk, i) => chunk !== table.chunks[i])
      expect(fresh).toHaveLength(1)
    })
  )
})
