/**
 * The scheduling slice of a host that has just been switched on.
 *
 * @since 0.1.0
 */
import { pcpusTotal } from '../abi/index.js'
import type { SchedParams, Topology } from '../abi/index.js'
import { BitSet, Table } from '../prelude/index.js'

import { addPcpu, createPool } from './cpupool.js'
import * as Model from './model.js'
import type { Sched } from './model.js'
import { placesOf } from './rows.js'
import type { SchedEdit } from './SchedEdit.js'
import { drain } from './softirqs.js'
import { eventClass } from '../abi/index.js'
import { invariant } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * All pCPUs online, each running its idle vCPU, none in a pool yet.
 *
 * @category constructors
 * @since 0.1.0
 */
export const powerOn = (topology: Topology, params: SchedParams): Sched => {
  const count = pcpusTotal(topology)
  const numbers = Array.from({ length: count }, (_, pcpu) => pcpu)
  const all = BitSet.full(count)
  const none = Table.fromArray<Model.PrivateRow>(numbers.map(() => null))
  return {
    topology,
    params,
    pcpus: Table.fromArray(numbers.map((pcpu) => Model.pcpu(pcpu))),
    places: placesOf({
      vcpus: numbers.map((pcpu) => ({
        ...Model.vcpu(-1, 0, pcpu, pcpu, 0),
        isRunning: true,
        lastPcpu: pcpu
      })),
      units: numbers.map((pcpu) => ({
        ...Model.unit(-1, 0, [pcpu], pcpu, all),
        hard: BitSet.fromBits(count, [pcpu]),
        isRunning: true
      })),
      unitPrivate: [],
      guests: []
    }),
    domains: Table.empty,
    domainOrder: [],
    pools: Table.empty,
    poolOrder: [],
    freePcpus: all,
    movingPcpu: -1,
    movingPool: -1,
    softirqs: BitSet.make(count),
    domainPrivate: Table.empty,
    pcpuPrivate: none,
    instances: Table.empty,
    queues: []
  }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Makes cpupool 0 with the boot scheduler and gives it all pCPUs in ascending order, resource by resource;
 * each of these then decides for the first time.
 *
 * @category transitions
 * @since 0.1.0
 */
export const bootPools = (x: SchedEdit): void => {
  for (let pcpu = 0; pcpu < x.pcpuCount; pcpu++) {
    const p = x.pcpus.write(pcpu)
    p.sliceTimer = x.timers.allocate(eventClass.sliceEnd, pcpu, 0, pcpu)
    if (x.params.contextSwitchNs > 0) p.switchTimer = x.timers.allocate(eventClass.switchEnd, pcpu, 0, pcpu)
  }
  createPool(x, 0, x.params.scheduler)
  for (let pcpu = 0; pcpu < x.pcpuCount; pcpu++) {
    if (!BitSet.has(x.freePcpus, pcpu)) continue
    const result = addPcpu(x, 0, pcpu)
    invariant(result._tag === 'Right', 'every pCPU is free at boot')
  }
  drain(x)
}
