/**
 * Which pCPU is told that a unit waits: an idle one, else the one that runs the least urgent unit.
 *
 * @since 0.1.0
 */
import type { PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import type { SchedEdit } from '../SchedEdit.js'

import { traceTickle } from './events.js'
import * as M from './model.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** Makes a pCPU on which the waiting unit can run reschedule, unless all run more urgent units. */
export const tickle = (x: SchedEdit, unit: UnitPlace): void => {
  const pool = x.poolOfUnit(unit)
  const own = M.readInstance(x, pool)
  const u = x.units.read(unit)
  const cpus = x.mastersOf(pool)
  const idler = BitSet.testOrCycleAnd3(cpus, u.hard, own.idlers, u.master)
  if (idler >= 0) return tickleOn(x, pool, idler)
  const victim = leastUrgent(x, unit, cpus, own.tickled)
  if (victim >= 0) tickleOn(x, pool, x.units.read(victim).master)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const tickleOn = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  if (x.events !== null) traceTickle(x, pcpu)
  const own = M.writeInstance(x, pool)
  BitSet.setIn(own.tickled, pcpu)
  BitSet.clearIn(own.idlers, pcpu)
  x.raise(pcpu)
}

/**
 * The least urgent unit that runs on a pCPU where `unit` may run and that is not tickled; the first of
 * equals, counting cyclically from the pCPU that `unit` is bound to. -1 when none is less urgent than `unit`.
 */
const leastUrgent = (x: SchedEdit, unit: UnitPlace, cpus: BitSet.BitSet, tickled: BitSet.BitSet): number => {
  const { hard, master } = x.units.read(unit)
  const first = master >>> 5
  let victim = -1
  let { level, deadlineNs } = M.readUnit(x, unit)
  for (let i = 0; i <= cpus.length; i++) {
    const word = (first + i) % cpus.length
    let bits = (cpus[word] as number) & (hard[word] as number) & ~(tickled[word] as number)
    const fromMaster = -1 << (master & 31)
    if (i === 0) bits &= fromMaster
    if (i === cpus.length) bits &= ~fromMaster
    while (bits !== 0) {
      const bit = bits & -bits
      bits ^= bit
      const running = x.pcpus.read(word * 32 + 31 - Math.clz32(bit)).curr
      const s = M.readUnit(x, running)
      if (s.level < level || (s.level === level && s.deadlineNs <= deadlineNs)) continue
      victim = running
      level = s.level
      deadlineNs = s.deadlineNs
    }
  }
  return victim
}
