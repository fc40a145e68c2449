/**
 * The masks that `xl.conf` puts on where vCPUs may run (xl-cfg.md §9, xl-commands.md §6.2).
 *
 * @since 0.1.0
 */
import type { PcpuId } from '../../abi/index.js'
import { vcpusOf } from '../cfg/DomainConfig.js'
import type { DomainConfig, DomainType } from '../cfg/DomainConfig.js'
import { parseCpuList } from '../cfg/cpuList.js'
import { pcpusByNode } from '../libxl/HostInfo.js'

import { complain } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Reads a list of pCPUs; undefined after a message.
 *
 * @category transitions
 * @since 0.1.0
 */
export const readMask = (run: XlRun, text: string): ReadonlyArray<number> | undefined => {
  const topology = { pcpusTotal: run.host.sched.pcpus.length, nodes: pcpusByNode(run.host) }
  const parsed = parseCpuList(text, topology)
  if (parsed._tag === 'Right') return parsed.right
  complain(run, parsed.left)
  return undefined
}

/**
 * The masks for all domains and for those of the type, as far as there are any; null after a message.
 *
 * @category transitions
 * @since 0.1.0
 */
export const globalMasks = (run: XlRun, type: DomainType): ReadonlyArray<ReadonlyArray<number>> | null => {
  const { vmCpumask, vmHvmCpumask, vmPvCpumask } = run.settings
  const masks: ReadonlyArray<number>[] = []
  for (const text of [vmCpumask, type === 'pv' ? vmPvCpumask : vmHvmCpumask]) {
    if (text === undefined) continue
    const mask = readMask(run, text)
    if (mask === undefined) return null
    masks.push(mask)
  }
  return masks
}

/**
 * The configuration of a new domain within the masks: vCPUs that could run anywhere are bound to them. Null
 * after a message, when nothing is left for a vCPU.
 *
 * @category transitions
 * @since 0.1.0
 */
export const withinGlobalMasks = (run: XlRun, config: DomainConfig): DomainConfig | null => {
  const masks = globalMasks(run, config.createInfo.type ?? 'pv')
  if (masks === null) return null
  const [mask] = masks
  if (mask === undefined) return config
  const free = Array.from({ length: vcpusOf(config).maxVcpus }, () => mask)
  const given = config.buildInfo.vcpuHardAffinity ?? free
  const vcpuHardAffinity = given.map((pcpus) => withinAll(pcpus, masks))
  if (vcpuHardAffinity.every((pcpus) => pcpus.length > 0)) {
    return { ...config, buildInfo: { ...config.buildInfo, vcpuHardAffinity } }
  }
  complain(run, 'vcpu hard affinity map is empty')
  return null
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The members that are in every mask.
 *
 * @category queries
 * @since 0.1.0
 */
export const withinAll = (
  pcpus: ReadonlyArray<PcpuId>,
  masks: ReadonlyArray<ReadonlyArray<number>>
): ReadonlyArray<number> => pcpus.filter((pcpu) => masks.every((mask) => mask.includes(pcpu)))
