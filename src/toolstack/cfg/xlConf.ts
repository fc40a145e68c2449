/**
 * The global settings of `xl` (xl-cfg.md §9): its file `xl.conf`, in the grammar of all configurations.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { boundedNumber, makeReader, takeBool, takeFields, takeString } from './ConfigReader.js'
import type { ConfigReader, Draft } from './ConfigReader.js'
import { parseConfigFile } from './parseConfigFile.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Settings; a field that is absent was not given and has no default here.
 *
 * @category model
 * @since 0.1.0
 */
export interface XlSettings {
  readonly autoballoon: 'on' | 'off' | 'auto'
  readonly domidPolicy: 'xen' | 'random'
  readonly runHotplugScripts: boolean
  readonly claimMode: boolean
  readonly outputFormat: 'json' | 'sxp'
  readonly lockfile: string
  /** Where the images of `firmware=` and of stub domains are. */
  readonly firmwareDir: string
  readonly vifScript?: string
  readonly vifBridge?: string
  readonly vifGatewaydev?: string
  readonly vifBackend?: string
  readonly blkdevStart?: string
  readonly remusNetbufScript?: string
  readonly coloProxyScript?: string
  readonly maxGrantFrames?: number
  readonly maxMaptrackFrames?: number
  readonly maxGrantVersion?: number
  readonly bootloaderRestrict?: boolean
  readonly vmCpumask?: string
  readonly vmHvmCpumask?: string
  readonly vmPvCpumask?: string
}

/**
 * Settings and the warnings that reading them printed.
 *
 * @category model
 * @since 0.1.0
 */
export interface ParsedXlConf {
  readonly settings: XlSettings
  readonly lines: ReadonlyArray<string>
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What holds without a file.
 *
 * @category constants
 * @since 0.1.0
 */
export const xlSettingsDefault: XlSettings = {
  autoballoon: 'auto',
  domidPolicy: 'xen',
  runHotplugScripts: true,
  claimMode: true,
  outputFormat: 'json',
  lockfile: '/var/lock/xl',
  firmwareDir: '/usr/local/lib/xen/boot'
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads a file. Left: the lines to print, the exit status is 1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseXlConf = (source: string, text: string): Either<ReadonlyArray<string>, ParsedXlConf> => {
  const parsed = parseConfigFile(source, text)
  if (E.isLeft(parsed)) return E.left([...parsed.left, 'Failed to parse config file: Invalid argument'])
  const reader = makeReader(parsed.right)
  const settings: Draft<XlSettings> = { ...xlSettingsDefault }
  takeAutoballoon(reader, settings)
  takeDomidPolicy(reader, settings)
  takeFields(reader, settings, [
    ['bool', 'run_hotplug_scripts', 'runHotplugScripts'],
    ['string', 'lockfile', 'lockfile'],
    ['string', 'vif.default.script', 'vifScript'],
    ['string', 'vif.default.bridge', 'vifBridge'],
    ['string', 'vif.default.gatewaydev', 'vifGatewaydev'],
    ['string', 'vif.default.backend', 'vifBackend']
  ])
  if (!takeOutputFormat(reader, settings)) return E.left(reader.lines)
  takeFields(reader, settings, [
    ['string', 'blkdev_start', 'blkdevStart'],
    ['bool', 'claim_mode', 'claimMode'],
    ['string', 'remus.default.netbufscript', 'remusNetbufScript'],
    ['string', 'colo.default.proxyscript', 'coloProxyScript']
  ])
  if (!takeGrantLimits(reader, settings)) return E.left(reader.lines)
  takeFields(reader, settings, [
    ['string', 'vm.cpumask', 'vmCpumask'],
    ['string', 'vm.hvm.cpumask', 'vmHvmCpumask'],
    ['string', 'vm.pv.cpumask', 'vmPvCpumask']
  ])
  const restrict = takeBool(reader, 'bootloader_restrict')
  if (restrict !== undefined) settings.bootloaderRestrict = restrict
  return E.right({ settings, lines: reader.lines })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Whether `xl create` takes memory from domain 0 when there is too little. `auto` means: unless the
 * hypervisor's command line fixes domain 0's memory (xl-cfg.md §9).
 *
 * @category queries
 * @since 0.1.0
 */
export const isAutoballoonOn = (settings: XlSettings, xenCommandLine: string): boolean => {
  if (settings.autoballoon !== 'auto') return settings.autoballoon === 'on'
  return !xenCommandLine.split(' ').some(isDom0Memory)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const dom0MemoryItem = /^(?:min:|max:)?-?(?:[0-9]+[bBkKmMgGtT]?|(?:[0-9]+[bBkKmMgGtT]?\+)?[0-9]{1,2}%)$/

/** `dom0_mem=` and one or more amounts, each with or without a comma after it. */
const isDom0Memory = (word: string): boolean => {
  const prefix = 'dom0_mem='
  if (!word.startsWith(prefix)) return false
  const items = word.slice(prefix.length).split(',')
  if (items.length > 1 && items[items.length - 1] === '') items.pop()
  return items.every((item) => dom0MemoryItem.test(item))
}

const takeAutoballoon = (reader: ConfigReader, settings: Draft<XlSettings>): void => {
  const text = takeString(reader, 'autoballoon')
  if (text === undefined) return
  if (text === 'on' || text === '1') settings.autoballoon = 'on'
  else if (text === 'off' || text === '0') settings.autoballoon = 'off'
  else if (text !== 'auto') reader.lines.push('invalid autoballoon option')
}

const takeDomidPolicy = (reader: ConfigReader, settings: Draft<XlSettings>): void => {
  const text = takeString(reader, 'domid_policy')
  if (text === undefined) return
  if (text === 'xen' || text === 'random') settings.domidPolicy = text
  else reader.lines.push('invalid domid_policy option')
}

const takeOutputFormat = (reader: ConfigReader, settings: Draft<XlSettings>): boolean => {
  const text = takeString(reader, 'output_format')
  if (text === undefined) return true
  if (text === 'json' || text === 'sxp') settings.outputFormat = text
  else reader.lines.push(`invalid default output format "${text}"`)
  return true
}

const grantKeys = [
  ['max_grant_frames', 'maxGrantFrames'],
  ['max_maptrack_frames', 'maxMaptrackFrames'],
  ['max_grant_version', 'maxGrantVersion']
] as const

const intMax = 2 ** 31 - 1

const takeGrantLimits = (reader: ConfigReader, settings: Draft<XlSettings>): boolean => {
  for (const [name, field] of grantKeys) {
    const reading = boundedNumber(reader, name, { min: 0, max: intMax })
    if (reading._tag === 'Value') settings[field] = reading.value
    if (reading._tag === 'Invalid') {
      reader.lines.push(reading.warning)
      return false
    }
  }
  return true
}
