import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { depthMax, parseJson, placeOf } from '../../../../src/replay/scenario/JsonText.js'

describe('a text is refused at the place of the mistake', () => {
  test.each<[string, string]>([
    ['', '1:1 expected a value, got the end of the text'],
    ['\ufeff{}', '1:1 expected a value, got "\ufeff"'],
    ['{"a": 1,}', '1:9 expected a key in quotes, got "}"'],
    ['[1,]', '1:4 expected a value, got "]"'],
    ['[1 2]', '1:4 expected "," or "]", got "2"'],
    ['{"a" 1}', '1:6 expected ":", got "1"'],
    ['{"a": 1\n "b": 2}', '2:2 expected "," or "}", got "\\""'],
    ['{"a": 1, "a": 2}', '1:10 the key "a" is given twice'],
    ['{} x', '1:4 expected the end, got "x"'],
    ['"abc', '1:5 a text has no closing quote'],
    ['"a\nb"', '1:3 a control character stands in a text'],
    ['"\\x"', '1:2 an escape that JSON does not have'],
    ['"\\u12g4"', '1:2 an escape that JSON does not have'],
    ['[01]', '1:2 expected a value, got "0"'],
    ['[1.]', '1:2 expected a value, got "1"'],
    ['NaN', '1:1 expected a value, got "N"'],
    ["{'a': 1}", `1:2 expected a key in quotes, got "'"`],
    ['[1, // two\n2]', '1:5 expected a value, got "/"'],
    [`[${'9'.repeat(500)}]`, '1:2 a number of more than 400 characters'],
    ['['.repeat(1_000_000), `1:${depthMax + 2} nested more than ${depthMax} deep`]
  ])('%.20j', (text, expected) => {
    const found = parseJson(text)
    if (E.isRight(found)) throw new Error('accepted')
    const { line, column, reason } = found.left
    expect(`${line}:${column} ${reason}`).toBe(expected)
  })
})

test.each([
  '{}',
  '[]',
  '""',
  ' [1, -2.5e3, true, false, null] ',
  '{"a": {"b": ["\\u00e9\\n\\"", "\u{1f600}"]}}',
  '-0'
])('%j reads as the language reads it', (text) => {
  const found = parseJson(text)
  expect(E.isRight(found) ? found.right.value : found.left).toEqual(JSON.parse(text))
})

test('the key __proto__ is a key like any other', () => {
  const found = parseJson('{"__proto__": {"a": 1}}')
  if (E.isLeft(found)) throw new Error('refused')
  expect(Object.keys(found.right.value as object)).toEqual(['__proto__'])
  expect((found.right.value as { readonly a?: number }).a).toBeUndefined()
})

test('the place of a value, and of the value around one that is not there', () => {
  const found = parseJson('{\n  "a": [10,\n    {"b": 5}]\n}')
  if (E.isLeft(found)) throw new Error('refused')
  const at = (...path: ReadonlyArray<string>) => placeOf(found.right, path)
  expect(at()).toEqual({ line: 1, column: 1 })
  expect(at('a', '0')).toEqual({ line: 2, column: 9 })
  expect(at('a', '1', 'b')).toEqual({ line: 3, column: 11 })
  expect(at('a', '1', 'c', 'd')).toEqual({ line: 3, column: 5 })
})
