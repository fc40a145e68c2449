/**
 * `xl network-list` and its like (xl-commands.md §11), for domains whose configuration has no such device:
 * the heading alone, as on a real host. Of a domain that has one the answer is that the listing is not
 * implemented.
 *
 * @since 0.1.0
 */
import type { DomainConfig } from '../cfg/DomainConfig.js'
import { findDomain } from '../libxl/DomainRecord.js'

import { notBuilt } from './Command.js'
import type { CommandProgram } from './Command.js'
import { left, right } from './format.js'
import { print, resolveDomain } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The listing of one kind of device: its heading, if domains have none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const deviceList =
  (head: string | null, devicesOf: (config: DomainConfig) => number): CommandProgram =>
  (run, { command, rest }) => {
    if (head !== null) print(run, head)
    for (const text of rest) {
      const domid = resolveDomain(run, text)
      // `block-list` alone goes on, and succeeds.
      if (domid === null) return command.name === 'block-list' ? 0 : 1
      const found = findDomain(run.host, domid)
      if (found !== null && devicesOf(found.record.config) > 0) return notBuilt(run, `xl ${command.name}`)
    }
    return 0
  }

// -------------------------------------------------------------------------------------
// combinators
// -------------------------------------------------------------------------------------

const path = left('BE-path', 30)
const rings = `${right('tx-', 5)}/${left('rx-ring-ref', 11)}`

/**
 * The listings, by command.
 *
 * @category combinators
 * @since 0.1.0
 */
export const deviceLists: Readonly<Record<string, CommandProgram>> = {
  'network-list': deviceList(
    `Idx BE ${left('Mac Addr.', 17)} handle state evt-ch ${rings} ${path}`,
    ({ nics }) => nics.length
  ),
  'block-list': deviceList(
    `${left('Vdev', 5)} ${left('BE', 3)} handle state evt-ch ${left('ring-ref', 8)} ${path}`,
    ({ disks }) => disks.length
  ),
  'channel-list': deviceList(
    `Idx BE state evt-ch ring-ref ${left('connection', 10)} ${left('', 30)}`,
    ({ channels }) => channels.length
  ),
  'vtpm-list': deviceList(
    `Idx BE ${left('Uuid', 36)} handle state evt-ch ring-ref ${left('BE-path', 10)}`,
    ({ vtpms }) => vtpms.length
  ),
  'vkb-list': deviceList(
    `Idx BE handle state evt-ch ${right('ref', 6)} ${left('ID', 10)} ${left('BE-type', 10)} ${path}`,
    ({ vkbs, vfbs }) => vkbs.length + vfbs.length
  ),
  'vsnd-list': deviceList(null, ({ vsnds }) => vsnds.length),
  'vdispl-list': deviceList(null, ({ vdispls }) => vdispls.length)
}
