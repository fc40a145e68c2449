import { describe, expect, it } from 'vitest'

import { digestHost } from '../../../src/machine/index.js'
import type { Host } from '../../../src/machine/index.js'
import { digestOf } from '../../../src/prelude/index.js'
import { advanceTo, after, bootWith, build, makeEnv, millisecond } from './rig.js'
import { schedColumn } from '../../../src/sched/index.js'
import type { Sched } from '../../../src/sched/index.js'
import { Table } from '../../../src/prelude/index.js'

/** The digest as docs/formats.md defines it, written down from there, without caches or sums kept. */
interface Words {
  a: number
  b: number
}
type Fields = Readonly<Record<string, unknown>>

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n))
const step = (x: number): number => {
  const m = Math.imul(x, 0xcc9e2d51)
  return Math.imul(rotl(m, 15), 0x1b873593) ^ (m >>> 7)
}
const finish = (x: number): number => {
  let h = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
const finished = ({ a, b }: Words): Words => ({ a: finish(a), b: finish(b ^ a) })
const begin = (): Words => ({ a: 0x243f6a88, b: 0x85a308d3 })
const text = (w: Words): string =>
  [finished(w).a, finished(w).b].map((x) => (x >>> 0).toString(16).padStart(8, '0')).join('')

const word = (w: Words, value: number): void => {
  w.a = step(w.a ^ value)
  w.b = step((w.b + value) | 0)
}
const name = (key: string): number =>
  [...Array(key.length).keys()].reduce((x, i) => step(x ^ key.charCodeAt(i)), 0x243f6a88 ^ key.length)

const integer = (w: Words, value: number): void => {
  if ((value | 0) === value) return word(w, value)
  const [low, high] = [value | 0, Math.floor(value / 2 ** 32) | 0]
  w.a = step(step(w.a ^ low) ^ high)
  w.b = step(step((w.b + low) | 0) ^ Math.imul(high, 0x9e3779b1))
}
const inside = (w: Words, value: object): void => {
  if (Array.isArray(value)) {
    word(w, 0x2545f491 ^ value.length)
    for (const inner of value) mix(w, inner)
    return
  }
  let [sumA, sumB] = [0, 0]
  for (const [key, field] of Object.entries(value as Fields)) {
    const own = name(key)
    let [a, b] = [own, ~own]
    if (typeof field === 'number') {
      const high = Math.imul(Math.floor(field / 2 ** 32), 0xc2b2ae3d)
      a = own ^ Math.imul(field, 0x9e3779b1) ^ high
      b = (own + Math.imul(field, 0x85ebca77)) ^ high
    } else if (typeof field === 'boolean') {
      ;[a, b] = field ? [own, own + 1] : [~own, own - 1]
    } else {
      const part: Words = { a, b }
      mix(part, field)
      ;({ a, b } = part)
    }
    sumA = (sumA + finish(a)) | 0
    sumB = (sumB + finish(b)) | 0
  }
  const count = Object.keys(value).length
  w.a = step(step(w.a ^ count) ^ sumA)
  w.b = step(step((w.b + count) | 0) ^ sumB)
}
const mix = (w: Words, value: unknown): void => {
  if (typeof value === 'number') return integer(w, value)
  if (typeof value === 'boolean') return word(w, value ? 0x51ed270b : 0x3c6ef372)
  if (value === null) return word(w, 0x27d4eb2f)
  if (typeof value === 'string') {
    word(w, 0x165667b1 ^ value.length)
    for (let i = 0; i < value.length; i++) word(w, value.charCodeAt(i))
    return
  }
  const object = value as object
  if (Array.isArray(object) && object.length <= 4) return inside(w, object)
  const own = begin()
  inside(own, object)
  word(w, finished(own).a)
  word(w, finished(own).b)
}
const sumOver = (w: Words, length: number, cells: ReadonlyArray<unknown>): void => {
  let [sumA, sumB] = [0, 0]
  for (const [i, value] of cells.entries()) {
    const own: Words = { a: step(0x243f6a88 ^ i), b: step((0x85a308d3 + i) | 0) }
    if (typeof value === 'object' && value !== null) inside(own, value)
    else mix(own, value)
    sumA = (sumA + finished(own).a) | 0
    sumB = (sumB + finished(own).b) | 0
  }
  integer(w, length)
  w.a = step(w.a ^ sumA)
  w.b = step(w.b ^ sumB)
}
const table = (w: Words, given: Table.Table<unknown>): void => sumOver(w, given.length, Table.toArray(given))

/** Tables whose records have parts: part k of record i counts as value i x (number of parts) + k. */
const joined = (w: Words, sched: Sched, names: ReadonlyArray<string>): void => {
  const columns = names.map((name) => schedColumn(sched, name) ?? [])
  const length = Math.max(...columns.map((rows) => rows.length))
  const cells = Array.from({ length }, (_, i) => columns.map((rows) => rows[i] ?? null))
  sumOver(w, length, cells.flat())
}

const documented = (host: Host): string => {
  const w: Words = { a: 1, b: 2 }
  const cold: Words = { a: 3, b: 4 }
  const { sched } = host
  mix(w, host.nowNs)
  for (const value of [host.boot, host.domains, host.memory, host.planned, host.random, host.choice])
    mix(cold, value)
  for (const value of [sched.topology, sched.params, sched.domainOrder, sched.poolOrder]) mix(cold, value)
  for (const value of [sched.freePcpus, sched.softirqs]) mix(cold, value)
  for (const value of [cold.a, cold.b, host.plannedTotal, sched.movingPcpu, sched.movingPool]) mix(w, value)
  joined(w, sched, ['vcpus', 'units', 'unitPrivate', 'guests'])
  joined(w, sched, ['queues', 'lists'])
  for (const value of [host.timers.keys, host.timers.deadlines]) table(w, value)
  for (const value of [sched.pcpus, sched.domains, sched.pools]) table(w, value)
  for (const value of [sched.domainPrivate, sched.pcpuPrivate, sched.instances]) table(w, value)
  return text(w)
}

describe('digests are what docs/formats.md says', () => {
  it.each<[unknown]>([
    [0],
    [-1],
    [2 ** 31],
    [-(2 ** 31) - 1],
    [2 ** 53 - 1],
    [-(2 ** 53) + 1],
    [null],
    [true],
    ['Grüße 🙂'],
    [[1, 2, 3]],
    [[1, 2, 3, 4, 5]],
    [{ b: 1, a: [{ z: null, 10: 'x', 9: [] }] }]
  ])('of %j', (value) => {
    const w = begin()
    mix(w, value)
    expect(digestOf(value)).toBe(text(w))
  })
  it('of a host', () => {
    const env = makeEnv()
    const booted = bootWith(env, { topology: { coresPerSocket: 12 } })
    expect(digestHost(booted)).toBe(documented(booted))
    const host = after(env, booted, [
      build(0, { vcpus: 9 }),
      build(1, { cap: 30 }),
      advanceTo(30 * millisecond)
    ])
    expect(digestHost(host)).toBe(documented(host))
  })
})
