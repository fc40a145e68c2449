/**
 * New units for the vCPUs of a domain that goes to a cpupool of another granularity.
 *
 * @since 0.1.0
 */
import type { DomainPlace, VcpuPlace } from '../abi/index.js'
import { freeSlot, grow } from './life.js'
import * as Model from './model.js'
import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Puts the vCPUs of a domain, which has left its scheduler and runs nowhere, into units as its pool's
 * granularity wants them. They are bound to nothing useful yet.
 *
 * @category transitions
 * @since 0.1.0
 */
export const regroup = (x: SchedEdit, domain: DomainPlace): void => {
  const d = x.domains.write(domain)
  for (const unit of d.units) {
    x.unitPrivate.set(unit, null)
    x.units.write(unit).isUsed = false
  }
  const size = x.resourceSize(d.pool)
  const units: number[] = []
  for (let first = 0; first < d.vcpus.length; first += size)
    units.push(makeUnit(x, domain, first, d.vcpus.slice(first, first + size)))
  d.units = units
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

/** The unit of some vCPUs; its master is that of no resource until it is bound. */
const makeUnit = (
  x: SchedEdit,
  domain: DomainPlace,
  unitId: number,
  vcpus: ReadonlyArray<VcpuPlace>
): number => {
  const unit = freeSlot(x.units, (other) => !other.isUsed)
  x.units.set(unit, Model.unit(domain, unitId, vcpus, -1, x.allPcpus))
  for (const vcpu of vcpus) x.vcpus.write(vcpu).unit = unit
  grow(x.unitPrivate, unit)
  return unit
}
