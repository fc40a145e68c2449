/**
 * What the steps of reading a domain's configuration share: the reader, the host they ask about, and the
 * records they fill. Private to this folder.
 *
 * @since 0.1.0
 */
import type { BuildInfo, HvmInfo, PvInfo, PvhInfo } from './BuildInfo.js'
import { leadingStrings } from './ConfigFile.js'
import { takeList, takeString } from './ConfigReader.js'
import type { ConfigReader, Draft, Fatal } from './ConfigReader.js'
import type { CpuTopology } from './cpuList.js'
import type { CreateInfo, DomainConfig, DomainType } from './DomainConfig.js'
import type { XlSettings } from './xlConf.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a configuration is read against. `uuid` is what a domain gets whose configuration has none: the caller
 * draws it, in lower case with dashes.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainEnvironment {
  readonly topology: CpuTopology
  readonly uuid: string
  readonly settings: XlSettings
}

/**
 * @category model
 * @since 0.1.0
 */
export interface DomainParse {
  readonly reader: ConfigReader
  readonly environment: DomainEnvironment
  readonly create: Draft<CreateInfo>
  readonly build: Draft<BuildInfo>
  readonly hvm: Draft<HvmInfo>
  readonly pv: Draft<PvInfo>
  readonly pvh: Draft<PvhInfo>
  readonly domain: Draft<DomainConfig>
}

/**
 * A part of the configuration, read in its turn.
 *
 * @category model
 * @since 0.1.0
 */
export type Section = (parse: DomainParse) => Fatal | undefined

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const typeOf = (parse: DomainParse): DomainType => parse.create.type

/**
 * A word among `words`, whatever its case; the libxl way of reading an enumeration.
 *
 * @category queries
 * @since 0.1.0
 */
export const wordAmong = <W extends string>(words: ReadonlyArray<W>, text: string): W | undefined =>
  words.find((word) => word === text.toLowerCase())

/**
 * The parts of a `k=v,k=v` text: empty ones are skipped, blanks before one too.
 *
 * @category queries
 * @since 0.1.0
 */
export const commaWords = (text: string): ReadonlyArray<string> =>
  text
    .split(',')
    .filter((word) => word !== '')
    .map((word) => word.replace(/^ +/, ''))

/**
 * A list of strings, or a single one, of a key that may be either.
 *
 * @category queries
 * @since 0.1.0
 */
export const listOrString = (
  reader: ConfigReader,
  name: string
): { readonly list?: ReadonlyArray<string>; readonly text?: string } => {
  const list = takeList(reader, name, true)
  if (list !== undefined) return { list: leadingStrings(list) }
  const text = takeString(reader, name)
  return text === undefined ? {} : { text }
}
