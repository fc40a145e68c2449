/**
 * Laws of the generic layer: they hold under every scheduler.
 *
 * @since 0.1.0
 */
import { eventClass, pauseFlag, pcpusTotal, runstate } from '../abi/index.js'
import type { DomainId, Output, PcpuId } from '../abi/index.js'
import { guestAt, pendingEvents, vcpuTotals } from '../machine/index.js'
import type { Host } from '../machine/index.js'
import { BitSet, Table } from '../prelude/index.js'
import { masterOf, pcpusPerResource, vcpuOn } from '../sched/index.js'

import type { Law, Violation } from './Law.js'
import { unitAt, vcpuAt } from '../sched/index.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The times of a vCPU in its run states add up to its age, and the time of all running vCPUs, idle and dead
 * ones included, to that of all pCPUs.
 *
 * @category constants
 * @since 0.1.0
 */
export const timeConserved: Law = {
  id: 'GEN-1',
  statement: 'no time is lost or made: run states of a vCPU add up to its age, running vCPUs to the pCPUs',
  appliesTo: () => true,
  violations: (run) => {
    let goneNs = 0
    return run.instants.flatMap(({ host, outputs }) => {
      goneNs += outputs.reduce((sum, output) => sum + lastTimeNs(output), 0)
      return [...agesWrong(host), ...sumWrong(host, goneNs)].map(at(host))
    })
  }
}

/**
 * A pCPU runs exactly one vCPU; it, its unit and the pCPU agree about that; no other vCPU claims to be
 * running.
 *
 * @category constants
 * @since 0.1.0
 */
export const oneRunsOne: Law = {
  id: 'GEN-2',
  statement: 'a pCPU runs exactly one vCPU, and a vCPU runs on at most one pCPU',
  appliesTo: () => true,
  violations: (run) => run.instants.flatMap(({ host }) => runningWrong(host).map(at(host)))
}

/**
 * After an instant a guest vCPU that runs is runnable, unless its pCPU is busy with a context switch. The
 * pause flag `migrating` does not count: credit2's balancer can set it on the unit that the same decision
 * has just chosen, and then tickles the pCPU that the unit comes from; the unit runs on until its new pCPU
 * decides again (golden trace 060 at 151,700,000 ns).
 *
 * @category constants
 * @since 0.1.0
 */
export const runningIsRunnable: Law = {
  id: 'GEN-3',
  statement: 'a vCPU that runs is neither blocked, nor down, nor paused',
  appliesTo: () => true,
  violations: (run) => run.instants.flatMap(({ host }) => stuckRunning(host).map(at(host)))
}

/**
 * What core scheduling is for: the pCPUs of one scheduling resource never run vCPUs of different domains.
 *
 * @category constants
 * @since 0.1.0
 */
export const coreNotShared: Law = {
  id: 'GEN-9',
  statement: 'no two pCPUs of one scheduling resource run vCPUs of different domains',
  appliesTo: ({ laboratory }) => pcpusPerResource(laboratory.topology, laboratory.params.granularity) > 1,
  violations: (run) => run.instants.flatMap(({ host }) => coreWrong(host).map(at(host)))
}

/**
 * The calendar: nothing is overdue, no two timers have one key, the end of a phase is set exactly for vCPUs
 * that consume time and comes when the phase is used up.
 *
 * @category constants
 * @since 0.1.0
 */
export const calendarConsistent: Law = {
  id: 'GEN-4',
  statement: 'nothing in the calendar is overdue or doubled, and phases end when they are used up',
  appliesTo: () => true,
  violations: (run) => run.instants.flatMap(({ host }) => calendarWrong(host).map(at(host)))
}

/**
 * Tables refer to each other both ways: domains to their vCPUs and units, those back to the domain; tables
 * of one kind are equally long; live domains stand in ascending domid order.
 *
 * @category constants
 * @since 0.1.0
 */
export const tablesConsistent: Law = {
  id: 'GEN-5',
  statement: 'domains, vCPUs and units refer to each other both ways',
  appliesTo: () => true,
  violations: (run) => run.instants.flatMap(({ host }) => tablesWrong(host).map(at(host)))
}

/**
 * Time goes forward, and outputs are of the instant at which they are told.
 *
 * @category constants
 * @since 0.1.0
 */
