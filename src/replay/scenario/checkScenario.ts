/**
 * What the parts of a scenario promise each other: names are unique, events name domains that exist at
 * their time, vCPUs are there.
 *
 * Domain ids follow from the order of creations, as Xen's toolstack gives them out: 1, 2, 3, ... A domain
 * that is created again gets a new id.
 *
 * @since 0.1.0
 */
import type { DomainId } from '../../abi/index.js'
import { Shape } from '../../guest/index.js'

import { formatDuration } from './Duration.js'
import { dom0Name } from './Scenario.js'
import type { Scenario, ScenarioDomain, ScenarioEvent } from './Scenario.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An event with what it means: `domid` is the id that its domain has then, -1 for an event of no domain.
 *
 * @category model
 * @since 0.1.0
 */
export interface ScheduledEvent {
  readonly event: ScenarioEvent
  readonly index: number
  readonly domid: DomainId
  /** The domain, or null for `Domain-0` and for an event of no domain. */
  readonly domain: ScenarioDomain | null
}

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The largest domain id that is not Xen's own.
 *
 * @category constants
 * @since 0.1.0
 */
export const domidMax = 0x7fef

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * All that happens in a scenario, in order: domains that start at once, as creations at time 0 with an
 * index of -1, then the events by time. Or the first event that can't happen.
 *
 * @category queries
 * @since 0.1.0
 */
export const schedule = (scenario: Scenario): ReadonlyArray<ScheduledEvent> | Shape.Mistake => {
  const domids = new Map<string, number>()
  const byName = new Map(scenario.domains.map((domain) => [domain.name, domain]))
  if (scenario.dom0 !== null) domids.set(dom0Name, 0)
  const scheduled: ScheduledEvent[] = []
  const given = [
    ...scenario.domains.filter((domain) => domain.isAutostarted).map(creationOf),
    ...scenario.events.map((event, index) => ({ event, index }))
  ]
  let domidNext = 1
  for (const { event, index } of given.toSorted(byTime)) {
    const refuse = (key: string, reason: string): Shape.Mistake => ({
      path: ['events', String(index), key],
      reason
    })
    if (!('domain' in event)) {
      scheduled.push({ event, index, domid: -1, domain: null })
      continue
    }
    const { _tag, domain: name, atNs } = event
    const domain = byName.get(name) ?? null
    if (domain === null && name !== dom0Name)
      return refuse('domain', `there is no domain ${Shape.show(name)}`)
    if (domain === null && (_tag === 'create' || _tag === 'destroy'))
      return refuse('domain', `${dom0Name} can't be created or destroyed`)
    const domid = domids.get(name)
    if (_tag === 'create') {
      if (domid !== undefined) return refuse('domain', `${name} exists already at ${formatDuration(atNs)}`)
      if (domidNext > domidMax) return refuse('domain', `more than ${domidMax} domains are created`)
      domids.set(name, domidNext)
      scheduled.push({ event, index, domid: domidNext, domain })
      domidNext += 1
      continue
    }
    if (domid === undefined) return refuse('domain', `${name} does not exist at ${formatDuration(atNs)}`)
    if (_tag === 'destroy') domids.delete(name)
    scheduled.push({ event, index, domid, domain })
  }
  return scheduled
}

/**
 * What is wrong with a scenario whose parts are each right; null if nothing is.
 *
 * @category queries
 * @since 0.1.0
 */
export const mistakeInScenario = (scenario: Scenario): Shape.Mistake | null => {
  const names = new Set([dom0Name])
  for (const [i, domain] of scenario.domains.entries()) {
    const place = ['domains', String(i)]
    if (domain.name === dom0Name)
      return {
        path: [...place, 'name'],
        reason: `${dom0Name} is the control domain; its workload is under dom0`
      }
    if (names.has(domain.name))
      return { path: [...place, 'name'], reason: `another domain is called ${Shape.show(domain.name)}` }
    names.add(domain.name)
    const mistake = mistakeInExceptions(domain)
    if (mistake !== null) return { path: [...place, ...mistake.path], reason: mistake.reason }
  }
  const scheduled = schedule(scenario)
  if ('reason' in scheduled) return scheduled
  for (const { event, index, domain } of scheduled) {
    const mistake = mistakeInEvent(scenario, event, domain)
    if (mistake !== null) return { path: ['events', String(index), ...mistake.path], reason: mistake.reason }
  }
  return mistakeInRecorded(scenario)
}

/**
 * How many vCPUs a domain has; null when only its file or the host's command line knows.
 *
 * @category queries
 * @since 0.1.0
 */
export const vcpusOf = (domain: ScenarioDomain | null): number | null =>
  domain !== null && domain._tag === 'Inline' ? domain.vcpusMax : null

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

interface Given {
  readonly event: ScenarioEvent
  readonly index: number
}

const creationOf = ({ name }: ScenarioDomain): Given => ({
  event: { _tag: 'create', atNs: 0, domain: name },
  index: -1
})

/** Sorting is stable: what comes first in the file comes first of one instant. */
const byTime = (a: Given, b: Given): number => a.event.atNs - b.event.atNs

const mistakeInExceptions = (domain: ScenarioDomain): Shape.Mistake | null => {
  const total = vcpusOf(domain)
  const lists = {
    workloads: domain.workloads.exceptions,
    rtdsVcpus: domain._tag === 'Inline' ? domain.realTimes : []
  }
  for (const [key, list] of Object.entries(lists)) {
    const beyond = list.find(({ vcpu }) => total !== null && vcpu >= total)
    if (beyond !== undefined)
      return {
        path: [key],
        reason: `there is no vCPU ${beyond.vcpu}: the domain has 0 to ${Number(total) - 1}`
      }
  }
  return null
}

const mistakeInRecorded = ({ domains, recorded }: Scenario): Shape.Mistake | null => {
  const seen = new Set<string>()
  for (const [i, { domain: name, vcpu }] of (recorded?.vcpus ?? []).entries()) {
    const path = ['recorded', 'vcpus', String(i)]
    const domain = domains.find((other) => other.name === name)
    if (domain === undefined)
      return { path: [...path, 'domain'], reason: `there is no domain ${Shape.show(name)}` }
    const total = vcpusOf(domain)
    if (total !== null && vcpu >= total)
      return { path: [...path, 'vcpu'], reason: `there is no vCPU ${vcpu}: ${name} has 0 to ${total - 1}` }
    if (seen.has(`${vcpu} ${name}`))
      return { path: [...path, 'vcpu'], reason: `vCPU ${vcpu} of ${name} is recorded already` }
    seen.add(`${vcpu} ${name}`)
  }
  return null
}

const mistakeInEvent = (
  scenario: Scenario,
  event: ScenarioEvent,
  domain: ScenarioDomain | null
): Shape.Mistake | null => {
  if (event.atNs > scenario.durationNs)
    return { path: ['at'], reason: `is after the end, ${formatDuration(scenario.durationNs)}` }
  if (!('vcpu' in event)) return null
  const total = vcpusOf(domain)
  if (event.vcpu === null && total === null)
    return { path: ['vcpu'], reason: `name one: how many vCPUs ${event.domain} has is not known here` }
  if (event.vcpu !== null && total !== null && event.vcpu >= total)
    return { path: ['vcpu'], reason: `there is no vCPU ${event.vcpu}: ${event.domain} has 0 to ${total - 1}` }
  return null
}
