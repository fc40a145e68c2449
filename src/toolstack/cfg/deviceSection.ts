/**
 * The devices of a domain: disks, interfaces and framebuffers as records, the small kinds as plain fields
 * (xl-cfg.md §5, §6).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'

import type { SdlInfo, VncInfo } from './BuildInfo.js'
import { parseLeadingInt } from './cNumber.js'
import { leadingStrings } from './ConfigFile.js'
import { fatal, takeBool, takeList, takeString, takeStrings } from './ConfigReader.js'
import type { Draft, Fatal } from './ConfigReader.js'
import { parseDisk } from './DeviceDisk.js'
import type { DeviceDisk } from './DeviceDisk.js'
import { applyNicWord } from './DeviceNic.js'
import type { DeviceNic } from './DeviceNic.js'
import type { DeviceVfb, PlainDevice } from './DomainConfig.js'
import { commaWords, typeOf } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'
import { takeTopLevelDisplay } from './hvmSection.js'
import { channel, p9, pvcalls, usbctrl, usbdev, virtio, vkb, vtpm } from './smallDevices.js'
import type { XlSettings } from './xlConf.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const deviceSection: Section = (parse) =>
  takeDisks(parse) ??
  takePlain(parse, 'p9', 'p9s') ??
  takePlain(parse, 'vtpm', 'vtpms') ??
  takeUnmodelled(parse) ??
  takePlain(parse, 'channel', 'channels') ??
  takeNics(parse) ??
  takeVfbs(parse) ??
  takePlain(parse, 'usbctrl', 'usbctrls') ??
  takePlain(parse, 'usbdev', 'usbdevs')

/**
 * The kinds that come last in a file: keyboards beyond those of the framebuffers, and virtio devices.
 *
 * @category constructors
 * @since 0.1.0
 */
export const lateDeviceSection: Section = (parse) =>
  takePlain(parse, 'vkb', 'vkbs') ?? takePlain(parse, 'virtio', 'virtios')

/**
 * The interface a specification starts from: the defaults of `xl.conf`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nicDefaults = (settings: XlSettings): DeviceNic => ({
  ...(settings.vifScript === undefined ? {} : { script: settings.vifScript }),
  ...(settings.vifBridge === undefined ? {} : { bridge: settings.vifBridge }),
  ...(settings.vifGatewaydev === undefined ? {} : { gatewaydev: settings.vifGatewaydev }),
  ...(settings.vifBackend === undefined ? {} : { backendDomname: settings.vifBackend })
})

/**
 * The framebuffer of the top-level display keys: an implicit device for PV, a part of the build for others.
 *
 * @category constructors
 * @since 0.1.0
 */
