/**
 * Commands about things a host of this package does not have: PCI passthrough, Flask, Intel's resource
 * director. Their answers are those of a real host without them (xl-commands.md §11).
 *
 * @since 0.1.0
 */
import { findDomain } from '../libxl/DomainRecord.js'
import { errorLine } from '../libxl/LibxlError.js'

import { notBuilt, showHelp } from './Command.js'
import type { CommandProgram } from './Command.js'
import { left } from './format.js'
import { complain, print, printLog, resolveDomain } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const pciAssignableList: CommandProgram = (run) => {
  const place = 'libxl_pci.c:libxl_device_pci_assignable_list'
  printLog(run, [errorLine(place, null, 'Looks like pciback driver not loaded')])
  return 0
}

/**
 * Flask is not there: the library's -1 comes out as the exit status.
 *
 * @category transitions
 * @since 0.1.0
 */
export const getenforce: CommandProgram = (run) => {
  print(run, 'Flask XSM Disabled')
  return 255
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const setenforce: CommandProgram = (run, { command, rest }) => {
  if (!/^(0|1|permissive|enforcing)$/i.test(rest[0] ?? '')) {
    showHelp(run, command)
    return 2
  }
  complain(run, 'Flask XSM disabled')
  return 255
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const loadpolicy: CommandProgram = (run, { command, rest }) => {
  if (rest.length > 0) return notBuilt(run, 'xl loadpolicy')
  showHelp(run, command)
  return 2
}

/**
 * The first of the technologies asked about that is missing ends the program with the library's -3.
 *
 * @category transitions
 * @since 0.1.0
 */
export const psrHwinfo: CommandProgram = (run, { options }) => {
  if (options.length > 0 && !options.some(({ letter }) => letter === 'm'))
    return notBuilt(run, 'xl psr-hwinfo')
  print(run, 'Cache Monitoring Technology (CMT):')
  print(run, `${left('Enabled', 16)}: 0`)
  return 253
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const psrCmtShow: CommandProgram = (run, { command, rest }) => {
  if (!monitorTypes.includes(rest[0] ?? '')) {
    showHelp(run, command)
    return 2
  }
  complain(run, 'CMT is disabled in the system')
  return 255
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const psrShow: CommandProgram = (run) => {
  complain(run, 'Failed to get info')
  return 253
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const configUpdate: CommandProgram = (run, { command, options, rest }) => {
  const [domain, file] = rest
  const advice = 'avoid using this command when possible'
  complain(run, `WARNING: xl now has better capability to manage domain configuration, ${advice}`)
  if (domain === undefined) {
    complain(run, 'xl config-update requires a domain argument')
    showHelp(run, command)
    return 1
  }
  if (resolveDomain(run, domain) === null) return 1
  const hasFile = file !== undefined || options.some(({ letter }) => letter === 'f')
  if (hasFile) return notBuilt(run, 'xl config-update')
  complain(run, 'Config file not specified')
  return 1
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const pciList: CommandProgram = (run, { rest }) => {
  const domid = resolveDomain(run, rest[0] ?? '')
  if (domid === null) return 1
  const hasDevices = (findDomain(run.host, domid)?.record.config.pcidevs ?? []).length > 0
  return hasDevices ? notBuilt(run, 'xl pci-list') : 0
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const monitorTypes: ReadonlyArray<string> = ['cache-occupancy', 'total-mem-bandwidth', 'local-mem-bandwidth']
