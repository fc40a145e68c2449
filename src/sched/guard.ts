/**
 * The border between the machine and a scheduler that is not one of Xen's: what such a plug-in throws, and
 * what it answers against the rules, becomes a {@link SchedulerFailure} that names it. The machine throws
 * away the input in which it happened, so the host is as it was.
 *
 * @since 0.1.0
 */
import { pauseFlag } from '../abi/index.js'
import type { PcpuId, UnitPlace, VcpuPlace } from '../abi/index.js'
import { BitSet } from '../prelude/index.js'

import type { PrivateRow } from './model.js'
import type { SchedEdit } from './SchedEdit.js'
import type { Scheduler } from './Scheduler.js'

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * A scheduler broke: by an exception, or by an answer that the rules forbid.
 *
 * @category errors
 * @since 0.1.0
 */
export class SchedulerFailure extends Error {
  override readonly name = 'SchedulerFailure'

  constructor(
    /** The scheduler. */
    readonly scheduler: string,
    /** The hook that was called. */
    readonly hook: string,
    /** What was wrong. */
    readonly reason: string,
    options?: ErrorOptions
  ) {
    super(`scheduler ${scheduler}, hook ${hook}: ${reason}`, options)
  }
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * Decisions of one scheduler at one time: far more than any real instant has, so that a scheduler which makes
 * its pCPUs reschedule for ever is found.
 */
const decisionsPerInstantMax = 100_000

/** Hooks that the guard passes through with their arguments; `schedule` and `pickResource` are judged. */
const passedHooks = [
  'allocPcpu',
  'switchPcpu',
  'freePcpu',
  'allocDomain',
  'freeDomain',
  'allocUnit',
  'insert',
  'remove',
  'wake',
  'sleep',
  'yield',
  'contextSaved',
  'migrate',
  'adjustAffinity',
  'setDomainParams',
  'getDomainParams',
  'setRealTime',
  'getRealTime',
  'setArinc',
  'setPoolParams',
  'getPoolParams',
  'poolSnapshot',
  'unitSnapshot',
  'timer'
] as const satisfies ReadonlyArray<keyof Scheduler>

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * The same scheduler behind a guard. Judged are the answers of `schedule` (a unit of the pool that may run on
 * this pCPU and runs on no other, or the pCPU's idle unit; a slice of whole nanoseconds, -1 for none) and of
 * `pickResource` (a pCPU of the pool that the unit's hard affinity allows), and that what `init` makes is
 * plain data.
 *
 * @category constructors
 * @since 0.1.0
 */
export const guarded = (scheduler: Scheduler): Scheduler => {
  const fail = (hook: string, reason: string): never => {
    throw new SchedulerFailure(scheduler.name, hook, reason)
  }
  const hooks: Record<string, unknown> = {}
  for (const hook of passedHooks) {
    const own = scheduler[hook] as ((...args: unknown[]) => unknown) | undefined
    if (own !== undefined)
      hooks[hook] = (...args: unknown[]) => attempt(scheduler, hook, () => own.apply(scheduler, args))
  }
  // Counted within one edit: what an earlier input did at the same time has no say.
  let atNs = -1
  let since = 0
  return {
    ...scheduler,
    ...hooks,
    init: (x, pool) => {
      const instance = attempt(scheduler, 'init', () => scheduler.init(x, pool))
      return isPlain(instance) ? instance : fail('init', 'its instance is not plain data')
    },
    schedule: (x, pcpu, curr) => {
      if (x.nowNs !== atNs || x.decisionsTotal < since) since = x.decisionsTotal
      atNs = x.nowNs
      if (x.decisionsTotal - since > decisionsPerInstantMax)
        fail('schedule', `reschedules for ever at ${atNs} ns`)
      x.nextUnit = -1
      x.nextSliceNs = -1
      attempt(scheduler, 'schedule', () => scheduler.schedule(x, pcpu, curr))
      const fault = choiceFault(x, pcpu)
      if (fault !== null) fail('schedule', fault)
    },
    pickResource: (x, unit) => {
      const pcpu = attempt(scheduler, 'pickResource', () => scheduler.pickResource(x, unit))
      const isAllowed = BitSet.has(x.poolCpusOf(unit), pcpu) && BitSet.has(x.units.read(unit).hard, pcpu)
      return isAllowed ? pcpu : fail('pickResource', `unit ${unit} may not be on pCPU ${pcpu}`)
    }
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const attempt = <A>({ name }: Scheduler, hook: string, run: () => A): A => {
  try {
    return run()
  } catch (error) {
    if (error instanceof SchedulerFailure) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new SchedulerFailure(name, hook, reason, { cause: error })
  }
}

/** What is wrong with the answer that `schedule` left behind, null when nothing is. */
const choiceFault = (x: SchedEdit, pcpu: PcpuId): string | null => {
  const unit = x.nextUnit
  if (unit < 0) return `pCPU ${pcpu}: chose nobody, not even the idle unit`
  if (!Number.isSafeInteger(unit) || unit >= x.units.length) return `chose unit ${unit}, which does not exist`
  if (!Number.isSafeInteger(x.nextSliceNs) || x.nextSliceNs < -1 || x.nextSliceNs === 0)
    return `a slice of ${x.nextSliceNs} ns`
  if (x.isIdleUnit(unit)) return unit === pcpu ? null : `pCPU ${pcpu}: chose the idle unit of pCPU ${unit}`
  const why = unitFault(x, unit, pcpu)
  return why === null ? null : `pCPU ${pcpu}: chose unit ${unit}, which ${why}`
}

const unitFault = (x: SchedEdit, unit: UnitPlace, pcpu: PcpuId): string | null => {
  const u = x.units.read(unit)
  if (!u.isUsed || x.poolOfUnit(unit) !== x.pcpus.read(pcpu).pool) return 'is not of its pool'
  if (!BitSet.has(u.hard, pcpu)) return 'may not run there'
  if (!u.vcpus.some((vcpu) => isWilling(x, vcpu))) return 'cannot run'
  if (u.master !== pcpu) return 'is bound to another pCPU'
  return u.isRunning && x.pcpus.read(pcpu).curr !== unit ? 'still runs on another pCPU' : null
}

/** Runnable, or marked to move on by this very decision, as Xen's own schedulers may do it. */
const isWilling = (x: SchedEdit, vcpu: VcpuPlace): boolean => {
  const v = x.vcpus.read(vcpu)
  if ((v.pauseFlags & ~pauseFlag.migrating) !== 0 || v.pauseCount > 0) return false
  return v.domain < 0 || x.domains.read(v.domain).pauseCount === 0
}

const isPlain = (value: unknown): value is PrivateRow => {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (typeof value !== 'object') return false
  if (Array.isArray(value)) return value.every(isPlain)
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain)
}
