import { readFileSync } from 'node:fs'

import type { Plugin } from 'vitest/config'

import { mutations } from './mutations.js'

const marker = '?mutant='

/**
 * Lets a test import a scheduler as a mutant: `src/sched/rtds/rtds.ts?mutant=NAME`. The modules of the
 * scheduler's own folder are loaded once more for it, the one that is mutated with its change; everything
 * else is shared with the real one.
 */
export const mutantPlugin = (): Plugin => ({
  name: 'mutants',
  enforce: 'pre',
  resolveId(source, importer) {
    const [from, name] = (importer ?? '').split(marker)
    if (from === undefined || name === undefined || !source.startsWith('./')) return null
    const folder = from.slice(0, from.lastIndexOf('/'))
    return `${folder}/${source.slice(2).replace(/\.js$/, '.ts')}${marker}${name}`
  },
  load(id) {
    const [path, name] = id.split(marker)
    if (path === undefined || name === undefined) return null
    const mutation = mutations.find((one) => one.name === name)
    if (mutation === undefined) throw new Error(`no mutation is called ${name}`)
    const code = readFileSync(path, 'utf8')
    if (!path.endsWith(`/${mutation.folder}/${mutation.module}.ts`)) return code
    const parts = code.split(mutation.find)
    if (parts.length !== 2)
      throw new Error(`what ${name} changes stands ${parts.length - 1} times in ${path}`)
    return parts.join(mutation.replace)
  }
})
