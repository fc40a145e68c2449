import type { DomainPlan, GuestAction, Operation, VcpuPlan } from '../../src/abi/index.js'
import { schedParamsDefault } from '../../src/abi/index.js'
import { script } from '../../src/guest/index.js'
import { advance, bootHypervisor, control, makeEnvironment } from '../../src/machine/index.js'
import type { Environment, Host } from '../../src/machine/index.js'
import { credit2 } from '../../src/sched/index.js'

export const lab = (): Environment => makeEnvironment([credit2], [script], {})

/** A small host without domains: pCPUs of one socket, 1 GiB. */
export const booted = (env: Environment, pcpus = 2, given: Partial<typeof schedParamsDefault> = {}): Host =>
  bootHypervisor(
    env,
    {
      topology: { sockets: 1, coresPerSocket: pcpus, threadsPerCore: 1, nodesTotal: 1 },
      params: { ...schedParamsDefault, ...given },
      facts: { commandLine: '', memoryBytes: 2 ** 30, seed: 1, files: [] }
    },
    { trace: false }
  )[0]

export const phases = (...list: ReadonlyArray<readonly [number, GuestAction]>): VcpuPlan['guest'] => ({
  program: 'script',
  version: 1,
  config: { phases: list.map(([runNs, then]) => ({ runNs, then })) }
})

export const hog = phases([1_000_000_000_000, { _tag: 'Halt' }])

export const planOf = (domid: number, guests: ReadonlyArray<VcpuPlan['guest']>): DomainPlan => ({
  domid,
  poolId: 0,
  isControl: false,
  weight: 256,
  cap: 0,
  vcpus: guests.map((guest) => ({ isOnline: true, hard: null, soft: null, guest })),
  pages: 1000,
  pagesMax: 2000,
  nodes: null,
  isPaused: false,
  info: { name: `d${domid}`, uuid: '', type: 'pv', userdata: null }
})

export const build = (env: Environment, host: Host, plan: DomainPlan): Host =>
  operated(env, host, { _tag: 'DomainBuild', plan })

export const operated = (env: Environment, host: Host, operation: Operation): Host => {
  const result = control(env, host, operation, { trace: false })
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right[0]
}

export const errnoOf = (env: Environment, host: Host, operation: Operation): string => {
  const result = control(env, host, operation, { trace: false })
  if (result._tag === 'Right') return 'no error'
  return result.left._tag === 'Refused' ? result.left.errno : result.left._tag
}

export const advanced = (env: Environment, host: Host, toNs: number): Host => {
  const result = advance(env, host, toNs, { trace: false })
  if (result._tag === 'Left') throw new Error(JSON.stringify(result.left))
  return result.right[0]
}
