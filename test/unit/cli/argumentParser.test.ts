import { describe, expect, it } from 'vitest'

import { parseArguments, valueOf, valuesOf } from '../../../src/cli/argumentParser.js'
import type { ArgumentSpec, ParsedArguments } from '../../../src/cli/argumentParser.js'

const spec: ArgumentSpec = {
  options: [
    { name: 'host', short: 'H', value: 'HOST', text: '' },
    { name: 'file', value: 'FILE', isRepeatable: true, text: '' },
    { name: 'fresh', short: 'f', text: '' }
  ],
  positionalsMin: 1,
  positionalsMax: 2,
  positional: 'DURATION'
}

const parsed = (...argv: ReadonlyArray<string>): ParsedArguments => {
  const result = parseArguments(spec, argv)
  if (result._tag === 'Left') throw new Error(result.left)
  return result.right
}

const complaint = (...argv: ReadonlyArray<string>): string | null => {
  const result = parseArguments(spec, argv)
  return result._tag === 'Left' ? result.left : null
}

describe('arguments of a subcommand', () => {
  it.each([
    [['-H', 'a', '1']],
    [['-Ha', '1']],
    [['--host', 'a', '1']],
    [['--host=a', '1']],
    [['1', '--host=a']]
  ])('an option has its value behind it, attached or as the next word: %j', (argv) => {
    const given = parsed(...argv)
    expect(valueOf(given, 'host')).toBe('a')
    expect(given.positionals).toEqual(['1'])
  })

  it('a repeatable option keeps all values in order', () => {
    expect(valuesOf(parsed('--file', 'a', '1', '--file=b=c'), 'file')).toEqual(['a', 'b=c'])
    expect(valuesOf(parsed('1'), 'file')).toEqual([])
  })

  it('two dashes end the options', () => {
    expect(parsed('--', '--host').positionals).toEqual(['--host'])
  })

  it('a negative number is an argument', () => {
    expect(parsed('-5s').positionals).toEqual(['-5s'])
  })

  it('whoever asks for help is not told what is missing', () => {
    expect(parsed('--help').wantsHelp).toBe(true)
    expect(parsed('-h').wantsHelp).toBe(true)
  })

  it.each([
    [['--nonsense', '1'], 'unknown option --nonsense'],
    [['-x', '1'], 'unknown option -x'],
    [['1', '--host'], 'option --host needs a value'],
    [['--fresh=yes', '1'], 'option --fresh takes no value'],
    [['-H', 'a', '-H', 'b', '1'], 'option --host is given twice'],
    [[], 'DURATION is missing'],
    [['1', '2', '3'], "unexpected argument '3'"]
  ])('%j is refused: %s', (argv, reason) => {
    expect(complaint(...argv)).toBe(reason)
  })
})

describe('arguments that are passed on', () => {
  const passing: ArgumentSpec = {
    options: [{ name: 'host', short: 'H', value: 'HOST', text: '' }],
    positionalsMin: 0,
    positionalsMax: Infinity,
    positional: '',
    isPassThrough: true
  }
  it.each([
    [['-H', 'f', 'list', '-l'], 'f', ['list', '-l']],
    [['-vvv', 'list', '-H'], undefined, ['-vvv', 'list', '-H']],
    [['--host=f', '-N', 'create', '--help'], 'f', ['-N', 'create', '--help']],
    [['-h'], undefined, ['-h']],
    [['list', '--', '-x'], undefined, ['list', '--', '-x']]
  ])('of %j only what stands in front is ours', (argv, host, rest) => {
    const result = parseArguments(passing, argv)
    if (result._tag === 'Left') throw new Error(result.left)
    expect(valueOf(result.right, 'host')).toBe(host)
    expect(result.right.positionals).toEqual(rest)
  })
})
