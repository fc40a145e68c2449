/**
 * The JSON form of a configuration (toolstack.md §3): what `xl create -n`, `xl list -l` and the dry runs of
 * the attach commands print.
 *
 * The order of the fields is libxl's. Structures inside structures are always there, empty if need be; other
 * fields only when they differ from their initial value, which in our records is when they are present.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import type {
  BuildInfo,
  DomainSchedParams,
  HvmInfo,
  PvInfo,
  PvhInfo,
  SdlInfo,
  SpiceInfo
} from './BuildInfo.js'
import type { VncInfo, VnodeInfo } from './BuildInfo.js'
import type { DeviceDisk } from './DeviceDisk.js'
import type { DeviceNic } from './DeviceNic.js'
import type { DevicePci } from './DevicePci.js'
import { storedForm } from './DomainConfig.js'
import type { CreateInfo, DeviceVfb, DomainConfig, PlainDevice, PlainField } from './DomainConfig.js'
import { jsonArray, jsonObject } from './jsonC.js'
import type { JsonObject, JsonValue } from './jsonC.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `parsed` is what the text said (`xl create -n`, `-d`); `stored` is what libxl keeps once the domain exists.
 *
 * @category model
 * @since 0.1.0
 */
export type ConfigStage = 'parsed' | 'stored'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * @category queries
 * @since 0.1.0
 */
export const domainConfigToJson = (config: DomainConfig, stage: ConfigStage): JsonObject => {
  const shown = stage === 'stored' ? storedForm(config) : config
  return jsonObject([
    ['c_info', jsonObject(fields(shown.createInfo, createInfoOrder))],
    ['b_info', buildInfoToJson(shown.buildInfo)],
    ...devices('disks', shown.disks.map(diskToJson)),
    ...devices('nics', shown.nics.map(nicToJson)),
    ...devices('pcidevs', shown.pcidevs.map(pciToJson)),
    ...devices('dtdevs', shown.dtdevs.map(plainToJson)),
    ...devices('vfbs', shown.vfbs.map(vfbToJson)),
    ...devices('vkbs', shown.vkbs.map(plainToJson)),
    ...devices('virtios', shown.virtios.map(plainToJson)),
    ...devices('vtpms', shown.vtpms.map(plainToJson)),
    ...devices('p9s', shown.p9s.map(plainToJson)),
    ...devices('pvcallsifs', shown.pvcallsifs.map(plainToJson)),
    ...devices('channels', shown.channels.map(plainToJson)),
    ...devices('usbctrls', shown.usbctrls.map(plainToJson)),
    ...devices('usbdevs', shown.usbdevs.map(plainToJson)),
    ...actions(shown)
  ])
}

/**
 * What `xl list -l` prints: each domain with its configuration, which is already the stored one with the live
 * values merged in.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainListToJson = (
  entries: ReadonlyArray<{ readonly domid: DomainId; readonly config: DomainConfig }>
): JsonValue =>
  jsonArray(
    entries.map(({ domid, config }) =>
      jsonObject([
        ['domid', domid],
        ['config', domainConfigToJson(config, 'parsed')]
      ])
    )
  )

/**
 * @category queries
 * @since 0.1.0
 */
export const diskToJson = (disk: DeviceDisk): JsonObject => jsonObject(fields(disk, diskOrder))

/**
 * @category queries
 * @since 0.1.0
 */
export const nicToJson = (nic: DeviceNic): JsonObject =>
  jsonObject(
    nicOrder.flatMap((key): ReadonlyArray<readonly [string, JsonValue]> => {
      if (key === 'colo') return nic.colo ?? []
      return fields(nic, [key])
    })
  )

/**
 * @category queries
 * @since 0.1.0
 */
export const pciToJson = (pci: DevicePci): JsonObject => jsonObject(fields(pci, pciOrder))

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Members = ReadonlyArray<readonly [string, JsonValue]>

/** A list of all keys of `T`: leaving one out does not compile. */
const orderOf =
  <T>() =>
  <const K extends ReadonlyArray<keyof T & string>>(
    ...keys: K & ([Exclude<keyof T, K[number]>] extends [never] ? unknown : never)
  ): ReadonlyArray<keyof T & string> =>
    keys

const createInfoOrder = orderOf<CreateInfo>()(
  ...(['type', 'hap', 'oos', 'ssidref', 'ssidLabel', 'name', 'domid', 'uuid', 'poolid', 'poolName'] as const),
  ...(['runHotplugScripts', 'driverDomain', 'passthrough', 'xendSuspendEvtchnCompat'] as const)
)

