/**
 * The mutable twin of the package's `TableEdit`: same methods, but a write changes the record in place and
 * nothing is ever copied. Only for measuring what copying once costs; hosts that went in are spoilt.
 */
import type { Table } from '../../src/prelude/Table.js'
import { fromArray } from '../../src/prelude/Table.js'

export class TableEdit<A> {
  private values: A[] = []
  private base: Table<A> = { length: 0, chunks: [] }

  constructor(readonly copy: (value: A) => A) {}

  open(table: Table<A>): void {
    if (table === this.base) return
    this.base = table
    this.values = []
    for (const chunk of table.chunks) for (const value of chunk) this.values.push(this.copy(value))
  }

  close(): Table<A> {
    this.base = fromArray(this.values)
    return this.base
  }

  abandon(): void {
    this.values = []
  }

  get length(): number {
    return this.values.length
  }

  read(index: number): A {
    return this.values[index] as A
  }

  write(index: number): A {
    return this.values[index] as A
  }

  writeWith<B extends A>(index: number, copy: (value: B) => B): B {
    void copy
    return this.values[index] as B
  }

  set(index: number, value: A): void {
    this.values[index] = value
  }
}
