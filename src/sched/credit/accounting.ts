/**
 * How credit gives credit: the tick of a pCPU, which finds out who is active, and the accounting of a pool,
 * which pays the active ones. Sections 4.2 and 4.3 of the specification.
 *
 * @since 0.1.0
 */
import { pauseFlag } from '../../abi/index.js'
import type { DomainPlace, PcpuId, PoolPlace, UnitPlace } from '../../abi/index.js'
import { BitSet, invariant } from '../../prelude/index.js'

import { setUnitFlag, sleep } from '../core.js'
import { unpauseVcpu } from '../life.js'
import type { SchedEdit } from '../SchedEdit.js'

import { traceAccount, traceBoost } from './events.js'
import * as M from './model.js'
import { pickPcpu } from './place.js'
import { burn, sort } from './queue.js'

// -------------------------------------------------------------------------------------
// transitions: timers
// -------------------------------------------------------------------------------------

/** The tick of a pCPU: charges the running unit, notices that it is active, lets it move on. */
export const tick = (x: SchedEdit, pcpu: PcpuId): void => {
  x.executingPcpu = pcpu
  const { pool, curr } = x.pcpus.read(pcpu)
  const row = M.writePcpu(x, pcpu)
  row.ticksTotal++
  if (!x.isIdleUnit(curr)) tickUnit(x, pcpu, curr)
  sort(x, pool, pcpu)
  x.timers.set(row.ticker, x.nowNs + M.tickNs(M.readInstance(x, pool)))
}

/** The accounting of a pool: shares one timeslice of credit of each pCPU among the active domains. */
export const account = (x: SchedEdit, pool: PoolPlace): void => {
  const instance = M.writeInstance(x, pool)
  x.executingPcpu = instance.master
  const round = beginRound(x, instance)
  if (round.weightSum === 0) {
    instance.creditBalance = 0
  } else {
    let balance = 0
    for (const domain of instance.activeDomains) balance = (balance + payDomain(x, pool, domain, round)) | 0
    instance.creditBalance = balance
    instance.runqSort = (instance.runqSort + 1) >>> 0
  }
  x.timers.set(instance.timer, x.nowNs + instance.timesliceMs * 1_000_000)
}

// -------------------------------------------------------------------------------------
// transitions: active units
// -------------------------------------------------------------------------------------

/** A unit that was found running begins to earn credit. */
export const activate = (x: SchedEdit, unit: UnitPlace): void => {
  const { domain } = x.units.read(unit)
  const d = M.writeDomain(x, domain)
  if (d.activeUnits.length === 0) {
    const instance = M.writeInstance(x, x.poolOfUnit(unit))
    instance.activeDomains = [domain, ...instance.activeDomains]
  }
  d.activeUnits = [unit, ...d.activeUnits]
  if (x.events !== null) traceAccount(x, unit, true)
}

/** A unit stops earning credit; nothing happens if it did not. */
export const deactivate = (x: SchedEdit, unit: UnitPlace): void => {
  const { domain } = x.units.read(unit)
  if (!M.readDomain(x, domain).activeUnits.includes(unit)) return
  const d = M.writeDomain(x, domain)
  d.activeUnits = d.activeUnits.filter((other) => other !== unit)
  if (x.events !== null) traceAccount(x, unit, false)
  if (d.activeUnits.length > 0) return
  const instance = M.writeInstance(x, x.poolOfUnit(unit))
  instance.activeDomains = instance.activeDomains.filter((other) => other !== domain)
}

