/**
 * What only HVM domains have (xl-cfg.md §3.4): firmware and emulated hardware, and, later in the file's
 * order, display, serial lines and USB.
 *
 * @since 0.1.0
 */
import type { HvmInfo, SdlInfo, SpiceInfo, VncInfo } from './BuildInfo.js'
import { fatal, takeBool, takeFields, takeList, takeNumber, takeString } from './ConfigReader.js'
import type { ConfigReader, Draft, Fatal } from './ConfigReader.js'
import { listOrString, typeOf, wordAmong } from './DomainParse.js'
import type { DomainParse, Section } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const hvmFirmwareSection: Section = (parse) => {
  if (typeOf(parse) !== 'hvm') return undefined
  const { reader, build, hvm } = parse
  const kernelName = build.kernel?.split('/').pop()
  if (kernelName === 'hvmloader') {
    reader.lines.push(hvmloaderIgnored)
    delete build.kernel
  }
  const wrongBios = takeBios(parse)
  if (wrongBios !== undefined) return wrongBios
  takeFields(reader, hvm, [
    ['bool', 'pae', 'pae'],
    ['bool', 'acpi_s3', 'acpiS3'],
    ['bool', 'acpi_s4', 'acpiS4'],
    ['bool', 'acpi_laptop_slate', 'acpiLaptopSlate'],
    ['bool', 'nx', 'nx'],
    ['bool', 'hpet', 'hpet'],
    ['bool', 'vpt_align', 'vptAlign']
  ])
  takeFields(reader, build, [['bool', 'apic', 'apic']])
  takeFields(reader, hvm, [['bool', 'hvm_pirq', 'pirq']])
  const wrong = takeViridian(parse) ?? takeMmioHole(parse)
  if (wrong !== undefined) return wrong
  takeFields(reader, hvm, [['bool', 'altp2mhvm', 'altp2m']])
  if (hvm.altp2m !== undefined) reader.lines.push(altp2mhvmDeprecated)
  takeFields(reader, hvm, [
    ['string', 'smbios_firmware', 'smbiosFirmware'],
    ['string', 'acpi_firmware', 'acpiFirmware']
  ])
  const wrongTable = takeSmbios(parse) ?? takeGenid(parse)
  if (wrongTable !== undefined) return wrongTable
  takeFields(reader, hvm, [['mib', 'rdm_mem_boundary', 'rdmMemBoundaryMemkb']])
  const wrongCaps = takeMcaCaps(parse)
  if (wrongCaps !== undefined) return wrongCaps
  takeFirmware(reader, hvm)
  return undefined
}

/**
 * Display, serial lines, USB and the like; after the devices and the device model.
 *
 * @category constructors
 * @since 0.1.0
 */
export const hvmDisplaySection: Section = (parse) => {
  if (typeOf(parse) !== 'hvm') return undefined
  const { reader, hvm } = parse
  const wrongVga = takeVga(parse) ?? takeHdtype(parse)
  if (wrongVga !== undefined) return wrongVga
  takeFields(reader, hvm, [['string', 'keymap', 'keymap']])
  takeSpice(parse)
  takeFields(reader, hvm, [['bool', 'nographic', 'nographic']])
  const wrong = takeGfxPassthru(parse) ?? takeListOrText(parse, 'serial', ['serial', 'serialList'])
  if (wrong !== undefined) return wrong
  takeFields(reader, hvm, [
    ['string', 'boot', 'boot'],
    ['bool', 'usb', 'usb'],
    ['int', 'usbversion', 'usbversion', 0]
  ])
  const wrongUsb = takeListOrText(parse, 'usbdevice', ['usbdevice', 'usbdeviceList'])
  if (wrongUsb !== undefined) return wrongUsb
  takeFields(reader, hvm, [
    ['bool', 'vkb_device', 'vkbDevice'],
    ['string', 'soundhw', 'soundhw'],
    ['bool', 'xen_platform_pci', 'xenPlatformPci'],
    ['bool', 'xen_platform_pci_bar_uc', 'xenPlatformPciBarUc']
  ])
  if ((hvm.vnc?.display ?? 0) !== 0 && hvm.vnc?.listen?.includes(':') === true) {
    return fatal(reader, 'ERROR: Display specified both in vnclisten and vncdisplay!')
  }
  const vendor = takeString(reader, 'vendor_device')
  if (vendor === undefined) return undefined
  const device = wordAmong(['none', 'xenserver'] as const, vendor)
  if (device === undefined) return fatal(reader, `xl: unknown vendor_device '${vendor}'`, exitFail)
  if (device !== 'none') hvm.vendorDevice = device
  return undefined
}

