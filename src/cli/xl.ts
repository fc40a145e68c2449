/**
 * `xensim xl`: the `xl` command line against a host file.
 *
 * @since 0.1.0
 */
import { applyOnce, makeShellEnvironment, transitionErrorText } from '../shell/index.js'
import { updateHostFile, xlFilesOf } from '../shell/index.js'
import type { XlReply } from '../shell/index.js'
import { xlArguments } from '../toolstack/index.js'

import type { ParsedArguments } from './argumentParser.js'
import { Failure } from './Command.js'
import type { Surroundings } from './Command.js'
import { hostPathOf } from './hostPath.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Text and exit code are those of `xl`. Nothing is said before the host file is written: who reads that a
 * domain was created can rely on it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const runXl = async (given: ParsedArguments, surroundings: Surroundings): Promise<number> => {
  const argv = given.positionals
  const path = hostPathOf(given, surroundings)
  const env = makeShellEnvironment()
  const reply = await updateHostFile(env, path, (host) => {
    const args = xlArguments({ argv, ...xlFilesOf(host, argv) })
    const done = applyOnce(env, host, { _tag: 'Toolstack', name: 'xl', args })
    if (done._tag === 'Left') throw new Failure(transitionErrorText(done.left))
    return [done.right[0], done.right[1] as unknown as XlReply]
  })
  surroundings.err(reply.stderr)
  surroundings.out(reply.stdout)
  return reply.rc
}
