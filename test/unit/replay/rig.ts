import type {
  DomainPlan,
  GuestAction,
  Input,
  Operation,
  SchedParams,
  Topology
} from '../../../src/abi/index.js'
import { schedParamsDefault } from '../../../src/abi/index.js'
import { script } from '../../../src/guest/index.js'
import { bootHypervisor, makeEnvironment, transition } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { credit2 } from '../../../src/sched/index.js'

export const millisecond = 1_000_000
export const second = 1000 * millisecond

export const makeEnv = (): Environment => makeEnvironment([credit2], [script], {})

export const bootWith = (
  env: Environment,
  given: { readonly topology?: Partial<Topology>; readonly params?: Partial<SchedParams> } = {}
): Host => {
  const topology = { sockets: 1, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 1, ...given.topology }
  const params = { ...schedParamsDefault, ...given.params }
  const facts = {
    commandLine: 'sched=credit2',
    memoryBytes: 1 << 30,
    seed: 7,
    files: [{ path: '/boot/vmlinuz', kind: 'kernel' as const, bytes: 5_000_000 }]
  }
  return bootHypervisor(env, { topology, params, facts }, { trace: false })[0]
}

export interface Wanted {
  readonly vcpus?: number
  readonly runNs?: number
  readonly then?: GuestAction
  readonly weight?: number | null
  readonly cap?: number | null
  readonly pages?: number
}

export const planOf = (domid: number, wanted: Wanted = {}): DomainPlan => {
  const {
    vcpus = 1,
    runNs = 3 * millisecond,
    then = { _tag: 'Block', ns: 2 * millisecond },
    pages = 1024
  } = wanted
  return {
    domid,
    poolId: 0,
    isControl: domid === 0,
    weight: wanted.weight ?? null,
    cap: wanted.cap ?? null,
    vcpus: Array.from({ length: vcpus }, (_, i) => ({
      isOnline: true,
      hard: null,
      soft: i === 1 ? [0] : null,
      guest: { program: 'script', version: 1, config: { phases: [{ runNs: runNs + i, then: { ...then } }] } }
    })),
    pages,
    pagesMax: 2 * pages,
    nodes: null,
    isPaused: false,
    info: {
      name: `guest-${domid}`,
      uuid: `0000-${domid}`,
      type: 'pvh',
      userdata: { note: 'Grüße \u2028 🙂' }
    }
  }
}

export const operate = (operation: Operation): Input => ({ _tag: 'Operate', operation })
export const build = (domid: number, wanted: Wanted = {}): Input =>
  operate({ _tag: 'DomainBuild', plan: planOf(domid, wanted) })
export const advanceTo = (toNs: number): Input => ({ _tag: 'Advance', toNs })

/** The host after inputs, none of which may be refused. */
export const after = (env: Environment, host: Host, inputs: ReadonlyArray<Input>): Host =>
  inputs.reduce((current, input) => {
    const moved = transition(env, current, input, { trace: false })
    if (moved._tag === 'Left') throw new Error(JSON.stringify(moved.left))
    return moved.right[0]
  }, host)

/** A run with several domains and operations of many kinds; one input is refused. */
export const busyInputs = (lengthNs: number): ReadonlyArray<Input> => [
  build(0, { vcpus: 2, runNs: millisecond }),
  build(1, { vcpus: 2, weight: 512 }),
  build(2, { cap: 40, runNs: 20 * millisecond }),
  advanceTo(Math.floor(lengthNs / 5)),
  build(3, { vcpus: 2, then: { _tag: 'Yield' } }),
  operate({ _tag: 'DomainPause', domid: 9 }),
  {
    _tag: 'Plan',
    operations: [
      { atNs: Math.floor(lengthNs / 2), operation: { _tag: 'DomainPause', domid: 1 } },
      { atNs: Math.floor((lengthNs * 3) / 5), operation: { _tag: 'DomainUnpause', domid: 1 } },
      {
        atNs: Math.floor((lengthNs * 7) / 10),
        operation: { _tag: 'VcpuAffinity', domid: 0, vcpu: 1, kind: 'hard', pcpus: [1] }
      }
    ]
  },
  advanceTo(Math.floor((lengthNs * 11) / 20)),
  operate({ _tag: 'SchedDomainParams', domid: 1, scheduler: null, weight: 128, cap: null }),
  operate({ _tag: 'DomainRename', domid: 2, name: 'neu' }),
  advanceTo(Math.floor((lengthNs * 4) / 5)),
  operate({ _tag: 'DomainDestroy', domid: 3, inPlace: false }),
  advanceTo(lengthNs)
]
