/**
 * Replays recorded `xl` captures on a simulated host, as `tools/xl_replay.py` of the reference texts does it
 * through the command, and with the same normalisation of what legitimately differs: source lines, times,
 * states r and b, the pCPU a vCPU is on, uuids, facts of the build.
 */
import * as E from 'fp-ts/lib/Either.js'

import { script } from '../../../src/guest/index.js'
import { advance, makeEnvironment, transition } from '../../../src/machine/index.js'
import type { Environment, Host } from '../../../src/machine/index.js'
import { schedulers } from '../../../src/sched/index.js'
import { bootHost, toolstackOperations, xlArguments } from '../../../src/toolstack/index.js'

export interface Capture {
  readonly cmd?: string
  readonly rc?: number | string
  readonly stdout?: string
  readonly stderr?: string
  readonly config?: string | Readonly<Record<string, string>>
}

export interface CaptureFile {
  readonly meta: { readonly xen_commandline: string; readonly scheduler?: string }
  readonly files?: Readonly<Record<string, string>>
  readonly captures: ReadonlyArray<Capture>
}

export interface Answer {
  readonly rc: number | string
  readonly stdout: string
  readonly stderr: string
}

export interface Compared {
  /** Number of the capture among those with a command, from 1. */
  readonly number: number
  readonly cmd: string
  /** The subcommand, prefixes written out. */
  readonly command: string
  readonly want: Answer
  readonly got: Answer
  readonly isEqual: boolean
}

const buildFacts = new RegExp(
  '^(host|release|version|machine|hw_caps|virt_caps|free_memory|cpu_mhz|xen_changeset|' +
    'xen_version|xen_extra|' +
    'cc_compiler|cc_compile_by|cc_compile_domain|cc_compile_date|build_id|xen_build_id|xend_config_format|' +
    'xen_commandline|nr_nodes_mem)(\\s*):.*$',
  'gm'
)

export const normalise = (cmd: string, text: string): string => {
  let t = text.replace(/\b(?:libxl\w*|xl\w*|xg_\w+|xc_\w+|xenguest\w*)\.c:\d+:(?:\w+:)?\s*/g, '')
  t = t.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID')
  if (/\bxl (list|vcpu-list)\b/.test(cmd)) {
    t = t.replace(/\b\d+\.\d\b/g, 'T')
    t = t.replace(/ [r-][b-](?=[p-])/g, ' ..')
    t = t.replace(/ [r-][b-]-(?= )/g, ' ..-')
  }
  if (cmd.includes('vcpu-list')) t = t.replace(/^(\S.*?\s+\d+\s+\d+\s+)(\d+|-)(\s+\.\.-)/gm, '$1C$3')
  if (/\bxl uptime\b/.test(cmd)) t = t.replace(/\d+:\d\d:\d\d|\d+ days?,?/g, 'T')
  if (/\bxl info\b/.test(cmd)) t = t.replace(buildFacts, '$1$2: X')
  if (cmd.includes('top')) t = t.replace(/\d+(\.\d+)?/g, 'N').replace(/ +/g, ' ')
  if (t.startsWith('Usage: xl') || t.includes('\nUsage: xl'))
    t = t.replace(/(Usage: xl[^\n]*\n)[\s\S]*/, '$1')
  t = t.replace(/[ \t]+(?=\n)/g, '').replace(/ {2,}/g, '  ')
  return t.replace(/^\n+|\n+$/g, '')
}

/** Words of a simple shell command; undefined when a quote is not closed. */
export const shellWords = (text: string): ReadonlyArray<string> | undefined => {
  const words: string[] = []
  let word: string | undefined
  let i = 0
  while (i < text.length) {
    const c = text.charAt(i)
    if (c === "'" || c === '"') {
      const end = text.indexOf(c, i + 1)
      if (end < 0) return undefined
      word = (word ?? '') + text.slice(i + 1, end)
      i = end + 1
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word)
      word = undefined
      i += 1
    } else {
      word = (word ?? '') + (c === '\\' ? text.charAt(i + 1) : c)
      i += c === '\\' ? 2 : 1
    }
  }
  if (word !== undefined) words.push(word)
  return words
}

