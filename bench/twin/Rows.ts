/**
 * The mutable twin of the package's `Rows`: same methods, but a write changes the record in place, nothing is
 * ever copied and nothing is noted down. Only for measuring what copying once costs; hosts that went in are
 * spoilt, and what comes out is what went in.
 */
export class Rows<A> {
  protected values: A[] = []
  protected readonly dirty: number[] = []
  protected dirtyTotal = 0

  constructor(readonly copy: (value: A) => A) {}

  reopen(): void {}

  load(values: A[]): void {
    this.values = values
  }

  finish(): void {}

  discard(): void {
    this.values = []
  }

  get length(): number {
    return this.values.length
  }

  get writtenTotal(): number {
    return 0
  }

  writtenPlace(number: number): number {
    return number
  }

  read(index: number): A {
    return this.values[index] as A
  }

  readOr<B>(index: number, missing: B): A | B {
    return index < this.values.length ? (this.values[index] as A) : missing
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
