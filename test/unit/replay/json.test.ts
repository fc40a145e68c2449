import { describe, expect, it } from 'vitest'

import { canonicalJson, readJson, utf8Length } from '../../../src/replay/json.js'

describe('canonical JSON', () => {
  it('sorts keys, has no spaces and nothing but ASCII', () => {
    const text = canonicalJson({ b: [1, -2, { z: null, a: true }], Ä: 'ß\n', a: '🙂', '10': 1, '9': 2 })
    expect(text).toBe(
      '{"10":1,"9":2,"a":"\\ud83d\\ude42","b":[1,-2,{"a":true,"z":null}],"\\u00c4":"\\u00df\\n"}'
    )
  })
  it('keeps what is no character', () => {
    const lone = '\ud800x\udfff'
    expect(JSON.parse(canonicalJson(lone))).toBe(lone)
  })
  it('keeps a key that objects have by nature', () => {
    const value = JSON.parse('{"__proto__":{"a":1},"b":2}') as unknown
    expect(canonicalJson(value)).toBe('{"__proto__":{"a":1},"b":2}')
  })
})

describe('the fault in a text that is not JSON', () => {
  const whole = '{"a":[1,-2.5e3,"x\\u00e4\\n",{}],"b":{"c":null},"d":[],"e":true,"f":false}'

  it('is that it was cut off, at every place where it may be', () => {
    for (let length = 0; length < whole.length; length++) {
      const read = readJson(whole.slice(0, length))
      expect(read).toMatchObject({ left: { isCutOff: true, offset: length } })
    }
    expect(readJson(whole)._tag).toBe('Right')
  })
  it.each<[string, number]>([
    ['{a:1}', 1],
    ['{"a":1,}', 7],
    ['{"a" 1}', 5],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['[1}', 2],
    ['{]', 1],
    ['1 1', 2],
    ['nul!', 0],
    ['[01]', 1],
    ['[1.x]', 1],
    ['"a\nb"', 0],
    ['"\\x"', 0],
    ['"\\u00g', 0],
    ['\ufeff{}', 0],
    [':', 0],
    ['[1],', 3]
  ])('%j stands at %i', (text, offset) => {
    expect(readJson(text)).toMatchObject({ left: { isCutOff: false, offset } })
  })
  it('is found at any depth', () => {
    const deep = '['.repeat(100_000)
    expect(readJson(deep)).toMatchObject({ left: { isCutOff: true } })
    expect(readJson(`${deep}}`)).toMatchObject({ left: { isCutOff: false, offset: 100_000 } })
  })
})

it('bytes are counted as UTF-8 has them', () => {
  for (const text of ['', 'a', 'é', '€', '🙂', 'a🙂é€', '\ud800', '\udc00x', '\ud800\ud800\udc00'])
    expect(utf8Length(text)).toBe(Buffer.byteLength(text))
})