export const environment = (): Environment => makeEnvironment(schedulers, [script], toolstackOperations)

const dom0Files = ['vmlinux', 'vmlinuz', 'domu.gz', 'domupy.gz', 'disk1.img', 'disk2.img'].map((name) => ({
  path: `/tmp/${name}`,
  kind: name.startsWith('vm')
    ? ('kernel' as const)
    : name.startsWith('disk')
      ? ('disk' as const)
      : ('ramdisk' as const),
  bytes: 65_536
}))

/** The recorded machine: 2 sockets of 2 cores, 2 NUMA nodes, 6 GiB. */
export const bootRecorded = (env: Environment, commandLine: string): Host => {
  const booted = bootHost(
    env,
    {
      topology: { sockets: 2, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 2 },
      memoryBytes: 6 * 2 ** 30,
      commandLine,
      files: dom0Files,
      seed: 1
    },
    { trace: false }
  )
  if (E.isLeft(booted)) throw new Error(JSON.stringify(booted.left))
  return booted.right.host
}

const pass = (env: Environment, host: Host, ns: number): Host => {
  const advanced = advance(env, host, host.nowNs + ns, { trace: false })
  if (E.isLeft(advanced)) throw new Error(JSON.stringify(advanced.left))
  return advanced.right[0]
}

/** Replays files in order on one host. */
export const replay = (
  env: Environment,
  file: CaptureFile,
  from?: Host
): { compared: Compared[]; host: Host } => {
  let host = from ?? bootRecorded(env, file.meta.xen_commandline)
  const files: Record<string, string> = { ...file.files }
  const compared: Compared[] = []
  let number = 0
  for (const { cmd, rc = 0, stdout = '', stderr = '', config } of file.captures) {
    if (cmd === undefined) continue
    number += 1
    if (config !== undefined)
      Object.assign(files, typeof config === 'string' ? { '/tmp/bad.cfg': config } : config)
    const sleep = /^\s*sleep ([\d.]+)\s*$/.exec(cmd)
    if (sleep !== null) host = pass(env, host, Number(sleep[1]) * 1_000_000_000)
    if (!/^\s*xl /.test(cmd) || /[|;&<>`$]/.test(cmd) || cmd.includes('dmesg')) continue
    const argv = shellWords(cmd)?.slice(1)
    if (argv === undefined) continue
    const input = { _tag: 'Toolstack' as const, name: 'xl', args: xlArguments({ argv, files }) }
    const done = transition(env, host, input, { trace: false })
    if (E.isLeft(done)) throw new Error(JSON.stringify(done.left))
    const reply = done.right[2] as unknown as Answer
    host = pass(env, done.right[0], 300_000_000)
    const want = { rc, stdout: normalise(cmd, stdout), stderr: normalise(cmd, stderr) }
    const got = { rc: reply.rc, stdout: normalise(cmd, reply.stdout), stderr: normalise(cmd, reply.stderr) }
    const isEqual = JSON.stringify(want) === JSON.stringify(got)
    const command = argv.find((word) => !word.startsWith('-')) ?? ''
    compared.push({ number, cmd, command, want, got, isEqual })
  }
  return { compared, host }
}

/** What the process that watches a domain logs in its first seconds. */
export const monitorLog = (
  env: Environment,
  host: Host,
  file: CaptureFile,
  name: string
): ReadonlyArray<string> => {
  const args = xlArguments({ argv: ['create', '-q', `/tmp/${name}.cfg`], files: { ...file.files } })
  const made = transition(env, host, { _tag: 'Toolstack', name: 'xl', args }, { trace: true })
  if (E.isLeft(made)) throw new Error(JSON.stringify(made.left))
  const [after, outputs] = made.right
  const lived = advance(env, after, after.nowNs + 3_500_000_000, { trace: true })
  if (E.isLeft(lived)) throw new Error(JSON.stringify(lived.left))
  return [...outputs, ...lived.right[1]].flatMap((o) => (o._tag === 'MonitorLine' ? [o.line] : []))
}
