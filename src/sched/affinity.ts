/**
 * Hard and soft affinity of units.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Errno, UnitPlace } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'

import { migrateFinish, migrateStart } from './core.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Stores masks without moving the unit; a null mask stays as it is. The scheduler hears of it first.
 *
 * @category transitions
 * @since 0.1.0
 */
export const storeAffinity = (
  x: SchedEdit,
  unit: UnitPlace,
  hard: BitSet.BitSet | null,
  soft: BitSet.BitSet | null
): void => {
  x.schedulerOfUnit(unit).adjustAffinity?.(x, unit, hard, soft)
  const u = x.units.write(unit)
  if (hard !== null) u.hard = hard
  if (soft !== null) u.soft = soft
  u.softEffective = !BitSet.isSubset(u.hard, u.soft) && BitSet.intersects(u.hard, u.soft)
}

/**
 * The full operation: stores a mask and re-places the unit, even when nothing changed. A hard mask that no
 * pCPU of the pool is in is EINVAL; any soft mask is accepted, also an empty one.
 *
 * @category transitions
 * @since 0.1.0
 */
export const setAffinity = (
  x: SchedEdit,
  unit: UnitPlace,
  kind: 'hard' | 'soft',
  mask: BitSet.BitSet
): Either<Errno, void> => {
  const within = BitSet.and(mask, x.allPcpus)
  if (kind === 'hard' && !BitSet.intersects(within, x.poolCpusOf(unit))) return E.left('EINVAL')
  storeAffinity(x, unit, kind === 'hard' ? within : null, kind === 'soft' ? within : null)
  migrateStart(x, unit)
  migrateFinish(x, unit)
  return E.right(undefined)
}
