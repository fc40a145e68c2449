// The demonstration: a host, four domains, half a minute of virtual time, and what can be known about it.
// `npm run demo` builds the package and runs this against the built files.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

import { decodeJournal, replay } from '@xensim/core/replay'
import { makeShellEnvironment, openHost, startProgress } from '@xensim/core/shell'
import {
  addOutputs,
  addToPerfetto,
  addToTimeline,
  emptyPerfetto,
  emptyReport,
  emptyTimeline,
  perfettoJson,
  reportTable,
  summarise,
  timelineSvg
} from '@xensim/core/trace'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'out/demo')
const second = 1_000_000_000
const halfNs = 15 * second
const commandLine = 'dom0_mem=2G,max:2G dom0_max_vcpus=1 sched=credit2'
const changed = { weight: 512 }

const ms = (count) => count * 1_000_000
const spec = (program, config) => ({ program, version: 1, config })

/**
 * What the guests do. In the simulation a guest is a small program that runs, blocks, and meets deadlines or
 * not.
 */
const guests = {
  web: spec('arrivals', {
    interval: { _tag: 'Exponential', meanNs: ms(8) },
    service: { _tag: 'BoundedPareto', shapeThousandths: 1500, minNs: ms(1), maxNs: ms(40) },
    deadlineNs: ms(20)
  }),
  db: spec('bursts', {
    on: { _tag: 'Uniform', minNs: ms(300), maxNs: ms(900) },
    off: { _tag: 'Exponential', meanNs: ms(300) },
    run: { _tag: 'Exponential', meanNs: ms(4) },
    block: { _tag: 'Constant', valueNs: ms(1) }
  }),
  batch: spec('hog', { phaseNs: 3600 * second }),
  video: spec('periodic', {
    periodNs: ms(40),
    phaseNs: 0,
    execution: { _tag: 'Uniform', minNs: ms(12), maxNs: ms(24) },
    deadlineNs: ms(40),
    overrun: 'Skip'
  })
}
const names = Object.keys(guests)

const dom0Guest = spec('random', {
  run: { _tag: 'Exponential', meanNs: ms(1) },
  block: { _tag: 'Exponential', meanNs: ms(20) }
})

const say = (text = '') => process.stdout.write(`${text}\n`)
const heading = (number, text) =>
  say(`\n${number}. ${text}\n${'-'.repeat(number.toString().length + 2 + text.length)}`)
const indented = (text) => text.replace(/^(?=.)/gm, '  ')

const xl = async (host, ...argv) => {
  const { rc, stdout, stderr } = await host.promises.xl(argv)
  say(`  # xl ${argv.join(' ')}`)
  if (stdout + stderr !== '') say(indented((stderr + stdout).trimEnd()))
  if (rc !== 0) throw new Error(`xl ${argv.join(' ')} failed (${rc})`)
}

const boot = async () => {
  heading(1, 'Boot')
  say("Two sockets of two cores, and a Xen command line as it stands in a host's boot menu:")
  say(`\n  ${commandLine}\n`)
  const opened = await openHost(
    {
      topology: { sockets: 2, coresPerSocket: 2, threadsPerCore: 1, nodesTotal: 2 },
      memoryBytes: 16 * 2 ** 30,
      commandLine,
      files: [{ path: '/var/lib/xen/vmlinuz-guest', kind: 'kernel', bytes: 12 * 2 ** 20 }],
      seed: 1,
      dom0Guest
    },
    { journalFile: join(folder, 'demo.journal') }
  )()
  if (opened._tag === 'Left') throw new Error(opened.left.reason)
  const host = opened.right
  const physinfo = await host.promises.host.physinfo()
  say(`Xen runs on ${physinfo.nrCpus} pCPUs with ${physinfo.nrNodes} NUMA nodes; domain 0 is up.`)
  say('The whole host is one immutable value. Nothing of it runs by itself: time passes when we say so.')
  return host
}

const create = async (host) => {
  heading(2, 'Four domains')
  say('From ordinary xl configuration files, read with the real grammar:\n')
  for (const name of names) {
    const path = join(root, 'examples', `${name}.cfg`)
    const domid = await host.promises.domain.create(readFileSync(path, 'utf8'), { workloads: guests })
    const { weight, cap } = await host.promises.sched.get(domid)
    const vcpus = await host.promises.vcpu.list(domid)
    const limit = cap === 0 ? 'no cap' : `cap ${cap} %`
    const about = `domain ${domid}, ${vcpus.length} vCPUs, weight ${weight}, ${limit}`
    say(`  examples/${`${name}.cfg`.padEnd(10)} ${about.padEnd(44)} runs "${guests[name].program}"`)
  }
}

