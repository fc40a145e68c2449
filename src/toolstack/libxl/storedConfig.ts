/**
 * `libxl_retrieve_domain_configuration`: the stored configuration of a domain with the live values merged in
 * (toolstack.md §3).
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import type { Environment, Host } from '../../machine/index.js'
import { Memory } from '../../memory/index.js'
import type { XenstoreQuota } from '../cfg/BuildInfo.js'
import type { DomainConfig } from '../cfg/DomainConfig.js'

import { findDomain } from './DomainRecord.js'
import type { FoundDomain } from './DomainRecord.js'
import { domainSchedParamsGet } from './sched.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * What the store allows a domain, in its order.
 *
 * @category constants
 * @since 0.1.0
 */
export const xenstoreQuotaDefault: ReadonlyArray<XenstoreQuota> = [
  { name: 'nodes', val: 1000 },
  { name: 'watches', val: 128 },
  { name: 'outstanding', val: 20 },
  { name: 'memory', val: 2_621_440 },
  { name: 'soft-memory', val: 2_097_152 },
  { name: 'transactions', val: 10 },
  { name: 'transaction-nodes', val: 1024 },
  { name: 'node-permissions', val: 5 },
  { name: 'path-max', val: 2048 },
  { name: 'node-size', val: 2048 }
]

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * Null when there is no such domain.
 *
 * @category queries
 * @since 0.1.0
 */
export const retrieveDomainConfiguration = (
  env: Environment,
  host: Host,
  domid: DomainId
): DomainConfig | null => {
  const found = findDomain(host, domid)
  if (found === null) return null
  const { config } = found.record
  const { uuid: _stored, ...createInfo } = config.createInfo
  const { name, uuid } = found.domain.info
  const params = domainSchedParamsGet(env, host, domid)
  return {
    ...config,
    createInfo: { ...createInfo, name, ...(uuid === nilUuid ? {} : { uuid }) },
    buildInfo: {
      ...config.buildInfo,
      ...memoryOf(host, found),
      schedParams: params._tag === 'Right' ? params.right : {},
      xenstoreQuota: withConfigured(config.buildInfo.xenstoreQuota)
    }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const nilUuid = '00000000-0000-0000-0000-000000000000'

/** Domain 0's target and maximum are what the hypervisor says when first asked. */
const memoryOf = (
  host: Host,
  { domain, record }: FoundDomain
): { readonly maxMemkb?: number; readonly targetMemkb?: number } => {
  if (domain.domid !== 0 || record.config.buildInfo.maxMemkb !== undefined) return {}
  const pages = Memory.domainPages(host.memory, domain.domid)
  if (pages === null) return {}
  return { maxMemkb: pages.maxPages * 4, targetMemkb: pages.totPages * 4 }
}

const withConfigured = (configured: ReadonlyArray<XenstoreQuota>): ReadonlyArray<XenstoreQuota> =>
  xenstoreQuotaDefault.map(
    ({ name, val }) => configured.find((quota) => quota.name === name) ?? { name, val }
  )
