import { describe, expect, it } from 'vitest'

import { duration, timeOfDay, timestamp } from '../../../../src/toolstack/xl/clock.js'
import { bitmap, seconds } from '../../../../src/toolstack/xl/format.js'
import { parseOptions } from '../../../../src/toolstack/xl/getopt.js'

const ns = 1_000_000_000

describe('sets of cpus (xl-commands.md §3.1)', () => {
  it.each([
    [[], 'none'],
    [[0], '0'],
    [[0, 1, 2, 3], '0-3'],
    [[0, 2, 3, 7], '0,2-3,7'],
    [[0, 1, 2, 3, 4, 5, 6, 7], 'all'],
    [[1, 2, 3, 4, 5, 6, 7], '1-7'],
    [[0, 1, 6, 7], '0-1,6-7'],
    [[3, 9], '3']
  ] as ReadonlyArray<readonly [ReadonlyArray<number>, string]>)('%j of 8 is %s', (members, text) => {
    expect(bitmap(members, 8)).toBe(text)
  })
})

describe('seconds', () => {
  it.each([
    [1234.56, '1234.6'],
    [12.04, '12.0'],
    [0, '0.0'],
    [7.25, '7.2'],
    [7.75, '7.8'],
    [0.049, '0.0']
  ])('%d s is %s', (value, text) => {
    expect(seconds(Math.round(value * ns))).toBe(text)
  })
})

describe('the clock of domain 0', () => {
  it('begins at a fixed moment and counts virtual time', () => {
    expect(timestamp(0)).toBe('2026-01-01 00:00:00 UTC')
    expect(timestamp(86_400 * 58.5 * ns)).toBe('2026-02-28 12:00:00 UTC')
    expect(timestamp(86_400 * 59 * ns)).toBe('2026-03-01 00:00:00 UTC')
    expect(timeOfDay(3723 * ns + 999)).toBe('01:02:03')
  })

  it.each([
    [3723, false, ' 1:02:03'],
    [183_845, false, '2 days,  3:04:05'],
    [90_000, false, '1 day,  1:00:00'],
    [183_845, true, '2 days,  3:04'],
    [59, true, ' 0:00']
  ])('%d s, short %s: %s', (value, isShort, text) => {
    expect(duration(value * ns, isShort)).toBe(text)
  })
})

describe('options', () => {
  const spec = {
    letters: 'ab:n',
    long: [
      ['alpha', 'a'],
      ['beta', 'b'],
      ['alphabet', 'n']
    ] as const
  }

  it('letters together, values attached or apart, long names shortened', () => {
    const found = parseOptions(['-ab', '1', '-b2', '--be', '3', '--beta=4', '--', '-a'], spec)
    expect(found).toEqual({
      _tag: 'Done',
      options: ['a', 'b1', 'b2', 'b3', 'b4'].map((text) => ({
        letter: text.charAt(0),
        value: text.slice(1)
      })),
      rest: ['-a']
    })
  })

  it('end at the first word that is none', () => {
    expect(parseOptions(['-a', 'x', '-b'], spec)).toMatchObject({ _tag: 'Done', rest: ['x', '-b'] })
    expect(parseOptions(['-', '-a'], spec)).toMatchObject({ _tag: 'Done', options: [], rest: ['-', '-a'] })
  })

  it.each([
    [['-x'], 'x'],
    [['-b'], 'b'],
    [['--nosuch'], '\0'],
    [['--alp'], '\0'],
    [['--beta'], 'b'],
    [['--alpha=1'], 'a']
  ])('%j: unknown %j', (words, letter) => {
    expect(parseOptions(words, spec)).toEqual({ _tag: 'Unknown', letter })
  })

  it('ask for help', () => {
    expect(parseOptions(['-a', '-h'], spec)).toEqual({ _tag: 'Help' })
    expect(parseOptions(['--help', '-x'], spec)).toEqual({ _tag: 'Help' })
  })
})
