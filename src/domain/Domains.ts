/**
 * The hypervisor's list of domains: identity, life-cycle state, the control domain's pauses.
 *
 * Scheduling, memory and the rest keep their own records of a domain; here is what belongs to none of them.
 * Names and userdata are kept here until xenstore holds them.
 *
 * Invariants: records stand in ascending domid order; a domid is used once; reserved domids are never given
 * out.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId, DomainInfo } from '../abi/index.js'
import { produce } from '../prelude/index.js'
import type { Draft } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * One domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface Domain {
  readonly domid: DomainId
  readonly info: DomainInfo
  readonly createdNs: number
  /** Pauses asked for by the toolstack and not yet taken back. */
  readonly controllerPauses: number
  readonly isShutDown: boolean
  /** Reason code of the shutdown, -1 before one. */
  readonly shutdownReason: number
}

/**
 * The slice. `lastDomid` is where the search for a free domid goes on.
 *
 * @category model
 * @since 0.1.0
 */
export interface Domains {
  readonly records: ReadonlyArray<Domain>
  readonly lastDomid: DomainId
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why an operation on the list was refused.
 *
 * @category errors
 * @since 0.1.0
 */
export type DomainsError = 'ESRCH' | 'EEXIST' | 'EINVAL' | 'EOVERFLOW' | 'ENOMEM'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The first domid that Xen keeps for itself.
 *
 * @category constants
 * @since 0.1.0
 */
export const domidReserved = 0x7ff0

/**
 * How often a toolstack may pause one domain.
 *
 * @category constants
 * @since 0.1.0
 */
export const controllerPausesMax = 255

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const empty: Domains = { records: [], lastDomid: 0 }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Adds a domain. EEXIST when the domid is in use, EINVAL when it is out of range.
 *
 * @category transitions
 * @since 0.1.0
 */
export const add = (
  domains: Domains,
  domid: DomainId,
  info: DomainInfo,
  nowNs: number
): Either<DomainsError, Domains> => {
  if (domid < 0 || domid >= domidReserved) return E.left('EINVAL')
  if (find(domains, domid) !== null) return E.left('EEXIST')
  const record: Domain = {
    domid,
    info,
    createdNs: nowNs,
    controllerPauses: 0,
    isShutDown: false,
    shutdownReason: -1
  }
  const at = domains.records.findIndex((other) => other.domid > domid)
  const records = domains.records.slice()
  records.splice(at < 0 ? records.length : at, 0, record)
  return E.right({ records, lastDomid: domid === 0 ? domains.lastDomid : domid })
}

/**
 * @category transitions
 * @since 0.1.0
 */
export const remove = (domains: Domains, domid: DomainId): Domains => ({
  records: domains.records.filter((record) => record.domid !== domid),
  lastDomid: domains.lastDomid
})

/**
 * Changes one record by a recipe on a draft of it; ESRCH when there is no such domain.
 *
 * @category transitions
 * @since 0.1.0
 */
export const update = (
  domains: Domains,
  domid: DomainId,
  change: (record: Draft<Domain>) => void
): Either<DomainsError, Domains> => {
  const at = domains.records.findIndex((record) => record.domid === domid)
  if (at < 0) return E.left('ESRCH')
  return E.right(
    produce(domains, (draft) => {
      const record = draft.records[at]
      if (record !== undefined) change(record)
    })
  )
}

/**
 * Counts one pause by the toolstack: EOVERFLOW at {@link controllerPausesMax}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const pause = (domains: Domains, domid: DomainId): Either<DomainsError, Domains> => {
  const record = find(domains, domid)
  if (record === null) return E.left('ESRCH')
  if (record.controllerPauses >= controllerPausesMax) return E.left('EOVERFLOW')
  return update(domains, domid, (r) => {
    r.controllerPauses += 1
  })
}

/**
 * Takes one pause back: EINVAL when there is none.
 *
 * @category transitions
 * @since 0.1.0
 */
export const unpause = (domains: Domains, domid: DomainId): Either<DomainsError, Domains> => {
  const record = find(domains, domid)
  if (record === null) return E.left('ESRCH')
  if (record.controllerPauses === 0) return E.left('EINVAL')
  return update(domains, domid, (r) => {
    r.controllerPauses -= 1
  })
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The domain with this id, null when there is none.
 *
 * @category queries
 * @since 0.1.0
 */
export const find = (domains: Domains, domid: DomainId): Domain | null =>
  domains.records.find((record) => record.domid === domid) ?? null

/**
 * The domid a new domain gets: the next free one after the last given out, going round below the reserved
 * ones. ENOMEM when all are taken.
 *
 * @category queries
 * @since 0.1.0
 */
export const nextDomid = (domains: Domains): Either<DomainsError, number> => {
  const used = new Set(domains.records.map((record) => record.domid))
  for (let tried = 1; tried < domidReserved; tried++) {
    const domid = ((domains.lastDomid + tried - 1) % (domidReserved - 1)) + 1
    if (!used.has(domid)) return E.right(domid)
  }
  return E.left('ENOMEM')
}
