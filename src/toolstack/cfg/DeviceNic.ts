/**
 * Network interface specifications (xl-cfg.md §6.1): `key=value` words, separated by commas in a
 * configuration and by blanks on a command line.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import { parseUnsigned } from './cNumber.js'
import { parseVifRate } from './vifRate.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An interface as libxl has it before its own defaults. A field that is absent has libxl's initial value.
 *
 * @category model
 * @since 0.1.0
 */
export interface DeviceNic {
  readonly backendDomid?: number
  readonly backendDomname?: string
  readonly devid?: number
  readonly mtu?: number
  readonly vlan?: string
  readonly model?: string
  /** `xx:xx:xx:xx:xx:xx`, lower case. */
  readonly mac?: string
  readonly ip?: string
  readonly bridge?: string
  readonly ifname?: string
  readonly script?: string
  readonly nictype?: 'vif_ioemu' | 'vif'
  readonly rateBytesPerInterval?: number
  readonly rateIntervalUsecs?: number
  readonly gatewaydev?: string
  readonly coloftForwarddev?: string
  /** The other COLO keys by name, sorted; all of them are strings. */
  readonly colo?: ReadonlyArray<readonly [string, string]>
  readonly trusted?: boolean
}

/**
 * What became of one word. `Unknown` and `Invalid` have a line to print and leave the interface usable: a
 * configuration goes on, a command does not. `Fatal` ends the program with exit status 1.
 *
 * @category model
 * @since 0.1.0
 */
export type NicWord =
  | { readonly _tag: 'Taken'; readonly nic: DeviceNic; readonly lines: ReadonlyArray<string> }
  | { readonly _tag: 'Refused'; readonly nic: DeviceNic; readonly lines: ReadonlyArray<string> }
  | { readonly _tag: 'Fatal'; readonly lines: ReadonlyArray<string> }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Applies one word to an interface.
 *
 * @category transitions
 * @since 0.1.0
 */
