/**
 * The calendar: timers with a deadline, ordered by `(deadline, class, k1, k2)`, never by the order of
 * insertion.
 *
 * The value holds, per timer number, its key and its deadline. The order is an index over the value, kept by
 * {@link TimersEdit} as a tournament: each inner node names the earliest timer below it. It is made anew from
 * any value, so the order in which timers were set leaves no trace; only their numbers are state (the lowest
 * free one is taken). Setting or stopping a timer costs O(log n) at most and usually less, since the way up
 * ends where the winner does not change.
 *
 * @since 0.1.0
 */
import { invariant } from './invariant.js'
import type { Table } from './Table.js'
import { empty, fromArray, toArray, chunkShift, chunkSize } from './Table.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Who a timer belongs to and where it stands among timers of the same instant. `payload` is the owner's own
 * number.
 *
 * @category model
 * @since 0.1.0
 */
export interface TimerKey {
  readonly class: number
  readonly k1: number
  readonly k2: number
  readonly payload: number
}

/**
 * All timers. A deadline of {@link notPending} means that the timer is not set; a key of class -1 that its
 * number is free. Deadlines that an owner keeps in its own record (see {@link DeadlineKeeper}) are not set
 * here.
 *
 * @category model
 * @since 0.1.0
 */
export interface Timers {
  readonly keys: Table<TimerKey>
  readonly deadlines: Table<number>
}

/**
 * Where the deadlines of some classes stand: in a record that changes together with them anyway, which saves
 * a copy of their place in the calendar.
 *
 * @category model
 * @since 0.1.0
 */
export interface DeadlineKeeper {
  readonly keeps: (timerClass: number) => boolean
  readonly read: (key: TimerKey) => number
  readonly write: (key: TimerKey, deadlineNs: number) => void
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The deadline of a timer that is not set.
 *
 * @category constants
 * @since 0.1.0
 */
export const notPending = -1

/** Keys fit three fields of one exact integer: class below 2^13, k1 and k2 below 2^20 each. */
const keyFieldSize = 1048576

const freeKey: TimerKey = { class: -1, k1: 0, k2: 0, payload: 0 }

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * No timers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyTimers: Timers = { keys: empty, deadlines: empty }

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The pending timers in the order in which they are due; `keeper` knows the deadlines that stand elsewhere.
 * O(n log n).
 *
 * @category queries
 * @since 0.1.0
 */
export const pendingTimers = (
  timers: Timers,
  keeper: Omit<DeadlineKeeper, 'write'> = nobody
): ReadonlyArray<TimerKey & { readonly deadlineNs: number }> => {
  const deadlines = toArray(timers.deadlines)
  return toArray(timers.keys)
    .map((key, id) => ({
      ...key,
      deadlineNs: keeper.keeps(key.class) ? keeper.read(key) : (deadlines[id] as number)
    }))
    .filter((timer) => timer.class >= 0 && timer.deadlineNs >= 0)
    .sort((a, b) => a.deadlineNs - b.deadlineNs || a.class - b.class || a.k1 - b.k1 || a.k2 - b.k2)
}

// -------------------------------------------------------------------------------------
// instances: edit
// -------------------------------------------------------------------------------------

/**
 * The writable view of a calendar; see `TableEdit` for the contract of opening and closing.
 *
 * @category model
 * @since 0.1.0
 */
export class TimersEdit {
  private at = new Float64Array(16).fill(Infinity)
  private order = new Float64Array(16).fill(Infinity)
  private winner = new Int32Array(32)
  private size = 16
  private keys: TimerKey[] = []
  private base: Timers = emptyTimers
  private owner: number[] = []
  /** The first `dirtyTotal` are places written to since the edit was opened. */
  private readonly dirty: number[] = []
  private dirtyTotal = 0
  private keysChanged = false
  private freeFrom = 0
  private generation = 1
  private keeper: DeadlineKeeper = nobody

  constructor() {
    this.rank()
  }

  /** Names who keeps deadlines elsewhere; once, before the first edit. */
  keptBy(keeper: DeadlineKeeper): void {
    this.keeper = keeper
  }

  /**
   * Begins an edit of `timers`. O(1) when they are the ones closed last and nobody's records were exchanged
   * meanwhile, else O(n).
   */
  open(timers: Timers, areKeptSame = true): void {
    if (timers === this.base && areKeptSame) return
    this.base = timers
    this.keys = toArray(timers.keys).slice()
    const count = this.keys.length
    this.resize(count, 0)
    toArray(timers.deadlines).forEach((loose, id) => {
      const key = this.keys[id] as TimerKey
      const deadline = this.keeper.keeps(key.class) ? this.keeper.read(key) : loose
      this.at[id] = deadline === notPending ? Infinity : deadline
    })
    this.keys.forEach((key, id) => (this.order[id] = orderOf(key)))
    this.owner = new Array<number>(count).fill(0)
    this.freeFrom = 0
    this.rank()
  }

  /** Ends the edit and gives the finished calendar; the keeper's records must still be open. */
  close(): Timers {
    const looseTotal = this.handOver()
    if (this.keysChanged) {
      const deadlines = this.keys.map((key, id) =>
        this.keeper.keeps(key.class) ? notPending : this.deadline(id)
      )
      this.base = { keys: fromArray(this.keys), deadlines: fromArray(deadlines) }
    } else if (looseTotal > 0) {
      this.base = { keys: this.base.keys, deadlines: this.changedDeadlines(looseTotal) }
    }
    this.keysChanged = false
    this.dirtyTotal = 0
    this.generation++
    return this.base
  }

