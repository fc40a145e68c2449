// The entry points of the package, read from the exports map of package.json: the one list that the build,
// the reports, the documentation and the tests share.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

export const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

/**
 * While the tree is being built up, XENSIM_PARTIAL=1 leaves out entry points whose source does not exist yet.
 */
const partial = process.env.XENSIM_PARTIAL === '1'

const toEntry = (subpath) => {
  const name = subpath === '.' ? 'index' : subpath.slice(2)
  return {
    name,
    specifier: subpath === '.' ? manifest.name : `${manifest.name}/${name}`,
    source: name === 'index' ? 'src/index.ts' : `src/${name}/index.ts`,
    types: name === 'index' ? 'dist/types/index.d.ts' : `dist/types/${name}/index.d.ts`
  }
}

/** Every entry point: its name, what a user writes to import it, its source and its declaration file. */
export const entries = Object.keys(manifest.exports)
  .filter((subpath) => subpath !== './package.json')
  .map(toEntry)
  .filter((entry) => !partial || existsSync(new URL(`../${entry.source}`, import.meta.url)))

/** The source of the command. Left out while it does not exist and XENSIM_PARTIAL=1. */
export const cliSource = 'src/cli/main.ts'
export const hasCli = !partial || existsSync(new URL(`../${cliSource}`, import.meta.url))
