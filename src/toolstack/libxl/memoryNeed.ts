/**
 * How much memory a domain takes (toolstack.md §4). All amounts are KiB unless the name says otherwise.
 *
 * @since 0.1.0
 */
import { memoryOf, vcpusOf } from '../cfg/DomainConfig.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What a domain may have above its target, for the toolstack's and the guest's own pages.
 *
 * @category constants
 * @since 0.1.0
 */
export const slackKb = 1024

/**
 * Pages that the builder of a PVH domain adds to its memory: 131132 KiB were recorded for 128 MiB.
 *
 * @category constants
 * @since 0.1.0
 */
export const pvhSpecialPages = 15

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The paging pool: 1 MiB a vCPU, and a page for each MiB and each reason to translate.
 *
 * @category queries
 * @since 0.1.0
 */
export const shadowMemkb = (config: DomainConfig): number => {
  const { shadowMemkb: given } = config.buildInfo
  if (given !== undefined) return given
  const { type, hap } = config.createInfo
  const isHap = type !== 'pv' && (hap ?? true)
  const factor = (type === 'pv' ? 0 : 1) + (isHap ? 0 : 1)
  return 4 * (256 * vcpusOf(config).maxVcpus + factor * Math.floor(memoryOf(config).maxMemkb / 1024))
}

/**
 * What must be free before the domain is created, in whole 2 MiB.
 *
 * @category queries
 * @since 0.1.0
 */
export const neededMemkb = (config: DomainConfig): number => {
  const { iommuMemkb, stubdomainMemkb, videoMemkb, deviceModelStubdomain } = config.buildInfo
  const extra = config.createInfo.type === 'pv' ? 1024 : 2048
  const stubdomain = deviceModelStubdomain === true ? (stubdomainMemkb ?? 131072) + (videoMemkb ?? 0) : 0
  const needed = memoryOf(config).targetMemkb + shadowMemkb(config) + (iommuMemkb ?? 0) + extra + stubdomain
  return Math.ceil(needed / 2048) * 2048
}

/**
 * How many pages the builder populates.
 *
 * @category queries
 * @since 0.1.0
 */
export const populatedPages = (config: DomainConfig): number =>
  Math.floor(memoryOf(config).targetMemkb / 4) + (config.createInfo.type === 'pv' ? 0 : pvhSpecialPages)