  /** Throws away what was written. */
  abandon(): void {
    this.keysChanged = false
    this.dirtyTotal = 0
    this.generation++
    this.base = emptyTimers
    this.keys = []
    this.owner = []
    this.freeFrom = 0
    this.resize(0, 0)
    this.rank()
  }

  /** Makes a timer, not set, and gives its number: the lowest free one. */
  allocate(timerClass: number, k1: number, k2: number, payload: number): number {
    invariant(timerClass >= 0 && k1 >= 0 && k2 >= 0, 'timer keys are not negative')
    invariant(timerClass < 8192 && k1 < keyFieldSize && k2 < keyFieldSize, 'timer keys fit their fields')
    let id = this.freeFrom
    while (id < this.keys.length && (this.keys[id] as TimerKey).class >= 0) id++
    this.freeFrom = id + 1
    this.keys[id] = { class: timerClass, k1, k2, payload }
    this.keysChanged = true
    if (id >= this.size) {
      this.resize(id + 1, this.size)
      this.rank()
    }
    this.at[id] = Infinity
    this.order[id] = orderOf(this.keys[id] as TimerKey)
    this.climb(id)
    return id
  }

  /** Gives a timer's number back. */
  release(id: number): void {
    this.stop(id)
    this.keys[id] = freeKey
    this.order[id] = Infinity
    this.keysChanged = true
    if (id < this.freeFrom) this.freeFrom = id
  }

  /** Sets the timer, replacing an earlier deadline. */
  set(id: number, deadlineNs: number): void {
    if (this.at[id] === deadlineNs) return
    this.at[id] = deadlineNs
    this.mark(id)
    this.climb(id)
  }

  /** Stops the timer; nothing happens when it is not set. */
  stop(id: number): void {
    if (this.at[id] === Infinity) return
    this.at[id] = Infinity
    this.mark(id)
    this.climb(id)
  }

  /** The timer's deadline, or {@link notPending}. */
  deadline(id: number): number {
    const deadline = this.at[id] as number
    return deadline === Infinity ? notPending : deadline
  }

  /** The number of the timer that is due first. Look at {@link TimersEdit.firstDeadline} before using it. */
  first(): number {
    return this.winner[1] as number
  }

  /** The earliest deadline, `Infinity` when no timer is set. */
  firstDeadline(): number {
    return this.at[this.winner[1] as number] as number
  }

  /** The key of a timer. */
  key(id: number): TimerKey {
    return this.keys[id] as TimerKey
  }

  private mark(id: number): void {
    if (this.owner[id] === this.generation) return
    this.owner[id] = this.generation
    this.dirty[this.dirtyTotal++] = id
  }

  private isBefore(a: number, b: number): boolean {
    const atA = this.at[a] as number
    const atB = this.at[b] as number
    if (atA !== atB) return atA < atB
    return (this.order[a] as number) <= (this.order[b] as number)
  }

  /** Plays the matches above `id` again, until the outcome of one is not touched by the change. */
  private climb(id: number): void {
    const { at, order, winner } = this
    let node = (id + this.size) >> 1
    let child = id
    let other = id ^ 1
    let atChild = at[id] as number
    for (;;) {
      const atOther = at[other] as number
      if (atOther < atChild || (atOther === atChild && (order[other] as number) < (order[child] as number))) {
        child = other
        atChild = atOther
      }
      const before = winner[node]
      winner[node] = child
      if ((before === child && child !== id) || node === 1) return
      other = winner[node ^ 1] as number
      node >>= 1
    }
  }

  /** Makes room for `count` timers and keeps what is known of the first `kept`. */
  private resize(count: number, kept: number): void {
    let size = 16
    while (size < count) size *= 2
    const at = new Float64Array(size).fill(Infinity)
    const order = new Float64Array(size).fill(Infinity)
    at.set(this.at.subarray(0, kept))
    order.set(this.order.subarray(0, kept))
    this.at = at
    this.order = order
    this.size = size
    this.winner = new Int32Array(2 * size)
  }

  private rank(): void {
    const size = this.size
    const winner = this.winner
    for (let id = 0; id < size; id++) winner[size + id] = id
    for (let node = size - 1; node >= 1; node--) {
      const left = winner[2 * node] as number
      const right = winner[2 * node + 1] as number
      winner[node] = this.isBefore(left, right) ? left : right
    }
  }

  /** Gives the keeper its changed deadlines; the others stand first among the dirty ones afterwards. */
  private handOver(): number {
    const { keeper, keys, dirty } = this
    let looseTotal = 0
    for (let i = 0; i < this.dirtyTotal; i++) {
      const id = dirty[i] as number
      const key = keys[id] as TimerKey
      if (keeper.keeps(key.class)) keeper.write(key, this.deadline(id))
      else dirty[looseTotal++] = id
    }
    return looseTotal
  }

  private changedDeadlines(looseTotal: number): Table<number> {
    const old = this.base.deadlines
    const chunks = old.chunks.slice() as number[][]
    for (let i = 0; i < looseTotal; i++) {
      const id = this.dirty[i] as number
      const at = id >> chunkShift
      if (chunks[at] === old.chunks[at]) chunks[at] = (chunks[at] as number[]).slice()
      ;(chunks[at] as number[])[id & (chunkSize - 1)] = this.deadline(id)
    }
    return { length: old.length, chunks }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Every deadline stands in the calendar. */
const nobody: DeadlineKeeper = { keeps: () => false, read: () => notPending, write: () => undefined }

const orderOf = (key: TimerKey): number =>
  key.class < 0 ? Infinity : (key.class * keyFieldSize + key.k1) * keyFieldSize + key.k2