export const topLevelDisplaySection: Section = (parse) => {
  const { reader, domain } = parse
  if (typeOf(parse) !== 'pv') {
    const { vnc, sdl } = takeTopLevelDisplay(reader)
    parse.hvm.vnc = vnc
    parse.hvm.sdl = sdl
    return undefined
  }
  if (domain.vfbs.length > 0 || takeBool(reader, 'vnc') !== true) return undefined
  const display = takeTopLevelDisplay(reader)
  const keymap = takeString(reader, 'keymap')
  domain.vfbs = [{ devid: 0, ...display, ...(keymap === undefined ? {} : { keymap }) }]
  domain.vkbs = [[['devid', 0]]]
  return undefined
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const takeDisks = ({ reader, domain }: DomainParse): Fatal | undefined => {
  const disks: DeviceDisk[] = []
  for (const spec of takeStrings(reader, 'disk')) {
    const disk = parseDisk(reader.config.source, [spec])
    if (E.isLeft(disk)) {
      reader.lines.push(...disk.left)
      return { _tag: 'Fatal', exitCode: 1 }
    }
    disks.push(disk.right)
  }
  domain.disks = disks
  return undefined
}

const kinds = { p9, vtpm, pvcalls, channel, usbctrl, usbdev, vkb, virtio } as const

type PlainField = 'p9s' | 'vtpms' | 'pvcallsifs' | 'channels' | 'usbctrls' | 'usbdevs' | 'vkbs' | 'virtios'

const takePlain = (
  { reader, domain, create }: DomainParse,
  name: keyof typeof kinds,
  field: PlainField
): Fatal | undefined => {
  const devices: PlainDevice[] = [...domain[field]]
  for (const spec of takeStrings(reader, name)) {
    const device = kinds[name]({
      spec,
      devid: devices.length,
      domainName: create.name ?? '',
      lines: reader.lines
    })
    if (typeof device === 'string') return fatal(reader, device)
    devices.push(device)
  }
  domain[field] = devices
  return undefined
}

/** Displays and sound cards are kept as they are written; the PV calls between them are a plain kind. */
const takeUnmodelled = (parse: DomainParse): Fatal | undefined => {
  const { reader, domain } = parse
  domain.vdispls = takeStrings(reader, 'vdispl')
  const wrongCalls = takePlain(parse, 'pvcalls', 'pvcallsifs')
  if (wrongCalls !== undefined) return wrongCalls
  const cards: Array<ReadonlyArray<string>> = []
  for (const card of takeList(reader, 'vsnd') ?? []) {
    if (card._tag === 'Single') return fatal(reader, 'Failed to get vsnd card list: Invalid argument')
    cards.push(leadingStrings(card.items))
  }
  domain.vsnds = cards
  return undefined
}

const takeNics = ({ reader, domain, environment }: DomainParse): Fatal | undefined => {
  const nics: DeviceNic[] = []
  for (const [index, spec] of takeStrings(reader, 'vif').entries()) {
    let nic: DeviceNic = { ...nicDefaults(environment.settings), devid: index }
    for (const word of commaWords(spec)) {
      const applied = applyNicWord(reader.config.source, nic, word)
      reader.lines.push(...applied.lines)
      if (applied._tag === 'Fatal') return { _tag: 'Fatal', exitCode: 1 }
      // Here a refused word is only remarked on.
      nic = applied.nic
    }
    nics.push(nic)
  }
  domain.nics = nics
  if (takeList(reader, 'vif2') !== undefined) {
    reader.lines.push('WARNING: vif2: netchannel2 is deprecated and not supported by xl')
  }
  return undefined
}

const takeVfbs = ({ reader, domain }: DomainParse): Fatal | undefined => {
  const specs = takeStrings(reader, 'vfb')
  domain.vfbs = specs.map((spec, devid) => vfbOf(spec, devid))
  domain.vkbs = specs.map((_, devid) => [['devid', devid]])
  return undefined
}

/** Unknown keys are skipped; a word without `=` ends the specification. */
const vfbOf = (spec: string, devid: number): DeviceVfb => {
  const vnc: Draft<VncInfo> = {}
  const sdl: Draft<SdlInfo> = {}
  const rest: { keymap?: string } = {}
  for (const word of commaWords(spec)) {
    const equals = word.indexOf('=')
    if (equals < 0) break
    applyVfbWord({ vnc, sdl, rest }, word.slice(0, equals), word.slice(equals + 1))
  }
  return { devid, vnc, sdl, ...rest }
}

const applyVfbWord = (
  target: { readonly vnc: Draft<VncInfo>; readonly sdl: Draft<SdlInfo>; readonly rest: { keymap?: string } },
  key: string,
  value: string
): void => {
  const { vnc, sdl, rest } = target
  const isOn = parseLeadingInt(value) !== 0
  if (key === 'vnc') vnc.enable = isOn
  else if (key === 'vnclisten') vnc.listen = value
  else if (key === 'vncpasswd') vnc.passwd = value
  else if (key === 'vncdisplay' && isOn) vnc.display = parseLeadingInt(value)
  else if (key === 'vncunused') vnc.findunused = isOn
  else if (key === 'keymap') rest.keymap = value
  else if (key === 'sdl') sdl.enable = isOn
  else if (key === 'opengl') sdl.opengl = isOn
  else if (key === 'display') sdl.display = value
  else if (key === 'xauthority') sdl.xauthority = value
}
