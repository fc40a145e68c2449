/**
 * What every simulated host says of its hardware and its build of Xen. The processor is the one of the
 * recorded machine, the build is this package's.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * @category constants
 * @since 0.1.0
 */
export const cpuKhz = 2_300_000

/**
 * The feature words of the recorded machine's processor (AMD, family 23).
 *
 * @category constants
 * @since 0.1.0
 */
export const hwCap: ReadonlyArray<number> = [
  0x178bf3fd, 0xf6d83203, 0x24500800, 0x00000077, 0x00000005, 0x008801a9, 0, 0
]

/**
 * What the recorded machine can virtualise: no IOMMU, hardware-assisted paging.
 *
 * @category constants
 * @since 0.1.0
 */
export const virtCapabilities: ReadonlyArray<string> = ['pv', 'hvm', 'hap', 'gnttab-v1', 'gnttab-v2']

/**
 * @category constants
 * @since 0.1.0
 */
export const version = {
  xenVersionMajor: 4,
  xenVersionMinor: 22,
  xenVersionExtra: '.0',
  compiler: 'xensim',
  compileBy: '',
  compileDomain: '',
  compileDate: 'Thu Jan 01 00:00:00 UTC 2026',
  capabilities: 'xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ',
  changeset: '',
  virtStart: '0xffff800000000000',
  pagesize: 4096,
  buildId: '0000000000000000000000000000000000000000'
} as const

/**
 * What `uname` says in domain 0.
 *
 * @category constants
 * @since 0.1.0
 */
export const uname = { host: 'dom0', release: '6.1.0-xensim', version: '#1 SMP', machine: 'x86_64' } as const

/**
 * The wall clock at the moment the host was switched on, in seconds of Unix time: 2026-01-01 00:00:00 UTC,
 * where the simulated dom0 lives. Every host begins there; the real clock is never asked.
 *
 * @category constants
 * @since 0.1.0
 */
export const bootEpochSeconds = 1_767_225_600
