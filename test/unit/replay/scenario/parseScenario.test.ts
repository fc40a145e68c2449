import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'

import { formatScenarioError, parseScenario } from '../../../../src/replay/scenario/parseScenario.js'
import type { Scenario } from '../../../../src/replay/scenario/Scenario.js'

type Loose = Record<string, unknown>

const web: Loose = { name: 'web', vcpus: 2, workload: { program: 'hog' } }
const whole = (changes: Loose): Loose => ({
  version: 1,
  topology: '1x2x2',
  memoryMiB: 1024,
  duration: '10s',
  domains: [web],
  ...changes
})

const parsed = (changes: Loose): Scenario => {
  const found = parseScenario(JSON.stringify(whole(changes)), 'x.json')
  if (E.isLeft(found)) throw new Error(formatScenarioError(found.left))
  return found.right
}

const refusal = (changes: Loose): string => {
  const found = parseScenario(JSON.stringify(whole(changes)), 'x.json')
  return E.isLeft(found) ? formatScenarioError(found.left) : 'accepted'
}

const domain = (changes: Loose): Loose => ({ domains: [{ ...web, ...changes }] })
const event = (...events: ReadonlyArray<Loose>): Loose => ({ events })
const rtds = { period: '10ms', budget: '4ms' }
const recording = (...vcpus: ReadonlyArray<Loose>): Loose => ({
  source: 'a machine',
  elapsed: '10s',
  resolution: '100ms',
  readings: '1s',
  vcpus
})
const load = (program: string, config: unknown): Loose => domain({ workload: { program, config } })

test('what is not said has its default', () => {
  expect(parsed({ domains: [{ name: 'a' }] })).toEqual({
    version: 1,
    name: '',
    topology: { sockets: 1, coresPerSocket: 2, threadsPerCore: 2, nodesTotal: 1 },
    memoryMiB: 1024,
    commandLine: '',
    seed: 0,
    durationNs: 10_000_000_000,
    files: [],
    dom0: { all: null, exceptions: [] },
    domains: [
      {
        _tag: 'Inline',
        name: 'a',
        type: 'pvh',
        vcpusMax: 1,
        vcpusOnline: 1,
        weight: null,
        cap: null,
        cpus: null,
        cpusSoft: null,
        realTime: null,
        realTimes: [],
        memoryMiB: 128,
        isAutostarted: true,
        workloads: { all: null, exceptions: [] }
      }
    ],
    events: [],
    costs: { contextSwitchNs: 0, migrationNs: 0, socketNs: 0, smtPercent: 0, remotePercent: 0 },
    recorded: null
  })
})

test('a domain may be described by an xl configuration file', () => {
  const { domains } = parsed({ domains: [{ name: 'a', cfg: 'a.cfg', overrides: ['vcpus=2'] }] })
  expect(domains[0]).toMatchObject({ _tag: 'Cfg', path: 'a.cfg', overrides: ['vcpus=2'] })
})

test('durations may stand wherever a configuration has nanoseconds, integers too', () => {
  const workloadOf = (config: unknown) => parsed(load('random', config)).domains[0]?.workloads.all
  expect(workloadOf({ run: '2ms', block: { _tag: 'Uniform', minNs: '1us', maxNs: 5000 } })?.config).toEqual({
    run: { _tag: 'Constant', valueNs: 2_000_000 },
    block: { _tag: 'Uniform', minNs: 1000, maxNs: 5000 }
  })
})

test('exceptions stand in the order of their vCPUs', () => {
  const workloads = [
    { vcpu: 1, workload: null },
    { vcpu: 0, workload: { program: 'idle' } }
  ]
  const found = parsed(domain({ workloads })).domains[0]?.workloads
  expect(found?.exceptions.map(({ vcpu }) => vcpu)).toEqual([0, 1])
})

test('an error names the file, the line, the column, the path and the reason', () => {
  const text = [
    '{ "version": 1, "topology": "1x2x2",',
    '  "memoryMiB": 1024, "duration": "10s",',
    '  "domains": [',
    '    { "name": "a", "wieght": 5 }',
    '  ] }'
  ].join('\n')
  const found = parseScenario(text, 'my.json')
  expect(E.isLeft(found) ? formatScenarioError(found.left) : '').toBe(
    'my.json:4:30: domains[0].wieght: unknown key; the keys here are type, vcpus, maxvcpus, weight, ' +
      'cap, cpus, cpusSoft, rtds, rtdsVcpus, memoryMiB, name, autostart, workload, workloads'
  )
})

test('what is not JSON is refused with its place', () => {
  const found = parseScenario('{\n"version": 1,\n}', 'x.json')
  expect(E.isLeft(found) ? formatScenarioError(found.left) : '').toBe(
    'x.json:3:1: not JSON: expected a key in quotes, got "}"'
  )
})

test('a file of a newer version is refused as such, whatever else is in it', () => {
  expect(refusal({ version: 2, more: true })).toMatch(/^x\.json:1:\d+: version 2 is newer than 1/)
})

