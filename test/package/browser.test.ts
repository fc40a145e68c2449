import { existsSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'

import { run } from '../../scripts/consumer.mjs'
import { entries } from '../../scripts/entries.mjs'

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path))

/** No Chromium, no run: said in the name of the test, where the reporter shows it. */
const when = executablePath === undefined ? ' (skipped: no Chromium, apt-get install chromium)' : ''

const bundle = async (contents: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: inject('esm') },
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'iife',
    write: false,
    logLevel: 'silent'
  })
  return outputFiles[0]?.text ?? ''
}

const runInChromium = async (script: string): Promise<unknown> => {
  const browser = await chromium.launch({
    executablePath: executablePath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      '--disable-sync'
    ]
  })
  try {
    const page = await browser.newPage()
    const errors: string[] = []
    page.on('pageerror', (error) => errors.push(error.message))
    await page.setContent('<!doctype html><title>xensim</title>')
    await page.addScriptTag({ content: script })
    expect(errors).toEqual([])
    return JSON.parse(await page.evaluate<string>('globalThis.xensimResult')) as unknown
  } finally {
    await browser.close()
  }
}

describe('a browser bundle of the packed tarball', () => {
  it.skipIf(executablePath === undefined)(`does in Chromium what it does in Node${when}`, async () => {
    const inBrowser = await runInChromium(await bundle("import './browser.js'"))
    const pure = entries.map((entry) => entry.specifier).filter((specifier) => !specifier.endsWith('/shell'))
    const inNode = run(process.execPath, ['main.js', ...pure], { cwd: inject('esm') })
    expect(inBrowser).toEqual(JSON.parse(inNode))
  })

  it('leaves out what is not used', async () => {
    const all = await bundle("import * as core from '@xensim/core'; globalThis.x = core")
    const one = await bundle(
      "import { InvariantViolation } from '@xensim/core'; globalThis.x = InvariantViolation"
    )
    expect(gzipSync(one).length).toBeLessThan(gzipSync(all).length / 2)
  })

  it('refuses the shell: that needs Node', async () => {
    await expect(bundle("import '@xensim/core/shell'")).rejects.toThrow(/node:/)
  })
})
