/**
 * The whole host in host files and journals.
 *
 * A field of the host without a codec does not compile. Reading ends with the rules that tie the slices to
 * each other: who a timer belongs to, that every slice knows the same domains, that guests stand at their
 * vCPUs.
 *
 * @since 0.1.0
 */
import {
  Codec,
  eventClass,
  guestActionCodec,
  guestSpecCodec,
  operationCodec,
  schedulerTimerKind
} from '../abi/index.js'
import type { ChoicePolicy, DomainId, TimerId, VcpuPlace } from '../abi/index.js'
import { domainsCodec } from '../domain/index.js'
import { memoryCodec } from '../memory/index.js'
import { Table } from '../prelude/index.js'
import type { Random, TimerKey, Timers } from '../prelude/index.js'
import type { PrivateRow } from '../sched/index.js'
import { schedCodec, schedFault } from '../sched/codec.js'
import { guestRowAt, vcpuAt, vcpusTotal } from '../sched/index.js'

import { deadlineOf } from './deadlines.js'
import { guestAt } from './Guest.js'
import type { Burden, Guest } from './Guest.js'
import type { BootFacts, Dom0File, Host, Planned } from './Host.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const { closed, integer, integerFrom, listOf, natural, orNull, plainData, ruled, tableOf, text, truth } =
  Codec

const bootCodec = closed<BootFacts>('boot facts', {
  commandLine: text,
  memoryBytes: natural,
  seed: natural,
  files: listOf(
    closed<Dom0File>('file of dom0', {
      path: text,
      kind: Codec.oneOf('kernel', 'ramdisk', 'disk', 'file'),
      bytes: natural
    })
  )
})

/** Keys are below 2^20, as the calendar packs them. */
const keyField = integerFrom(0, 1048575)

const timerKeyCodec = ruled(
  closed<TimerKey>('timer', {
    class: integerFrom(-1, eventClass.switchEnd),
    k1: keyField,
    k2: keyField,
    payload: natural
  }),
  (key) =>
    key.class >= 0 || (key.k1 === 0 && key.k2 === 0 && key.payload === 0)
      ? null
      : ['', 'a free timer has no key']
)

const timersCodec = ruled(
  closed<Timers>('calendar', {
    keys: tableOf(timerKeyCodec),
    deadlines: tableOf(integerFrom(-1, Number.MAX_SAFE_INTEGER))
  }),
  ({ keys, deadlines }) => {
    if (keys.length !== deadlines.length) return ['deadlines', 'not one for each timer']
    const at = Table.toArray(keys).findIndex((key, id) => key.class < 0 && Table.get(deadlines, id) >= 0)
    return at < 0 ? null : [`deadlines[${at}]`, 'a free timer is not set']
  }
)

const guestCodec = closed<Guest>('guest', {
  spec: orNull(guestSpecCodec),
  state: plainData,
  then: guestActionCodec,
  remainingNs: integer,
  sinceNs: integerFrom(-1, Number.MAX_SAFE_INTEGER),
  isStarted: truth,
  isWaiting: truth,
  hasKick: truth,
  phaseTimer: integerFrom(-1, Number.MAX_SAFE_INTEGER),
  blockTimer: integerFrom(-1, Number.MAX_SAFE_INTEGER),
  blockAtNs: integerFrom(-1, Number.MAX_SAFE_INTEGER),
  phasesTotal: natural,
  burden: orNull(
    closed<Burden>('burden', {
      slowPercent: natural,
      lostNs: natural,
      warmPcpu: integerFrom(-1, Number.MAX_SAFE_INTEGER)
    })
  )
})

const plannedCodec = closed<Planned>('planned operation', {
  index: natural,
  atNs: natural,
  timer: natural,
  operation: operationCodec
})

const word = integerFrom(-2147483648, 2147483647)

const randomCodec = ruled(listOf(word) as unknown as Codec.Codec<Random.Random>, (random) => {
  if ((random.length as number) !== 5) return ['', 'not five words']
  return (random[0] | random[1] | random[2] | random[3]) !== 0 ? null : ['', 'its words are all zero']
})

const choiceCodec = Codec.tagged<ChoicePolicy>('choice policy', {
  Documented: {},
  Seeded: { random: randomCodec }
})

/**
 * The codec of the host.
 *
 * @category instances
 * @since 0.1.0
 */
