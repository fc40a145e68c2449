/**
 * The hypervisor's own command line: options separated by blanks, without any quoting, each `name`,
 * `no-name` or `name=value`; later ones win, mistakes are reported in the boot log and otherwise ignored.
 *
 * Text after ` -- ` is for the kernel of domain 0. An option longer than 127 characters is cut.
 *
 * @since 0.1.0
 */
import { adjustOptions } from './adjustOptions.js'
import { leadingSigned, leadingSize, parseBoolWord } from './optionText.js'
import { findParameter } from './parameters.js'
import type { OptionsDraft, Parameter } from './parameters.js'
import { xenBootOptionsDefault } from './XenBootOptions.js'
import type { XenBootOptions } from './XenBootOptions.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Options and what the boot log says about them, line by line and without its `(XEN) `: first about the
 * text, while it is read, then about values out of range, when the schedulers start.
 *
 * @category model
 * @since 0.1.0
 */
export interface ParsedBootLine {
  readonly options: XenBootOptions
  readonly parseLines: ReadonlyArray<string>
  readonly adjustLines: ReadonlyArray<string>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a command line. Never fails: what is wrong is left out, or replaced by a default.
 *
 * @example
 * import * as assert from 'node:assert'
 * import { parseBootLine } from '@xensim/core/toolstack'
 *
 * const { options, parseLines } = parseBootLine('sched=rtds dom0_max_vcpus=2-4 colour')
 * assert.strictEqual(options.sched, 'rtds')
 * assert.strictEqual(options.dom0MaxVcpusMax, 4)
 * assert.deepStrictEqual(parseLines, ['parameter "colour" unknown!'])
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseBootLine = (text: string): ParsedBootLine => {
  const separator = text.indexOf(' -- ')
  const commandLine = separator < 0 ? text : text.slice(0, separator)
  const dom0CommandLine = separator < 0 ? '' : text.slice(separator + 4).replace(/^ +/, '')
  const draft: OptionsDraft = { ...xenBootOptionsDefault, commandLine, dom0CommandLine, schedText: 'credit2' }
  const parseLines: string[] = []
  for (const word of commandLine.split(' ')) {
    if (word !== '') parseLines.push(...applyOption(draft, word.slice(0, optionMax)))
  }
  const { schedText, ...options } = draft
  const adjusted = adjustOptions(options, schedText)
  return { options: adjusted.options, parseLines, adjustLines: adjusted.lines }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const optionMax = 127

const einval = -22
const eoverflow = -75

/** One option of the line, taken apart. */
interface Word {
  readonly key: string
  readonly name: string
  readonly value: string
  readonly isInverted: boolean
}

const applyOption = (draft: OptionsDraft, text: string): ReadonlyArray<string> => {
  const equals = text.indexOf('=')
  const key = equals < 0 ? text : text.slice(0, equals)
  const isInverted = key.startsWith('no-')
  const name = isInverted ? key.slice(3) : key
  const word: Word = { key, name, value: equals < 0 ? '' : text.slice(equals + 1), isInverted }
  const bracket = equals < 0 ? -1 : key.search(/[([{<]/)
  const indexed = bracket < 0 ? undefined : findParameter(key.slice(0, bracket + 1))
  if (indexed?.kind === 'custom') {
    // `name[index]=value` belongs to the parameter `name[`.
    indexed.set(draft, text.slice(bracket))
    return []
  }
  const parameter = findParameter(name)
  if (parameter === undefined) return [`parameter "${key}" unknown!`]
  const { rc, shown } = applyParameter(draft, parameter, word)
  return rc === 0 ? [] : [`parameter "${key}" has invalid value "${shown}", rc=${rc}!`]
}

interface Outcome {
  readonly rc: number
  readonly shown: string
}

const applyParameter = (draft: OptionsDraft, parameter: Parameter, word: Word): Outcome => {
  const { value, isInverted } = word
  const ok: Outcome = { rc: 0, shown: value }
  switch (parameter.kind) {
    case 'text':
      parameter.set(draft, value.slice(0, parameter.max - 1))
      return ok
    case 'bool': {
      const isOn = value === '' ? true : parseBoolWord(value)
      if (isOn === undefined) return { rc: -1, shown: value }
      parameter.set(draft, isOn !== isInverted)
      return ok
    }
    case 'uint':
    case 'int':
    case 'size':
      return applyNumber(draft, parameter, value)
    case 'custom': {
      if (isInverted && value !== '') return { rc: einval, shown: value }
      const text = isInverted ? 'no' : value
      return { rc: parameter.set(draft, text) ? 0 : einval, shown: text }
    }
  }
}

const uintMax = 0xffff_ffffn
const intMinUnsigned = BigInt.asUintN(64, -0x8000_0000n)

/** A number with something after it is reported, but taken; one beyond 32 bits is not. */
const applyNumber = (
  draft: OptionsDraft,
  parameter: Extract<Parameter, { readonly kind: 'uint' | 'int' | 'size' }>,
  text: string
): Outcome => {
  const { value, rest } = parameter.kind === 'size' ? leadingSize(text) : leadingSigned(text)
  const unsigned = BigInt.asUintN(64, value)
  const fits = unsigned <= uintMax || unsigned >= intMinUnsigned
  if (fits) {
    const bits = parameter.kind === 'int' ? BigInt.asIntN(32, value) : BigInt.asUintN(32, value)
    parameter.set(draft, Number(bits))
  }
  if (rest !== '') return { rc: einval, shown: text }
  return { rc: fits ? 0 : eoverflow, shown: text }
}