describe('a scenario is refused', () => {
  test.each<[string, Loose, string]>([
    ['without a version', { version: undefined }, 'version: missing'],
    ['with a version that is none', { version: '1' }, 'version: expected an integer from 1 to 1, got "1"'],
    ['without a duration', { duration: undefined }, 'duration: missing'],
    [
      'with a negative duration',
      { duration: -5 },
      'duration: expected an integer from 0 to 9007199254740991, got -5'
    ],
    ['with a negative duration in words', { duration: '-5s' }, 'duration: "-5s" is not a duration such as'],
    [
      'with a number past 2^53',
      { seed: 2 ** 53 },
      'seed: expected an integer from 0 to 9007199254740991, got 9007199254740992'
    ],
    ['with a fraction', { memoryMiB: 0.5 }, 'memoryMiB: expected an integer from 1'],
    [
      'with a topology that is none',
      { topology: '2x2' },
      'topology: expected sockets x cores x threads, such as "1x4x2", got "2x2"'
    ],
    ['with a socket of no core', { topology: '1x0x1' }, 'topology: coresPerSocket has to be at least 1'],
    ['with too many pCPUs', { topology: '64x64x2' }, 'topology: 8192 pCPUs are more than 4095'],
    ['with uneven nodes', { nodes: 3 }, 'nodes: 4 pCPUs do not spread evenly over 3 nodes'],
    ['with an unknown key', { domain: [] }, 'domain: unknown key; the keys here are version, name, topology'],
    [
      'with a file of unknown kind',
      { files: [{ path: 'k', kind: 'image', bytes: 1 }] },
      'files[0].kind: expected "kernel" or'
    ],
    ['with a dom0 that is none', { dom0: 4 }, 'dom0: expected true, false or an object, got 4'],
    ['with a domain without a name', { domains: [{ vcpus: 1 }] }, 'domains[0].name: missing'],
    [
      'with two domains of one name',
      { domains: [web, web] },
      'domains[1].name: another domain is called "web"'
    ],
    [
      'with a domain called Domain-0',
      domain({ name: 'Domain-0' }),
      'domains[0].name: Domain-0 is the control domain'
    ],
    [
      'with a domain without a vCPU',
      domain({ vcpus: 0 }),
      'domains[0].vcpus: expected an integer from 1 to 8192, got 0'
    ],
    [
      'with fewer vCPUs at most than at first',
      domain({ maxvcpus: 1 }),
      'domains[0].maxvcpus: is below the 2 vCPUs'
    ],
    [
      'with a weight of 0',
      domain({ weight: 0 }),
      'domains[0].weight: expected an integer from 1 to 65535, got 0'
    ],
    [
      'with a pCPU that is not there',
      domain({ cpus: '0-4' }),
      'domains[0].cpus: there is no pCPU 4: the host has 0 to 3'
    ],
    [
      'with a soft affinity that is none',
      domain({ cpusSoft: 'x' }),
      'domains[0].cpusSoft: expected a list of pCPUs'
    ],
    [
      'with a key of inline domains beside a file',
      { domains: [{ name: 'a', cfg: 'a', vcpus: 1 }] },
      'domains[0].vcpus: unknown key'
    ],
    [
      'with an unknown program',
      load('spin', {}),
      'domains[0].workload.program: unknown program "spin"; the programs are script, '
    ],
    [
      'with an unknown version of a program',
      domain({ workload: { program: 'hog', version: 9 } }),
      'domains[0].workload.version: unknown version 9'
    ],
    [
      'with a bad configuration',
      load('hog', { phaseNs: 0 }),
      'domains[0].workload.config.phaseNs: expected an integer from 1'
    ],
    [
      'with a bad duration in one',
      load('hog', { phaseNs: '5 ms' }),
      'domains[0].workload.config.phaseNs: "5 ms" is not a duration'
    ],
    [
      'with an unknown key in one',
      load('hog', { a: { b: '1s' } }),
      'domains[0].workload.config.a: unknown key'
    ],
    [
      'with a workload for a vCPU that is not there',
      domain({ workloads: [{ vcpu: 2, workload: null }] }),
      'domains[0].workloads: there is no vCPU 2'
    ],
    [
      'with two workloads for one vCPU',
      domain({
        workloads: [
          { vcpu: 1, workload: null },
          { vcpu: 1, workload: null }
        ]
      }),
      'domains[0].workloads[1].vcpu: vCPU 1 has a workload already'
    ],
    [
      'with a budget above the period',
      domain({ rtds: { period: '10ms', budget: '11ms' } }),
      'domains[0].rtds.budget: is above the period'
    ],
    [
      'with a period between two microseconds',
      domain({ rtds: { period: '10500ns', budget: '10us' } }),
      'domains[0].rtds.period: expected whole microseconds from 10 to 4294967295 us, got "10500ns"'
    ],
    [
      'with a budget that rtds refuses',
      domain({ rtds: { period: '1ms', budget: '9us' } }),
      'domains[0].rtds.budget: expected whole microseconds from 10'
    ],
    [
      'with parameters without a budget',
      domain({ rtds: { period: '1ms' } }),
      'domains[0].rtds.budget: missing'
    ],
    [
      'with parameters for a vCPU that is not there',
      domain({ rtdsVcpus: [{ vcpu: 2, ...rtds }] }),
      'domains[0].rtdsVcpus: there is no vCPU 2'
    ],
    [
      'with two sets of parameters for one vCPU',
      domain({
        rtdsVcpus: [
          { vcpu: 1, ...rtds },
          { vcpu: 1, ...rtds }
        ]
      }),
      'domains[0].rtdsVcpus: vCPU 1 has parameters already'
    ],
    [
      'with a recording of a domain that is not there',
      { recorded: recording({ domain: 'wbe', vcpu: 0, time: '1s' }) },
      'recorded.vcpus[0].domain: there is no domain "wbe"'
    ],
    [
      'with a recording of a vCPU that is not there',
      { recorded: recording({ domain: 'web', vcpu: 2, time: '1s' }) },
      'recorded.vcpus[0].vcpu: there is no vCPU 2: web has 0 to 1'
    ],
    [
      'with two recordings of one vCPU',
      { recorded: recording({ domain: 'web', vcpu: 1, time: '1s' }, { domain: 'web', vcpu: 1, time: 0 }) },
      'recorded.vcpus[1].vcpu: vCPU 1 of web is recorded already'
    ],
    [
      'with a cost of more than a second',
      { costs: { migration: '2s' } },
      'costs.migration: more than a second'
    ],
    ['with a cost that nobody knows', { costs: { cache: '1us' } }, 'costs.cache: unknown key'],
    [
      'with a recording that takes no time',
      { recorded: { ...recording(), elapsed: 0 } },
      'recorded.elapsed: takes no time'
    ],
    [
      'with a recording that says more than is known of',
      { recorded: { ...recording(), noise: 5 } },
      'recorded.noise: unknown key'
    ]
  ])('%s', (_name, changes, expected) => {
    expect(refusal(changes)).toContain(expected)
  })
})

