// The API report: what each entry point exports, in etc/*.api.md, reviewed like code. Fails when the built
// declarations say something else; `--update` writes what they say. Needs a build.
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

import { entries, manifest, root } from './entries.mjs'

const isUpdate = process.argv.includes('--update')
const reportFolder = join(root, 'etc')
mkdirSync(reportFolder, { recursive: true })

const configOf = ({ name, types }) =>
  ExtractorConfig.prepare({
    configObjectFullPath: join(root, 'api-extractor.json'),
    packageJsonFullPath: join(root, 'package.json'),
    packageJson: manifest,
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, types),
      compiler: { tsconfigFilePath: join(root, 'tsconfig.build.json') },
      apiReport: {
        enabled: true,
        reportFolder,
        reportTempFolder: join(root, 'temp'),
        reportFileName: `${name}.api.md`,
        includeForgottenExports: true
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: {
        compilerMessageReporting: { default: { logLevel: 'error' } },
        extractorMessageReporting: {
          default: { logLevel: 'error' },
          // Our tags are @category and @since; release tags are of no use where everything exported is
          // public.
          'ae-missing-release-tag': { logLevel: 'none' },
          // typedoc says which exports have no comment, and which types no entry point at all exports. A type
          // of the root that another entry point mentions is in order; the report lists it there.
          'ae-undocumented': { logLevel: 'none' },
          'ae-forgotten-export': { logLevel: 'none' },
          'ae-unresolved-link': { logLevel: 'none' }
        },
        tsdocMessageReporting: { default: { logLevel: 'none' } }
      }
    }
  })

let hasFailed = false
for (const entry of entries) {
  const result = Extractor.invoke(configOf(entry), {
    localBuild: isUpdate,
    showVerboseMessages: false,
    messageCallback: (message) => {
      if (
        message.messageId === 'console-preamble' ||
        message.messageId === 'console-compiler-version-notice'
      ) {
        message.handled = true
      }
    }
  })
  if (!result.succeeded && !(isUpdate && result.errorCount === 0)) hasFailed = true
}

// A report whose entry point is gone is stale.
const wanted = new Set(entries.map(({ name }) => `${name}.api.md`))
for (const file of readdirSync(reportFolder)) {
  if (wanted.has(file)) continue
  if (isUpdate) rmSync(join(reportFolder, file))
  else {
    console.error(`etc/${file} belongs to no entry point`)
    hasFailed = true
  }
}
if (hasFailed) {
  console.error('The API report differs. If the change is meant: npm run build && npm run api:update')
  process.exit(1)
}
console.log(`api report: ${entries.length} entry points as committed`)