export const timeForward: Law = {
  id: 'GEN-6',
  statement: 'time goes forward, and outputs tell of the instant they belong to',
  appliesTo: () => true,
  violations: (run) => {
    let beforeNs = 0
    return run.instants.flatMap(({ host, outputs }) => {
      const texts = outputs.filter(({ atNs }) => atNs !== host.nowNs).map((o) => `an output of ${o.atNs} ns`)
      if (host.nowNs < beforeNs) texts.push(`time went back from ${beforeNs} ns`)
      beforeNs = host.nowNs
      return texts.map(at(host))
    })
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const at =
  (host: Host) =>
  (text: string): Violation => ({ atNs: host.nowNs, text })

const pcpuList = (host: Host): ReadonlyArray<number> =>
  Array.from({ length: pcpusTotal(host.sched.topology) }, (_, pcpu) => pcpu)

const guestVcpus = (host: Host): ReadonlyArray<{ readonly slot: number; readonly domid: DomainId }> =>
  host.sched.domainOrder.flatMap((domain) => {
    const { domid, vcpus } = Table.get(host.sched.domains, domain)
    return vcpus.map((slot) => ({ slot, domid }))
  })

const nameOf = (host: Host, slot: number): string => {
  const v = vcpuAt(host.sched, slot)
  return v.domain < 0 ? `idle ${slot}` : `${Table.get(host.sched.domains, v.domain).domid}.${v.vcpuId}`
}

const totalsOf = (host: Host, slot: number): ReturnType<typeof vcpuTotals> =>
  vcpuTotals(vcpuAt(host.sched, slot), guestAt(host, slot), host.nowNs)

const lastTimeNs = (output: Output): number =>
  output._tag === 'DomainDestroyed' ? output.vcpus.reduce((sum, { runningNs }) => sum + runningNs, 0) : 0

const agesWrong = (host: Host): ReadonlyArray<string> =>
  guestVcpus(host).flatMap(({ slot, domid }) => {
    const { runningNs, runnableNs, blockedNs, offlineNs } = totalsOf(host, slot)
    const created = host.domains.records.find((record) => record.domid === domid)?.createdNs ?? -1
    const sum = runningNs + runnableNs + blockedNs + offlineNs
    const age = host.nowNs - created
    return sum === age
      ? []
      : [`run states of ${nameOf(host, slot)} add up to ${sum} ns at the age of ${age} ns`]
  })

const sumWrong = (host: Host, goneNs: number): ReadonlyArray<string> => {
  const idleNs = (slot: number): number => {
    const v = vcpuAt(host.sched, slot)
    return v.runningNs + (v.runstate === runstate.running ? host.nowNs - v.stateEntryNs : 0)
  }
  const pcpus = pcpuList(host)
  const guestsNs = guestVcpus(host).reduce((sum, { slot }) => sum + totalsOf(host, slot).runningNs, 0)
  const sum = pcpus.reduce((total, slot) => total + idleNs(slot), 0) + guestsNs + goneNs
  const whole = host.nowNs * pcpus.length
  return sum === whole ? [] : [`vCPUs ran ${sum} ns on pCPUs that had ${whole} ns`]
}

const runningWrong = (host: Host): ReadonlyArray<string> => {
  const { pcpus } = host.sched
  const texts: string[] = []
  const onPcpu = new Set<number>()
  for (const pcpu of pcpuList(host)) {
    const vcpu = vcpuOn(host.sched, pcpu)
    if (onPcpu.has(vcpu)) texts.push(`${nameOf(host, vcpu)} runs on two pCPUs`)
    onPcpu.add(vcpu)
    texts.push(...runningHereWrong(host, pcpu, vcpu))
  }
  const leaving = pcpuList(host).map((pcpu) => Table.get(pcpus, pcpu).switchFrom)
  for (const unit of leaving)
    if (unit >= 0 && !unitAt(host.sched, unit).isRunning) texts.push(`unit ${unit} leaves and does not run`)
  for (const { slot } of guestVcpus(host)) {
    const v = vcpuAt(host.sched, slot)
    if (v.runstate === runstate.running && !onPcpu.has(slot))
      texts.push(`${nameOf(host, slot)} is in run state running, but on no pCPU`)
    if (v.isRunning && !onPcpu.has(slot) && !leaving.includes(v.unit))
      texts.push(`${nameOf(host, slot)} is marked as running, but on no pCPU`)
  }
  return texts
}

/** What a pCPU, the vCPU it runs and the unit of its resource disagree about. */
const runningHereWrong = (host: Host, pcpu: PcpuId, vcpu: number): ReadonlyArray<string> => {
  const texts: string[] = []
  const { curr } = Table.get(host.sched.pcpus, pcpu)
  const u = unitAt(host.sched, curr)
  const v = vcpuAt(host.sched, vcpu)
  const name = nameOf(host, vcpu)
  const master = masterOf(host.sched, pcpu)
  const decided = Table.get(host.sched.pcpus, master).curr
  if (curr !== (decided === master ? pcpu : decided))
    texts.push(`pCPU ${pcpu} runs unit ${curr}, its resource unit ${decided}`)
  if (!u.isUsed || !u.isRunning || !v.isRunning)
    texts.push(`${name} on pCPU ${pcpu} does not know that it runs`)
  if (u.master !== (u.domain < 0 ? pcpu : master) || v.processor !== pcpu)
    texts.push(`${name} runs on pCPU ${pcpu}, its unit is bound to ${u.master}`)
  if (v.runstate !== runstate.running) texts.push(`${name} on pCPU ${pcpu} is in run state ${v.runstate}`)
  return texts
}

const stuckRunning = (host: Host): ReadonlyArray<string> =>
  guestVcpus(host).flatMap(({ slot }) => {
    const v = vcpuAt(host.sched, slot)
    if (v.runstate !== runstate.running || isAwaited(host, v.processor)) return []
    const pauses = v.pauseCount + Table.get(host.sched.domains, v.domain).pauseCount
    if ((v.pauseFlags & ~pauseFlag.migrating) === 0 && pauses === 0) return []
    return [`${nameOf(host, slot)} runs with pause flags ${v.pauseFlags} and ${pauses} pauses`]
  })

/** Whether the resource of a pCPU is to reschedule as soon as a context switch under way has ended. */
const isAwaited = (host: Host, pcpu: PcpuId): boolean => {
  const master = masterOf(host.sched, pcpu)
  const own = pcpuList(host).filter((other) => masterOf(host.sched, other) === master)
  if (own.length === 1) return BitSet.has(host.sched.softirqs, pcpu)
  return own.some((other) => Table.get(host.sched.pcpus, other).switchFrom >= 0)
}

const coreWrong = (host: Host): ReadonlyArray<string> => {
  const domainOn = new Map<number, number>()
  const texts: string[] = []
  for (const pcpu of pcpuList(host)) {
    const { domain } = vcpuAt(host.sched, vcpuOn(host.sched, pcpu))
    if (domain < 0) continue
    const master = masterOf(host.sched, pcpu)
    const other = domainOn.get(master)
    if (other !== undefined && other !== domain)
      texts.push(`domains in slots ${other} and ${domain} run on the resource of pCPU ${master}`)
    domainOn.set(master, domain)
  }
  return texts
}

const calendarWrong = (host: Host): ReadonlyArray<string> => {
  const texts: string[] = []
  const seen = new Set<string>()
  for (const { class: timerClass, k1, k2, deadlineNs } of pendingEvents(host)) {
    const key = `${timerClass} ${k1} ${k2}`
    if (deadlineNs < host.nowNs) texts.push(`timer ${key} is overdue since ${deadlineNs} ns`)
    if (seen.has(key)) texts.push(`two timers have the key ${key}`)
    seen.add(key)
  }
  for (const { slot } of guestVcpus(host)) {
    const { phaseTimer } = guestAt(host, slot)
    const key = Table.get(host.timers.keys, phaseTimer)
    if (key.class !== eventClass.phaseEnd || key.payload !== slot)
      texts.push(`the phase of ${nameOf(host, slot)} has another's timer`)
  }
  return texts
}

const tablesWrong = (host: Host): ReadonlyArray<string> => {
  const { domainOrder, domains } = host.sched
  const texts: string[] = []
  const domids = domainOrder.map((slot) => Table.get(domains, slot).domid)
  if (domids.some((domid, i) => domid <= (domids[i - 1] ?? -1)))
    texts.push(`live domains stand as ${domids.join(', ')}`)
  for (const slot of domainOrder) {
    const domain = Table.get(domains, slot)
    if (!domain.isUsed) texts.push(`domain ${domain.domid} is live and not in use`)
    for (const [id, vcpu] of domain.vcpus.entries()) {
      const v = vcpuAt(host.sched, vcpu)
      if (v.domain !== slot || v.vcpuId !== id)
        texts.push(`vCPU ${domain.domid}.${id} does not know its domain`)
      if (!unitAt(host.sched, v.unit).vcpus.includes(vcpu))
        texts.push(`vCPU ${domain.domid}.${id} is in no unit`)
    }
    for (const unit of domain.units) {
      const u = unitAt(host.sched, unit)
      if (u.domain !== slot || !u.isUsed) texts.push(`unit ${unit} does not know domain ${domain.domid}`)
    }
  }
  return texts
}
