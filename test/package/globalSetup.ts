import type { TestProject } from 'vitest/node'

import { createConsumers } from '../../scripts/consumer.mjs'

declare module 'vitest' {
  export interface ProvidedContext {
    readonly esm: string
    readonly cjs: string
    readonly tarball: string
  }
}

/** Packs and installs once for all tests of the package; returns what takes it away again. */
export const setup = (project: TestProject): (() => void) => {
  const { esm, cjs, tarball, remove } = createConsumers()
  project.provide('esm', esm)
  project.provide('cjs', cjs)
  project.provide('tarball', tarball)
  return remove
}
