/**
 * The `rdm` key: how memory that devices reserve is treated, `strategy=host,policy=strict|relaxed`.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { RdmPolicy } from './DevicePci.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface RdmReserve {
  readonly strategy?: 'host'
  readonly policy?: RdmPolicy
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Reads the text. Left: the line to print; the key is then ignored.
 *
 * @category constructors
 * @since 0.1.0
 */
export const parseRdm = (text: string): Either<string, RdmReserve> => {
  let rdm: RdmReserve = {}
  for (const part of text.split(',')) {
    const equals = part.indexOf('=')
    const key = equals < 0 ? part : part.slice(0, equals)
    const value = part.slice(equals + 1)
    if (key === 'strategy' && equals >= 0) {
      if (value !== 'host') return E.left(`Unknown RDM strategy option: ${value}`)
      rdm = { ...rdm, strategy: value }
    } else if (key === 'policy' && equals >= 0) {
      if (value !== 'strict' && value !== 'relaxed') {
        return E.left(`Unknown RDM property policy value: ${value}`)
      }
      rdm = { ...rdm, policy: value }
    } else {
      return E.left(`Unknown RDM state option: ${key}`)
    }
  }
  return E.right(rdm)
}
