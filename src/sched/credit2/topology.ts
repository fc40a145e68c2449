/**
 * How credit2 shares pCPUs out over run queues.
 *
 * @since 0.1.0
 */
import { coreOf, nodeOf, socketOf } from '../../abi/index.js'
import type { PcpuId, PoolPlace } from '../../abi/index.js'
import { BitSet } from '../../prelude/index.js'

import { freeSlot, grow } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'

import * as M from './model.js'

/** Gives a pCPU its run queue, a new one if none fits. */
export const allocPcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const queue = findQueue(x, pool, pcpu)
  const chosen = queue >= 0 ? queue : createQueue(x, pool, pcpu)
  M.writeQueue(x, chosen).refs++
  grow(x.pcpuPrivate, pcpu)
  const siblings = BitSet.fromBits(x.pcpuCount, [pcpu])
  const row: M.PcpuRow = { runqueue: chosen, siblings }
  x.pcpuPrivate.set(pcpu, row)
}

/** The pCPU becomes active in its run queue. */
export const activatePcpu = (x: SchedEdit, pcpu: PcpuId): void => {
  const q = M.writeQueue(x, M.readPcpu(x, pcpu).runqueue)
  if (q.pcpusTotal === 0) {
    q.maxWeight = 1
    q.svc = []
  }
  linkSiblings(x, q, pcpu)
  q.active = BitSet.withBit(q.active, pcpu)
  q.idle = BitSet.withBit(q.idle, pcpu)
  q.smtIdle = BitSet.withBit(q.smtIdle, pcpu)
  q.pcpusTotal++
  if (q.pcpusTotal === 1) q.pickBias = pcpu
}

/** The pCPU leaves its run queue; a queue without pCPUs goes. */
export const removePcpu = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): void => {
  const { runqueue, siblings } = M.readPcpu(x, pcpu)
  const q = M.writeQueue(x, runqueue)
  q.idle = BitSet.withoutBit(q.idle, pcpu)
  q.smtIdle = BitSet.withoutBit(q.smtIdle, pcpu)
  q.tickled = BitSet.withoutBit(q.tickled, pcpu)
  q.active = BitSet.withoutBit(q.active, pcpu)
  for (const other of BitSet.toArray(siblings)) {
    if (other === pcpu) continue
    const row = M.readPcpu(x, other)
    x.pcpuPrivate.set(other, {
      runqueue: row.runqueue,
      siblings: BitSet.withoutBit(row.siblings, pcpu)
    } satisfies M.PcpuRow)
  }
  q.pcpusTotal--
  if (q.pcpusTotal > 0 && q.pickBias === pcpu) q.pickBias = BitSet.first(q.active)
  q.refs--
  if (q.refs > 0) return
  x.queues.set(runqueue, null)
  x.lists.set(runqueue, [])
  const runqueues = M.readInstance(x, pool).runqueues.filter((queue) => queue !== runqueue)
  M.changeInstance(x, pool, { runqueues })
}

const linkSiblings = (x: SchedEdit, q: M.Runqueue, pcpu: PcpuId): void => {
  const core = coreOf(x.topology, pcpu)
  let siblings: BitSet.BitSet = BitSet.fromBits(x.pcpuCount, [pcpu])
  for (const other of BitSet.toArray(q.active)) {
    if (coreOf(x.topology, other) !== core) continue
    siblings = BitSet.withBit(siblings, other)
    const row = M.readPcpu(x, other)
    x.pcpuPrivate.set(other, {
      runqueue: row.runqueue,
      siblings: BitSet.withBit(row.siblings, pcpu)
    } satisfies M.PcpuRow)
  }
  x.pcpuPrivate.set(pcpu, { runqueue: M.readPcpu(x, pcpu).runqueue, siblings } satisfies M.PcpuRow)
}

/**
 * An existing run queue for a new pCPU: one with a thread of its core, else the matching one with the fewest
 * pCPUs.
 */
const findQueue = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number => {
  const max = x.params.credit2CpusPerRunqueueMax
  const least = Math.floor((x.pcpuCount - 1) / max) + 1
  const limit = Math.floor(x.pcpuCount / least)
  let best = -1
  for (const queue of M.readInstance(x, pool).runqueues) {
    const q = M.readQueue(x, queue)
    if (!isMatching(x, q.pickBias, pcpu)) continue
    if (BitSet.toArray(q.active).some((other) => coreOf(x.topology, other) === coreOf(x.topology, pcpu)))
      return queue
    if (q.refs >= limit || !fits(x, pool, q, limit)) continue
    if (best < 0 || q.refs < M.readQueue(x, best).refs) best = queue
  }
  return best
}

const isMatching = (x: SchedEdit, bias: number, pcpu: PcpuId): boolean => {
  const t = x.topology
  switch (x.params.credit2Runqueue) {
    case 'all':
      return true
    case 'core':
      return coreOf(t, bias) === coreOf(t, pcpu)
    case 'socket':
      return socketOf(t, bias) === socketOf(t, pcpu)
    case 'node':
      return nodeOf(t, bias) === nodeOf(t, pcpu)
    case 'cpu':
      return false
  }
}

/**
 * Whether the threads of all cores of the queue and of one more core stay within the limit; of no matter
 * where the granularity is not a pCPU.
 */
const fits = (x: SchedEdit, pool: PoolPlace, q: M.Runqueue, limit: number): boolean => {
  if (x.granularityOf(x.pools.read(pool)) !== 'cpu' || x.params.credit2Runqueue === 'all') return true
  const cores = new Set(BitSet.toArray(q.active).map((pcpu) => coreOf(x.topology, pcpu)))
  return (cores.size + 1) * x.topology.threadsPerCore <= limit
}

const createQueue = (x: SchedEdit, pool: PoolPlace, pcpu: PcpuId): number => {
  const instance = M.readInstance(x, pool)
  const ids = instance.runqueues.map((queue) => M.readQueue(x, queue).id)
  let id = 0
  while (ids.includes(id)) id++
  const slot = freeSlot(x.queues, (row) => row === null)
  x.queues.set(slot, M.runqueue(id, pcpu, BitSet.make(x.pcpuCount)))
  x.lists.set(slot, [])
  const at = ids.findIndex((other) => other > id)
  const runqueues = instance.runqueues.slice()
  runqueues.splice(at < 0 ? runqueues.length : at, 0, slot)
  M.changeInstance(x, pool, { runqueues })
  return slot
}
