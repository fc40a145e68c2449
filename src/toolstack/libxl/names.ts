/**
 * Names and ids of domains (xl-commands.md §1.5).
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { DomainId } from '../../abi/index.js'
import { Domains } from '../../domain/index.js'
import type { Host } from '../../machine/index.js'

import { libxlError } from './LibxlError.js'
import type { LibxlError } from './LibxlError.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The lowest id of a domain with this name.
 *
 * @category queries
 * @since 0.1.0
 */
export const nameToDomid = (host: Host, name: string): Either<LibxlError, number> => {
  const record = host.domains.records.find(({ info }) => info.name === name)
  return record === undefined ? E.left(libxlError('INVAL')) : E.right(record.domid)
}

/**
 * Null when there is no such domain.
 *
 * @category queries
 * @since 0.1.0
 */
export const domidToName = (host: Host, domid: DomainId): string | null =>
  Domains.find(host.domains, domid)?.info.name ?? null

/**
 * What users may write for a domain: a text of digits is the id itself, whether or not there is such a
 * domain (the empty text is 0); anything else is a name.
 *
 * @category queries
 * @since 0.1.0
 */
export const domainQualifierToDomid = (host: Host, text: string): Either<LibxlError, number> =>
  /^[0-9]*$/.test(text) ? E.right(Number(text) % uint32Size) : nameToDomid(host, text)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const uint32Size = 0x1_0000_0000
