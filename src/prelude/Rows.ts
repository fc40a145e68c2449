/**
 * The values of one table or column, opened for writing: a value is copied the first time it is written to
 * and never again until the edit is closed.
 *
 * `read` gives a value to look at and `write` a value that may be changed in place. Which values are owned is
 * known to side arrays here, never to the values. `TableEdit` and others like it load the values and collect
 * those that were written to.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export class Rows<A> {
  /** The values as they stand; only {@link Rows.write} makes one fit to be changed. */
  protected values: A[] = []
  private owner: number[] = []
  /** The first `dirtyTotal` are places written to since the edit was opened. */
  protected readonly dirty: number[] = []
  protected dirtyTotal = 0
  protected generation = 1
  protected isOpen = false

  /** `copy` lists the fields of a value once, always in the same order. */
  constructor(private readonly copy: (value: A) => A) {}

  /** Begins an edit of the values loaded last. */
  reopen(): void {
    invariant(!this.isOpen, 'an edit is opened once')
    this.isOpen = true
  }

  /** Takes other values to edit. */
  load(values: A[]): void {
    this.values = values
    this.owner = new Array<number>(values.length).fill(0)
  }

  /** Ends the edit: what was written is everybody's from now on. */
  finish(): void {
    invariant(this.isOpen, 'only an open edit can be closed')
    this.isOpen = false
    this.dirtyTotal = 0
    this.generation++
  }

  /** Throws away the values and what was written. */
  discard(): void {
    this.isOpen = false
    this.dirtyTotal = 0
    this.generation++
    this.load([])
  }

  /** The number of values. */
  get length(): number {
    return this.values.length
  }

  /** How many places were written to since the edit was opened. */
  get writtenTotal(): number {
    return this.dirtyTotal
  }

  /** One of the places written to, by its number among them. */
  writtenPlace(number: number): number {
    return this.dirty[number] as number
  }

  /** The value at `index`, to look at. */
  read(index: number): A {
    return this.values[index] as A
  }

  /** The value at `index`, `missing` where there is none. */
  readOr<B>(index: number, missing: B): A | B {
    return index < this.values.length ? (this.values[index] as A) : missing
  }

  /** The value at `index`, to change in place. */
  write(index: number): A {
    if (this.owner[index] === this.generation) return this.values[index] as A
    return this.own(index, this.copy)
  }

  /** As {@link Rows.write}, for tables whose values are of several kinds. */
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
}
