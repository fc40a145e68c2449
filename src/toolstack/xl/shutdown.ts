/**
 * `xl shutdown` and `xl reboot` (xl-commands.md §10.2) as far as they come to nothing: the request itself
 * goes through xenstore, which is not built.
 *
 * @since 0.1.0
 */
import { findDomain } from '../libxl/DomainRecord.js'
import { listDomain } from '../libxl/DomInfo.js'
import { errnoText, errorLine, libxlErrorNumber } from '../libxl/LibxlError.js'

import { notBuilt } from './Command.js'
import type { CommandCall } from './Command.js'
import { hasOption } from './getopt.js'
import { complain, printLog, resolveDomain } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Answers mistakes and calls that concern no domain; says of any other that it is not built.
 *
 * @category transitions
 * @since 0.1.0
 */
export const shutdownOrReboot = (run: XlRun, { command, options, rest }: CommandCall): number => {
  const [text] = rest
  if (hasOption(options, 'a')) {
    if (listDomain(run.host).some(({ domid }) => domid !== 0)) return notBuilt(run, `xl ${command.name}`)
    if (hasOption(options, 'w')) complain(run, 'Waiting for 0 domains')
    return 0
  }
  if (text === undefined) {
    complain(run, 'You must specify -a or a domain id.\n')
    return 1
  }
  const domid = resolveDomain(run, text)
  if (domid === null) return 1
  if (findDomain(run.host, domid) !== null) return notBuilt(run, `xl ${command.name}`)
  complain(run, `${command.name === 'shutdown' ? 'Shutting down' : 'Rebooting'} domain ${domid}`)
  const problem = `unable to get dominfo: ${errnoText.ESRCH}`
  printLog(run, [errorLine('libxl_dom.c:libxl__domain_type', domid, problem)])
  complain(run, `${command.name} failed (rc=${libxlErrorNumber.FAIL})`)
  return 1
}