const buildInfoOrder = orderOf<BuildInfo>()(
  ...(['maxVcpus', 'availVcpus', 'vcpuHardAffinity', 'vcpuSoftAffinity', 'numaPlacement'] as const),
  ...(['tscMode', 'maxMemkb', 'targetMemkb', 'videoMemkb', 'shadowMemkb', 'iommuMemkb'] as const),
  ...(['rtcTimeoffset', 'execSsidref', 'execSsidLabel', 'localtime', 'disableMigrate', 'cpuid'] as const),
  ...(['blkdevStart', 'vnumaNodes', 'maxGrantFrames', 'maxMaptrackFrames', 'maxGrantVersion'] as const),
  ...(['deviceModelVersion', 'deviceModelStubdomain', 'stubdomainMemkb', 'stubdomainKernel'] as const),
  ...(['stubdomainCmdline', 'stubdomainRamdisk', 'deviceModel', 'deviceModelSsidLabel'] as const),
  ...(['deviceModelUser', 'extra', 'extraPv', 'extraHvm', 'schedParams', 'ioports', 'irqs'] as const),
  ...(['iomem', 'llcColors', 'claimMode', 'eventChannels', 'kernel', 'cmdline', 'ramdisk'] as const),
  ...(['deviceTree', 'acpi', 'bootloader', 'bootloaderArgs', 'bootloaderRestrict'] as const),
  ...(['bootloaderUser', 'timerMode', 'nestedHvm', 'apic', 'dmRestrict', 'hvm', 'pv', 'pvh'] as const),
  ...(['archX86', 'altp2m', 'altp2mCount', 'vmtraceBufKb', 'vpmu', 'xenstoreFeatureMask'] as const),
  'xenstoreQuota'
)

const schedOrder = orderOf<DomainSchedParams>()(
  ...(['sched', 'weight', 'cap', 'period', 'budget', 'extratime', 'slice', 'latency'] as const)
)

const hvmOrder = orderOf<HvmInfo>()(
  ...(['firmware', 'bios', 'pae', 'acpiS3', 'acpiS4', 'acpiLaptopSlate', 'nx', 'viridian'] as const),
  ...(['viridianEnable', 'viridianDisable', 'hpet', 'vptAlign', 'mmioHoleMemkb', 'altp2m'] as const),
  ...(['systemFirmware', 'smbiosFirmware', 'smbios', 'acpiFirmware', 'hdtype', 'nographic'] as const),
  ...(['vga', 'vnc', 'keymap', 'sdl', 'spice', 'gfxPassthru', 'gfxPassthruKind', 'serial'] as const),
  ...(['boot', 'usb', 'usbversion', 'usbdevice', 'vkbDevice', 'soundhw', 'xenPlatformPci'] as const),
  ...(['xenPlatformPciBarUc', 'usbdeviceList', 'vendorDevice', 'msVmGenid', 'serialList'] as const),
  ...(['rdm', 'rdmMemBoundaryMemkb', 'mcaCaps', 'pirq'] as const)
)

const pvOrder = orderOf<PvInfo>()('e820Host')
const pvhOrder = orderOf<PvhInfo>()('pvshim', 'pvshimPath', 'pvshimCmdline', 'pvshimExtra')
const vncOrder = orderOf<VncInfo>()('enable', 'listen', 'passwd', 'display', 'findunused')
const sdlOrder = orderOf<SdlInfo>()('enable', 'opengl', 'display', 'xauthority')
const vnodeOrder = orderOf<VnodeInfo>()('memkb', 'distances', 'pnode', 'vcpus')
const spiceOrder = orderOf<SpiceInfo>()(
  ...(['enable', 'port', 'tlsPort', 'host', 'disableTicketing', 'passwd', 'agentMouse'] as const),
  ...(['vdagent', 'clipboardSharing', 'usbredirection', 'imageCompression', 'streamingVideo'] as const)
)

const diskOrder = orderOf<DeviceDisk>()(
  ...(['backendDomid', 'backendDomname', 'pdevPath', 'vdev', 'backend', 'format', 'script'] as const),
  ...(['removable', 'readwrite', 'isCdrom', 'directIoSafe', 'discardEnable', 'specification'] as const),
  ...(['transport', 'irq', 'base', 'coloEnable', 'coloRestoreEnable', 'coloHost', 'coloPort'] as const),
  ...(['coloExport', 'activeDisk', 'hiddenDisk', 'trusted', 'grantUsage'] as const)
)

const nicOrder = orderOf<DeviceNic>()(
  ...(['backendDomid', 'backendDomname', 'devid', 'mtu', 'vlan', 'model', 'mac', 'ip', 'bridge'] as const),
  ...(['ifname', 'script', 'nictype', 'rateBytesPerInterval', 'rateIntervalUsecs'] as const),
  ...(['gatewaydev', 'coloftForwarddev', 'colo', 'trusted'] as const)
)

const pciOrder = orderOf<DevicePci>()(
  ...(['func', 'dev', 'bus', 'domain', 'vdevfn', 'vfuncMask', 'msitranslate', 'powerMgmt'] as const),
  ...(['permissive', 'seize', 'rdmPolicy', 'name'] as const)
)

/** Integers used as flags: 1 where they are set. */
const flagKeys: ReadonlyArray<string> = ['removable', 'readwrite', 'isCdrom']

