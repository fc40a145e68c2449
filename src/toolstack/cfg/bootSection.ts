/**
 * What a domain boots and what of the host it gets: passthrough devices, clocks, kernel, bootloader, firmware
 * (xl-cfg.md §3.1).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import type { TimerMode } from './BuildInfo.js'
import { fatal, takeBool, takeFields, takeNumber, takeString, takeStrings } from './ConfigReader.js'
import type { ConfigReader, Draft, Fatal } from './ConfigReader.js'
import { parsePci } from './DevicePci.js'
import type { DevicePci } from './DevicePci.js'
import { listOrString, typeOf, wordAmong } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'
import { parseRdm } from './rdm.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const bootSection: Section = (parse) => {
  const { reader, build, domain } = parse
  if (typeOf(parse) === 'pv') takeFields(reader, parse.pv, [['bool', 'e820_host', 'e820Host']])
  const wrongDevice = takePci(parse)
  if (wrongDevice !== undefined) return wrongDevice
  domain.dtdevs = takeStrings(reader, 'dtdev').map((path) => [['path', path]])
  const wrongMode = takePassthrough(parse)
  if (wrongMode !== undefined) return wrongMode
  takeFields(reader, build, [
    ['mib', 'shadow_memory', 'shadowMemkb'],
    ['bool', 'nomigrate', 'disableMigrate']
  ])
  const wrongTsc = takeTscMode(parse)
  if (wrongTsc !== undefined) return wrongTsc
  takeFields(reader, build, [['int', 'rtc_timeoffset', 'rtcTimeoffset', 0]])
  if (takeNumber(reader, 'vncviewer') !== undefined) reader.lines.push(vncviewerIgnored)
  takeFields(reader, build, [
    ['bool', 'localtime', 'localtime'],
    ['mib', 'videoram', 'videoMemkb'],
    ['int', 'max_event_channels', 'eventChannels', 0],
    ['string', 'kernel', 'kernel'],
    ['string', 'ramdisk', 'ramdisk'],
    ['string', 'device_tree', 'deviceTree']
  ])
  const cmdline = takeCmdline(reader)
  if (cmdline !== undefined) build.cmdline = cmdline
  takeFields(reader, parse.create, [['bool', 'driver_domain', 'driverDomain']])
  takeFields(reader, build, [['bool', 'acpi', 'acpi']])
  takeBootloader(parse)
  const wrongTimer = takeTimerMode(parse)
  if (wrongTimer !== undefined) return wrongTimer
  takeFields(reader, build, [['bool', 'nestedhvm', 'nestedHvm']])
  return undefined
}

/**
 * The firmware of PV and PVH domains, which stands for a kernel.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pvFirmwareSection: Section = (parse) => {
  if (typeOf(parse) === 'hvm') return undefined
  const { reader, build, environment } = parse
  const firmware = takeString(reader, 'firmware')
  if (firmware !== undefined) {
    if (build.kernel !== undefined) return fatal(reader, 'ERROR: both kernel and firmware specified')
    if (!['pvgrub32', 'pvgrub64'].some((word) => word.startsWith(firmware))) {
      return fatal(reader, 'ERROR: only pvgrub{32|64} supported as firmware options')
    }
    build.kernel = `${environment.settings.firmwareDir}/${firmware}.bin`
  }
  if (build.bootloader === undefined && build.kernel === undefined) {
    return fatal(reader, 'Neither kernel nor bootloader specified')
  }
  return undefined
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Exit status of a program that ends with libxl's ERROR_FAIL. */
const exitFail = 3

/** Exit status of a PCI specification that libxl refuses: ERROR_INVAL. */
const exitInvalid = 6

const vncviewerIgnored =
  'WARNING: ignoring "vncviewer" option. ' +
  'Use "-V" option of "xl create" to automatically spawn vncviewer.'

const takePci = (parse: DomainParse): Fatal | undefined => {
  const { reader, domain } = parse
  const defaults: Draft<DevicePci> = {}
  const globals = [
    ['pci_msitranslate', 'msitranslate'],
    ['pci_power_mgmt', 'powerMgmt'],
    ['pci_permissive', 'permissive'],
    ['pci_seize', 'seize']
  ] as const
  for (const [name, field] of globals) {
    const value = takeBool(reader, name)
    if (value !== undefined) defaults[field] = value
  }
  const rdmText = takeString(reader, 'rdm')
  if (rdmText !== undefined) {
    const rdm = parseRdm(rdmText)
    if (E.isRight(rdm)) parse.hvm.rdm = rdm.right
    else reader.lines.push(rdm.left)
  }
  const isHvm = typeOf(parse) === 'hvm'
  const policy = parse.hvm.rdm?.policy ?? (isHvm ? undefined : 'strict')
  if (policy !== undefined) defaults.rdmPolicy = policy
  const pcidevs: DevicePci[] = []
  for (const spec of takeStrings(reader, 'pci')) {
    const pci = parsePci(defaults, spec)
    if (E.isLeft(pci)) {
      const line = `${pci.left}unable to parse PCI_SPEC_STRING \`${spec}' for passthrough`
      return fatal(reader, line, exitInvalid)
    }
    pcidevs.push(pci.right)
  }
  domain.pcidevs = pcidevs
  if (pcidevs.length > 0 && typeOf(parse) === 'pv') parse.pv.e820Host = true
  return undefined
}

