import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { describe, expect, it } from 'vitest'

import { pcpusTotal } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { advance, bootHypervisor, digestHost, makeEnvironment, plan } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { decodeHost, encodeHost, fileErrorText } from '../../../src/replay/index.js'
import { credit2 } from '../../../src/sched/index.js'
import { operationsOf, paramsOf, topologyOf } from '../../../src/trace/conform/golden.js'
import type { GoldenHeader } from '../../../src/trace/conform/golden.js'
import { advanceTo, after, bootWith, build, busyInputs, makeEnv, millisecond } from './rig.js'

const roundTrip = (env: Environment, host: Host): void => {
  const read = decodeHost(env, encodeHost(env, host), 'host.json')
  if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
  expect(read.right).toEqual(host)
  expect(digestHost(read.right)).toBe(digestHost(host))
}

describe('a host that was written', () => {
  const env = makeEnv()
  it('is read back equal when it has just booted', () => roundTrip(env, bootWith(env)))
  it('is read back equal in the middle of a run', () => {
    let host = bootWith(env)
    for (const input of busyInputs(300 * millisecond)) {
      if (input._tag === 'Operate' && input.operation._tag === 'DomainPause') continue
      host = after(env, host, [input])
      roundTrip(env, host)
    }
  })
  it('goes on as if it had never been written', () => {
    const host = after(env, bootWith(env), [
      build(0, { vcpus: 2 }),
      build(1, { cap: 30 }),
      advanceTo(40 * millisecond)
    ])
    const read = decodeHost(makeEnv(), encodeHost(env, host), 'host.json')
    if (read._tag === 'Left') throw new Error(fileErrorText(read.left))
    const later = [advanceTo(200 * millisecond), build(2), advanceTo(300 * millisecond)]
    expect(digestHost(after(makeEnv(), read.right, later))).toBe(digestHost(after(env, host, later)))
  })
})

const root = join(import.meta.dirname, '../../fixtures/sched')
const fixtures = ['credit2', 'switchcost'].flatMap((folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder)).map((name) => join(root, folder, name))
    : []
)