/** Plain booleans; any other boolean is a tri-state and printed as a word. */
const plainKeys: ReadonlyArray<string> = ['directIoSafe', 'msitranslate', 'powerMgmt', 'permissive', 'seize']

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const scalar = (key: string, value: unknown): JsonValue | undefined => {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') {
    if (flagKeys.includes(key)) return value ? 1 : undefined
    if (plainKeys.includes(key)) return value ? true : undefined
    return value ? 'True' : 'False'
  }
  if (!Array.isArray(value)) return undefined
  return jsonArray(
    value.flatMap((item: unknown): ReadonlyArray<JsonValue> => {
      const json = scalar(key, item)
      return json === undefined ? [] : [json]
    })
  )
}

/** The scalar fields of a record, in order. */
const fields = <T extends object>(record: T, order: ReadonlyArray<keyof T & string>): Members =>
  order.flatMap((key): Members => {
    const json = scalar(key, record[key])
    return json === undefined ? [] : [[snakeCase(key), json]]
  })

const devices = (key: string, items: ReadonlyArray<JsonValue>): Members =>
  items.length === 0 ? [] : [[key, jsonArray(items)]]

const actions = (config: DomainConfig): Members => {
  const all: ReadonlyArray<readonly [string, string]> = [
    ['on_poweroff', config.onPoweroff],
    ['on_reboot', config.onReboot],
    ['on_watchdog', config.onWatchdog],
    ['on_crash', config.onCrash],
    ['on_soft_reset', config.onSoftReset]
  ]
  return all.filter(([, action]) => action !== 'destroy')
}

const buildInfoToJson = (build: BuildInfo): JsonObject =>
  jsonObject(
    buildInfoOrder.flatMap((key): Members => {
      switch (key) {
        case 'cpuid':
          return []
        case 'vnumaNodes':
          return devices(
            'vnuma_nodes',
            (build.vnumaNodes ?? []).map((node) => jsonObject(fields(node, vnodeOrder)))
          )
        case 'ioports':
          return devices(
            'ioports',
            (build.ioports ?? []).map((range) => jsonObject(Object.entries(range)))
          )
        case 'iomem':
          return devices(
            'iomem',
            (build.iomem ?? []).map((range) => jsonObject(Object.entries(range)))
          )
        case 'schedParams':
          return [['sched_params', jsonObject(fields(build.schedParams, schedOrder))]]
        case 'hvm':
          return build.hvm === undefined ? [] : [['type.hvm', hvmToJson(build.hvm)]]
        case 'pv':
          return build.pv === undefined ? [] : [['type.pv', jsonObject(fields(build.pv, pvOrder))]]
        case 'pvh':
          return build.pvh === undefined ? [] : [['type.pvh', jsonObject(fields(build.pvh, pvhOrder))]]
        case 'archX86':
          return [
            ['arch_arm', jsonObject([['arm_sci', jsonObject([])]])],
            ['arch_x86', jsonObject(fields(build.archX86, ['msrRelaxed']))]
          ]
        case 'xenstoreQuota':
          return [['xenstore_quota', quotaToJson(build)]]
        default:
          return fields(build, [key])
      }
    })
  )

const quotaToJson = (build: BuildInfo): JsonObject =>
  jsonObject(
    devices(
      'quota',
      build.xenstoreQuota.map(({ name, val }) =>
        jsonObject([
          ['name', name],
          ['val', val]
        ])
      )
    )
  )

const hvmToJson = (hvm: HvmInfo): JsonObject =>
  jsonObject(
    hvmOrder.flatMap((key): Members => {
      switch (key) {
        case 'vga':
          return [['vga', jsonObject(fields(hvm.vga ?? {}, ['kind']))]]
        case 'vnc':
          return [['vnc', jsonObject(fields(hvm.vnc ?? {}, vncOrder))]]
        case 'sdl':
          return [['sdl', jsonObject(fields(hvm.sdl ?? {}, sdlOrder))]]
        case 'spice':
          return [['spice', jsonObject(fields(hvm.spice ?? {}, spiceOrder))]]
        case 'rdm':
          return [['rdm', jsonObject(fields(hvm.rdm ?? {}, ['strategy', 'policy']))]]
        case 'smbios':
          return devices(
            'smbios',
            (hvm.smbios ?? []).map((entry) => jsonObject(Object.entries(entry)))
          )
        case 'msVmGenid':
          return []
        default:
          return fields(hvm, [key])
      }
    })
  )

const vfbToJson = (vfb: DeviceVfb): JsonObject =>
  jsonObject([
    ...fields(vfb, ['backendDomid', 'backendDomname', 'devid']),
    ['vnc', jsonObject(fields(vfb.vnc, vncOrder))],
    ['sdl', jsonObject(fields(vfb.sdl, sdlOrder))],
    ...fields(vfb, ['keymap'])
  ])

const plainToJson = (device: PlainDevice): JsonObject =>
  jsonObject(device.map(([key, value]) => [key, plainFieldToJson(value)]))

const plainFieldToJson = (value: PlainField): JsonValue =>
  typeof value === 'object' ? plainToJson(value) : value
