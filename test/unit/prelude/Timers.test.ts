import { describe, expect, test } from 'vitest'

import { TimersEdit, emptyTimers, notPending, pendingTimers } from '../../../src/prelude/Timers.js'

const opened = (): TimersEdit => {
  const edit = new TimersEdit()
  edit.open(emptyTimers)
  return edit
}

describe('the calendar', () => {
  test('without pending timers has nothing due', () => {
    const edit = opened()
    expect(edit.firstDeadline()).toBe(Infinity)
    edit.allocate(0, 0, 0, 0)
    expect(edit.firstDeadline()).toBe(Infinity)
    expect(pendingTimers(edit.close())).toEqual([])
  })

  test.each([
    ['deadline', [5, 0, 0], [1, 1, 1], 8, 9],
    ['class', [0, 9, 9], [1, 0, 0], 7, 7],
    ['k1', [1, 2, 9], [1, 3, 0], 7, 7],
    ['k2', [1, 2, 3], [1, 2, 4], 7, 7]
  ] as const)('orders by %s', (_, early, late, earlyNs, lateNs) => {
    const edit = opened()
    const second = edit.allocate(late[0], late[1], late[2], 0)
    const first = edit.allocate(early[0], early[1], early[2], 0)
    edit.set(second, lateNs)
    edit.set(first, earlyNs)
    expect(edit.first()).toBe(first)
    edit.stop(first)
    expect(edit.first()).toBe(second)
  })

  test('a set timer that is set again has the new deadline only', () => {
    const edit = opened()
    const timer = edit.allocate(0, 0, 0, 0)
    edit.set(timer, 5)
    edit.set(timer, 9)
    expect([edit.deadline(timer), edit.firstDeadline()]).toEqual([9, 9])
    edit.stop(timer)
    edit.stop(timer)
    expect([edit.deadline(timer), edit.firstDeadline()]).toEqual([notPending, Infinity])
  })

  test('gives the lowest free number, and a released timer is not due any more', () => {
    const edit = opened()
    const [a, b, c] = [0, 1, 2].map((k1) => edit.allocate(1, k1, 0, k1))
    expect([a, b, c]).toEqual([0, 1, 2])
    edit.set(1, 5)
    edit.release(1)
    expect(edit.firstDeadline()).toBe(Infinity)
    edit.release(0)
    expect([edit.allocate(1, 7, 0, 0), edit.allocate(1, 8, 0, 0), edit.allocate(1, 9, 0, 0)]).toEqual([
      0, 1, 3
    ])
  })

  test.each([
    [-1, 0, 0],
    [0, -1, 0],
    [0, 0, -1],
    [8192, 0, 0],
    [0, 1_048_576, 0],
    [0, 0, 1_048_576]
  ])('refuses the key %i, %i, %i', (timerClass, k1, k2) => {
    expect(() => opened().allocate(timerClass, k1, k2, 0)).toThrow('timer keys')
  })

  test('keeps timers through its growth', () => {
    const edit = opened()
    for (let i = 0; i < 100; i++) edit.set(edit.allocate(1, i, 0, i), 1000 - i)
    expect([edit.first(), edit.firstDeadline()]).toEqual([99, 901])
    expect(pendingTimers(edit.close()).map(({ payload }) => payload)).toEqual(
      Array.from({ length: 100 }, (_, i) => 99 - i)
    )
  })

  test('closed unchanged is the very calendar, changed shares what did not change', () => {
    const edit = opened()
    for (let i = 0; i < 20; i++) edit.allocate(1, i, 0, i)
    const first = edit.close()
    edit.open(first)
    expect(edit.close()).toBe(first)
    edit.open(first)
    edit.set(9, 4)
    const second = edit.close()
    expect(second.keys).toBe(first.keys)
    expect(second.deadlines.chunks.map((chunk, i) => chunk === first.deadlines.chunks[i])).toEqual([
      true,
      false,
      true
    ])
  })

  test('abandoned, forgets what was set', () => {
    const edit = opened()
    const timer = edit.allocate(1, 1, 0, 0)
    const closed = edit.close()
    edit.open(closed)
    edit.set(timer, 3)
    edit.abandon()
    edit.open(closed)
    expect(edit.firstDeadline()).toBe(Infinity)
    expect(edit.close()).toBe(closed)
  })
})
