/**
 * `xensim advance`: lets virtual time pass on a host.
 *
 * @since 0.1.0
 */
import { timeMaxNs } from '../machine/index.js'
import { applyOnce, makeShellEnvironment, startProgress, updateHostFile } from '../shell/index.js'

import type { ParsedArguments } from './argumentParser.js'
import { UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { hostPathOf } from './hostPath.js'
import { parseDuration } from './quantities.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Ctrl-C in the middle leaves the file as it was.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runAdvance = async (given: ParsedArguments, surroundings: Surroundings): Promise<number> => {
  const path = hostPathOf(given, surroundings)
  const ns = orUsage('DURATION', parseDuration(given.positionals[0] ?? ''))
  const env = makeShellEnvironment()
  await updateHostFile(env, path, (first) => {
    const toNs = first.nowNs + ns
    if (toNs > timeMaxNs)
      throw new UsageError(`DURATION: virtual time ends ${timeMaxNs} ns after boot (104 days)`)
    const progress = startProgress(process.stderr, ns)
    let host = first
    while (host.nowNs < toNs) {
      const sliceEndNs = Math.min(toNs, host.nowNs + sliceNs)
      const done = applyOnce(env, host, { _tag: 'Advance', toNs: sliceEndNs })
      if (done._tag === 'Left') throw new UsageError(`DURATION: ${done.left._tag}`)
      host = done.right[0]
      progress.show(host.nowNs - first.nowNs, `${secondsOf(host.nowNs)} s of virtual time`)
    }
    progress.clear()
    return [host, null]
  })
  return exitCode.success
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const sliceNs = 1_000_000_000

const secondsOf = (ns: number): string => (ns / 1_000_000_000).toFixed(1)
