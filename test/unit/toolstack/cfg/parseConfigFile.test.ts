import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'

import * as ConfigFile from '../../../../src/toolstack/cfg/ConfigFile.js'
import type { ConfigValue } from '../../../../src/toolstack/cfg/ConfigFile.js'
import { appendOverrides, parseConfigFile } from '../../../../src/toolstack/cfg/parseConfigFile.js'

const parse = (text: string) => parseConfigFile('t.cfg', text)

const config = (text: string): ConfigFile.ConfigFile => {
  const parsed = parse(text)
  if (E.isLeft(parsed)) throw new Error(parsed.left.join('\n'))
  return parsed.right
}

const errors = (text: string): ReadonlyArray<string> => {
  const parsed = parse(text)
  return E.isLeft(parsed) ? parsed.left : []
}

type Plain = string | ReadonlyArray<Plain>
const plain = (value: ConfigValue): Plain =>
  value._tag === 'Single' ? value.text : value.items.map((item) => plain(item))

const values = (text: string): Record<string, Plain> =>
  Object.fromEntries(config(text).settings.map((setting) => [setting.name, plain(setting.value)]))

const number = (text: string, name: string) => ConfigFile.readNumber(config(text), name)

const wantsValue = "expecting STRING or NUMBER or '['"

const python = [
  'warning: Config file looks like it contains Python code.',
  'warning:  Arbitrary Python is no longer supported.',
  'warning:  See https://wiki.xen.org/wiki/PythonInXlConfig'
]

describe('the texts measured in xl-cfg.md §10.1 that parse', () => {
  it('strings, numbers, two statements on one line', () => {
    const text = 'name = "vm1"\nmemory=512\nvcpus = 2;maxmem=0x400\n'
    expect(values(text)).toEqual({ name: 'vm1', memory: '512', vcpus: '2', maxmem: '0x400' })
    expect(['memory', 'vcpus', 'maxmem'].map((name) => number(text, name))).toEqual(
      [512, 2, 1024].map((value) => ({ _tag: 'Value', value }))
    )
  })

  it('lists: mixed quotes, numbers, newlines, trailing comma, empty, nested', () => {
    const text = `a = [ "x", 'y', 3 ]\nb = [\n  "p",\n  "q",\n]\nc=[]\nd=[[1,2],["z"]]`
    expect(values(text)).toEqual({
      a: ['x', 'y', '3'],
      b: ['p', 'q'],
      c: [],
      d: [['1', '2'], ['z']]
    })
  })

  it('additions join strings and lists', () => {
    expect(values('extra = "a"\nextra += " b"\nlist=["1"]\nlist += ["2","3"]')).toEqual({
      extra: 'a b',
      list: ['1', '2', '3']
    })
  })

  it('an addition is a string, never a number', () => {
    expect(values('n=1\nn+=2')).toEqual({ n: '12' })
    expect(number('n=1\nn+=2', 'n')).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:2: warning: can't use += with numbers for parameter `n'"
    })
  })

  it('the later assignment wins', () => {
    expect(ConfigFile.readString(config('name="one"\nname="two"'), 'name')).toEqual({
      _tag: 'Value',
      value: 'two'
    })
  })

  it('an octal escape gives nothing, a leading 0 is octal, 9f is a token but no number', () => {
    expect(values('a = "h\\101i"\n')).toEqual({ a: 'hi' })
    expect(number('a=010\nc=9f\n', 'a')).toEqual({ _tag: 'Value', value: 8 })
    expect(number('a=010\nc=9f\n', 'c')).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:2: warning: parameter `c' is not a valid number"
    })
  })

  it.each([
    ['"12"', { _tag: 'Value', value: 12 }],
    ['"12k"', { _tag: 'Invalid', warning: "t.cfg:1: warning: parameter `a' is not a valid number" }],
    [
      '"99999999999999999999"',
      {
        _tag: 'Invalid',
        warning:
          "t.cfg:1: warning: parameter `a' could not be parsed as a number: Numerical result out of range"
      }
    ],
    ['""', { _tag: 'Invalid', warning: "t.cfg:1: warning: parameter `a' is not a valid number" }],
    ['" -7"', { _tag: 'Value', value: -7 }]
  ])('%s read as a number', (text, expected) => {
    expect(number(`a=${text}\n`, 'a')).toEqual(expected)
  })

  it('comments, a last line without newline, dotted names', () => {
    expect(values('# comment\na=1 # trailing\nb=2')).toEqual({ a: '1', b: '2' })
    expect(values('vif.default.bridge="x"\n')).toEqual({ 'vif.default.bridge': 'x' })
  })
})

