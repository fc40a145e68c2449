/**
 * Which arguments of `xensim run` belong to scenarios, which to campaigns. Private to this folder.
 *
 * @since 0.1.0
 */
import { readText } from '../shell/index.js'

import type { ParsedArguments } from './argumentParser.js'
import { UsageError } from './Command.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Options that only campaigns have.
 *
 * @category constants
 * @since 0.1.0
 */
export const campaignOptions: ReadonlyArray<string> = [
  'threads',
  'shard',
  'results',
  'resume',
  'plots',
  'merge'
]

/**
 * Those of them that joining results has no use for.
 *
 * @category constants
 * @since 0.1.0
 */
export const runningOptions: ReadonlyArray<string> = ['threads', 'shard', 'resume']

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether a file is a campaign: only such files have a key `format`.
 *
 * @category queries
 * @since 0.1.0
 */
export const isCampaignText = (text: string): boolean => {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'format')
  } catch {
    return false
  }
}

/**
 * The one file that is given.
 *
 * @category queries
 * @since 0.1.0
 */
export const onlyPath = ({ positionals }: ParsedArguments): string => {
  const [path = '', extra] = positionals
  if (extra !== undefined) throw new UsageError(`unexpected argument '${extra}'`)
  return path
}

/**
 * A file that has to be there.
 *
 * @category queries
 * @since 0.1.0
 */
export const textOf = (path: string): string => {
  try {
    return readText(path)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

/**
 * Complains about the first of some options that is given: they are not for `what`.
 *
 * @category queries
 * @since 0.1.0
 */
export const refuseOptions = (
  { values }: ParsedArguments,
  options: ReadonlyArray<string>,
  what: string
): void => {
  const given = options.find((name) => values.has(name))
  if (given !== undefined) throw new UsageError(`--${given} is not for ${what}`)
}

/**
 * Complains about the first option that is none of these: it is not for `what`.
 *
 * @category queries
 * @since 0.1.0
 */
export const refuseOthers = (
  { values }: ParsedArguments,
  options: ReadonlyArray<string>,
  what: string
): void => {
  for (const name of values.keys())
    if (!options.includes(name)) throw new UsageError(`--${name} is not for ${what}`)
}
