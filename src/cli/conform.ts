/**
 * `xensim conform sched FILE…`: replays golden scheduler traces and compares every line.
 *
 * @since 0.1.0
 */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { schedulers } from '../sched/index.js'
import { reasonOf } from '../shell/index.js'
import { conform } from '../trace/index.js'
import type { Conformance } from '../trace/index.js'

import type { ParsedArguments } from './argumentParser.js'
import { UsageError, exitCode } from './Command.js'
import type { Surroundings } from './Command.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const runConform = async (given: ParsedArguments, { out }: Surroundings): Promise<number> => {
  const [kind, ...paths] = given.positionals
  if (kind !== 'sched') throw new UsageError(`'${kind ?? ''}' is not a kind of trace; there is 'sched'`)
  let failed = 0
  for (const path of paths) {
    const result = conformFile(path)
    if (result._tag !== 'Conforms') failed++
    out(`${conformanceLine(result)}\n`)
  }
  out(`${paths.length - failed} passed, ${failed} failed\n`)
  return Promise.resolve(failed === 0 ? exitCode.success : exitCode.failure)
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The line of one file.
 *
 * @category queries
 * @since 0.1.0
 */
export const conformanceLine = (result: Conformance): string => {
  switch (result._tag) {
    case 'Conforms':
      return `ok ${result.name} (${result.decisionsTotal} decisions)`
    case 'Differs':
      return `FAIL ${result.name} line ${result.line}: expected ${result.expected} got ${result.got}`
    case 'Unreadable':
      return `FAIL ${result.name}: ${result.reason}`
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Two bytes at the start of every gzip file: we go by what a file is, not by what it is called. */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const conformFile = (path: string): Conformance => {
  const name = basename(path)
    .replace(/\.gz$/, '')
    .replace(/\.jsonl$/, '')
  try {
    const bytes = readFileSync(path)
    return conform(name, (isGzip(bytes) ? gunzipSync(bytes) : bytes).toString('utf8'), schedulers)
  } catch (error) {
    return { _tag: 'Unreadable', name, reason: `${path}: ${reasonOf(error)}` }
  }
}
