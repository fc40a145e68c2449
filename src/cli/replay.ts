/**
 * `xensim replay`: carries out a journal again and compares every digest; looks into it, shrinks it, compares
 * it.
 *
 * @since 0.1.0
 */
import { digestHost } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import {
  decodeJournal,
  diffJournals,
  divergenceText,
  encodeJournal,
  fileErrorText,
  firstInstant,
  inputName,
  journalDiffText,
  parsePredicate,
  replay,
  replayTo,
  shrinkJournal
} from '../replay/index.js'
import type { HostPredicate, Journal, Replayed } from '../replay/index.js'
import { makeShellEnvironment, readText, startProgress } from '../shell/index.js'
import { xl } from '../toolstack/index.js'

import { valueOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { Failure, UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { parseDuration } from './quantities.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const runReplay = (given: ParsedArguments, surroundings: Surroundings): Promise<number> => {
  const path = given.positionals[0] ?? ''
  const questions = ['at', 'bisect', 'shrink', 'diff'].filter((name) => valueOf(given, name) !== undefined)
  if (questions.length > 1) {
    throw new UsageError(`one of ${questions.map((name) => `--${name}`).join(' and ')} at a time`)
  }
  const ask = questionOf(given)
  const env = makeShellEnvironment()
  const journal = readJournal(env, path, surroundings)
  const replayed = replayWithBar(env, journal)
  if (replayed._tag === 'MissingNeed') throw new Failure(`${path}: ${replayed.reason}`)
  if (replayed._tag === 'Diverged') {
    for (const line of divergenceText(replayed.divergence)) surroundings.out(`${line}\n`)
    return Promise.resolve(exitCode.failure)
  }
  const { host, entriesTotal, digestsTotal } = replayed
  const summary =
    `${path}: ${entriesTotal} inputs replayed up to ${host.nowNs} ns of virtual time, ` +
    `${digestsTotal} of ${digestsTotal} digests matched; the last is ${digestHost(host)}\n`
  if (questions[0] === 'shrink') surroundings.err(summary)
  else surroundings.out(summary)
  return Promise.resolve(ask(env, journal, surroundings))
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Question = (env: Environment, journal: Journal, surroundings: Surroundings) => number

/** Read before the journal, so that a mistake in it is heard of at once. */
const questionOf = (given: ParsedArguments): Question => {
  const [at, bisect, shrink, diff] = ['at', 'bisect', 'shrink', 'diff'].map((name) => valueOf(given, name))
  if (at !== undefined) return showAt(orUsage('--at', parseDuration(at)))
  if (bisect !== undefined) return findFirst(bisect, predicateOf('--bisect', bisect))
  if (shrink !== undefined) return makeSmall(shrink, predicateOf('--shrink', shrink))
  if (diff !== undefined) return compareWith(diff)
  return () => exitCode.success
}

const predicateOf = (option: string, text: string): HostPredicate => {
  const parsed = parsePredicate(text)
  if (parsed._tag === 'Right') return parsed.right
  throw new UsageError(`${option}: column ${parsed.left.column}: ${parsed.left.reason}`)
}

const readJournal = (env: Environment, path: string, { err }: Surroundings): Journal => {
  const decoded = decodeJournal(env, textOf(path), path)
  if (decoded._tag === 'Left') throw new UsageError(fileErrorText(decoded.left))
  const { journal, warning } = decoded.right
  if (warning !== null) err(`xensim replay: warning: ${warning}\n`)
  return journal
}

const textOf = (path: string): string => {
  try {
    return readText(path)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

const replayWithBar = (env: Environment, journal: Journal): Replayed => {
  const total = Math.max(1, endOf(journal) - journal.start.nowNs)
  const progress = startProgress(process.stderr, total)
  const replayed = replay(env, journal, {
    onProgress: ({ entriesDone, entriesTotal, nowNs }) =>
      progress.show(nowNs - journal.start.nowNs, `input ${entriesDone} of ${entriesTotal}`)
  })
  progress.clear()
  return replayed
}

/** The latest time that the journal names. */
const endOf = ({ start, entries }: Journal): number =>
  entries.reduce(
    (endNs, { atNs, input }) => Math.max(endNs, atNs, input._tag === 'Advance' ? input.toNs : 0),
    start.nowNs
  )

const showAt =
  (atNs: number): Question =>
  (env, journal, { out }) => {
    const found = replayTo(env, journal, atNs)
    if (found._tag === 'Left') {
      const { startNs, endNs } = found.left
      throw new UsageError(`--at: the journal goes from ${startNs} ns to ${endNs} ns, not to ${atNs} ns`)
    }
    const host = found.right
    out(`at ${atNs} ns the digest is ${digestHost(host)}\n`)
    for (const argv of [['list'], ['vcpu-list']]) out(textOfXl(env, host, argv))
    return exitCode.success
  }

const textOfXl = (env: Environment, host: Host, argv: ReadonlyArray<string>): string =>
  xl(env, host, argv, { files: {}, sizes: {}, workloads: {} }).stdout

const findFirst =
  (text: string, predicate: HostPredicate): Question =>
  (env, journal, { out }) => {
    const found = firstInstant(env, journal, predicate)
    if (found === null) {
      out(`never: ${text}\n`)
      return exitCode.failure
    }
    const entry = journal.entries[found.index]
    const where = entry === undefined ? 'at the start' : `in input ${found.index} (${inputName(entry.input)})`
    out(`first at ${found.atNs} ns, ${where}: ${text}\n`)
    return exitCode.success
  }

const makeSmall =
  (text: string, predicate: HostPredicate): Question =>
  (env, journal, { out, err }) => {
    const shrunk = shrinkJournal(env, journal, predicate)
    if (shrunk._tag === 'Left') {
      err(`never: ${text}\n`)
      return exitCode.failure
    }
    const { inputsBefore, inputsAfter, runsTotal } = shrunk.right
    err(`${inputsAfter} of ${inputsBefore} inputs are left after ${runsTotal} runs\n`)
    out(encodeJournal(shrunk.right.journal))
    return exitCode.success
  }

const compareWith =
  (path: string): Question =>
  (env, journal, surroundings) => {
    const diff = diffJournals(env, journal, readJournal(env, path, surroundings))
    for (const line of journalDiffText(diff)) surroundings.out(`${line}\n`)
    return diff._tag === 'Same' ? exitCode.success : exitCode.failure
  }
