/**
 * A private, writable view of a {@link Table}: a value is copied the first time it is written to and never
 * again until the edit is closed.
 *
 * The view is opened on a table and closed into a table. In between, `read` gives a value to look at and
 * `write` a value that may be changed in place. Which values are owned is known to side arrays here, never to
 * the values. One view is used for many edits: opened on the table it closed last, it starts at once; opened
 * on another it first reads it whole.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'
import type { Table } from './Table.js'
import { chunkShift, chunkSize } from './Table.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export class TableEdit<A> {
  /** The values as they stand; only {@link TableEdit.write} makes one fit to be changed. */
  private values: A[] = []
  private owner: number[] = []
  private chunkOwner: number[] = []
  /** The first `dirtyTotal` are places written to since the edit was opened. */
  private readonly dirty: number[] = []
  private dirtyTotal = 0
  private generation = 1
  private isOpen = false
  private base: Table<A> = { length: 0, chunks: [] }

  /** `copy` lists the fields of a value once, always in the same order. */
  constructor(private readonly copy: (value: A) => A) {}

  /** Begins an edit of `table`. O(1) when it is the table closed last, else O(n). */
  open(table: Table<A>): void {
    invariant(!this.isOpen, 'an edit is opened once')
    this.isOpen = true
    if (table === this.base) return
    this.base = table
    this.values = []
    for (const chunk of table.chunks) for (const value of chunk) this.values.push(value)
    this.owner = new Array<number>(table.length).fill(0)
    this.chunkOwner = new Array<number>(table.chunks.length).fill(0)
  }

  /** Ends the edit and gives the finished table; the same object when nothing was written. */
  close(): Table<A> {
    invariant(this.isOpen, 'only an open edit can be closed')
    this.isOpen = false
    if (this.dirtyTotal > 0) this.base = this.rebuild()
    this.dirtyTotal = 0
    this.generation++
    return this.base
  }

  /** Throws away what was written since {@link TableEdit.open}. */
  abandon(): void {
    this.isOpen = false
    this.dirtyTotal = 0
    this.generation++
    this.base = { length: 0, chunks: [] }
    this.values = []
    this.owner = []
    this.chunkOwner = []
  }

  /** The number of values. */
  get length(): number {
    return this.values.length
  }

  /** The value at `index`, to look at. */
  read(index: number): A {
    return this.values[index] as A
  }

  /** The value at `index`, to change in place. */
  write(index: number): A {
    if (this.owner[index] === this.generation) return this.values[index] as A
    return this.own(index, this.copy)
  }

  /** As {@link TableEdit.write}, for tables whose values are of several kinds. */
  writeWith<B extends A>(index: number, copy: (value: B) => B): B {
    if (this.owner[index] === this.generation) return this.values[index] as B
    return this.own(index, copy as unknown as (value: A) => A) as B
  }

  /** Puts a fresh value at `index`, which may be one past the end. */
  set(index: number, value: A): void {
    invariant(this.isOpen, 'a closed edit cannot write')
    invariant(index >= 0 && index <= this.values.length, 'a table grows at its end only')
    if (this.owner[index] !== this.generation) {
      this.owner[index] = this.generation
      this.dirty[this.dirtyTotal++] = index
    }
    this.values[index] = value
  }

  private own(index: number, copy: (value: A) => A): A {
    invariant(this.isOpen, 'a closed edit cannot write')
    const value = copy(this.values[index] as A)
    this.values[index] = value
    this.owner[index] = this.generation
    this.dirty[this.dirtyTotal++] = index
    return value
  }

  private rebuild(): Table<A> {
    const chunks = this.base.chunks.slice() as A[][]
    const generation = this.generation
    for (let i = 0; i < this.dirtyTotal; i++) {
      const index = this.dirty[i] as number
      const at = index >> chunkShift
      if (this.chunkOwner[at] !== generation) {
        this.chunkOwner[at] = generation
        chunks[at] = chunks[at]?.slice() ?? []
      }
      ;(chunks[at] as A[])[index & (chunkSize - 1)] = this.values[index] as A
    }
    return { length: this.values.length, chunks }
  }
}
