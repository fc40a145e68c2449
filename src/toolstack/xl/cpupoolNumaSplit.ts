/**
 * `xl cpupool-numa-split` (xl-commands.md §8.3): one cpupool for every NUMA node.
 *
 * As in Xen, a step that fails ends the command, and what the steps before it did stays.
 *
 * @since 0.1.0
 */
import type { NodeId, PcpuId } from '../../abi/index.js'
import type { Change } from '../libxl/Change.js'
import { domainInfo } from '../libxl/DomInfo.js'
import { pcpusByNode } from '../libxl/HostInfo.js'
import {
  cpupoolCpuaddNode,
  cpupoolCpuremoveNode,
  cpupoolCreate,
  cpupoolRename
} from '../libxl/poolChanges.js'
import { listCpupool } from '../libxl/pools.js'
import { setVcpuonline } from '../libxl/vcpus.js'

import type { CommandProgram } from './Command.js'
import { complain, libxlOf, settle } from './XlRun.js'
import type { XlRun } from './XlRun.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Pool 0 becomes the pool of the first pCPU's node, with no more vCPUs of domain 0 than the node has pCPUs;
 * every further node gets a pool with the same scheduler.
 *
 * @category transitions
 * @since 0.1.0
 */
export const cpupoolNumaSplit: CommandProgram = (run) => {
  const [pool, ...others] = listCpupool(run.host)
  if (pool === undefined || others.length > 0) {
    complain(run, 'splitting not possible, already cpupools in use')
    return 1
  }
  const [first, ...nodes] = nodesByFirstPcpu(run)
  if (first === undefined || !keepFirstNode(run, first)) return 1
  return nodes.every(({ node }) => splitOff(run, node, pool.sched)) ? 0 : 1
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface NodePcpus {
  readonly node: NodeId
  readonly pcpus: ReadonlyArray<PcpuId>
}

const nodesByFirstPcpu = (run: XlRun): ReadonlyArray<NodePcpus> =>
  pcpusByNode(run.host)
    .map((pcpus, node) => ({ node, pcpus }))
    .filter(({ pcpus }) => pcpus.length > 0)
    .sort((a, b) => (a.pcpus[0] as number) - (b.pcpus[0] as number))

/** Whether the step succeeded; prints `complaint` when it did not. */
const attempt = (run: XlRun, complaint: string, change: Change<unknown>): boolean => {
  if (settle(run, change)._tag === 'Right') return true
  complain(run, complaint)
  return false
}

/** Pool 0 gets all of its node before other nodes leave it, so that it is never without pCPUs. */
const keepFirstNode = (run: XlRun, { node, pcpus }: NodePcpus): boolean => {
  const isNamed =
    attempt(run, 'error on adding cpu to Pool 0', cpupoolCpuaddNode(libxlOf(run), 0, node)) &&
    attempt(run, 'error on renaming Pool 0', cpupoolRename(libxlOf(run), 0, poolNameOf(node)))
  if (!isNamed) return false
  const set = setVcpuonline(libxlOf(run), 0, pcpus.length)
  if (!attempt(run, 'error on removing vcpus for Domain-0', set)) return false
  // Real xl waits up to ten seconds for domain 0's kernel; here the kernel is as quick as the command.
  const info = domainInfo(run.host, 0)
  if (info._tag === 'Right' && info.right.vcpuOnline <= pcpus.length) return true
  complain(run, 'failed to offline vcpus')
  return false
}

const splitOff = (run: XlRun, node: NodeId, sched: string): boolean => {
  const removed = cpupoolCpuremoveNode(libxlOf(run), 0, node)
  if (!attempt(run, 'error on removing cpu from Pool 0', removed)) return false
  const made = settle(run, cpupoolCreate(libxlOf(run), { name: poolNameOf(node), sched, cpus: [] }))
  if (made._tag === 'Left') {
    complain(run, 'error on creating cpupool')
    return false
  }
  const added = cpupoolCpuaddNode(libxlOf(run), made.right, node)
  return attempt(run, 'error on adding cpus to cpupool', added)
}

const poolNameOf = (node: NodeId): string => `Pool-node${node}`