/**
 * The display keys at the top level of a file.
 *
 * @category constructors
 * @since 0.1.0
 */
export const takeTopLevelDisplay = (
  reader: ConfigReader
): { readonly vnc: VncInfo; readonly sdl: SdlInfo } => {
  const vnc: Draft<VncInfo> = {}
  const sdl: Draft<SdlInfo> = {}
  takeFields(reader, vnc, [
    ['bool', 'vnc', 'enable'],
    ['string', 'vnclisten', 'listen'],
    ['string', 'vncpasswd', 'passwd'],
    ['int', 'vncdisplay', 'display', 0],
    ['bool', 'vncunused', 'findunused']
  ])
  takeFields(reader, sdl, [
    ['bool', 'sdl', 'enable'],
    ['bool', 'opengl', 'opengl'],
    ['string', 'display', 'display'],
    ['string', 'xauthority', 'xauthority']
  ])
  return { vnc, sdl }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const exitFail = 3

const hvmloaderIgnored =
  'WARNING: you seem to be using "kernel" directive to override HVM guest firmware. Ignore ' +
  'that. Use "firmware_override" instead if you really want a non-default firmware'

const altp2mhvmDeprecated = 'WARNING: Specifying "altp2mhvm" is deprecated. Please use "altp2m" instead.'

const biosWords = ['unknown', 'rombios', 'seabios', 'ovmf'] as const

const setBios = (hvm: Draft<HvmInfo>, bios: (typeof biosWords)[number]): void => {
  if (bios === 'unknown') delete hvm.bios
  else hvm.bios = bios
}

const takeBios = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  takeFields(reader, hvm, [
    ['string', 'firmware_override', 'firmware'],
    ['string', 'bios_path_override', 'systemFirmware']
  ])
  const text = takeString(reader, 'bios')
  if (text === undefined) {
    if (hvm.systemFirmware !== undefined) {
      reader.lines.push('WARNING: bios_path_override given without specific bios name')
    }
    return undefined
  }
  const bios = wordAmong(biosWords, text)
  if (bios === undefined) return fatal(reader, `ERROR: invalid value "${text}" for "bios"`)
  setBios(hvm, bios)
  return undefined
}

/** A BIOS by name, the beginning of `uefi` or `bios`, or else the path of a firmware. */
const takeFirmware = (reader: ConfigReader, hvm: Draft<HvmInfo>): void => {
  const text = takeString(reader, 'firmware')
  if (text === undefined) return
  const bios = wordAmong(biosWords, text)
  if (bios !== undefined) setBios(hvm, bios)
  else if ('uefi'.startsWith(text)) hvm.bios = 'ovmf'
  else if (!'bios'.startsWith(text)) hvm.firmware = text
}

const enlightenments: ReadonlyArray<string> = [
  ...['base', 'freq', 'time_ref_count', 'reference_tsc', 'hcall_remote_tlb_flush', 'apic_assist'],
  ...['crash_ctl', 'synic', 'stimer', 'hcall_ipi', 'ex_processor_masks', 'no_vp_limit', 'cpu_hotplug']
]

