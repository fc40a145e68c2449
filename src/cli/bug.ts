/**
 * What the command says when the package itself is at fault.
 *
 * @since 0.1.0
 */
import { join } from 'node:path'

import { journalOfError, reasonOf, writeFileAtomically } from '../shell/index.js'

import type { Surroundings } from './Command.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Tells of a bug, and puts its journal, if it has one, into a file: that file is the bug report.
 *
 * @category transitions
 * @since 0.1.0
 */
export const reportBug = (error: unknown, { err }: Surroundings, folder: string): void => {
  err(`xensim: a bug in xensim: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  const journal = journalOfError(error)
  if (journal === null) return
  const path = join(folder, 'xensim-bug.journal')
  try {
    writeFileAtomically(path, journal)
    err(`xensim: ${path} has all that is needed to see it again: please report it with this file\n`)
  } catch (reason) {
    err(`xensim: ${path}: ${reasonOf(reason)}\n`)
  }
}
