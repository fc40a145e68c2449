/**
 * How pCPUs join and leave an instance of credit. Section 8 of the specification.
 *
 * @since 0.1.0
 */
import { eventClass, nodeOf, schedulerTimerKind } from '../../abi/index.js'
import type { NodeId, PcpuId, PoolPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

/** Makes the row of a pCPU and its ticker. */
export const allocPcpu = (x: SchedEdit, _pool: number, pcpu: PcpuId): void => {
  const ticker = x.timers.allocate(eventClass.scheduler, schedulerTimerKind.creditTick, pcpu, pcpu)
  grow(x.pcpuPrivate, pcpu)
  x.pcpuPrivate.set(pcpu, M.pcpuRow(x.pcpuCount, ticker))
}

/** The pCPU joins as an idler; the first one becomes master. Its ticks begin although it idles. */
export const joinPcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const instance = M.writeInstance(x, pool)
  instance.cpus = BitSet.withBit(instance.cpus, pcpu)
  BitSet.setIn(instance.idlers, pcpu)
  if (instance.timer < 0) {
    const kind = schedulerTimerKind.creditAccounting
    instance.master = pcpu
    instance.timer = x.timers.allocate(eventClass.scheduler, kind, pcpu, pool)
    x.timers.set(instance.timer, x.nowNs + instance.timesliceMs * 1_000_000)
  }
  const node = nodeOf(x.topology, pcpu)
  if (inNode(x, instance, node).length === 1) instance.balanceBias[node] = pcpu
  const row = M.writePcpu(x, pcpu)
  row.sortLast = instance.runqSort
  row.lastBalanceNs = x.nowNs
  x.timers.set(row.ticker, x.nowNs + M.tickNs(instance))
}

/** The pCPU leaves; with the last one the accounting ends. */
export const removePcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const instance = M.writeInstance(x, pool)
  x.timers.release(M.readPcpu(x, pcpu).ticker)
  instance.cpus = BitSet.withoutBit(instance.cpus, pcpu)
  BitSet.clearIn(instance.idlers, pcpu)
  const node = nodeOf(x.topology, pcpu)
  const [neighbour] = inNode(x, instance, node)
  if (instance.balanceBias[node] === pcpu && neighbour !== undefined) instance.balanceBias[node] = neighbour
  if (BitSet.isEmpty(instance.cpus)) {
    x.timers.release(instance.timer)
    instance.timer = -1
  } else if (instance.master === pcpu) {
    instance.master = BitSet.first(instance.cpus)
  }
}

const inNode = (x: SchedEdit, instance: M.Instance, node: NodeId): ReadonlyArray<number> =>
  BitSet.toArray(instance.cpus).filter((pcpu) => nodeOf(x.topology, pcpu) === node)
