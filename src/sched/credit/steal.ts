/**
 * How a pCPU with nothing good to do takes a unit from another one's queue. Section 7 of the specification.
 *
 * @since 0.1.0
 */
import { nodeOf } from '../../abi/index.js'
import type { NodeId, PcpuId, PoolPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { bind } from '../core.js'
import type { SchedEdit } from '../SchedEdit.js'

import { traceStealCheck, traceStolen } from './events.js'
import * as M from './model.js'
import { stepMask } from './place.js'
import { remove } from './queue.js'

/**
 * Finds a unit of higher priority than `local` on another pCPU, preferred ones before allowed ones, near
 * nodes before far ones, and binds it to `pcpu`; -1 when there is none.
 */
export const steal = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, local: number): number => {
  const online = x.mastersOf(pool)
  if (!BitSet.has(online, pcpu)) return -1
  const { nodesTotal } = x.topology
  const own = nodeOf(x.topology, pcpu)
  for (const isSoft of [true, false]) {
    for (let i = 0; i < nodesTotal; i++) {
      const node = (own + i) % nodesTotal
      const found = stealFromNode(x, pool, pcpu, { node, isSoft, above: M.readUnit(x, local).priority })
      if (found >= 0) return found
    }
  }
  return -1
}

interface Search {
  readonly node: NodeId
  readonly isSoft: boolean
  /** Units of this priority or a lower one are left where they are. */
  readonly above: number
}

const stealFromNode = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, search: Search): number => {
  const { node } = search
  const { idlers, balanceBias } = M.readInstance(x, pool)
  const workers = BitSet.copy(BitSet.and(x.mastersOf(pool), nodeMask(x, node)))
  BitSet.andNotIn(workers, idlers)
  BitSet.clearIn(workers, pcpu)
  const first = BitSet.cycle(workers, balanceBias[node] as number)
  if (first < 0) return -1
  let peer = first
  do {
    const isExamined = M.readPcpu(x, peer).runnableTotal > 1
    if (x.events !== null) traceStealCheck(x, peer, isExamined)
    const unit = isExamined ? stealable(x, pool, pcpu, peer, search) : -1
    if (unit >= 0) {
      if (x.events !== null) traceStolen(x, unit, peer)
      remove(x, unit)
      bind(x, unit, pcpu)
      M.writePcpu(x, pcpu).runnableTotal++
      M.writeInstance(x, pool).balanceBias[node] = peer
      return unit
    }
    peer = BitSet.cycle(workers, peer)
  } while (peer !== first)
  return -1
}

const stealable = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId, peer: number, search: Search): number => {
  if (x.isIdleUnit(x.pcpus.read(peer).curr)) return -1
  const { migrationDelayNs } = M.readInstance(x, pool)
  for (const unit of M.readPcpu(x, peer).runq) {
    const s = M.readUnit(x, unit)
    if (s.priority <= search.above) return -1
    if ((s.flags & M.flag.yield) !== 0 || x.units.read(unit).isRunning) continue
    if (search.isSoft && !x.hasSoftAffinity(unit)) continue
    const isHot = migrationDelayNs !== 0 && x.nowNs - s.lastSchedNs < migrationDelayNs
    if (!isHot && BitSet.has(stepMask(x, unit, search.isSoft), pcpu)) return unit
  }
  return -1
}

const nodeMask = (x: SchedEdit, node: NodeId): BitSet.BitSet => {
  if (x.topology.nodesTotal === 1) return x.allPcpus
  const words = BitSet.copy(BitSet.make(x.pcpuCount))
  for (let pcpu = 0; pcpu < x.pcpuCount; pcpu++)
    if (nodeOf(x.topology, pcpu) === node) BitSet.setIn(words, pcpu)
  return words
}