/** The reference's bitmaps of enlightenments have room for 64. */
const enlightenmentBits = 64

const takeViridian = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'viridian', true)
  if (items === undefined) {
    const isOn = takeBool(reader, 'viridian', true)
    if (isOn !== undefined) hvm.viridian = isOn
    return undefined
  }
  const enabled = new Set<number>()
  const disabled = new Set<number>()
  for (const item of items) {
    // The reference ends abnormally for a list in the list.
    if (item._tag === 'List') return fatal(reader, "xl: unknown viridian enlightenment ''", exitFail)
    const word = item.text.startsWith('!') ? item.text.slice(1) : item.text
    const [set, reset] = word === item.text ? [enabled, disabled] : [disabled, enabled]
    if (item.text === 'all') for (let bit = 0; bit < enlightenmentBits; bit += 1) enabled.add(bit)
    else if (item.text === 'defaults') hvm.viridian = true
    else {
      const bit = enlightenments.indexOf(word.toLowerCase())
      if (bit < 0) return fatal(reader, `xl: unknown viridian enlightenment '${word}'`, exitFail)
      set.add(bit)
      reset.delete(bit)
    }
  }
  const ascending = (bits: ReadonlySet<number>) => [...bits].sort((a, b) => a - b)
  if (enabled.size > 0) hvm.viridianEnable = ascending(enabled)
  if (disabled.size > 0) hvm.viridianDisable = ascending(disabled)
  return undefined
}

const mmioHoleMinMib = 256
const mmioHoleMaxMib = 3840

const takeMmioHole = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const mib = takeNumber(reader, 'mmio_hole')
  if (mib === undefined) return undefined
  if (mib < mmioHoleMinMib || mib > mmioHoleMaxMib) {
    return fatal(reader, `ERROR: invalid value ${mib} for "mmio_hole"`)
  }
  hvm.mmioHoleMemkb = mib * 1024
  return undefined
}

const smbiosTypes: ReadonlyArray<string> = [
  ...['bios_vendor', 'bios_version', 'system_manufacturer', 'system_product_name', 'system_version'],
  ...['system_serial_number', 'baseboard_manufacturer', 'baseboard_product_name', 'baseboard_version'],
  ...['baseboard_serial_number', 'baseboard_asset_tag', 'baseboard_location_in_chassis'],
  ...['enclosure_manufacturer', 'enclosure_serial_number', 'enclosure_asset_tag'],
  ...['battery_manufacturer', 'battery_device_name', 'oem']
]

const oemStringsMax = 99

const takeSmbios = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'smbios')
  if (items === undefined) {
    // A single value was remarked on by the reader, and ends the program.
    const isWrong = takeString(reader, 'smbios', true) !== undefined
    return isWrong ? fatal(reader, 'xl: Unable to parse smbios options.') : undefined
  }
  const entries: Array<{ readonly key: string; readonly value: string }> = []
  for (const [index, item] of items.entries()) {
    if (item._tag === 'List') return fatal(reader, `xl: Unable to get element #${index} in smbios list`)
    const equals = item.text.indexOf('=')
    const option = equals < 0 ? item.text : item.text.slice(0, equals)
    if (equals < 0) return fatal(reader, `xl: failed to split "${option}" at '='`)
    const value = item.text.slice(equals + 1)
    if (value === '') return fatal(reader, `xl: empty value not allowed for smbios "${option}="`)
    const key = wordAmong(smbiosTypes, option)
    if (key === undefined) return fatal(reader, `xl: unknown smbios type '${option}'`)
    entries.push({ key, value })
    if (entries.filter((entry) => entry.key === 'oem').length > oemStringsMax) {
      return fatal(reader, `xl: smbios limited to ${oemStringsMax} oem strings`)
    }
  }
  if (entries.length > 0) hvm.smbios = entries
  return undefined
}

