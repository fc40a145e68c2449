import type { Scheduler } from '../../src/sched/index.js'
import { registryDefault } from '../../src/testing/index.js'
import type { Registry } from '../../src/testing/index.js'

import type { Mutation } from './mutations.js'

/** The scheduler with the bug; see `mutantPlugin.ts`. */
export const mutantOf = async ({ folder, scheduler, exported, name }: Mutation): Promise<Scheduler> => {
  const path = `../../src/sched/${folder}/${scheduler}.ts?mutant=${name}`
  const loaded = (await import(/* @vite-ignore */ path)) as Readonly<Record<string, Scheduler>>
  const mutant = loaded[exported]
  if (mutant === undefined) throw new Error(`${path} has no ${exported}`)
  return mutant
}

/** All schedulers, one of them with the bug. */
export const registryWith = (mutant: Scheduler): Registry => ({
  ...registryDefault,
  // Laws are to find what is wrong, not the guard.
  isGuarding: false,
  schedulers: registryDefault.schedulers.map((one) => (one.name === mutant.name ? mutant : one))
})
