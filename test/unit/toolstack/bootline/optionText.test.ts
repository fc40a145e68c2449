import { describe, expect, it } from 'vitest'

import {
  leadingSigned,
  leadingSize,
  leadingUnsigned,
  parseBoolWord,
  parseNamedBool
} from '../../../../src/toolstack/bootline/optionText.js'

describe('numbers of the boot line', () => {
  it.each([
    ['10', 10n, ''],
    ['010', 8n, ''],
    ['0x1Fz', 31n, 'z'],
    ['0x', 0n, 'x'],
    ['08', 0n, '8'],
    ['', 0n, ''],
    ['-1', 0n, '-1'],
    ['18446744073709551617', 1n, '']
  ])('%j', (text, value, rest) => {
    expect(leadingUnsigned(text)).toEqual({ value, rest })
  })

  it('a sign', () => {
    expect(leadingSigned('-0x10k')).toEqual({ value: -16n, rest: 'k' })
    expect(leadingSigned('7')).toEqual({ value: 7n, rest: '' })
  })

  it.each([
    ['1', 1024n, ''],
    ['1B', 1n, ''],
    ['2k', 2048n, ''],
    ['1G,', 1073741824n, ','],
    ['1T', 1099511627776n, ''],
    ['50%', 50n, '%'],
    ['1x', 1024n, 'x']
  ])('size %j', (text, value, rest) => {
    expect(leadingSize(text)).toEqual({ value, rest })
  })
})

describe('words of the boot line', () => {
  it('yes and no', () => {
    expect(['1', 'on', 'yes', 'true', 'enable'].map(parseBoolWord)).toEqual([true, true, true, true, true])
    expect(['0', 'no', 'off', 'false', 'disable'].map(parseBoolWord)).toEqual([
      false,
      false,
      false,
      false,
      false
    ])
    expect(['', 'On', '2', 'enabled'].map(parseBoolWord)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })

  it('named switches in a list', () => {
    const parse = (text: string) => parseNamedBool('shadow', text)
    expect(['shadow', 'no-shadow', 'shadow=0', 'shadow=yes'].map(parse)).toEqual([true, false, false, true])
    expect(['shadowx', 'no-shadow=1', 'shadow=', 'shadow=2'].map(parse)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined
    ])
  })
})