const takeGenid = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'ms_vm_genid')
  if (text === undefined || text === 'none') return undefined
  if (text !== 'generate') {
    return fatal(reader, 'ERROR: "ms_vm_genid" option must be "generate" or "none"')
  }
  hvm.msVmGenid = 'generate'
  return undefined
}

const takeMcaCaps = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const items = takeList(reader, 'mca_caps', true)
  if (items === undefined) {
    const isWrong = takeString(reader, 'mca_caps', true) !== undefined
    return isWrong ? fatal(reader, 'ERROR: unable to parse mca_caps.', exitFail) : undefined
  }
  for (const item of items) {
    const text = item._tag === 'Single' ? item.text : ''
    if (text !== 'lmce') return fatal(reader, `ERROR: unrecognized MCA capability '${text}'.`, exitFail)
    hvm.mcaCaps = 1
  }
  return undefined
}

const vgaWords = [
  ['stdvga', 'std'],
  ['cirrus', 'cirrus'],
  ['none', 'none'],
  ['qxl', 'qxl']
] as const

const takeVga = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'vga')
  if (text === undefined) {
    const isStd = takeNumber(reader, 'stdvga')
    if (isStd !== undefined) hvm.vga = { kind: isStd === 0 ? 'cirrus' : 'std' }
    return undefined
  }
  const kind = vgaWords.find(([word]) => word === text)?.[1]
  if (kind === undefined) return fatal(reader, `Unknown vga "${text}" specified`)
  hvm.vga = { kind }
  return undefined
}

const takeHdtype = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const text = takeString(reader, 'hdtype')
  if (text === undefined) return undefined
  const hdtype = wordAmong(['ide', 'ahci'] as const, text)
  if (hdtype === undefined) return fatal(reader, `ERROR: invalid value "${text}" for "hdtype"`)
  if (hdtype === 'ahci') hvm.hdtype = hdtype
  return undefined
}

const takeSpice = ({ reader, hvm }: DomainParse): void => {
  const spice: Draft<SpiceInfo> = {}
  takeFields(reader, spice, [
    ['bool', 'spice', 'enable'],
    ['int', 'spiceport', 'port', 0],
    ['int', 'spicetls_port', 'tlsPort', 0],
    ['string', 'spicehost', 'host'],
    ['bool', 'spicedisable_ticketing', 'disableTicketing'],
    ['string', 'spicepasswd', 'passwd'],
    ['bool', 'spiceagent_mouse', 'agentMouse'],
    ['bool', 'spicevdagent', 'vdagent'],
    ['bool', 'spice_clipboard_sharing', 'clipboardSharing'],
    ['int', 'spiceusbredirection', 'usbredirection', 0],
    ['string', 'spice_image_compression', 'imageCompression'],
    ['string', 'spice_streaming_video', 'streamingVideo']
  ])
  if (Object.keys(spice).length > 0) hvm.spice = spice
}

const takeGfxPassthru = ({ reader, hvm }: DomainParse): Fatal | undefined => {
  const value = takeNumber(reader, 'gfx_passthru', true)
  if (value !== undefined) {
    hvm.gfxPassthru = value !== 0
    return undefined
  }
  const text = takeString(reader, 'gfx_passthru')
  if (text === undefined) return undefined
  const kind = wordAmong(['default', 'igd'] as const, text)
  if (kind === undefined) return fatal(reader, `ERROR: invalid value "${text}" for "gfx_passthru"`)
  if (kind === 'igd') hvm.gfxPassthruKind = kind
  hvm.gfxPassthru = true
  return undefined
}

const takeListOrText = (
  { reader, hvm }: DomainParse,
  name: string,
  [textField, listField]: readonly ['serial' | 'usbdevice', 'serialList' | 'usbdeviceList']
): undefined => {
  const { list, text } = listOrString(reader, name)
  if (list !== undefined && list.length > 0) hvm[listField] = list
  if (text !== undefined) hvm[textField] = text
  return undefined
}