/** Takes back the pauses of a unit that was stopped by its domain's cap. */
export const unpark = (x: SchedEdit, unit: UnitPlace): void => {
  for (const vcpu of x.units.read(unit).vcpus) unpauseVcpu(x, vcpu)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const tickUnit = (x: SchedEdit, pcpu: PcpuId, unit: UnitPlace): void => {
  const s = M.writeUnit(x, unit)
  if (s.priority === M.priority.boost) {
    s.priority = M.priority.under
    if (x.events !== null) traceBoost(x, unit, false)
  }
  burn(x, unit)
  if (!M.readDomain(x, x.units.read(unit).domain).activeUnits.includes(unit)) {
    activate(x, unit)
  } else if (pickPcpu(x, unit, false) !== pcpu) {
    setUnitFlag(x, unit, pauseFlag.migrating, true)
    x.raise(pcpu)
  }
}

/** One accounting under way. All quantities wrap at 32 bits. */
interface Round {
  readonly weightSum: number
  readonly perTimeslice: number
  /** What the last accounting overspent, 0 if it did not. */
  readonly debt: number
  /** Credit to give away. */
  total: number
  /** Weight of the active domains not paid yet. */
  weightLeft: number
  /** Whether a domain before got less than its limit. */
  hasSpare: boolean
}

const beginRound = (x: SchedEdit, instance: M.Instance): Round => {
  const weightSum = M.weightSum(instance, (domain) => M.readDomain(x, domain))
  const perTimeslice = M.creditsPerTimeslice(instance)
  const debt = Math.max(-instance.creditBalance, 0)
  const total = u32(product(perTimeslice, BitSet.count(instance.cpus)) + debt)
  return { weightSum, perTimeslice, debt, total, weightLeft: weightSum, hasSpare: false }
}

/** Pays the active units of a domain and gives the sum of their credits. */
const payDomain = (x: SchedEdit, pool: PoolPlace, domain: DomainPlace, round: Round): number => {
  const { weight, cap, activeUnits } = M.readDomain(x, domain)
  const count = activeUnits.length
  invariant(count > 0, 'an active domain has an active unit')
  const share = product(weight, count)
  round.weightLeft = u32(round.weightLeft - share)
  let peak = product(count, round.perTimeslice)
  if (round.debt > 0) peak = u32(peak + roundedUp(product(round.debt, share), round.weightSum))
  let capPerUnit = 0
  if (cap !== 0) {
    const capTotal = roundedUp(product(cap, round.perTimeslice), 100)
    peak = Math.min(peak, capTotal)
    capPerUnit = roundedUp(capTotal, count)
  }
  let fair = roundedUp(product(round.total, share), round.weightSum)
  if (fair < peak) {
    round.hasSpare = true
  } else {
    if (round.weightLeft !== 0)
      round.total = u32(round.total + roundedUp(product(u32(fair - peak), round.weightSum), round.weightLeft))
    if (round.hasSpare) moveToHead(x, pool, domain)
    fair = peak
  }
  const perUnit = roundedUp(fair, count)
  let sum = 0
  for (const unit of activeUnits) sum = (sum + payUnit(x, unit, perUnit, capPerUnit, round)) | 0
  return sum
}

/** The next accounting begins with this domain. */
const moveToHead = (x: SchedEdit, pool: PoolPlace, domain: DomainPlace): void => {
  const instance = M.writeInstance(x, pool)
  instance.activeDomains = [domain, ...instance.activeDomains.filter((other) => other !== domain)]
}

/** Pays one unit and gives its credit after that. `capPerUnit` is 0 without a cap. */
const payUnit = (x: SchedEdit, unit: UnitPlace, pay: number, capPerUnit: number, round: Round): number => {
  const s = M.writeUnit(x, unit)
  s.credit = (s.credit + pay) | 0
  if (s.credit < 0) {
    s.priority = M.priority.over
    const isParked = (s.flags & M.flag.parked) !== 0
    if (capPerUnit !== 0 && s.credit < -capPerUnit && !isParked) park(x, unit)
    s.credit = Math.max(s.credit, -round.perTimeslice)
    return s.credit
  }
  s.priority = M.priority.under
  if ((s.flags & M.flag.parked) !== 0) {
    // Woken while the flag still is set, it gets no boost.
    unpark(x, unit)
    s.flags &= ~M.flag.parked
  }
  if (s.credit > round.perTimeslice) {
    deactivate(x, unit)
    s.credit = Math.floor(s.credit / 2)
  }
  return s.credit
}

/** Stops a unit without waiting until it has left its pCPU. */
const park = (x: SchedEdit, unit: UnitPlace): void => {
  M.writeUnit(x, unit).flags |= M.flag.parked
  for (const vcpu of x.units.read(unit).vcpus) {
    x.vcpus.write(vcpu).pauseCount++
    sleep(x, vcpu)
  }
}

const u32 = (value: number): number => value >>> 0

const product = (a: number, b: number): number => Math.imul(a, b) >>> 0

/** The quotient rounded up, as 32-bit arithmetic has it: what is added for rounding may wrap. */
const roundedUp = (value: number, divisor: number): number => Math.floor(u32(value + (divisor - 1)) / divisor)
