/**
 * From a configuration text to the configuration of a domain, as `xl create` does it: every key in `xl`'s
 * order, so that warnings come in its order and the first fatal error is the one it would meet first.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { ConfigFile } from './ConfigFile.js'
import { makeReader } from './ConfigReader.js'
import { createSection, finalSection } from './createSection.js'
import { deviceSection, lateDeviceSection, topLevelDisplaySection } from './deviceSection.js'
import { bootSection, pvFirmwareSection } from './bootSection.js'
import { emptyDomainConfig } from './DomainConfig.js'
import type { DomainConfig } from './DomainConfig.js'
import type { DomainEnvironment, DomainParse, Section } from './DomainParse.js'
import { hvmDisplaySection, hvmFirmwareSection } from './hvmSection.js'
import { ioSection } from './ioSection.js'
import { foreignSection, modelSection } from './modelSection.js'
import { parseConfigFile } from './parseConfigFile.js'
import { resourceSection } from './resourceSection.js'
import { takeFields } from './ConfigReader.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A configuration and what reading it printed on stderr, line by line.
 *
 * @category model
 * @since 0.1.0
 */
export interface ParsedDomainConfig {
  readonly config: DomainConfig
  readonly lines: ReadonlyArray<string>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * The program ends here: what it printed on stderr, and its exit status.
 *
 * @category errors
 * @since 0.1.0
 */
export interface DomainConfigError {
  readonly _tag: 'DomainConfigError'
  readonly lines: ReadonlyArray<string>
  readonly exitCode: number
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the text of a configuration; `source` is what messages call it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseDomainConfig = (
  environment: DomainEnvironment,
  source: string,
  text: string
): Either<DomainConfigError, ParsedDomainConfig> => {
  const parsed = parseConfigFile(source, text)
  if (E.isRight(parsed)) return domainConfigOf(environment, parsed.right)
  const lines = [...parsed.left, 'Failed to parse config: Invalid argument']
  return E.left({ _tag: 'DomainConfigError', lines, exitCode: 1 })
}

/**
 * Reads a configuration that is already parsed.
 *
 * @category constructors
 * @since 0.1.0
 */
export const domainConfigOf = (
  environment: DomainEnvironment,
  file: ConfigFile
): Either<DomainConfigError, ParsedDomainConfig> => {
  const reader = makeReader(file)
  const empty = emptyDomainConfig('pv')
  const parse: DomainParse = {
    reader,
    environment,
    create: { ...empty.createInfo },
    build: { schedParams: {}, archX86: {}, xenstoreQuota: [] },
    hvm: {},
    pv: {},
    pvh: {},
    domain: { ...empty }
  }
  for (const section of sections) {
    const fatal = section(parse)
    if (fatal !== undefined) {
      return E.left({ _tag: 'DomainConfigError', lines: reader.lines, exitCode: fatal.exitCode })
    }
  }
  return E.right({ config: finish(parse), lines: reader.lines })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const restrictSection: Section = ({ reader, build }) => {
  takeFields(reader, build, [['bool', 'dm_restrict', 'dmRestrict']])
  return undefined
}

const sections: ReadonlyArray<Section> = [
  createSection,
  resourceSection,
  bootSection,
  hvmFirmwareSection,
  pvFirmwareSection,
  ioSection,
  deviceSection,
  modelSection,
  topLevelDisplaySection,
  restrictSection,
  hvmDisplaySection,
  foreignSection,
  lateDeviceSection,
  finalSection
]

/** Of the three variants only the one of the domain's type is kept. */
const finish = ({ create, build, hvm, pv, pvh, domain }: DomainParse): DomainConfig => {
  const variant = create.type === 'hvm' ? { hvm } : create.type === 'pv' ? { pv } : { pvh }
  return { ...domain, createInfo: create, buildInfo: { ...build, ...variant } }
}