describe('an event is refused', () => {
  const at = '1s'
  test.each<[string, ReadonlyArray<Loose>, string]>([
    [
      'when its operation is unknown',
      [{ at, op: 'reboot', domain: 'web' }],
      'events[0].op: expected one of create, destroy,'
    ],
    ['when it has no time', [{ op: 'pause', domain: 'web' }], 'events[0].at: missing'],
    [
      'when it is after the end',
      [{ at: '11s', op: 'pause', domain: 'web' }],
      'events[0].at: is after the end, 10s'
    ],
    [
      'when it names no domain of the scenario',
      [{ at, op: 'pause', domain: 'wbe' }],
      'events[0].domain: there is no domain "wbe"'
    ],
    [
      'when its domain exists already',
      [{ at, op: 'create', domain: 'web' }],
      'events[0].domain: web exists already at 1s'
    ],
    [
      'when its domain is gone',
      [
        { at: '2s', op: 'pause', domain: 'web' },
        { at, op: 'destroy', domain: 'web' }
      ],
      'events[0].domain: web does not exist at 2s'
    ],
    [
      'when it creates dom0',
      [{ at, op: 'create', domain: 'Domain-0' }],
      "events[0].domain: Domain-0 can't be created"
    ],
    [
      'when its vCPU is not there',
      [{ at, op: 'kick', domain: 'web', vcpu: 2 }],
      'events[0].vcpu: there is no vCPU 2: web has 0 to 1'
    ],
    [
      'when all vCPUs of dom0 are meant',
      [{ at, op: 'pin', domain: 'Domain-0', cpus: '0' }],
      'events[0].vcpu: name one'
    ],
    [
      'when it pins to nothing',
      [{ at, op: 'pin', domain: 'web' }],
      'events[0]: says neither cpus nor cpusSoft'
    ],
    [
      'when it sets an rtds budget above the period',
      [{ at, op: 'rtds', domain: 'web', period: '1ms', budget: '2ms' }],
      'events[0].budget: is above the period'
    ],
    ['when it sets nothing', [{ at, op: 'sched', domain: 'web' }], 'events[0]: says neither weight nor cap'],
    [
      'when the ratelimit is too long',
      [{ at, op: 'ratelimit', ratelimitUs: 500_001 }],
      'events[0].ratelimitUs: expected an integer'
    ]
  ])('%s', (_name, events, expected) => {
    expect(refusal(event(...events))).toContain(expected)
  })

  test('when dom0 is meant and there is none', () => {
    const events = [{ at, op: 'offline', domain: 'Domain-0', vcpu: 1 }]
    expect(refusal({ events })).toBe('accepted')
    expect(refusal({ dom0: false, events })).toContain('Domain-0 does not exist at 1s')
  })
})
