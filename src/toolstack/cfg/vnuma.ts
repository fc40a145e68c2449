/**
 * Virtual NUMA nodes (xl-cfg.md §8): a list of lists of `pnode=`, `size=`, `vcpus=` and `vdistances=`.
 *
 * @since 0.1.0
 */
import { parseUnsigned } from './cNumber.js'
import type { VnodeInfo } from './BuildInfo.js'
import { fatal, takeList } from './ConfigReader.js'
import type { Draft, Fatal } from './ConfigReader.js'
import { parseRange } from './cpuList.js'
import type { DomainParse } from './DomainParse.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Reads the nodes; their vCPUs and memory must be the domain's, or become it.
 *
 * @category transitions
 * @since 0.1.0
 */
export const takeVnuma = (parse: DomainParse): Fatal | undefined => {
  const { reader, build, environment } = parse
  const items = takeList(reader, 'vnuma', true)
  if (items === undefined || items.length === 0) return undefined
  const totals: Totals = { vcpus: 0, memkb: 0, nodes: items.length }
  const nodes: VnodeInfo[] = []
  for (const item of items) {
    if (item._tag === 'Single') return fatal(reader, 'xl: cannot get vnode config option list')
    const node: Draft<VnodeInfo> = { distances: new Array<number>(items.length).fill(0) }
    for (const option of item.items) {
      if (option._tag === 'List') continue
      const wrong = takeOption(parse, node, { text: option.text, totals })
      if (wrong !== undefined) return wrong
    }
    nodes.push(node)
  }
  if (build.maxVcpus !== undefined && build.maxVcpus !== totals.vcpus) {
    return fatal(reader, 'xl: vnuma vcpus and maxvcpus= mismatch')
  }
  if (build.maxVcpus === undefined && environment.topology.pcpusTotal < totals.vcpus) {
    const advice = 'use maxvcpus= to override this check.'
    return fatal(reader, `xl: vnuma specifies more vcpus than pcpus, ${advice}`)
  }
  build.maxVcpus = totals.vcpus
  if (build.maxMemkb !== undefined && build.maxMemkb !== totals.memkb) {
    return fatal(reader, 'xl: maxmem and vnuma memory size mismatch')
  }
  build.maxMemkb = totals.memkb
  build.vnumaNodes = nodes
  return undefined
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Totals {
  vcpus: number
  memkb: number
  readonly nodes: number
}

/** A vCPU number of a node is below this; the reference's own bitmap ends there too. */
const vcpusPerNodeMax = 4096

const kibPerMib = 1024

const numberOrFatal = (parse: DomainParse, text: string): number | Fatal => {
  const parsed = parseUnsigned(text, 10)
  if (parsed.length > 0 && !parsed.isOutOfRange) return parsed.value
  return fatal(parse.reader, `xl: failed to convert "${text}" to number`)
}

const takeOption = (
  parse: DomainParse,
  node: Draft<VnodeInfo>,
  { text, totals }: { readonly text: string; readonly totals: Totals }
): Fatal | undefined => {
  const equals = text.indexOf('=')
  if (equals < 0 || equals === text.length - 1) {
    return fatal(parse.reader, `xl: failed to split "${text}" into pair`)
  }
  const value = text.slice(equals + 1).trim()
  switch (text.slice(0, equals).trim()) {
    case 'pnode':
      return takePnode(parse, node, value)
    case 'size': {
      const size = numberOrFatal(parse, value)
      if (typeof size !== 'number') return size
      node.memkb = size * kibPerMib
      totals.memkb += node.memkb
      return undefined
    }
    case 'vcpus': {
      const vcpus = vcpusOf(value)
      totals.vcpus += vcpus.length
      node.vcpus = [...(node.vcpus ?? []), ...vcpus].sort((a, b) => a - b)
      return undefined
    }
    case 'vdistances':
      return takeDistances(parse, node, { value, nodes: totals.nodes })
    default:
      return undefined
  }
}

const takePnode = (parse: DomainParse, node: Draft<VnodeInfo>, value: string): Fatal | undefined => {
  const pnode = numberOrFatal(parse, value)
  if (typeof pnode !== 'number') return pnode
  if (pnode >= parse.environment.topology.nodes.length) {
    return fatal(parse.reader, `xl: invalid pnode number: ${pnode}`)
  }
  if (pnode !== 0) node.pnode = pnode
  parse.build.numaPlacement = false
  return undefined
}

const vcpusOf = (value: string): ReadonlyArray<number> => {
  const vcpus: number[] = []
  for (const part of value.split(',')) {
    const range = part === '' ? undefined : parseRange(part)
    if (range === undefined || vcpus.length > vcpusPerNodeMax) continue
    for (let vcpu = range.first; vcpu <= Math.min(range.last, vcpusPerNodeMax); vcpu += 1) vcpus.push(vcpu)
  }
  return vcpus
}

const takeDistances = (
  parse: DomainParse,
  node: Draft<VnodeInfo>,
  { value, nodes }: { readonly value: string; readonly nodes: number }
): Fatal | undefined => {
  const distances: number[] = []
  for (const part of value.split(',')) {
    if (part === '') continue
    const distance = numberOrFatal(parse, part)
    if (typeof distance !== 'number') return distance
    distances.push(distance)
  }
  // There is room for one distance to each node; those not given are 0.
  node.distances = Array.from({ length: nodes }, (_, index) => distances[index] ?? 0)
  return undefined
}
