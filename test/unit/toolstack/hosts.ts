import * as E from 'fp-ts/lib/Either.js'

import { script } from '../../../src/guest/index.js'
import { makeEnvironment } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { schedulers } from '../../../src/sched/index.js'
import { bootHost, toolstackOperations, xl } from '../../../src/toolstack/index.js'
import type { BootRequest, XlResult, XlWorld } from '../../../src/toolstack/index.js'

export const environment = (): Environment => makeEnvironment(schedulers, [script], toolstackOperations)

/** 2 sockets of 2 cores, 2 NUMA nodes, 6 GiB, as in the recordings. */
export const bootRequest: BootRequest = {
  topology: { sockets: 2, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 2 },
  memoryBytes: 6 * 2 ** 30,
  commandLine: 'dom0_mem=1G,max:1G dom0_max_vcpus=2',
  files: [
    { path: '/boot/vmlinux', kind: 'kernel', bytes: 65_000_000 },
    { path: '/img/disk', kind: 'disk', bytes: 1_000_000 }
  ],
  seed: 7
}

export const booted = (env: Environment, request: Partial<BootRequest> = {}): Host => {
  const host = bootHost(env, { ...bootRequest, ...request }, { trace: false })
  if (E.isLeft(host)) throw new Error(JSON.stringify(host.left))
  return host.right.host
}

/** The configuration file of a small PV domain, with more lines if wanted. */
export const configOf = (name: string, ...lines: ReadonlyArray<string>): string =>
  [`name = "${name}"`, 'type = "pv"', 'kernel = "/boot/vmlinux"', 'memory = 128', ...lines, ''].join('\n')

export const run = (
  env: Environment,
  host: Host,
  argv: ReadonlyArray<string>,
  world: Partial<XlWorld> = {}
): XlResult => xl(env, host, argv, { files: {}, sizes: {}, workloads: {}, ...world })

/** A host with one more domain, which runs. */
export const withDomain = (
  env: Environment,
  host: Host,
  name: string,
  ...lines: ReadonlyArray<string>
): Host => {
  const made = run(env, host, ['create', '/cfg'], { files: { '/cfg': configOf(name, ...lines) } })
  if (made.rc !== 0) throw new Error(made.stderr)
  return made.host
}
