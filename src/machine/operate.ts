/**
 * The operations of a control domain, carried out on the edit of a host. Here, and only here, one request
 * touches several slices; the order in which it does is the order of the lines.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Errno, GuestSpec, Operation, VcpuId, VcpuPlace } from '../abi/index.js'
import { Domains } from '../domain/index.js'
import { BitSet, absurd, castDraft } from '../prelude/index.js'
import * as Sched from '../sched/index.js'

import { adjusted, buildDomain, destroyDomain, setDomainRealTime } from './domainLife.js'
import type { HostEdit } from './HostEdit.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out an operation at the current instant. The softirqs it raises stay pending, unless it has to wait
 * for a vCPU to stop.
 *
 * @category transitions
 * @since 0.1.0
 */
export const operate = (edit: HostEdit, operation: Operation): Either<Errno, void> => {
  switch (operation._tag) {
    case 'DomainBuild':
      return buildDomain(edit, operation.plan)
    case 'ToolstackCall':
      return edit.call({ name: operation.name, args: operation.args })
    case 'PoolCreate':
    case 'PoolDestroy':
    case 'PoolGranularity':
    case 'PoolAddPcpu':
    case 'PoolRemovePcpu':
    case 'SchedPoolParams':
    case 'SchedArinc':
      return operatePool(edit, operation)
    case 'VcpuPause':
    case 'VcpuUnpause':
    case 'VcpuOffline':
    case 'VcpuOnline':
    case 'VcpuKick':
    case 'VcpuAffinity':
    case 'VcpuProgram':
    case 'SchedVcpuRealTime':
      return operateVcpu(edit, operation)
    default:
      return operateDomain(edit, operation)
  }
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type PoolOperation = Extract<
  Operation,
  {
    readonly _tag:
      | 'PoolCreate'
      | 'PoolDestroy'
      | 'PoolGranularity'
      | 'PoolAddPcpu'
      | 'PoolRemovePcpu'
      | 'SchedPoolParams'
      | 'SchedArinc'
  }
>

type VcpuOperation = Extract<Operation, { readonly vcpu: VcpuId }>

type DomainOperation = Exclude<
  Operation,
  PoolOperation | VcpuOperation | { readonly _tag: 'DomainBuild' | 'ToolstackCall' }
>

const done: Either<Errno, void> = E.right(undefined)

const operatePool = (edit: HostEdit, operation: PoolOperation): Either<Errno, void> => {
  const { x } = edit
  switch (operation._tag) {
    case 'PoolCreate': {
      const made = Sched.createPool(x, operation.poolId, operation.scheduler)
      return made._tag === 'Left' ? made : done
    }
    case 'PoolDestroy':
      return Sched.destroyPool(x, operation.poolId)
    case 'PoolGranularity':
      return Sched.setGranularity(x, operation.poolId, operation.granularity)
    case 'PoolAddPcpu':
      return Sched.addPcpu(x, operation.poolId, operation.pcpu)
    case 'PoolRemovePcpu':
      return Sched.removePcpu(x, operation.poolId, operation.pcpu)
    case 'SchedPoolParams': {
      const pool = x.poolSlot(operation.poolId)
      if (pool < 0) return E.left('ESRCH')
      const { ratelimitUs, timesliceMs, migrationDelayUs } = operation
      return x.schedulerOfPool(pool).setPoolParams(x, pool, {
        ratelimitUs,
        ...(timesliceMs === null ? {} : { timesliceMs }),
        ...(migrationDelayUs === null ? {} : { migrationDelayUs })
      })
    }
    case 'SchedArinc': {
      const pool = x.poolSlot(operation.poolId)
      if (pool < 0) return E.left('ESRCH')
      const { setArinc } = x.schedulerOfPool(pool)
      return setArinc ? setArinc(x, pool, operation.majorFrameNs, operation.entries) : E.left('EINVAL')
    }
    default:
      return absurd(operation)
  }
}

const operateVcpu = (edit: HostEdit, operation: VcpuOperation): Either<Errno, void> => {
  const { x, guests } = edit
  const domain = x.domainSlot(operation.domid)
  if (domain < 0) return E.left('ESRCH')
  const vcpu = x.vcpuSlot(domain, operation.vcpu)
  if (vcpu < 0) return E.left('EINVAL')
  switch (operation._tag) {
    case 'VcpuPause':
      x.vcpus.write(vcpu).controllerPauses++
      Sched.pauseVcpu(x, vcpu)
      return done
    case 'VcpuUnpause':
      if (x.vcpus.read(vcpu).controllerPauses === 0) return E.left('EINVAL')
      x.vcpus.write(vcpu).controllerPauses--
      Sched.unpauseVcpu(x, vcpu)
      return done
    case 'VcpuOffline':
      Sched.vcpuDown(x, vcpu)
      return done
    case 'VcpuOnline':
      Sched.vcpuUp(x, vcpu, true)
      return done
    case 'VcpuKick':
      guests.kick(vcpu)
      return done
    case 'VcpuAffinity': {
      const within = operation.pcpus.filter((pcpu) => pcpu < x.pcpuCount)
      const mask = BitSet.fromBits(x.pcpuCount, within)
      return Sched.setAffinity(x, x.vcpus.read(vcpu).unit, operation.kind, mask)
    }
    case 'VcpuProgram':
      return setProgram(edit, vcpu, operation.guest)
    case 'SchedVcpuRealTime': {
      const { unit } = x.vcpus.read(vcpu)
      const set = x.schedulerOfUnit(unit).setRealTime?.(x, unit, operation.params)
      return adjusted(x, operation.domid, set ?? E.left('EINVAL'))
    }
    default:
      return absurd(operation)
  }
}

const operateDomain = (edit: HostEdit, operation: DomainOperation): Either<Errno, void> => {
  const { x } = edit
  const domain = x.domainSlot(operation.domid)
  if (domain < 0) return E.left('ESRCH')
  switch (operation._tag) {
    case 'DomainDestroy':
      return destroyDomain(edit, operation.domid, operation.inPlace)
    case 'DomainPause':
      return keep(edit, Domains.pause(edit.domains, operation.domid), () => Sched.pauseDomain(x, domain))
    case 'DomainUnpause':
      return keep(edit, Domains.unpause(edit.domains, operation.domid), () => Sched.unpauseDomain(x, domain))
    case 'DomainRename': {
      const renamed = Domains.update(edit.domains, operation.domid, (r) => {
        r.info.name = operation.name
      })
      return keep(edit, renamed, () => undefined)
    }
    case 'DomainHandle': {
      const named = Domains.update(edit.domains, operation.domid, (r) => {
        r.info.uuid = operation.uuid
      })
      return keep(edit, named, () => undefined)
    }
    case 'DomainUserdata': {
      const stored = Domains.update(edit.domains, operation.domid, (r) => {
        r.info.userdata = castDraft(operation.userdata)
      })
      return keep(edit, stored, () => undefined)
    }
    case 'DomainShutdown':
      edit.shutdown(operation.domid, operation.reason)
      return done
    case 'DomainMaxPages':
      return edit.setMaxPages(operation.domid, operation.pagesMax)
    case 'SchedDomainParams': {
      const scheduler = x.schedulerOfPool(x.domains.read(domain).pool)
      const named = operation.scheduler
      // Without a name it is a command of the schedulers that have weights.
      const isMeant =
        named === null ? 'weight' in scheduler.getDomainParams(x, domain) : named === scheduler.name
      if (!isMeant) return E.left('EINVAL')
      const set = scheduler.setDomainParams(x, domain, {
        ...(operation.weight === null ? {} : { weight: operation.weight }),
        ...(operation.cap === null ? {} : { cap: operation.cap })
      })
      return adjusted(x, operation.domid, set)
    }
    case 'SchedDomainRealTime':
      return adjusted(x, operation.domid, setDomainRealTime(x, domain, operation.params))
    case 'PoolMoveDomain':
      return Sched.moveDomain(x, domain, operation.poolId)
    default:
      return absurd(operation)
  }
}

const setProgram = (edit: HostEdit, vcpu: VcpuPlace, guest: GuestSpec | null): Either<Errno, void> => {
  const fault = edit.guests.faultOf(guest)
  if (fault !== null) return E.left(fault)
  edit.guests.replace(vcpu, guest)
  return done
}

/** Takes over a changed domain list, then does the rest; nothing happens after an error. */
const keep = (
  edit: HostEdit,
  changed: Either<Domains.DomainsError, Domains.Domains>,
  then: () => void
): Either<Errno, void> => {
  if (changed._tag === 'Left') return changed
  edit.domains = changed.right
  then()
  return done
}
