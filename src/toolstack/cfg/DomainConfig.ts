/**
 * The configuration of a domain: what libxl's structure of that name holds, and what the configuration that
 * is kept for each domain is made of (toolstack.md §3).
 *
 * One rule for all records here: a field that is absent has libxl's initial value ("unset"), and a field that
 * is present differs from it. So a record is equal to another exactly when their JSON forms are. Memory is in
 * KiB. A boolean is a tri-state whose third state is absence, except where the JSON form says otherwise.
 *
 * The small devices are kept whether or not the simulation uses them.
 *
 * @since 0.1.0
 */
import type { BuildInfo, SdlInfo, VncInfo } from './BuildInfo.js'
import type { DeviceDisk } from './DeviceDisk.js'
import type { DeviceNic } from './DeviceNic.js'
import type { DevicePci } from './DevicePci.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export type DomainType = 'hvm' | 'pv' | 'pvh'

/**
 * What to do about a domain that shut down, in the words of the JSON form.
 *
 * @category model
 * @since 0.1.0
 */
export type ActionOnShutdown =
  | 'destroy'
  | 'restart'
  | 'restart_rename'
  | 'preserve'
  | 'coredump_destroy'
  | 'coredump_restart'
  | 'soft_reset'

/**
 * @category model
 * @since 0.1.0
 */
export interface CreateInfo {
  readonly type: DomainType
  readonly hap?: boolean
  readonly oos?: boolean
  readonly ssidref?: number
  readonly ssidLabel?: string
  readonly name?: string
  readonly domid?: number
  readonly uuid?: string
  readonly poolid?: number
  readonly poolName?: string
  readonly runHotplugScripts?: boolean
  readonly driverDomain?: boolean
  readonly passthrough?: 'disabled' | 'enabled' | 'sync_pt' | 'share_pt'
  readonly xendSuspendEvtchnCompat?: boolean
}

/**
 * @category model
 * @since 0.1.0
 */
export interface DeviceVfb {
  readonly backendDomid?: number
  readonly backendDomname?: string
  readonly devid?: number
  readonly vnc: VncInfo
  readonly sdl: SdlInfo
  readonly keymap?: string
}

/**
 * A device of a kind the simulation does not model: its fields by libxl's name, in libxl's order.
 *
 * @category model
 * @since 0.1.0
 */
export type PlainDevice = ReadonlyArray<readonly [string, PlainField]>

/**
 * @category model
 * @since 0.1.0
 */
export type PlainField = string | number | boolean | PlainDevice

/**
 * @category model
 * @since 0.1.0
 */
