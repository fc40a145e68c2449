import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import { parseCount, parseDuration, parseSize, parseTopology } from '../../../src/cli/quantities.js'

describe('durations', () => {
  it.each([
    ['10s', 10_000_000_000],
    ['300ms', 300_000_000],
    ['0.3s', 300_000_000],
    ['1.5h', 5_400_000_000_000],
    ['2m', 120_000_000_000],
    ['7ns', 7],
    ['250us', 250_000],
    ['0s', 0],
    ['0.000000001s', 1],
    ['9007199254740991ns', Number.MAX_SAFE_INTEGER]
  ])('%s is %d ns exactly', (text, ns) => {
    expect(parseDuration(text)).toEqual(E.right(ns))
  })

  it.each([
    '',
    '0',
    '10',
    's',
    '1e3s',
    '1 s',
    '10parsecs',
    '0x10s',
    '0.5ns',
    '9007199254740992ns',
    '200d',
    '-1s',
    'toString'
  ])('%j is refused', (text) => {
    expect(parseDuration(text)._tag).toBe('Left')
  })

  it('one that goes back is told so', () => {
    expect(parseDuration('-5s')).toEqual(E.left("'-5s' goes back in time: it only goes forward"))
  })
})

describe('sizes', () => {
  it.each([
    ['16G', 16 * 2 ** 30],
    ['6g', 6 * 2 ** 30],
    ['512M', 2 ** 29],
    ['512MB', 2 ** 29],
    ['512MiB', 2 ** 29],
    ['1.5T', 1.5 * 2 ** 40],
    ['4096', 4096]
  ])('%s is %d bytes exactly', (text, bytes) => {
    expect(parseSize(text)).toEqual(E.right(bytes))
  })
  it.each(['', 'G', '16X', '-1G', '16 G', '1.0000001K', '9000T', '1E'])('%j is refused', (text) => {
    expect(parseSize(text)._tag).toBe('Left')
  })
})

describe('counts and topologies', () => {
  it('a count is a whole number up to 2^53 - 1', () => {
    expect(parseCount('12')).toEqual(E.right(12))
    expect(parseCount('9007199254740993')._tag).toBe('Left')
    expect(parseCount('1.5')._tag).toBe('Left')
    expect(parseCount('1K')._tag).toBe('Left')
  })
  it('a topology is three numbers', () => {
    expect(parseTopology('2x4x1')).toEqual(E.right({ sockets: 2, coresPerSocket: 4, threadsPerCore: 1 }))
  })
  it.each(['', '2x4', '2x4x', '2x4x1x1', 'axbxc', '-1x2x1', '2 x4x1'])('%j is no topology', (text) => {
    expect(parseTopology(text)._tag).toBe('Left')
  })
})
