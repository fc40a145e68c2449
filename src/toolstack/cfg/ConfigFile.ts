/**
 * A configuration: the assignments of a text, in order, and how a program reads values from them
 * (xl-cfg.md §2.2).
 *
 * Reading never fails: a value of the wrong kind gives a warning to print and counts as absent. Which of
 * the two it was matters to a few keys, so a {@link Reading} says it.
 *
 * @since 0.1.0
 */
import { parseInteger } from './cNumber.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Numbers and strings are the same kind of value.
 *
 * @category model
 * @since 0.1.0
 */
export type ConfigValue = SingleValue | ListValue

/**
 * @category model
 * @since 0.1.0
 */
export interface SingleValue {
  readonly _tag: 'Single'
  readonly text: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ListValue {
  readonly _tag: 'List'
  readonly items: ReadonlyArray<ConfigValue>
}

/**
 * One assignment. `value` of an addition already contains what was there before.
 *
 * @category model
 * @since 0.1.0
 */
export interface Setting {
  readonly name: string
  readonly isAddition: boolean
  readonly value: ConfigValue
  readonly line: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface ConfigFile {
  /** What messages call the text: a file name, `command line`, `<saved>`, `<updated>`. */
  readonly source: string
  readonly settings: ReadonlyArray<Setting>
}

/**
 * What reading a key gave. The warning is a whole line.
 *
 * @category model
 * @since 0.1.0
 */
export type Reading<A> =
  | { readonly _tag: 'Value'; readonly value: A }
  | { readonly _tag: 'Absent' }
  | { readonly _tag: 'Invalid'; readonly warning: string }

/**
 * @category model
 * @since 0.1.0
 */
export interface Bounds {
  readonly min: number
  readonly max: number
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The setting that counts for `name`: the latest.
 *
 * @category queries
 * @since 0.1.0
 */
export const lookup = (config: ConfigFile, name: string): Setting | undefined =>
  config.settings.findLast((setting) => setting.name === name)

/**
 * @category queries
 * @since 0.1.0
 */
export const readString = (config: ConfigFile, name: string): Reading<string> => {
  const setting = lookup(config, name)
  if (setting === undefined) return absent
  if (setting.value._tag === 'List') {
    return invalid(config, setting, `parameter \`${name}' is a list but should be a single value`)
  }
  return { _tag: 'Value', value: setting.value.text }
}

/**
 * A whole number by C's rules: `0x` is hexadecimal, a leading `0` octal (xl-cfg.md §2.2). Beyond 2^53 the
 * number given is the nearest that a double can hold.
 *
 * @category queries
 * @since 0.1.0
 */
export const readNumber = (config: ConfigFile, name: string, bounds?: Bounds): Reading<number> => {
  const setting = lookup(config, name)
  if (setting === undefined) return absent
  if (setting.value._tag === 'List') return readAsNumberRefused(config, name)
  if (setting.isAddition)
    return invalid(config, setting, `can't use += with numbers for parameter \`${name}'`)
  const parsed = parseInteger(setting.value.text, 0)
  if (parsed.isOutOfRange) {
    return invalid(config, setting, `parameter \`${name}' could not be parsed as a number: ${outOfRange}`)
  }
  if (parsed.length === 0 || parsed.length < setting.value.text.length) {
    return invalid(config, setting, `parameter \`${name}' is not a valid number`)
  }
  if (bounds !== undefined && parsed.value < bounds.min) {
    const found = `value \`${parsed.value}' is smaller than minimum bound '${bounds.min}'`
    return invalid(config, setting, found)
  }
  if (bounds !== undefined && parsed.value > bounds.max) {
    const found = `value \`${parsed.value}' is greater than maximum bound '${bounds.max}'`
    return invalid(config, setting, found)
  }
  return { _tag: 'Value', value: parsed.value }
}

/**
 * A number that is only asked whether it is 0.
 *
 * @category queries
 * @since 0.1.0
 */
export const readBool = (config: ConfigFile, name: string): Reading<boolean> => {
  const reading = readNumber(config, name)
  return reading._tag === 'Value' ? { _tag: 'Value', value: reading.value !== 0 } : reading
}

/**
 * @category queries
 * @since 0.1.0
 */
export const readList = (config: ConfigFile, name: string): Reading<ReadonlyArray<ConfigValue>> => {
  const setting = lookup(config, name)
  if (setting === undefined) return absent
  if (setting.value._tag === 'Single') {
    return invalid(config, setting, `parameter \`${name}' is a single value but should be a list`)
  }
  return { _tag: 'Value', value: setting.value.items }
}

/**
 * The strings of a list up to its first item that is a list: where iterating over devices stops.
 *
 * @category queries
 * @since 0.1.0
 */
export const leadingStrings = (items: ReadonlyArray<ConfigValue>): ReadonlyArray<string> => {
  const strings: string[] = []
  for (const item of items) {
    if (item._tag === 'List') break
    strings.push(item.text)
  }
  return strings
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const outOfRange = 'Numerical result out of range'

const absent: { readonly _tag: 'Absent' } = { _tag: 'Absent' }

const invalid = (config: ConfigFile, setting: Setting, text: string): Reading<never> => ({
  _tag: 'Invalid',
  warning: `${config.source}:${setting.line}: warning: ${text}`
})

const readAsNumberRefused = (config: ConfigFile, name: string): Reading<number> => {
  const reading = readString(config, name)
  return reading._tag === 'Value' ? absent : reading
}
