// Runs the packed package on every Node that we support, as ESM, as CJS and as the command, and compares what
// it did: the same text everywhere. The Nodes that are not running this come through npx.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { createConsumers, run } from './consumer.mjs'
import { entries, root } from './entries.mjs'

const majors = [20, 22, 24]
const tracesMax = 6

/** The path of a Node of that major version. */
const nodeOf = (major) => {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath
  const args = ['--yes', '--package', `node@${major}`, '--call', 'node -p process.execPath']
  const { status, stdout, stderr } = spawnSync('npx', args, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`no Node ${major}: ${stderr}`)
  return stdout.trim().split('\n').at(-1)
}

/** Some of our golden scheduler traces, spread over the whole list. */
const traces = () => {
  const folder = join(root, 'test/fixtures/sched')
  if (!existsSync(folder)) return []
  const files = readdirSync(folder, { recursive: true })
    .filter((file) => /\.jsonl(\.gz)?$/.test(file))
    .sort()
  const step = Math.max(1, Math.ceil(files.length / tracesMax))
  return files.filter((_, index) => index % step === 0).map((file) => join(folder, file))
}

const specifiers = entries.map(({ specifier }) => specifier)
const withoutPeer = specifiers.filter((specifier) => !specifier.endsWith('/testing'))
const consumers = createConsumers()
const golden = traces()

const resultOn = (node) => {
  const cli = join(consumers.esm, 'node_modules/@xensim/core/dist/esm/cli.js')
  const conform = golden.length === 0 ? '' : run(node, [cli, 'conform', 'sched', ...golden], { cwd: root })
  return {
    version: run(node, ['-p', 'process.version'], { cwd: root }).trim(),
    esm: run(node, ['main.js', ...specifiers], { cwd: consumers.esm }),
    cjs: run(node, ['main.js', ...withoutPeer], { cwd: consumers.cjs }),
    cli: run(node, [cli, '--help'], { cwd: consumers.esm }) + conform
  }
}

let hasFailed = false
try {
  const [first, ...others] = majors.map((major) => resultOn(nodeOf(major)))
  console.log(`Node ${first.version}: ESM, CJS and command run`)
  for (const result of others) {
    const different = ['esm', 'cjs', 'cli'].filter((kind) => result[kind] !== first[kind])
    if (different.length > 0) hasFailed = true
    const verdict = different.length === 0 ? 'the same' : `DIFFERENT: ${different.join(', ')}`
    console.log(`Node ${result.version}: ${verdict} as on ${first.version}`)
    for (const kind of different)
      console.log(`--- ${first.version}\n${first[kind]}\n--- here\n${result[kind]}`)
  }
} finally {
  consumers.remove()
}
process.exit(hasFailed ? 1 : 0)
