/**
 * The subcommands of `xensim`: their options and their help. What they do is loaded when it is needed, since
 * a command is started hundreds of times by a script.
 *
 * @since 0.1.0
 */
import type { OptionSpec } from './argumentParser.js'
import type { Command } from './Command.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

const hostOption: OptionSpec = {
  name: 'host',
  short: 'H',
  value: 'HOST',
  text: 'the host file (default: $XENSIM_HOST)'
}

const outputOption = (name: string, text: string): OptionSpec => ({ name, value: 'FILE', text })

const boot: Command = {
  name: 'boot',
  usage:
    'boot -o HOST [--topology SxCxT] [--numa NODES] [--memory SIZE] [--cmdline LINE]\n' +
    '                   [--dom0-file PATH=KIND[,size=N]]… [--seed N]',
  summary: "Boots a host from Xen's own command line and writes it to a file.",
  spec: {
    options: [
      { name: 'output', short: 'o', value: 'HOST', text: 'the file to write' },
      { name: 'topology', value: 'SxCxT', text: 'sockets x cores x threads (default: 1x4x1)' },
      { name: 'numa', value: 'NODES', text: 'NUMA nodes, memory spread evenly (default: 1)' },
      { name: 'memory', value: 'SIZE', text: 'memory of the machine, such as 16G (default: 16G)' },
      { name: 'cmdline', value: 'LINE', text: "Xen's command line, as 'xl info' shows it" },
      {
        name: 'dom0-file',
        value: 'PATH=KIND[,size=N]',
        isRepeatable: true,
        text: 'a file that dom0 has; KIND is kernel, ramdisk, disk or file'
      },
      { name: 'seed', value: 'N', text: 'seed of all random draws (default: 0)' }
    ],
    positionalsMin: 0,
    positionalsMax: 0,
    positional: ''
  },
  notes:
    'Files that no --dom0-file names are looked up on the real disk (existence and size only).\n' +
    "Example: xensim boot -o host.json --topology 2x4x1 --cmdline 'dom0_mem=4G,max:4G sched=credit2'",
  run: async (given, surroundings) => (await import('./boot.js')).runBoot(given, surroundings)
}

const xl: Command = {
  name: 'xl',
  usage: 'xl [-H HOST] [xl options] SUBCOMMAND [ARGUMENT]…',
  summary: 'The xl command line against a host file: text and exit code are those of xl.',
  spec: {
    options: [hostOption],
    positionalsMin: 0,
    positionalsMax: Infinity,
    positional: '',
    isPassThrough: true
  },
  notes:
    "'xensim xl -H HOST help' lists the subcommands of xl.\n" +
    'A second writer of the same host file waits for the first.',
  run: async (given, surroundings) => (await import('./xl.js')).runXl(given, surroundings)
}

const advance: Command = {
  name: 'advance',
  usage: 'advance -H HOST DURATION',
  summary: 'Lets virtual time pass on a host: 10s, 300ms, 1.5h.',
  spec: { options: [hostOption], positionalsMin: 1, positionalsMax: 1, positional: 'DURATION' },
  notes: '',
  run: async (given, surroundings) => (await import('./advance.js')).runAdvance(given, surroundings)
}

const run: Command = {
  name: 'run',
  usage:
    'run SCENARIO [--trace FILE] [--xentrace FILE] [--timeline FILE] [--perfetto FILE]\n' +
    '                  [--journal FILE] [--report table|json] [--seed N]\n' +
    '       xensim run CAMPAIGN [--threads N] [--shard I/N] [--results FILE [--resume]] [--plots FOLDER]\n' +
    '                  [--report table|json]\n' +
    '       xensim run --merge RESULTS… [--results FILE] [--plots FOLDER] [--report table|json]',
  summary: 'Boots a host, creates its domains, runs their workloads and reports who got how much time.',
  spec: {
    options: [
      outputOption('trace', 'write every decision and run state change, one JSON object a line'),
      outputOption('xentrace', 'write scheduler and domain events as xentrace does, for xenalyze'),
      outputOption('timeline', 'write a picture of who ran where (SVG)'),
      outputOption('perfetto', 'write a trace for ui.perfetto.dev or chrome://tracing'),
      outputOption('journal', "write the journal, for 'xensim replay'"),
      { name: 'report', value: 'table|json', text: 'how to print the report (default: table)' },
      { name: 'seed', value: 'N', text: 'seed in place of the one of the scenario' },
      { name: 'threads', value: 'N', text: 'of a campaign: how many runs at once (default: all cores)' },
      { name: 'shard', value: 'I/N', text: 'of a campaign: only every N-th run; --results takes them' },
      outputOption('results', 'of a campaign: write the figures of all runs'),
      { name: 'resume', text: 'keep the runs that the results already have' },
      { name: 'plots', value: 'FOLDER', text: 'of a campaign: draw its plots (SVG)' },
      { name: 'merge', text: 'join results; each run has to be in exactly one of them' }
    ],
    positionalsMin: 1,
    positionalsMax: Infinity,
    positional: 'SCENARIO'
  },
  notes:
    'A campaign runs a scenario at every point of a grid, with many seeds, and reports means and\n' +
    'confidence intervals. Results are the same bytes however many threads, shards or resumptions.\n' +
    'Ctrl-C ends the run early: the report and all files cover what has run until then. Exit code 130.',
  run: async (given, surroundings) => (await import('./run.js')).runScenario(given, surroundings)
}