export const hostCodec: Codec.Codec<Host> = ruled(
  closed<Host>('host', {
    nowNs: natural,
    boot: bootCodec,
    timers: timersCodec,
    sched: schedCodec(guestCodec as unknown as Codec.Codec<PrivateRow>),
    domains: domainsCodec,
    memory: memoryCodec,
    planned: listOf(plannedCodec),
    plannedTotal: natural,
    random: randomCodec,
    choice: choiceCodec
  }),
  (host) => {
    const fault = schedFault(host.sched, { nowNs: host.nowNs, keyOf: (timer) => keyOf(host.timers, timer) })
    if (fault !== null) return [Codec.pathJoin('sched', fault[0]), fault[1]]
    return domainsFault(host) ?? guestsFault(host) ?? plannedFault(host) ?? timersFault(host)
  }
)

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const keyOf = (timers: Timers, timer: TimerId): TimerKey | null => {
  if (timer < 0 || timer >= timers.keys.length) return null
  const key = Table.get(timers.keys, timer)
  return key.class < 0 ? null : key
}

/** Every slice knows the same domains. */
const domainsFault = (host: Host): Codec.Fault | null => {
  const listed = host.domains.records.map(({ domid }) => domid)
  const scheduled = host.sched.domainOrder.map((slot) => Table.get(host.sched.domains, slot).domid)
  const backed = host.memory.domains.map(({ domid }) => domid)
  const isSame = (domids: ReadonlyArray<DomainId>): boolean =>
    domids.length === listed.length && domids.every((domid, i) => domid === listed[i])
  if (!isSame(scheduled)) return ['sched.domainOrder', 'not the domains of the domain list']
  if (!isSame(backed)) return ['memory.domains', 'not the domains of the domain list']
  return host.memory.heap.length === host.sched.topology.nodesTotal
    ? null
    : ['memory.heap', 'not one heap for each NUMA node']
}

const guestsFault = (host: Host): Codec.Fault | null => {
  const { sched } = host
  for (const slot of sched.domainOrder) {
    for (const vcpu of Table.get(sched.domains, slot).vcpus) {
      const g = guestRowAt(sched, vcpu) as Guest | null
      if (g === null) return [`sched.guests[${vcpu}]`, 'missing']
      for (const [field, ownClass] of [
        ['phaseTimer', eventClass.phaseEnd],
        ['blockTimer', eventClass.blockEnd]
      ] as const) {
        const key = keyOf(host.timers, g[field])
        if (key === null || key.class !== ownClass || key.payload !== vcpu)
          return [`sched.guests[${vcpu}].${field}`, 'not a timer of this vCPU']
      }
    }
  }
  return null
}

const plannedFault = (host: Host): Codec.Fault | null => {
  for (const [i, { index, atNs, timer }] of host.planned.entries()) {
    if (index >= host.plannedTotal || index <= (host.planned[i - 1]?.index ?? -1))
      return [`planned[${i}].index`, 'not ascending below plannedTotal']
    const key = keyOf(host.timers, timer)
    if (key === null || key.class !== eventClass.control || key.k1 !== index)
      return [`planned[${i}].timer`, 'not a timer of this operation']
    if (Table.get(host.timers.deadlines, timer) !== atNs)
      return [`planned[${i}].atNs`, 'not when its timer is due']
  }
  return null
}

/** Every timer in use belongs to somebody who knows it: a timer of nobody would go off into the void. */
const timersFault = (host: Host): Codec.Fault | null => {
  const planned = new Set(host.planned.map(({ timer }) => timer))
  for (let id = 0; id < host.timers.keys.length; id++) {
    const key = keyOf(host.timers, id)
    if (key !== null && !(key.class === eventClass.control ? planned.has(id) : isOwned(host, id, key)))
      return [`timers.keys[${id}]`, 'a timer that nobody has']
  }
  return null
}

const isOwned = (host: Host, id: number, { class: timerClass, k1, payload }: TimerKey): boolean => {
  const { sched } = host
  const pcpu = payload < sched.pcpus.length ? Table.get(sched.pcpus, payload) : null
  switch (timerClass) {
    case eventClass.blockEnd:
      return isLiveVcpu(host, payload) && guestAt(host, payload).blockTimer === id
    case eventClass.phaseEnd:
      return isLiveVcpu(host, payload) && guestAt(host, payload).phaseTimer === id
    case eventClass.scheduler:
      if (k1 === schedulerTimerKind.credit2Replenish) return sched.domainOrder.includes(payload)
      if (k1 !== schedulerTimerKind.creditTick) return sched.poolOrder.includes(payload)
      return pcpu !== null && (pcpu.pool >= 0 || !isSet(host, id))
    case eventClass.sliceEnd:
      return pcpu?.sliceTimer === id
    default:
      return pcpu?.switchTimer === id
  }
}

const isLiveVcpu = ({ sched }: Host, vcpu: VcpuPlace): boolean =>
  vcpu >= sched.pcpus.length && vcpu < vcpusTotal(sched) && vcpuAt(sched, vcpu).unit >= 0

const isSet = (host: Host, id: number): boolean => deadlineOf(host, id) >= 0