/** Folds everything that happens into a report, a picture and a trace. */
const observe = (host) => {
  const first = host.snapshot()
  const whole = emptyReport(first)
  const timeline = emptyTimeline(first)
  const perfetto = emptyPerfetto(first)
  const parts = [emptyReport(first)]
  const progress = startProgress(process.stderr, 2 * halfNs)
  const unsubscribe = host.subscribe((outputs, after) => {
    for (const report of [whole, parts.at(-1)]) addOutputs(report, outputs, after)
    addToTimeline(timeline, outputs, after)
    addToPerfetto(perfetto, outputs, after)
    progress.show(after.nowNs, `${(after.nowNs / second).toFixed(1)} of ${(2 * halfNs) / second} s`)
  })
  return {
    whole,
    timeline,
    perfetto,
    parts,
    stop: () => {
      progress.clear()
      unsubscribe()
    },
    clear: progress.clear
  }
}

const run = async (host, seen) => {
  heading(3, 'Half a minute, and a change on the way')
  const startMs = performance.now()
  await host.promises.advance(halfNs)
  seen.clear()
  say('15 s have passed. The batch job is needed by tonight: it gets four times its weight.\n')
  const before = summarise(seen.parts[0], host.snapshot())
  await xl(host, 'sched-credit2', '-d', 'batch', '-w', String(changed.weight))
  seen.parts.push(emptyReport(host.snapshot()))
  await host.promises.advance(halfNs)
  seen.stop()
  const after = summarise(seen.parts[1], host.snapshot())
  const { decisionsTotal } = summarise(seen.whole, host.snapshot())
  const took = ((performance.now() - startMs) / 1000).toFixed(1)
  say(
    `\nAnother 15 s have passed. The scheduler took ${decisionsTotal.toLocaleString('en')} decisions, ` +
      `in ${took} s of our time.`
  )
  say('\n  share of one pCPU    first 15 s    last 15 s')
  for (const { name, share, domid } of after.domains) {
    const earlier = before.domains.find((domain) => domain.domid === domid)
    const cell = (value) => `${(100 * value).toFixed(1)} %`.padStart(10)
    say(`  ${name.padEnd(18)} ${cell(earlier?.share ?? 0)}   ${cell(share)}`)
  }
  say('\nMore weight for batch is less for the others, but the cap of 150 % holds as before.')
}

const show = async (host, seen) => {
  heading(4, 'What an administrator sees')
  for (const argv of [['list'], ['vcpu-list'], ['sched-credit2']]) {
    await xl(host, ...argv)
    say()
  }
  heading(5, 'What no administrator sees')
  say('Every wait, every switch, who was entitled to what and who got it, over the whole 30 s:\n')
  say(indented(reportTable(summarise(seen.whole, host.snapshot())).trimEnd()))
}

const write = (seen) => {
  heading(6, 'Files')
  writeFileSync(join(folder, 'timeline.svg'), timelineSvg(seen.timeline))
  writeFileSync(join(folder, 'perfetto.json'), perfettoJson(seen.perfetto))
  const files = [
    ['timeline.svg', 'who ran on which pCPU, as a picture'],
    ['perfetto.json', 'the same in all detail, for ui.perfetto.dev'],
    ['demo.journal', 'the journal: the host at the start, and every input since']
  ]
  for (const [file, what] of files) {
    const path = join(folder, file)
    const size = `${Math.ceil(statSync(path).size / 1024).toLocaleString('en')} KiB`
    say(`  ${relative(root, path).padEnd(25)} ${size.padStart(10)}  ${what}`)
  }
}

const verify = () => {
  heading(7, 'Once more')
  say(
    'A journal is a bug report: whoever has it has the same run again, on any machine,\n' +
      'and can look at any moment of it.'
  )
  const path = join(folder, 'demo.journal')
  const env = makeShellEnvironment()
  const decoded = decodeJournal(env, readFileSync(path, 'utf8'), path)
  if (decoded._tag === 'Left') throw new Error(`${decoded.left.place}: ${decoded.left.reason}`)
  const { journal } = decoded.right
  const progress = startProgress(process.stderr, 2 * halfNs)
  const replayed = replay(env, journal, {
    onProgress: ({ nowNs }) => progress.show(nowNs, 'replaying')
  })
  progress.clear()
  if (replayed._tag !== 'Matched') {
    say(`\nThe replay differs: ${JSON.stringify(replayed).slice(0, 400)}`)
    process.exitCode = 1
    return
  }
  const { digestsTotal, entriesTotal } = replayed
  say(`\nReplayed ${entriesTotal} inputs: all ${digestsTotal} digests matched.`)
  say('\nGo on from here:')
  say('  npx xensim replay out/demo/demo.journal --at 15s')
  say("  npx xensim replay out/demo/demo.journal --bisect 'domain 3 state running'")
  say("  npx xensim boot -o host.json --topology 2x4x1 --cmdline 'dom0_mem=4G sched=credit2'")
  say('  npx xensim xl -H host.json list')
}

say('xensim: a whole Xen host, in a value')
mkdirSync(folder, { recursive: true })
const host = await boot()
await create(host)
const seen = observe(host)
await run(host, seen)
await show(host, seen)
host.close()
write(seen)
verify()