export interface DomainConfig {
  readonly createInfo: CreateInfo
  readonly buildInfo: BuildInfo
  readonly disks: ReadonlyArray<DeviceDisk>
  readonly nics: ReadonlyArray<DeviceNic>
  readonly pcidevs: ReadonlyArray<DevicePci>
  readonly dtdevs: ReadonlyArray<PlainDevice>
  readonly vfbs: ReadonlyArray<DeviceVfb>
  readonly vkbs: ReadonlyArray<PlainDevice>
  readonly virtios: ReadonlyArray<PlainDevice>
  readonly vtpms: ReadonlyArray<PlainDevice>
  readonly p9s: ReadonlyArray<PlainDevice>
  readonly pvcallsifs: ReadonlyArray<PlainDevice>
  /** The words of `vdispl` and `vsnd`, kept as they are; they have no part in the JSON form. */
  readonly vdispls: ReadonlyArray<string>
  readonly vsnds: ReadonlyArray<ReadonlyArray<string>>
  readonly channels: ReadonlyArray<PlainDevice>
  readonly usbctrls: ReadonlyArray<PlainDevice>
  readonly usbdevs: ReadonlyArray<PlainDevice>
  readonly onPoweroff: ActionOnShutdown
  readonly onReboot: ActionOnShutdown
  readonly onWatchdog: ActionOnShutdown
  readonly onCrash: ActionOnShutdown
  readonly onSoftReset: ActionOnShutdown
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * libxl's "no domain id": what a configuration has that leaves the choice to the hypervisor.
 *
 * @category constants
 * @since 0.1.0
 */
export const invalidDomid = 0xffff_ffff

/**
 * libxl's "any domain id, drawn at random".
 *
 * @category constants
 * @since 0.1.0
 */
export const randomDomid = invalidDomid - 1

/**
 * A domain whose configuration says nothing about memory gets 32 MiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const memoryDefaultKb = 32768

/**
 * Video memory of an HVM domain by graphics adapter (toolstack.md §4.3), KiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const videoMemoryKb: Readonly<Record<'cirrus' | 'std' | 'qxl' | 'none', number>> = {
  cirrus: 8192,
  std: 16384,
  qxl: 131072,
  none: 0
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * A configuration in which only the type is set. Domain 0's, once its name and the live values are merged in.
 *
 * @category constructors
 * @since 0.1.0
 */
export const emptyDomainConfig = (type: DomainType): DomainConfig => ({
  createInfo: { type },
  buildInfo: { schedParams: {}, [type]: {}, archX86: {}, xenstoreQuota: [] },
  disks: [],
  nics: [],
  pcidevs: [],
  dtdevs: [],
  vfbs: [],
  vkbs: [],
  virtios: [],
  vtpms: [],
  p9s: [],
  pvcallsifs: [],
  vdispls: [],
  vsnds: [],
  channels: [],
  usbctrls: [],
  usbdevs: [],
  onPoweroff: 'destroy',
  onReboot: 'destroy',
  onWatchdog: 'destroy',
  onCrash: 'destroy',
  onSoftReset: 'destroy'
})

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * The configuration as libxl keeps it after the domain was created: interface numbers and types filled in,
 * and the few other defaults that creation writes back. MAC addresses are drawn by the creation, which puts
 * them in first.
 *
 * @category transitions
 * @since 0.1.0
 */
export const storedForm = (config: DomainConfig): DomainConfig => {
  const { buildInfo } = config
  const isHvm = config.createInfo.type === 'hvm'
  const videoMemkb = buildInfo.videoMemkb ?? (isHvm ? videoMemoryKb[buildInfo.hvm?.vga?.kind ?? 'cirrus'] : 0)
  return {
    ...config,
    buildInfo: {
      ...buildInfo,
      videoMemkb,
      archX86: { ...buildInfo.archX86, msrRelaxed: buildInfo.archX86.msrRelaxed ?? false }
    },
    disks: config.disks.map((disk) => ({ ...disk, coloRestoreEnable: disk.coloRestoreEnable ?? false })),
    nics: withNicDefaults(config.nics, isHvm ? 'vif_ioemu' : 'vif')
  }
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Maximum and target memory once libxl's defaults are applied (xl-cfg.md §3.1).
 *
 * @category queries
 * @since 0.1.0
 */
export const memoryOf = (
  config: DomainConfig
): { readonly maxMemkb: number; readonly targetMemkb: number } => {
  const maxMemkb = config.buildInfo.maxMemkb ?? memoryDefaultKb
  return { maxMemkb, targetMemkb: config.buildInfo.targetMemkb ?? maxMemkb }
}

/**
 * How many vCPUs, and which are online at start, once libxl's defaults are applied.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpusOf = (
  config: DomainConfig
): { readonly maxVcpus: number; readonly availVcpus: ReadonlyArray<number> } => ({
  maxVcpus: config.buildInfo.maxVcpus ?? 1,
  availVcpus: config.buildInfo.availVcpus ?? [0]
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** Interfaces without a number get the lowest that no other has. */
const withNicDefaults = (
  nics: ReadonlyArray<DeviceNic>,
  nictype: 'vif' | 'vif_ioemu'
): ReadonlyArray<DeviceNic> => {
  const used = new Set(nics.flatMap((nic) => (nic.devid === undefined ? [] : [nic.devid])))
  let free = 0
  return nics.map((nic) => {
    if (nic.devid !== undefined) return { nictype, ...nic }
    while (used.has(free)) free += 1
    used.add(free)
    return { nictype, ...nic, devid: free }
  })
}
