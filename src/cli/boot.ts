/**
 * `xensim boot`: from Xen's own command line to a host file.
 *
 * @since 0.1.0
 */
import type { Dom0File } from '../machine/index.js'
import { bootErrorText, makeShellEnvironment, writeHostFile } from '../shell/index.js'
import { bootHost } from '../toolstack/index.js'

import { valueOf, valuesOf } from './argumentParser.js'
import type { ParsedArguments } from './argumentParser.js'
import { Failure, UsageError, exitCode, orUsage } from './Command.js'
import type { Surroundings } from './Command.js'
import { parseCount, parseSize, parseTopology } from './quantities.js'

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * @category transitions
 * @since 0.1.0
 */
export const runBoot = (given: ParsedArguments, { err }: Surroundings): Promise<number> => {
  const output = valueOf(given, 'output')
  if (output === undefined || output === '') throw new UsageError('-o HOST is missing')
  const machine = orUsage('--topology', parseTopology(valueOf(given, 'topology') ?? '1x4x1'))
  const nodesTotal = orUsage('--numa', parseCount(valueOf(given, 'numa') ?? '1'))
  const request = {
    topology: { ...machine, nodesTotal },
    memoryBytes: orUsage('--memory', parseSize(valueOf(given, 'memory') ?? '16G')),
    commandLine: valueOf(given, 'cmdline') ?? '',
    files: valuesOf(given, 'dom0-file').map(parseDom0File),
    seed: orUsage('--seed', parseCount(valueOf(given, 'seed') ?? '0'))
  }
  const env = makeShellEnvironment()
  const booted = bootHost(env, request, { trace: false })
  if (booted._tag === 'Left') {
    const text = bootErrorText(booted.left)
    throw booted.left._tag === 'NotImplemented' ? new Failure(text) : new UsageError(text)
  }
  for (const message of booted.right.messages) err(`(XEN) ${message}\n`)
  writeHostFile(env, output, booted.right.host)
  return Promise.resolve(exitCode.success)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const mebibyte = 1 << 20

/**
 * What a file is worth that is only said to be there: a small kernel, a small initrd, an empty 1 GiB disk.
 */
const bytesDefault: Readonly<Record<Dom0File['kind'], number>> = {
  kernel: 16 * mebibyte,
  ramdisk: 16 * mebibyte,
  disk: 1024 * mebibyte,
  file: 0
}

const parseDom0File = (text: string): Dom0File => {
  const match = /^(.+)=(kernel|ramdisk|disk|file)(?:,size=([^,]*))?$/.exec(text)
  if (match === null) {
    throw new UsageError(
      `--dom0-file: '${text}' is not PATH=KIND[,size=N], KIND kernel, ramdisk, disk or file`
    )
  }
  const [, path = '', kindText, size] = match
  const kind = kindText as Dom0File['kind']
  return {
    path,
    kind,
    bytes: size === undefined ? bytesDefault[kind] : orUsage(`--dom0-file ${path}`, parseSize(size))
  }
}