export const applyNicWord = (source: string, nic: DeviceNic, word: string): NicWord => {
  if (word === 'trusted' || word === 'untrusted') return taken({ ...nic, trusted: word === 'trusted' })
  const equals = word.indexOf('=')
  const key = equals < 0 ? undefined : word.slice(0, equals)
  const value = word.slice(equals + 1)
  const textKey = textKeys.find(([name]) => name === key)?.[1]
  if (textKey !== undefined) return taken({ ...nic, [textKey]: value })
  switch (key) {
    case 'type':
      return applyType(nic, value)
    case 'mac':
      return applyMac(nic, value)
    case 'netdev':
      return taken({ ...nic, gatewaydev: value }, [deprecatedNetdev])
    case 'rate':
      return applyRate(source, nic, value)
    case 'accel':
      return taken(nic, ['the accel parameter for vifs is currently not supported'])
    case 'devid':
    case 'mtu':
      return applyNumber(nic, key, value)
    default:
      if (key !== undefined && coloKeys.includes(key)) return taken(withColo(nic, key, value))
      return { _tag: 'Refused', nic, lines: [`unrecognized argument \`${word}'`] }
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The names of the COLO keys in the order in which libxl has them.
 *
 * @category queries
 * @since 0.1.0
 */
export const coloKeys: ReadonlyArray<string> = [
  ...['colo_sock_mirror_id', 'colo_sock_mirror_ip', 'colo_sock_mirror_port'],
  ...['colo_sock_compare_pri_in_id', 'colo_sock_compare_pri_in_ip', 'colo_sock_compare_pri_in_port'],
  ...['colo_sock_compare_sec_in_id', 'colo_sock_compare_sec_in_ip', 'colo_sock_compare_sec_in_port'],
  ...['colo_sock_compare_notify_id', 'colo_sock_compare_notify_ip', 'colo_sock_compare_notify_port'],
  ...['colo_sock_redirector0_id', 'colo_sock_redirector0_ip', 'colo_sock_redirector0_port'],
  ...['colo_sock_redirector1_id', 'colo_sock_redirector1_ip', 'colo_sock_redirector1_port'],
  ...['colo_sock_redirector2_id', 'colo_sock_redirector2_ip', 'colo_sock_redirector2_port'],
  ...['colo_filter_mirror_queue', 'colo_filter_mirror_outdev', 'colo_filter_redirector0_queue'],
  ...['colo_filter_redirector0_indev', 'colo_filter_redirector0_outdev', 'colo_filter_redirector1_queue'],
  ...['colo_filter_redirector1_indev', 'colo_filter_redirector1_outdev', 'colo_compare_pri_in'],
  ...['colo_compare_sec_in', 'colo_compare_out', 'colo_compare_notify_dev'],
  ...['colo_sock_sec_redirector0_id', 'colo_sock_sec_redirector0_ip', 'colo_sock_sec_redirector0_port'],
  ...['colo_sock_sec_redirector1_id', 'colo_sock_sec_redirector1_ip', 'colo_sock_sec_redirector1_port'],
  ...['colo_filter_sec_redirector0_queue', 'colo_filter_sec_redirector0_indev'],
  ...['colo_filter_sec_redirector0_outdev', 'colo_filter_sec_redirector1_queue'],
  ...['colo_filter_sec_redirector1_indev', 'colo_filter_sec_redirector1_outdev'],
  ...['colo_filter_sec_rewriter0_queue', 'colo_checkpoint_host', 'colo_checkpoint_port']
]

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type TextKey = 'bridge' | 'gatewaydev' | 'ip' | 'script' | 'backendDomname' | 'ifname' | 'model' | 'vlan'

const textKeys: ReadonlyArray<readonly [string, TextKey | 'coloftForwarddev']> = [
  ['bridge', 'bridge'],
  ['gatewaydev', 'gatewaydev'],
  ['ip', 'ip'],
  ['script', 'script'],
  ['backend', 'backendDomname'],
  ['vifname', 'ifname'],
  ['model', 'model'],
  ['vlan', 'vlan'],
  ['forwarddev', 'coloftForwarddev']
]

const deprecatedNetdev = 'the netdev parameter is deprecated, please use gatewaydev instead'

const taken = (nic: DeviceNic, lines: ReadonlyArray<string> = []): NicWord => ({ _tag: 'Taken', nic, lines })

const applyType = (nic: DeviceNic, value: string): NicWord => {
  if (value === 'vif') return taken({ ...nic, nictype: 'vif' })
  if (value === 'ioemu') return taken({ ...nic, nictype: 'vif_ioemu' })
  return { _tag: 'Refused', nic, lines: ["Invalid parameter `type'."] }
}

/** Six hexadecimal groups with one character, whichever, between them. Groups before a bad one are kept. */
const applyMac = (nic: DeviceNic, value: string): NicWord => {
  const octets =
    nic.mac === undefined ? [0, 0, 0, 0, 0, 0] : nic.mac.split(':').map((part) => parseInt(part, 16))
  let pos = 0
  for (let i = 0; i < 6; i += 1) {
    const group = parseUnsigned(value.slice(pos), 16)
    const octet = group.value % 2 ** 32
    if (group.length === 0 || octet > 255) {
      return { _tag: 'Refused', nic: withMac(nic, octets), lines: ["Invalid parameter `mac'."] }
    }
    octets[i] = octet
    pos += group.length + 1
  }
  return taken(withMac(nic, octets))
}

const withMac = (nic: DeviceNic, octets: ReadonlyArray<number>): DeviceNic => {
  const { mac: _previous, ...rest } = nic
  if (octets.every((octet) => octet === 0)) return rest
  return { ...rest, mac: octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') }
}

const applyRate = (source: string, nic: DeviceNic, value: string): NicWord => {
  const rate = parseVifRate(source, value)
  if (E.isLeft(rate)) return { _tag: 'Fatal', lines: [rate.left] }
  const { bytesPerInterval, intervalUsecs } = rate.right
  return taken({ ...nic, rateBytesPerInterval: bytesPerInterval, rateIntervalUsecs: intervalUsecs })
}

const applyNumber = (nic: DeviceNic, key: 'devid' | 'mtu', value: string): NicWord => {
  const parsed = parseUnsigned(value, 10)
  if (parsed.length === 0 || parsed.isOutOfRange) {
    return { _tag: 'Fatal', lines: [`xl: failed to convert "${value}" to number`] }
  }
  // The field is an int.
  return taken({ ...nic, [key]: Number(BigInt.asIntN(32, BigInt(parsed.value))) })
}

const withColo = (nic: DeviceNic, key: string, value: string): DeviceNic => {
  const others = (nic.colo ?? []).filter(([name]) => name !== key)
  const all: ReadonlyArray<readonly [string, string]> = [...others, [key, value]]
  return { ...nic, colo: [...all].sort(([a], [b]) => coloKeys.indexOf(a) - coloKeys.indexOf(b)) }
}