const xentrace: Command = {
  name: 'xentrace',
  usage:
    'xentrace FILE [--cpu-hz HZ] [--report table|json] [--timeline FILE] [--perfetto FILE]\n' +
    '       xensim xentrace FILE [--cpu-hz HZ] --dump',
  summary: 'Reads a trace that xentrace recorded (also gzip) and reports who got how much time.',
  spec: {
    options: [
      {
        name: 'cpu-hz',
        value: 'HZ',
        text: 'speed of the cycle counter, such as 2.3G (default: as measured)'
      },
      { name: 'report', value: 'table|json', text: 'how to print the report (default: table)' },
      outputOption('timeline', 'write a picture of who ran where (SVG)'),
      outputOption('perfetto', 'write a trace for ui.perfetto.dev or chrome://tracing'),
      { name: 'dump', text: 'print every record, one a line, in place of the report' }
    ],
    positionalsMin: 1,
    positionalsMax: 1,
    positional: 'FILE'
  },
  notes:
    'The records of switches tell how fast the cycle counter is; a trace without them needs --cpu-hz.\n' +
    "Traces of 'xensim run --xentrace' count nanoseconds: 1G.",
  run: async (given, surroundings) => (await import('./xentrace.js')).runXentrace(given, surroundings)
}

const conform: Command = {
  name: 'conform',
  usage: 'conform sched FILE…',
  summary: 'Replays golden scheduler traces (.jsonl, .jsonl.gz) and compares every line.',
  spec: { options: [], positionalsMin: 2, positionalsMax: Infinity, positional: "'sched' FILE…" },
  notes: 'Exit code 1 if any file failed.',
  run: async (given, surroundings) => (await import('./conform.js')).runConform(given, surroundings)
}

const xenstored: Command = {
  name: 'xenstored',
  usage: 'xenstored -H HOST --socket PATH [--guest DOMID=PATH]… [--fresh] [--bare-domains 5,6,7]',
  summary: "Serves the host's xenstore on Unix sockets. Not implemented in this version.",
  spec: {
    options: [
      hostOption,
      { name: 'socket', value: 'PATH', text: "dom0's socket" },
      { name: 'guest', value: 'DOMID=PATH', isRepeatable: true, text: 'the socket of a guest' },
      { name: 'fresh', text: 'start from the tree of a fresh daemon' },
      { name: 'bare-domains', value: 'LIST', text: 'domains that exist but are not introduced' }
    ],
    positionalsMin: 0,
    positionalsMax: 0,
    positional: ''
  },
  notes: '',
  run: async (given, surroundings) => (await import('./xenstored.js')).runXenstored(given, surroundings)
}

const replay: Command = {
  name: 'replay',
  usage: 'replay JOURNAL [--at TIME] [--bisect PREDICATE] [--shrink PREDICATE] [--diff OTHER]',
  summary: 'Carries out a journal again and compares the digest at every checkpoint.',
  spec: {
    options: [
      { name: 'at', value: 'TIME', text: 'show the domains and the digest at this virtual time' },
      { name: 'bisect', value: 'PREDICATE', text: 'find the first instant at which it holds' },
      { name: 'shrink', value: 'PREDICATE', text: 'print a small journal after which it holds' },
      { name: 'diff', value: 'OTHER', text: 'find the first place where another journal goes another way' }
    ],
    positionalsMin: 1,
    positionalsMax: 1,
    positional: 'JOURNAL'
  },
  notes:
    'PREDICATE asks about the host: nowNs >= 2s, domainsTotal > 3, domain 2 state blocked,\n' +
    "exists domains[5], combined with 'and', 'or', 'not'. --shrink prints the journal on stdout.\n" +
    'Exit code 0 only if every checkpoint matched; and with --bisect and --shrink if it was found,\n' +
    'with --diff if there is no difference.',
  run: async (given, surroundings) => (await import('./replay.js')).runReplay(given, surroundings)
}

/**
 * All subcommands, in the order of the help.
 *
 * @category constants
 * @since 0.1.0
 */
export const commands: ReadonlyArray<Command> = [boot, xl, advance, run, xentrace, conform, replay, xenstored]
