import * as E from 'fp-ts/lib/Either.js'
import type { Decoder } from 'io-ts'
import { describe, expect, test } from 'vitest'

import { Shape } from '../../../src/guest/index.js'

interface Point {
  readonly x: number
  readonly label: string | null
}

const point = Shape.closed<Point>(
  'a point',
  { x: Shape.integer(0, 9), label: Shape.orNull(Shape.text(1, 3)) },
  { label: null }
)
const points = Shape.list(point, 2)

const reasonOf = (shape: Decoder<unknown, unknown>, input: unknown): string => {
  const found = Shape.read(shape, input)
  return E.isLeft(found) ? `${Shape.formatPath(found.left.path)}: ${found.left.reason}` : 'accepted'
}

describe('a shape says where and why', () => {
  test.each<[Decoder<unknown, unknown>, unknown, string]>([
    [point, { x: 10 }, 'x: expected an integer from 0 to 9, got 10'],
    [point, { x: '1' }, 'x: expected an integer from 0 to 9, got "1"'],
    [point, {}, 'x: missing'],
    [point, { x: undefined }, 'x: expected an integer from 0 to 9, got nothing'],
    [point, { x: 1, y: 2 }, 'y: unknown key; the keys here are x, label'],
    [point, { x: 1, label: '' }, 'label: expected a text of at least 1 characters'],
    [point, { x: 1, label: 'abcd' }, 'label: expected a text of at most 3 characters'],
    [point, null, ': expected a point, got null'],
    [points, {}, ': expected a list, got an object'],
    [points, [{ x: 1 }, { x: -1 }], '[1].x: expected an integer from 0 to 9, got -1'],
    [points, [1, 2, 3], ': expected at most 2 elements, got 3'],
    [Shape.flag, 1, ': expected true or false, got 1'],
    [Shape.choice('a', 'b'), 'c', ': expected "a" or "b", got "c"'],
    [Shape.text(0, 99), true, ': expected a text, got true']
  ])('%#', (shape, input, expected) => {
    expect(reasonOf(shape, input)).toBe(expected)
  })
})

test('defaults are filled in and keys put in order', () => {
  const found = Shape.read(point, { x: 3 })
  expect(JSON.stringify(found)).toBe(JSON.stringify(E.right({ x: 3, label: null })))
})

test('a shape accepts as its own only what reads to itself', () => {
  expect(point.is({ x: 3, label: null })).toBe(true)
  expect(point.is({ x: 3 })).toBe(false)
  expect(point.is({ x: 10, label: null })).toBe(false)
  expect(points.is([{ x: 3, label: 'a' }])).toBe(true)
})

test('a shape is an io-ts codec', () => {
  expect(point.decode({ x: 3 })).toEqual(E.right({ x: 3, label: null }))
  expect(point.encode({ x: 3, label: 'a' })).toEqual({ x: 3, label: 'a' })
})

test('values are shown in a few words', () => {
  expect([undefined, null, 1, -0, 'a', [], {}].map(Shape.show)).toEqual([
    'nothing',
    'null',
    '1',
    '-0',
    '"a"',
    'a list',
    'an object'
  ])
  expect(Shape.show('x'.repeat(1000))).toBe(`"${'x'.repeat(40)}"...`)
})

test('a path is written as people write it', () => {
  expect(Shape.formatPath(['domains', '0', 'workload', 'phases', '12', 'then'])).toBe(
    'domains[0].workload.phases[12].then'
  )
  expect(Shape.formatPath([])).toBe('')
})
