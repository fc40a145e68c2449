/**
 * A private, writable view of a {@link Table}: a value is copied the first time it is written to and never
 * again until the edit is closed.
 *
 * The view is opened on a table and closed into a table. One view is used for many edits: opened on the table
 * it closed last, it starts at once; opened on another it first reads it whole.
 *
 * @since 0.1.0
 */
import { Rows } from './Rows.js'
import type { Table } from './Table.js'
import { chunkShift, chunkSize } from './Table.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export class TableEdit<A> extends Rows<A> {
  private base: Table<A> = noTable

  /** Begins an edit of `table`. O(1) when it is the table closed last, else O(n). */
  open(table: Table<A>): void {
    this.reopen()
    if (table === this.base) return
    this.base = table
    const values: A[] = []
    for (const chunk of table.chunks) for (const value of chunk) values.push(value)
    this.load(values)
  }

  /** Ends the edit and gives the finished table; the same object when nothing was written. */
  close(): Table<A> {
    if (this.dirtyTotal > 0) this.base = this.rebuild()
    this.finish()
    return this.base
  }

  /** Throws away what was written since {@link TableEdit.open}. */
  abandon(): void {
    this.discard()
    this.base = noTable
  }

  private rebuild(): Table<A> {
    const before = this.base.chunks
    const chunks = before.slice() as A[][]
    for (let i = 0; i < this.dirtyTotal; i++) {
      const index = this.dirty[i] as number
      const at = index >> chunkShift
      if (chunks[at] === before[at]) chunks[at] = before[at]?.slice() ?? []
      ;(chunks[at] as A[])[index & (chunkSize - 1)] = this.values[index] as A
    }
    return { length: this.values.length, chunks }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const noTable: Table<never> = { length: 0, chunks: [] }
