import { entries } from './scripts/entries.mjs'

/** @type {import('typedoc').TypeDocOptions} */
export default {
  name: '@xensim/core',
  entryPoints: entries.map(({ source }) => source),
  tsconfig: 'tsconfig.build.json',
  out: 'out/api',
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, notDocumented: false, rewrittenLink: true },
  excludeInternal: false,
  readme: 'none',
  disableSources: true,
  githubPages: false,
  hideGenerator: true,
  blockTags: [
    ...[
      '@category',
      '@since',
      '@example',
      '@param',
      '@returns',
      '@throws',
      '@see',
      '@deprecated',
      '@remarks'
    ],
    '@typeParam'
  ]
}
