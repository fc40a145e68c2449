import { defineConfig, type Options } from 'tsup'

import { cliSource, entries, hasCli } from './scripts/entries.mjs'
import { droppableNamespaces, fpTsFromEs6, ownSource } from './scripts/esbuildPlugins.mjs'

const library = Object.fromEntries(entries.map(({ name, source }) => [name, source]))

const common: Options = {
  platform: 'neutral',
  target: 'es2022',
  splitting: true,
  sourcemap: true,
  clean: false,
  dts: false,
  silent: true,
  removeNodeProtocol: false,
  external: [/^node:/],
  plugins: [droppableNamespaces]
}

export default defineConfig([
  {
    ...common,
    entry: hasCli ? { ...library, cli: cliSource } : library,
    format: 'esm',
    outDir: 'dist/esm',
    noExternal: [/^fp-ts/, /^io-ts/],
    esbuildPlugins: [ownSource, fpTsFromEs6]
  },
  { ...common, entry: library, format: 'cjs', outDir: 'dist/cjs', esbuildPlugins: [ownSource] }
])
