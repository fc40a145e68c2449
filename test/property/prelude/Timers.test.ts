import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { TimersEdit, emptyTimers, notPending, pendingTimers } from '../../../src/prelude/Timers.js'
import type { Timers } from '../../../src/prelude/Timers.js'
import { deepFreeze } from '../../../src/testing/index.js'

/** The plain twin of a calendar: all timers in a list, sorted when somebody asks. A free number is null. */
interface Timer {
  readonly key: readonly [timerClass: number, k1: number, k2: number]
  deadlineNs: number
}
type Twin = Array<Timer | null>

type Action =
  | { readonly _tag: 'Allocate'; readonly key: readonly [number, number] }
  | { readonly _tag: 'Set'; readonly id: number; readonly deadlineNs: number }
  | { readonly _tag: 'Stop' | 'Release'; readonly id: number }
  | { readonly _tag: 'Fire' | 'Close' | 'Abandon' }
  | { readonly _tag: 'Switch'; readonly to: number }

const id = fc.nat({ max: 50 })
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        _tag: fc.constant('Allocate' as const),
        key: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 }))
      })
    },
    {
      weight: 8,
      arbitrary: fc.record({ _tag: fc.constant('Set' as const), id, deadlineNs: fc.nat({ max: 9 }) })
    },
    { weight: 2, arbitrary: fc.record({ _tag: fc.constantFrom('Stop' as const, 'Release' as const), id }) },
    {
      weight: 4,
      arbitrary: fc.record({ _tag: fc.constantFrom('Fire' as const, 'Close' as const, 'Fire', 'Abandon') })
    },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant('Switch' as const), to: fc.nat() }) }
  ),
  { maxLength: 120, size: 'max' }
)

const counts = fc.nat({ max: 40 })

const inOrder = (twin: Twin) =>
  twin
    .flatMap((timer, at) => (timer === null || timer.deadlineNs < 0 ? [] : [{ ...timer, at }]))
    .sort(
      (a, b) =>
        a.deadlineNs - b.deadlineNs || a.key[0] - b.key[0] || a.key[1] - b.key[1] || a.key[2] - b.key[2]
    )

const copyOf = (twin: Twin): Twin => twin.map((timer) => timer && { ...timer })

/** Drives a calendar and its twin. The third part of a key is a running number: keys of timers are unique. */
class Pair {
  readonly edit = new TimersEdit()
  readonly finished: Array<{ readonly timers: Timers; readonly twin: Twin }> = []
  twin: Twin = []
  private allocated = 0

  /** Begins with `count` timers that are set. */
  constructor(count: number) {
    this.finish(emptyTimers)
    this.edit.open(emptyTimers)
    for (let at = 0; at < count; at++) {
      this.do({ _tag: 'Allocate', key: [at % 4, at % 3] })
      this.do({ _tag: 'Set', id: at, deadlineNs: at % 10 })
    }
    this.do({ _tag: 'Close' })
  }

  finish(timers: Timers): void {
    this.finished.push({ timers: deepFreeze(timers), twin: copyOf(this.twin) })
  }

  reopen(chosen: { readonly timers: Timers; readonly twin: Twin }): void {
    this.twin = copyOf(chosen.twin)
    this.edit.open(chosen.timers)
  }

  compareFirst(): void {
    const [first] = inOrder(this.twin)
    expect(this.edit.firstDeadline()).toBe(first?.deadlineNs ?? Infinity)
    if (first !== undefined) expect(this.edit.first()).toBe(first.at)
  }

  do(action: Action): void {
    switch (action._tag) {
      case 'Allocate': {
        const key = [...action.key, this.allocated++] as const
        const free = this.twin.indexOf(null)
        const at = this.edit.allocate(...key, 7)
        expect(at).toBe(free < 0 ? this.twin.length : free)
        this.twin[at] = { key, deadlineNs: notPending }
        return
      }
      case 'Set':
      case 'Stop':
      case 'Release':
        return this.change(action)
      case 'Fire': {
        const [first] = inOrder(this.twin)
        if (first === undefined) return
        this.edit.stop(this.edit.first())
        this.twin[first.at]!.deadlineNs = notPending
        return
      }
      case 'Close':
        this.finish(this.edit.close())
        return this.reopen(this.finished.at(-1)!)
      case 'Abandon':
        this.edit.abandon()
        return this.reopen(this.finished.at(-1)!)
      case 'Switch':
        this.finish(this.edit.close())
        return this.reopen(this.finished[action.to % this.finished.length]!)
    }
  }

  private change(action: Extract<Action, { readonly id: number }>): void {
    const timer = this.twin[action.id]
    if (timer === null || timer === undefined) return
    if (action._tag === 'Set') {
      this.edit.set(action.id, action.deadlineNs)
      timer.deadlineNs = action.deadlineNs
      return
    }
    timer.deadlineNs = notPending
    if (action._tag === 'Stop') return this.edit.stop(action.id)
    this.edit.release(action.id)
    this.twin[action.id] = null
  }
}

test('the calendar names the timer that sorting them all would put first, after any changes', () => {
  let pendingMax = 0
  fc.assert(
    fc.property(counts, actions, (count, todo) => {
      const pair = new Pair(count)
      for (const action of todo) {
        pair.do(action)
        pair.compareFirst()
        pendingMax = Math.max(pendingMax, inOrder(pair.twin).length)
      }
    }),
    { numRuns: 500 }
  )
  // More than the sixteen places that the tournament starts with.
  expect(pendingMax).toBeGreaterThan(8)
})

test('a finished calendar has the pending timers in order, and is never written to', () => {
  fc.assert(
    fc.property(counts, actions, (count, todo) => {
      const pair = new Pair(count)
      for (const action of todo) pair.do(action)
      pair.finish(pair.edit.close())
      for (const { timers, twin } of pair.finished) {
        expect(
          pendingTimers(timers).map((timer) => [
            timer.deadlineNs,
            timer.class,
            timer.k1,
            timer.k2,
            timer.payload
          ])
        ).toEqual(inOrder(twin).map(({ deadlineNs, key }) => [deadlineNs, ...key, 7]))
      }
    }),
    { numRuns: 300 }
  )
})

test('a calendar written as JSON and read again is the same calendar', () => {
  fc.assert(
    fc.property(counts, actions, (count, todo) => {
      const pair = new Pair(count)
      for (const action of todo) pair.do(action)
      const timers = pair.edit.close()
      const read = JSON.parse(JSON.stringify(timers)) as Timers
      expect(read).toEqual(timers)
      pair.edit.open(read)
      pair.compareFirst()
      expect(pair.edit.close()).toBe(read)
    }),
    { numRuns: 200 }
  )
})