describe('the host of every golden scenario is read back equal at three times', () => {
  it.each(
    fixtures
      .filter((path) => /credit2|switchcost.*credit2/.test(path))
      .map((path) => [path.replace(/.*\//, ''), path])
  )('%s', (_name, path) => {
    const [line = ''] = gunzipSync(readFileSync(path)).toString().split('\n', 1)
    const header = JSON.parse(line) as GoldenHeader
    const env = makeEnvironment([credit2], [script], {})
    const topology = topologyOf(header)
    const facts = { commandLine: '', memoryBytes: 0, seed: 0, files: [] }
    const [booted] = bootHypervisor(env, { topology, params: paramsOf(header), facts }, { trace: false })
    const operations = operationsOf(header, pcpusTotal(topology))
    if (typeof operations === 'string') throw new Error(operations)
    const planned = plan(env, booted, operations)
    if (planned._tag === 'Left') throw new Error('refused')
    let host = planned.right[0]
    for (let part = 1; part <= 3; part++) {
      const moved = advance(env, host, Math.floor((header.duration * part) / 3.3), { trace: false })
      if (moved._tag === 'Left') throw new Error('refused')
      host = moved.right[0]
      roundTrip(env, host)
    }
  })
})

type Loose = Record<string, unknown>

describe('a host file is refused, with file, place and reason,', () => {
  const env = makeEnv()
  const host = after(env, bootWith(env), [
    build(0, { vcpus: 2 }),
    build(1, { cap: 30 }),
    advanceTo(40 * millisecond)
  ])
  const text = encodeHost(env, host)
  const refusal = (changed: string): string => {
    const read = decodeHost(makeEnv(), changed, 'my.host')
    if (read._tag === 'Right') throw new Error('was read')
    return `${read.left._tag} ${fileErrorText(read.left)}`
  }
  const with_ = (change: (file: Loose, host: Loose, sched: Loose) => void): string => {
    const file = JSON.parse(text) as Loose
    const inside = file['host'] as Loose
    change(file, inside, inside['sched'] as Loose)
    return JSON.stringify(file)
  }
  const row = (table: unknown, at: number): Loose => (table as Loose[])[at] as Loose

  it('when it is cut in half', () => {
    const half = text.slice(0, Math.floor(text.length / 2))
    expect(refusal(half)).toBe(`CutOff my.host: byte ${half.length}: the text ends in the middle of a value`)
  })
  it.each<[string, string, RegExp]>([
    ['when it is empty', '', /^CutOff my\.host: byte 0/],
    ['when it is no JSON', 'name = "x"', /^NotJson my\.host: line 1, column 1: not JSON: unexpected "n"/],
    [
      'when the fault is in a later line',
      '{\n  "format": "xensim-host",\n  version: 1\n}',
      /line 3, column 3/
    ],
    [
      'when it is another file',
      '{"format":"xensim-journal"}',
      /^WrongFormat my\.host: format: expected "xensim-host"/
    ],
    ['when it is a list', '[]', /^WrongFormat my\.host: format: .* something else/],
    [
      'when it is newer',
      with_((file) => (file['version'] = 2)),
      /^NewerVersion my\.host: version: version 2 of xensim-host is newer than 1/
    ],
    [
      'when it has an unknown key',
      with_((file) => (file['note'] = 1)),
      /^Malformed my\.host: note: unknown key/
    ],
    [
      'when the host has an unknown key',
      with_((_, h) => (h['note'] = 1)),
      /^Malformed my\.host: host\.note: unknown key/
    ],
    [
      'when a slice is missing',
      with_((_, h) => delete h['memory']),
      /^Malformed my\.host: host\.memory: missing/
    ],
    [
      'when a number is past 2^53',
      text.replace(/"nowNs":\d+/, '"nowNs":9007199254740993'),
      /host\.nowNs: 9007199254740992 is not an integer that is exact below 2\^53/
    ],
    [
      'when a number is a fraction',
      with_((_, __, s) => (row(s['units'], 3)['stateEntryNs'] = 1.5)),
      /host\.sched\.units\[3\]\.stateEntryNs: 1\.5 is not an integer/
    ],
    [
      'when a number is -0',
      text.replace('"plannedTotal":0', '"plannedTotal":-0'),
      /host\.plannedTotal: -0 is not an integer/
    ],
    [
      'when a row of credit2 is not one',
      with_((_, __, s) => delete row(s['unitPrivate'], 3)['credit']),
      /host\.sched\.unitPrivate\[3\]\.credit: missing/
    ],
    [
      'when it needs a program that is not here',
      text.replaceAll('"name":"script"', '"name":"other"'),
      /^MissingNeed my\.host: needs: needs the guest program other, version 1, which is not here/
    ],
    [
      'when a guest has a program that is not here',
      text.replace('"program":"script"', '"program":"other"'),
      /^MissingNeed my\.host: host: needs the guest program other/
    ],
    [
      'when a pool has a scheduler that is not here',
      text
        .replace('"scheduler":"credit2"', '"scheduler":"fifo"')
        .replace('"id":0,"isUsed":true,"scheduler":"credit2"', '"id":0,"isUsed":true,"scheduler":"fifo"'),
      /^(MissingNeed|Damaged) /
    ],
    [
      'when its digest is not one',
      with_((file) => (file['digest'] = 'xyz')),
      /^Malformed my\.host: digest: not a digest/
    ],
    [
      'when anything else was changed',
      with_((_, __, s) => (row(s['vcpus'], 3)['runningNs'] = 12345)),
      /^Damaged my\.host: digest: damaged: the digest is [0-9a-f]{16}, that of the host is/
    ]
  ])('%s', (_name, changed, message) => {
    expect(refusal(changed)).toMatch(message)
  })

  describe('when records contradict each other:', () => {
    it.each<[string, (file: Loose, host: Loose, sched: Loose) => void, RegExp]>([
      ['a pCPU too few', (_, __, s) => (s['pcpus'] as unknown[]).pop(), /sched\.pcpus: has 1 values, not 2/],
      [
        'an impossible topology',
        (_, __, s) => (row([s['topology']], 0)['sockets'] = 0),
        /sched\.topology: no possible arrangement/
      ],
      [
        'a parameter out of range',
        (_, __, s) => (row([s['params']], 0)['ratelimitUs'] = 5),
        /sched\.params\.ratelimitUs: 5 is never in force/
      ],
      [
        'a unit of no domain',
        (_, __, s) => (row(s['units'], 3)['domain'] = 7),
        /sched\.domains\[0\]\.units\[1\]: not a unit of this domain/
      ],
      [
        'a current unit that is not there',
        (_, __, s) => (row(s['pcpus'], 0)['curr'] = 99),
        /sched\.pcpus\[0\]\.curr: no such unit/
      ],
      [
        'a timer of somebody else',
        (_, __, s) => (row(s['pcpus'], 0)['sliceTimer'] = 1),
        /sched\.pcpus\[0\]\.sliceTimer: not the slice timer/
      ],
      [
        'a word of pCPUs that are not there',
        (_, __, s) => (s['freePcpus'] = [4]),
        /sched\.freePcpus: has a word that is no set of members below 2/
      ],
      [
        'a pCPU both free and in a pool',
        (_, __, s) => (s['freePcpus'] = [1]),
        /sched\.pools\[0\]\.cpus: a pCPU is free or in another pool/
      ],
      [
        'a run queue that is not there',
        (_, __, s) => (row(s['unitPrivate'], 3)['runqueue'] = 4),
        /sched\.(queues|unitPrivate|lists)/
      ],
      [
        'a weight of nothing',
        (_, __, s) => (row(s['unitPrivate'], 3)['weight'] = 0),
        /unitPrivate\[3\]\.weight: no unit weighs less/
      ],
      [
        'a guest without timer',
        (_, __, s) => (row(s['guests'], 2)['phaseTimer'] = -1),
        /guests\[2\]\.phaseTimer: not a timer of this vCPU/
      ],
      [
        'a domain that only one slice knows',
        (_, h) => (h['domains'] as { records: unknown[] }).records.pop(),
        /host\.sched\.domainOrder: not the domains of the domain list/
      ],
      [
        'a free timer with a key',
        (_, h) => {
          row((h['timers'] as Loose)['keys'], 1)['class'] = -1
        },
        /timers\.keys\[1\]: a free timer has no key/
      ],
      [
        'a random stream of zeros',
        (_, h) => (h['random'] = [0, 0, 0, 0, 0]),
        /host\.random: its words are all zero/
      ],
      [
        'a frame in two places',
        (_, h) => (row((h['memory'] as Loose)['domains'], 0)['frames'] as unknown[]).push([1, 1]),
        /host\.memory: /
      ]
    ])('%s', (_name, change, message) => {
      expect(refusal(with_(change))).toMatch(message)
    })
  })

  it('when its plain data is nested too deep for any stack', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    expect(refusal(text.replace(/"userdata":\{[^}]*\}/, `"userdata":${deep}`))).toMatch(
      /userdata.*: nested deeper than 200 levels/
    )
  })
})
