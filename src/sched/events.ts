/**
 * Records of xentrace's events as the scheduling slice makes them: where the event happens, with the words of
 * `spec/scheduling-trace.md`. Callers on hot paths look first whether `x.events` is there to take
 * them.
 *
 * @since 0.1.0
 */
import { runstate, traceEvent, traceIdleDomid } from '../abi/index.js'
import type { DomainPlace, UnitPlace, VcpuPlace } from '../abi/index.js'

import type { SchedEdit } from './SchedEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Records an event on the pCPU that executes; words are cut to 32 bits. Nothing happens when nobody asked for
 * events.
 *
 * @category transitions
 * @since 0.1.0
 */
export const traceWords = (x: SchedEdit, event: number, ...words: ReadonlyArray<number>): void => {
  if (x.events === null) return
  const data = words.map((word) => word >>> 0)
  x.events.push({ _tag: 'TraceEvent', atNs: x.nowNs, pcpu: x.executingPcpu, event, data })
}

/**
 * An event about a vCPU: domid and vCPU id.
 *
 * @category transitions
 * @since 0.1.0
 */
export const traceVcpu = (x: SchedEdit, event: number, vcpu: VcpuPlace): void => {
  const v = x.vcpus.read(vcpu)
  traceWords(x, event, domidOf(x, v.domain), vcpuIdOf(x, vcpu))
}

/**
 * A change of run state: one word for both names.
 *
 * @category transitions
 * @since 0.1.0
 */
export const traceRunstate = (x: SchedEdit, vcpu: VcpuPlace, from: number, to: number): void => {
  traceWords(x, traceEvent.runstateChange + from * 0x100 + to * 0x10, vcpuWord(x, vcpu))
}

/**
 * A decision for another unit: of `prev` and `next`, before anything has been changed.
 *
 * @category transitions
 * @since 0.1.0
 */
export const traceSwitch = (x: SchedEdit, prev: number, next: number): void => {
  const p = x.units.read(prev)
  const n = x.units.read(next)
  const [prevDomid, nextDomid] = [domidOf(x, p.domain), domidOf(x, n.domain)]
  const [prevId, nextId] = [unitIdOf(x, prev), unitIdOf(x, next)]
  const isRunnable = x.vcpus.read(n.vcpus[0] as number).runstate === runstate.runnable
  const waitedNs = isRunnable ? x.nowNs - n.stateEntryNs : 0
  traceWords(x, traceEvent.switchInfPrev, prevDomid, prevId, low(x.nowNs - p.stateEntryNs))
  // No timer is -1, all ones.
  traceWords(x, traceEvent.switchInfNext, nextDomid, nextId, low(waitedNs), low(x.nextSliceNs))
  traceWords(x, traceEvent.switch, prevDomid, prevId, nextDomid, nextId)
}

/**
 * A pCPU goes on with what it runs: a vCPU of a unit, or its idle vCPU.
 *
 * @category transitions
 * @since 0.1.0
 */
export const traceContinue = (x: SchedEdit, unit: UnitPlace, vcpu: VcpuPlace): void => {
  const v = x.vcpus.read(vcpu)
  const id = v.domain < 0 ? vcpu : unitIdOf(x, unit)
  const ranNs = x.nowNs - v.stateEntryNs
  traceWords(x, traceEvent.switchInfCont, domidOf(x, v.domain), id, low(ranNs), low(x.nextSliceNs))
  traceWords(x, traceEvent.continueRunning, vcpuWord(x, vcpu))
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * A unit as one word: its id below, its domain above.
 *
 * @category queries
 * @since 0.1.0
 */
export const unitWord = (x: SchedEdit, unit: UnitPlace): number =>
  pair(unitIdOf(x, unit), domidOf(x, x.units.read(unit).domain))

/**
 * Two fields of 16 bits as one word.
 *
 * @category queries
 * @since 0.1.0
 */
export const pair = (below: number, above: number): number =>
  (((above & 0xffff) << 16) | (below & 0xffff)) >>> 0

/**
 * The low and the high word of an integer, which is not negative.
 *
 * @category queries
 * @since 0.1.0
 */
export const wide = (value: number): readonly [number, number] => [low(value), Math.floor(value / word)]

/**
 * The low 32 bits of an integer, negative ones in two's complement.
 *
 * @category queries
 * @since 0.1.0
 */
export const low = (value: number): number => value - Math.floor(value / word) * word

/**
 * How a trace calls a domain by its slot; -1 is that of the idle vCPUs.
 *
 * @category queries
 * @since 0.1.0
 */
export const domidOf = (x: SchedEdit, domain: DomainPlace): number =>
  domain < 0 ? traceIdleDomid : x.domains.read(domain).domid

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const word = 0x1_0000_0000

/** Idle units and vCPUs are called by their pCPU, which is also where they stand in their tables. */
const unitIdOf = (x: SchedEdit, unit: UnitPlace): number =>
  x.isIdleUnit(unit) ? unit : x.units.read(unit).unitId

const vcpuIdOf = (x: SchedEdit, vcpu: VcpuPlace): number => {
  const { domain, vcpuId } = x.vcpus.read(vcpu)
  return domain < 0 ? vcpu : vcpuId
}

const vcpuWord = (x: SchedEdit, vcpu: VcpuPlace): number =>
  pair(vcpuIdOf(x, vcpu), domidOf(x, x.vcpus.read(vcpu).domain))
