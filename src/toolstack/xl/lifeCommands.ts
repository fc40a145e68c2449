/**
 * `xl pause`, `xl unpause`, `xl rename`, `xl destroy` (xl-commands.md §10.3 to §10.5).
 *
 * @since 0.1.0
 */
import { findDomain } from '../libxl/DomainRecord.js'
import { libxlErrorNumber } from '../libxl/LibxlError.js'
import { domainDestroy, domainPause, domainRename, domainUnpause } from '../libxl/life.js'

import type { CommandProgram } from './Command.js'
import { hasOption } from './getopt.js'
import { destroyedLine } from './monitor.js'
import { complain, libxlOf, resolveDomain, settle } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Succeeds whatever the library says.
 *
 * @category transitions
 * @since 0.1.0
 */
export const pause: CommandProgram = (run, { rest }) => {
  const domid = resolveDomain(run, rest[0] ?? '')
  if (domid === null) return 1
  settle(run, domainPause(libxlOf(run), domid))
  return 0
}

/**
 * Succeeds whatever the library says.
 *
 * @category transitions
 * @since 0.1.0
 */
export const unpause: CommandProgram = (run, { rest }) => {
  const domid = resolveDomain(run, rest[0] ?? '')
  if (domid === null) return 1
  settle(run, domainUnpause(libxlOf(run), domid))
  return 0
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const rename: CommandProgram = (run, { rest }) => {
  const [text = '', name = ''] = rest
  const domid = resolveDomain(run, text)
  if (domid === null) return 1
  if (settle(run, domainRename(libxlOf(run), domid, name))._tag === 'Right') return 0
  complain(run, `Can't rename domain '${text}'.`)
  return 1
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const destroy: CommandProgram = (run, { options, rest }) => {
  const domid = resolveDomain(run, rest[0] ?? '')
  if (domid === null) return 1
  if (domid === 0 && !hasOption(options, 'f')) {
    complain(run, 'Not destroying domain 0; use -f to force.')
    complain(run, 'This can only be done when using a disaggregated hardware domain and toolstack.\n')
    return 1
  }
  const isWatched = (findDomain(run.host, domid)?.record.monitor ?? null) !== null
  const gone = settle(run, domainDestroy(libxlOf(run), domid))
  if (gone._tag === 'Right') {
    if (isWatched) run.outputs.push(...destroyedLine(libxlOf(run), domid))
    return 0
  }
  complain(run, `destroy failed (rc=${libxlErrorNumber[gone.left._tag]})`)
  return 1
}
