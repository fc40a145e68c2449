import { describe, expect, it } from 'vitest'

import { parsePredicate } from '../../../src/replay/index.js'
import type { HostPredicate } from '../../../src/replay/index.js'
import { advanceTo, after, bootWith, build, makeEnv, millisecond, operate } from './rig.js'

const env = makeEnv()
const host = after(env, bootWith(env), [
  build(0, { vcpus: 2, then: { _tag: 'Yield' } }),
  build(3, { vcpus: 1, runNs: millisecond, then: { _tag: 'Block', ns: 1000 * millisecond } }),
  build(4),
  operate({ _tag: 'DomainPause', domid: 4 }),
  build(5, { runNs: millisecond, then: { _tag: 'Shutdown', reason: 3 } }),
  advanceTo(50 * millisecond)
])

const parse = (text: string): HostPredicate => {
  const read = parsePredicate(text)
  if (read._tag === 'Left') throw new Error(`column ${read.left.column}: ${read.left.reason}`)
  return read.right
}

describe('a question about a host', () => {
  it.each<[string, boolean]>([
    ['domain 3 state blocked', true],
    ['domain 3 state running', false],
    ['domain 4 state paused', true],
    ['domain 5 state crashed', true],
    ['domain 9 state blocked', false],
    ['vcpu 0.1 state running', true],
    ['vcpu 0.7 state running', false],
    ["domains[3].state == 'blocked'", true],
    ['domains[3].vcpus[0].runningNs >= 1ms', true],
    ['domains[3].vcpus[0].runningNs > 1.5ms', false],
    ['domains[3].vcpus[0].runningNs == 1000000', true],
    ['nowNs = 50ms', true],
    ['nowNs != 50ms', false],
    ['0 < nowNs', true],
    ['domainsTotal == 4 and plannedTotal == 0', true],
    ['domains[0].name == "guest-0"', true],
    ["domains[0].name != 'guest-0'", false],
    ["domains[9].name != 'guest-0'", false],
    ['exists domains[3]', true],
    ['not exists domains[9]', true],
    ['exists domains[0].vcpus[2]', false],
    ['domains[5].isShutDown', true],
    ['domains[3].isShutDown', false],
    ['domains[3].isShutDown == false', true],
    ['domains[5].shutdownReason == 3', true],
    ['domains[3].shutdownReason == -1', true],
    ['pcpus[0].isIdle', false],
    ['pcpus[0].domid == 0 and pcpus[1].domid == 0', true],
    ['exists pcpus[2]', false],
    ["pools[0].scheduler == 'credit2' and pools[0].pcpusTotal == 2", true],
    ['memory.freePages < memory.totalPages', true],
    ['domains[3].pages = 1024 and domains[3].pagesMax = 2048', true],
    ['host.sched.units[0].isRunning', false],
    ['host.sched.pcpus[1].curr == 3 or host.sched.pcpus[1].curr == 2', true],
    ['host.memory.domains[1].domid == 3', true],
    ["host.boot.commandLine == 'sched=credit2'", true],
    ["host.choice._tag == 'Documented'", true],
    ['exists host.sched.nothing.here[3]', false],
    ['domain 3 state running or domain 4 state paused', true],
    ['domain 3 state running or domain 3 state blocked and domain 4 state running', false],
    ['(domain 3 state running or domain 3 state blocked) and domain 4 state paused', true],
    ['not (domain 3 state blocked and domain 4 state paused)', false],
    ['not not domain 3 state blocked', true]
  ])('%s: %s', (text, expected) => {
    expect(parse(text)(host)).toBe(expected)
  })
})

describe('a text that is no question is refused with column and reason', () => {
  it.each<[string, number, RegExp]>([
    ['', 1, /expected a path, a number or a text in quotes, got the end/],
    ['domain', 7, /expected a number, got the end/],
    ['domain 3 status blocked', 10, /expected "state", got "status"/],
    ['domain 3 state blokced', 16, /expected "crashed" or .* got "blokced"/],
    ["domains[3].state == 'blokced'", 21, /expected "crashed" or .* got "blokced"/],
    ['vcpu 3.0 state paused', 16, /expected "running" or "runnable" or "blocked" or "offline"/],
    ['domains[3].runningNs > 1s', 12, /expected "domid" or .* got "runningNs"/],
    ['domain[3].state', 7, /expected a number, got "\["/],
    ['domains[x]', 9, /expected a number, got "x"/],
    ['domains[1.5s]', 9, /expected a number, got "1.5s"/],
    ['domains[3', 10, /expected "\]", got the end/],
    ['domains > 3', 9, /expected "\[" and a number/],
    ['domains[3] > 3', 12, /expected "\." and "domid"/],
    ['nowNs[3] > 3', 7, /not numbered/],
    ['nowNs > 1 second', 11, /expected "and", "or" or the end, got "second"/],
    ['nowNs > 1second', 9, /1second: not a duration/],
    ['nowNs > 0.5ns', 9, /not a whole number of nanoseconds/],
    ['nowNs > 9007199254740993', 9, /not exact below 2\^53/],
    ['nowNs >', 8, /expected a path/],
    ['nowNs > $', 9, /unexpected "\$"/],
    ["domains[0].name == 'x", 20, /no closing quote/],
    ["'x'", 4, /expected a comparison/],
    ['(nowNs > 1', 11, /expected "\)", got the end/],
    ['host.shed.units[0].isUsed', 6, /expected "nowNs" or "boot"/],
    [`${'('.repeat(60)}nowNs > 1`, 51, /nested more than 50 deep/],
    [`${'not '.repeat(100_000)}nowNs > 1`, 201, /nested more than 50 deep/]
  ])('%s', (text, column, reason) => {
    const read = parsePredicate(text)
    if (read._tag === 'Right') throw new Error('was read')
    expect(read.left.reason).toMatch(reason)
    expect(read.left.column).toBe(column)
  })
})
