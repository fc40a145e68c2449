/**
 * What a host or a journal needs from outside: schedulers and guest programs, by name and version.
 *
 * @since 0.1.0
 */
import { Codec } from '../abi/index.js'
import type { GuestSpec, Input, Operation } from '../abi/index.js'
import { guestsOf } from '../machine/index.js'
import type { Environment, Host } from '../machine/index.js'
import { Table } from '../prelude/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * A thing of the registry.
 *
 * @category model
 * @since 0.1.0
 */
export interface Need {
  readonly name: string
  readonly version: number
}

/**
 * Everything needed, each list by ascending name and version.
 *
 * @category model
 * @since 0.1.0
 */
export interface Needs {
  readonly programs: ReadonlyArray<Need>
  readonly schedulers: ReadonlyArray<Need>
}

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * What a host needs: the schedulers of its pools and the programs of its guests, also of those that are
 * planned.
 *
 * @category queries
 * @since 0.1.0
 */
export const needsOfHost = (env: Environment, host: Host): Needs => {
  const { pools, poolOrder } = host.sched
  const specs = guestsOf(host).flatMap(({ spec }) => (spec === null ? [] : [spec]))
  const planned = host.planned.map(({ operation }) => operation)
  const names = poolOrder.map((slot) => Table.get(pools, slot).scheduler)
  return {
    programs: sorted([...specs, ...planned.flatMap(specsOf)].map(needOf)),
    schedulers: sorted(
      [...names, ...planned.flatMap(schedulersOf)].flatMap((name) => schedulerNeed(env, name))
    )
  }
}

/**
 * The first thing that an environment does not have, in words; null when it has everything.
 *
 * @category queries
 * @since 0.1.0
 */
export const missingNeed = (env: Environment, needs: Needs): string | null => {
  for (const need of needs.schedulers) {
    const reason = missing('scheduler', need, env.schedulers)
    if (reason !== null) return reason
  }
  for (const need of needs.programs) {
    const reason = missing('guest program', need, env.programs)
    if (reason !== null) return reason
  }
  return null
}

/** The guest programs that inputs bring in. */
export const programsOfInputs = (inputs: ReadonlyArray<Input>): ReadonlyArray<Need> =>
  sorted(inputs.flatMap(operationsOf).flatMap(specsOf).map(needOf))

/** The names of the schedulers that inputs make pools of. */
export const schedulersOfInputs = (inputs: ReadonlyArray<Input>): ReadonlyArray<string> =>
  inputs.flatMap(operationsOf).flatMap(schedulersOf)

/** All that an environment has, as needs. */
export const needsOfEnvironment = (env: Environment): Needs => ({
  programs: sorted(env.programs),
  schedulers: sorted(env.schedulers)
})

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const needCodec = Codec.closed<Need>('need', { name: Codec.text, version: Codec.integer })

/** The codec of needs. */
export const needsCodec = Codec.closed<Needs>('needs', {
  programs: Codec.listOf(needCodec),
  schedulers: Codec.listOf(needCodec)
})

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const operationsOf = (input: Input): ReadonlyArray<Operation> => {
  if (input._tag === 'Operate') return [input.operation]
  return input._tag === 'Plan' ? input.operations.map(({ operation }) => operation) : []
}

const specsOf = (operation: Operation): ReadonlyArray<GuestSpec> => {
  const specs =
    operation._tag === 'DomainBuild'
      ? operation.plan.vcpus.map(({ guest }) => guest)
      : operation._tag === 'VcpuProgram'
        ? [operation.guest]
        : []
  return specs.flatMap((spec) => (spec === null ? [] : [spec]))
}

const schedulersOf = (operation: Operation): ReadonlyArray<string> =>
  operation._tag === 'PoolCreate' ? [operation.scheduler] : []

const needOf = ({ program, version }: GuestSpec): Need => ({ name: program, version })

/** A pool to come may name a scheduler that is not there: that is an error when its time comes, no need. */
const schedulerNeed = (env: Environment, name: string): ReadonlyArray<Need> => {
  const found = env.schedulers.find((scheduler) => scheduler.name === name)
  return found === undefined ? [] : [{ name, version: found.version }]
}

const sorted = (needs: ReadonlyArray<Need>): ReadonlyArray<Need> => {
  const byName = needs
    .map(({ name, version }) => ({ name, version }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version))
  return byName.filter(({ name, version }, i) => {
    const before = byName[i - 1]
    return before === undefined || before.name !== name || before.version !== version
  })
}

const missing = (kind: string, need: Need, present: ReadonlyArray<Need>): string | null => {
  const known = present.filter(({ name }) => name === need.name)
  if (known.some(({ version }) => version === need.version)) return null
  const wanted = `needs the ${kind} ${need.name}, version ${need.version}`
  if (known.length === 0) return `${wanted}, which is not here`
  return `${wanted}; here is version ${known.map(({ version }) => version).join(', ')}`
}