describe('the texts measured in xl-cfg.md §10.1 that do not parse', () => {
  it.each([
    [
      'memory = abc\nname="x"\n',
      `t.cfg:1: config parsing error near \`abc': syntax error, unexpected IDENT, ${wantsValue}`
    ],
    ['a = "unterminated\nb=1\n', 't.cfg:1: config parsing error near `"unterminated\': lexical error'],
    ['A=1\n', "t.cfg:1: config parsing error near `A=1': lexical error"],
    [
      'a = \nb=1\n',
      `t.cfg:0: config parsing error near <newline>: syntax error, unexpected NEWLINE, ${wantsValue}`
    ],
    ['a = [1,,2]\n', "t.cfg:1: config parsing error near `,': syntax error, unexpected ',', expecting ']'"],
    [
      'a = [ "x" "y" ]\n',
      "t.cfg:1: config parsing error near `\"y\"': syntax error, unexpected STRING, expecting ']'"
    ],
    [
      'a=["1"]\na+="2"\n',
      't.cfg:2: config parsing error near `"2"\': can\'t add [list] to "string" or vice versa'
    ],
    [
      'import os\nmemory=1\n',
      "t.cfg:1: config parsing error near `os': syntax error, unexpected IDENT, expecting += or '='"
    ],
    ['a=1 b=2\n', "t.cfg:1: config parsing error near `b': syntax error, unexpected IDENT, expecting $end"],
    ['_a=1\n', "t.cfg:1: config parsing error near `_a=1': lexical error"],
    [
      'a=[1,2\nb=3\n',
      "t.cfg:2: config parsing error near `b': syntax error, unexpected IDENT, expecting ']'"
    ],
    [
      'a = "x\\q"\n',
      't.cfg:1: config parsing error near `"x\\q"\': invalid character after backlash in quoted string'
    ]
  ])('%j', (text, line) => {
    expect(errors(text)).toEqual([line])
  })

  it.each([
    ['a=-5\n', "t.cfg:1: config parsing error near `-5': lexical error"],
    ['a=1.5\n', "t.cfg:1: config parsing error near `.5': lexical error"]
  ])('%j, with the remark on Python', (text, line) => {
    expect(errors(text)).toEqual([line, ...python])
  })
})

describe('recovery (xl-cfg.md §2.1)', () => {
  it('a comment on the last line needs its newline', () => {
    expect(errors('a=1\n# end')).toEqual(["t.cfg:2: config parsing error near `#': lexical error"])
    expect(errors('a=1\n#end')).toEqual(["t.cfg:2: config parsing error near `#end': lexical error"])
  })

  it('a carriage return is a lexical error', () => {
    expect(errors('a=1\r\nb=2\n')).toEqual(["t.cfg:1: config parsing error near `\r': lexical error"])
  })

  it('one error is reported per line, and the next line is looked at', () => {
    expect(errors('a = foo\nb = 1\nc = bar\n')).toEqual([
      `t.cfg:1: config parsing error near \`foo': syntax error, unexpected IDENT, ${wantsValue}`,
      `t.cfg:3: config parsing error near \`bar': syntax error, unexpected IDENT, ${wantsValue}`
    ])
  })

  it('an error within three tokens of the one before is not reported', () => {
    expect(errors('import os\nimport sys\n')).toHaveLength(1)
  })

  it('two lines with a lexical error each give two messages', () => {
    expect(errors('a=X1\nb=Y2 ZZ\n')).toEqual([
      "t.cfg:1: config parsing error near `X1': lexical error",
      "t.cfg:2: config parsing error near `Y2': lexical error"
    ])
  })

  it('a lone character before a newline counts for the next line, and hides it', () => {
    expect(errors('a=X1 Z\nb=foo\n')).toEqual([
      "t.cfg:1: config parsing error near `X1': lexical error",
      "t.cfg:1: config parsing error near `Z': lexical error"
    ])
  })

  it('an unclosed list is noticed at the end, on the line of the last token', () => {
    expect(errors('a=[1,2')).toEqual([
      "t.cfg:1: config parsing error near `': syntax error, unexpected $end, expecting ']'"
    ])
  })

  it('hexadecimal escapes are refused', () => {
    expect(errors('a="\\x41"\n')).toEqual([
      't.cfg:1: config parsing error near `"\\x41"\': ' +
        'invalid digit after backslash hexnumerical character escape in quoted string'
    ])
  })

  it('lists nest until the parser has no room', () => {
    expect(errors(`a=${'['.repeat(2000)}${']'.repeat(2000)}\n`)).toEqual([])
    expect(errors(`a=${'['.repeat(6000)}${']'.repeat(6000)}\n`)).toEqual([
      "t.cfg:1: config parsing error near `[': memory exhausted"
    ])
  })
})

