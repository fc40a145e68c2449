/**
 * Reading a whole configuration: values come out, warnings pile up in the order in which they would be
 * printed.
 *
 * A reader belongs to the one function that created it and never leaves it; it is how a long parse keeps its
 * lines without threading them through every step.
 *
 * @since 0.1.0
 */
import * as ConfigFile from './ConfigFile.js'
import type { Bounds, ConfigValue, Reading } from './ConfigFile.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface ConfigReader {
  readonly config: ConfigFile.ConfigFile
  readonly lines: string[]
}

/**
 * The end of the program, after the lines printed so far.
 *
 * @category model
 * @since 0.1.0
 */
export interface Fatal {
  readonly _tag: 'Fatal'
  readonly exitCode: number
}

/**
 * A record while it is being filled.
 *
 * @category model
 * @since 0.1.0
 */
export type Draft<T> = { -readonly [K in keyof T]: T[K] }

/**
 * A key that goes into a field as it is; `mib` is multiplied into KiB. Numbers equal to `unset` stay absent.
 *
 * @category model
 * @since 0.1.0
 */
export type FieldStep<T> =
  | readonly ['string', string, KeysOf<T, string>]
  | readonly ['bool', string, KeysOf<T, boolean>]
  | readonly ['int', string, KeysOf<T, number>, number]
  | readonly ['mib', string, KeysOf<T, number>]

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const makeReader = (config: ConfigFile.ConfigFile): ConfigReader => ({ config, lines: [] })

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Prints `line` and ends the program.
 *
 * @category transitions
 * @since 0.1.0
 */
export const fatal = (reader: ConfigReader, line: string, exitCode = 1): Fatal => {
  reader.lines.push(line)
  return { _tag: 'Fatal', exitCode }
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const takeString = (reader: ConfigReader, name: string, quiet = false): string | undefined =>
  take(reader, ConfigFile.readString(reader.config, name), quiet)

/**
 * @category transitions
 * @since 0.1.0
 */
export const takeNumber = (reader: ConfigReader, name: string, quiet = false): number | undefined =>
  take(reader, ConfigFile.readNumber(reader.config, name), quiet)

/**
 * @category transitions
 * @since 0.1.0
 */
export const takeBool = (reader: ConfigReader, name: string, quiet = false): boolean | undefined =>
  take(reader, ConfigFile.readBool(reader.config, name), quiet)

/**
 * @category transitions
 * @since 0.1.0
 */
export const takeList = (
  reader: ConfigReader,
  name: string,
  quiet = false
): ReadonlyArray<ConfigValue> | undefined => take(reader, ConfigFile.readList(reader.config, name), quiet)

/**
 * The strings of a list of devices, up to the first item that is no string; none if there is no list.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeStrings = (reader: ConfigReader, name: string): ReadonlyArray<string> =>
  ConfigFile.leadingStrings(takeList(reader, name) ?? [])

/**
 * A number within bounds, or what is wrong; says nothing.
 *
 * @category transitions
 * @since 0.1.0
 */
export const boundedNumber = (reader: ConfigReader, name: string, bounds: Bounds): Reading<number> =>
  ConfigFile.readNumber(reader.config, name, bounds)

/**
 * Takes the keys of `steps`, in order, into the fields of `target`.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeFields = <T>(
  reader: ConfigReader,
  target: Draft<T>,
  steps: ReadonlyArray<FieldStep<T>>
): void => {
  for (const step of steps) {
    const value = takeStep(reader, step)
    if (value !== undefined) Object.assign(target as object, { [step[2]]: value })
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type KeysOf<T, V> = {
  [K in keyof T]-?: NonNullable<T[K]> extends V ? (V extends NonNullable<T[K]> ? K & string : never) : never
}[keyof T]

const take = <A>(reader: ConfigReader, reading: Reading<A>, quiet: boolean): A | undefined => {
  if (reading._tag === 'Value') return reading.value
  if (reading._tag === 'Invalid' && !quiet) reader.lines.push(reading.warning)
  return undefined
}

const kibPerMib = 1024

const takeStep = <T>(reader: ConfigReader, step: FieldStep<T>): string | boolean | number | undefined => {
  switch (step[0]) {
    case 'string':
      return takeString(reader, step[1])
    case 'bool':
      return takeBool(reader, step[1])
    case 'mib': {
      const mib = takeNumber(reader, step[1])
      return mib === undefined ? undefined : mib * kibPerMib
    }
    case 'int': {
      const value = takeNumber(reader, step[1])
      return value === step[3] ? undefined : value
    }
  }
}