const takePassthrough = ({ reader, create }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'passthrough')
  if (text === undefined) return undefined
  const mode = wordAmong(['default', 'disabled', 'enabled', 'sync_pt', 'share_pt'] as const, text)
  if (mode === undefined) return fatal(reader, `ERROR: unknown passthrough option '${text}'`)
  if (mode !== 'default') create.passthrough = mode
  return undefined
}

const tscModes = ['default', 'always_emulate', 'native', 'native_paravirt'] as const

const timerModes: ReadonlyArray<TimerMode> = [
  'delay_for_missed_ticks',
  'no_delay_for_missed_ticks',
  'no_missed_ticks_pending',
  'one_missed_tick_pending'
]

/** A word by its number, with the remark that numbers are out of date. */
const deprecatedNumber = <W extends string>(
  reader: ConfigReader,
  name: string,
  { words, value }: { readonly words: ReadonlyArray<W>; readonly value: number }
): W | Fatal => {
  const word = words[value]
  const example = word === undefined ? '' : `e.g. ${name}="${word}"`
  reader.lines.push(
    `WARNING: specifying "${name}" as an integer is deprecated. ` +
      `Please use the named parameter variant. ${example}`
  )
  return word ?? fatal(reader, `ERROR: invalid value ${value} for "${name}"`)
}

const takeTscMode = ({ reader, build }: DomainParse): Fatal | undefined => {
  const value = takeNumber(reader, 'tsc_mode', true)
  const text = value === undefined ? takeString(reader, 'tsc_mode') : undefined
  if (value === undefined && text === undefined) return undefined
  const mode =
    value === undefined
      ? wordAmong(tscModes, text ?? '')
      : deprecatedNumber(reader, 'tsc_mode', { words: tscModes, value })
  if (mode === undefined) return fatal(reader, `ERROR: invalid value "${text ?? ''}" for "tsc_mode"`)
  if (typeof mode === 'object') return mode
  if (mode !== 'default') build.tscMode = mode
  return undefined
}

const takeTimerMode = (parse: DomainParse): Fatal | undefined => {
  const { reader, build } = parse
  const value = takeNumber(reader, 'timer_mode', true)
  const text = value === undefined ? takeString(reader, 'timer_mode') : undefined
  if (value === undefined && text === undefined) return undefined
  if (typeOf(parse) === 'pv') {
    return fatal(reader, 'ERROR: "timer_mode" option is not supported for PV guests.', exitFail)
  }
  if (text?.toLowerCase() === 'unknown') return undefined
  const mode =
    value === undefined
      ? wordAmong(timerModes, text ?? '')
      : deprecatedNumber(reader, 'timer_mode', { words: timerModes, value })
  if (mode === undefined) return fatal(reader, `ERROR: invalid value "${text ?? ''}" for "timer_mode"`)
  if (typeof mode === 'object') return mode
  build.timerMode = mode
  return undefined
}

const takeCmdline = (reader: ConfigReader): string | undefined => {
  const cmdline = takeString(reader, 'cmdline')
  const root = takeString(reader, 'root')
  const extra = takeString(reader, 'extra')
  if (cmdline !== undefined) {
    if (root !== undefined || extra !== undefined) {
      reader.lines.push('Warning: ignoring root= and extra= in favour of cmdline=')
    }
    return cmdline
  }
  if (root === undefined) return extra
  return extra === undefined ? `root=${root}` : `root=${root} ${extra}`
}

const takeBootloader = ({ reader, build, environment }: DomainParse): void => {
  takeFields(reader, build, [
    ['string', 'bootloader', 'bootloader'],
    ['bool', 'bootloader_restrict', 'bootloaderRestrict']
  ])
  const restrict = environment.settings.bootloaderRestrict
  if (build.bootloaderRestrict === undefined && restrict !== undefined) build.bootloaderRestrict = restrict
  takeFields(reader, build, [['string', 'bootloader_user', 'bootloaderUser']])
  const { list, text } = listOrString(reader, 'bootloader_args')
  if (list !== undefined && list.length > 0) build.bootloaderArgs = list
  if (text === undefined) return
  reader.lines.push(
    'WARNING: Specifying "bootloader_args" as a string is deprecated. Please use a list of arguments.'
  )
  const words = text.split(/[ \t\n]+/).filter((word) => word !== '')
  if (words.length > 0) build.bootloaderArgs = words
}