describe('words of a command line (recorded)', () => {
  it('the first word is line 2 of an empty text', () => {
    const word = (text: string) => parseConfigFile('command line', appendOverrides('', [text]))
    expect(word('name=Pool-0')).toEqual(
      E.left(["command line:2: config parsing error near `Pool-0': lexical error"])
    )
    expect(word('sched=credit')).toEqual(
      E.left([
        `command line:2: config parsing error near \`credit': syntax error, unexpected IDENT, ${wantsValue}`
      ])
    )
  })

  it('they come after the text of the file and win', () => {
    const text = appendOverrides('memory=1', ['memory=2', 'name="x"'])
    expect(text).toBe('memory=1\nmemory=2\nname="x"\n\n')
    expect(number(text, 'memory')).toEqual({ _tag: 'Value', value: 2 })
    expect(appendOverrides('memory=1', [])).toBe('memory=1')
  })
})

describe('reading values (xl-cfg.md §2.2)', () => {
  const text = 'list=["a"]\nsingle="x"\nmixed=["a", ["b"], "c"]\nn=70\nflag=0\n'

  it('the wrong kind gives a warning and no value', () => {
    expect(ConfigFile.readString(config(text), 'list')).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:1: warning: parameter `list' is a list but should be a single value"
    })
    expect(ConfigFile.readNumber(config(text), 'list')).toEqual(ConfigFile.readString(config(text), 'list'))
    expect(ConfigFile.readList(config(text), 'single')).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:2: warning: parameter `single' is a single value but should be a list"
    })
    expect(ConfigFile.readBool(config(text), 'single')._tag).toBe('Invalid')
    expect(ConfigFile.readString(config(text), 'nosuch')).toEqual({ _tag: 'Absent' })
  })

  it('bounds are inclusive and named in the warning', () => {
    const read = (min: number, max: number) => ConfigFile.readNumber(config(text), 'n', { min, max })
    expect(read(70, 70)).toEqual({ _tag: 'Value', value: 70 })
    expect(read(71, 80)).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:4: warning: value `70' is smaller than minimum bound '71'"
    })
    expect(read(0, 69)).toEqual({
      _tag: 'Invalid',
      warning: "t.cfg:4: warning: value `70' is greater than maximum bound '69'"
    })
  })

  it('a bool is a number that is not 0', () => {
    expect(ConfigFile.readBool(config(text), 'flag')).toEqual({ _tag: 'Value', value: false })
    expect(ConfigFile.readBool(config(text), 'n')).toEqual({ _tag: 'Value', value: true })
  })

  it('iterating a list stops at the first inner list', () => {
    const reading = ConfigFile.readList(config(text), 'mixed')
    expect(reading._tag === 'Value' ? ConfigFile.leadingStrings(reading.value) : undefined).toEqual(['a'])
  })
})
