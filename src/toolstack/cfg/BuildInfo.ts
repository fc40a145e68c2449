/**
 * What a domain is built from: libxl's structure of that name, as a part of the configuration of a domain.
 *
 * Fields that are absent have libxl's initial value; see the rule in `DomainConfig.ts`. The fields of
 * {@link HvmInfo} are kept whether or not the simulation uses them.
 *
 * @since 0.1.0
 */
import type { RdmPolicy } from './DevicePci.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * Times in µs. Absent is libxl's -1: leave as it is.
 *
 * @category model
 * @since 0.1.0
 */
export interface DomainSchedParams {
  readonly sched?: 'sedf' | 'credit' | 'credit2' | 'arinc653' | 'rtds' | 'null'
  readonly weight?: number
  readonly cap?: number
  readonly period?: number
  readonly budget?: number
  readonly extratime?: number
  readonly slice?: number
  readonly latency?: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface VnodeInfo {
  readonly memkb?: number
  readonly distances?: ReadonlyArray<number>
  readonly pnode?: number
  readonly vcpus?: ReadonlyArray<number>
}

/**
 * @category model
 * @since 0.1.0
 */
export interface VncInfo {
  readonly enable?: boolean
  readonly listen?: string
  readonly passwd?: string
  readonly display?: number
  readonly findunused?: boolean
}

/**
 * @category model
 * @since 0.1.0
 */
export interface SdlInfo {
  readonly enable?: boolean
  readonly opengl?: boolean
  readonly display?: string
  readonly xauthority?: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface SpiceInfo {
  readonly enable?: boolean
  readonly port?: number
  readonly tlsPort?: number
  readonly host?: string
  readonly disableTicketing?: boolean
  readonly passwd?: string
  readonly agentMouse?: boolean
  readonly vdagent?: boolean
  readonly clipboardSharing?: boolean
  readonly usbredirection?: number
  readonly imageCompression?: string
  readonly streamingVideo?: string
}

/**
 * What only HVM domains have (xl-cfg.md §3.4).
 *
 * @category model
 * @since 0.1.0
 */
export interface HvmInfo {
  readonly firmware?: string
  readonly bios?: 'rombios' | 'seabios' | 'ovmf'
  readonly pae?: boolean
  readonly acpiS3?: boolean
  readonly acpiS4?: boolean
  readonly acpiLaptopSlate?: boolean
  readonly nx?: boolean
  readonly viridian?: boolean
  readonly viridianEnable?: ReadonlyArray<number>
  readonly viridianDisable?: ReadonlyArray<number>
  readonly hpet?: boolean
  readonly vptAlign?: boolean
  readonly mmioHoleMemkb?: number
  readonly altp2m?: boolean
  readonly systemFirmware?: string
  readonly smbiosFirmware?: string
  readonly smbios?: ReadonlyArray<{ readonly key: string; readonly value: string }>
  readonly acpiFirmware?: string
  readonly hdtype?: 'ahci'
  readonly nographic?: boolean
  readonly vga?: { readonly kind?: 'cirrus' | 'std' | 'none' | 'qxl' }
  readonly vnc?: VncInfo
  readonly keymap?: string
  readonly sdl?: SdlInfo
  readonly spice?: SpiceInfo
  readonly gfxPassthru?: boolean
  readonly gfxPassthruKind?: 'igd'
  readonly serial?: string
  readonly boot?: string
  readonly usb?: boolean
  readonly usbversion?: number
  readonly usbdevice?: string
  readonly vkbDevice?: boolean
  readonly soundhw?: string
  readonly xenPlatformPci?: boolean
  readonly xenPlatformPciBarUc?: boolean
  readonly usbdeviceList?: ReadonlyArray<string>
  readonly vendorDevice?: 'xenserver'
  /** The word of the configuration: the identifier itself is drawn when the domain is built. */
  readonly msVmGenid?: 'generate'
  readonly serialList?: ReadonlyArray<string>
  readonly rdm?: { readonly strategy?: 'host'; readonly policy?: RdmPolicy }
  readonly rdmMemBoundaryMemkb?: number
  readonly mcaCaps?: number
  readonly pirq?: boolean
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PvInfo {
  readonly e820Host?: boolean
}

/**
 * @category model
 * @since 0.1.0
 */
export interface PvhInfo {
  readonly pvshim?: boolean
  readonly pvshimPath?: string
  readonly pvshimCmdline?: string
  readonly pvshimExtra?: string
}

/**
 * @category model
 * @since 0.1.0
 */
export interface XenstoreQuota {
  readonly name: string
  readonly val: number
}

/**
 * @category model
 * @since 0.1.0
 */
export interface BuildInfo {
  readonly maxVcpus?: number
  /** The vCPUs that are online at start. */
  readonly availVcpus?: ReadonlyArray<number>
  /** By vCPU, the pCPUs it may run on. */
  readonly vcpuHardAffinity?: ReadonlyArray<ReadonlyArray<number>>
  /** By vCPU, the pCPUs it had better run on. */
  readonly vcpuSoftAffinity?: ReadonlyArray<ReadonlyArray<number>>
  readonly numaPlacement?: boolean
  readonly tscMode?: 'always_emulate' | 'native' | 'native_paravirt'
  readonly maxMemkb?: number
  readonly targetMemkb?: number
  readonly videoMemkb?: number
  readonly shadowMemkb?: number
  readonly iommuMemkb?: number
  readonly rtcTimeoffset?: number
  readonly execSsidref?: number
  readonly execSsidLabel?: string
  readonly localtime?: boolean
  readonly disableMigrate?: boolean
  readonly blkdevStart?: string
  readonly vnumaNodes?: ReadonlyArray<VnodeInfo>
  readonly maxGrantFrames?: number
  readonly maxMaptrackFrames?: number
  readonly maxGrantVersion?: number
  readonly deviceModelVersion?: 'qemu_xen_traditional' | 'qemu_xen'
  readonly deviceModelStubdomain?: boolean
  readonly stubdomainMemkb?: number
  readonly stubdomainKernel?: string
  readonly stubdomainCmdline?: string
  readonly stubdomainRamdisk?: string
  readonly deviceModel?: string
  readonly deviceModelSsidLabel?: string
  readonly deviceModelUser?: string
  readonly extra?: ReadonlyArray<string>
  readonly extraPv?: ReadonlyArray<string>
  readonly extraHvm?: ReadonlyArray<string>
  readonly schedParams: DomainSchedParams
  readonly ioports?: ReadonlyArray<{ readonly first: number; readonly number: number }>
  readonly irqs?: ReadonlyArray<number>
  readonly iomem?: ReadonlyArray<{ readonly start: number; readonly number: number; readonly gfn?: number }>
  readonly llcColors?: ReadonlyArray<number>
  readonly claimMode?: boolean
  readonly eventChannels?: number
  readonly kernel?: string
  readonly cmdline?: string
  readonly ramdisk?: string
  readonly deviceTree?: string
  readonly acpi?: boolean
  readonly bootloader?: string
  readonly bootloaderArgs?: ReadonlyArray<string>
  readonly bootloaderRestrict?: boolean
  readonly bootloaderUser?: string
  readonly timerMode?: TimerMode
  readonly nestedHvm?: boolean
  readonly apic?: boolean
  readonly dmRestrict?: boolean
  /** What the domain's type has of its own; the other two are absent. */
  readonly hvm?: HvmInfo
  readonly pv?: PvInfo
  readonly pvh?: PvhInfo
  readonly archX86: { readonly msrRelaxed?: boolean }
  readonly altp2m?: 'mixed' | 'external' | 'limited'
  readonly altp2mCount?: number
  readonly vmtraceBufKb?: number
  readonly vpmu?: boolean
  readonly xenstoreFeatureMask?: number
  readonly xenstoreQuota: ReadonlyArray<XenstoreQuota>
  /** The words of `cpuid`, kept as they are; they have no part in the JSON form. */
  readonly cpuid?: ReadonlyArray<string>
}

/**
 * @category model
 * @since 0.1.0
 */
export type TimerMode =
  | 'delay_for_missed_ticks'
  | 'no_delay_for_missed_ticks'
  | 'no_missed_ticks_pending'
  | 'one_missed_tick_pending'
