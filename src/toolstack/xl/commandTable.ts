/**
 * The subcommands of `xl`, in its order: names, options, usage lines (xl-commands.md §2). What they do is in
 * `builtCommands.ts`; one that is not there answers that it is not implemented.
 *
 * @since 0.1.0
 */
import type { OptionSpec } from './getopt.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `usage` is what follows the name in the usage line, word for word `xl`'s; `summary` is in our own words.
 *
 * @category model
 * @since 0.1.0
 */
export interface CommandSpec {
  readonly name: string
  readonly modifies: boolean
  readonly canDryRun: boolean
  /** The first argument names a domain. */
  readonly namesDomain: boolean
  readonly argumentsMin: number
  readonly options: OptionSpec
  readonly usage: string
  readonly summary: string
}

/**
 * `flags`: m modifies, n can run dry, d names a domain. `options`: letters, then long names as `name:letter`.
 */
type Row = readonly [
  name: string,
  flags: string,
  argumentsMin: number,
  options: string,
  usage: string,
  summary: string
]

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

const memoryUsage = "<Domain> <MemMB['b'[bytes]|'k'[KB]|'m'[MB]|'g'[GB]|'t'[TB]]>"
const pinUsage = '[option] <Domain> <VCPU|all> <Hard affinity|-|all> <Soft affinity|-|all>'
const creditUsage =
  '[-d <Domain> [-w[=WEIGHT]|-c[=CAP]]] [-s [-t TSLICE] [-r RATELIMIT] [-m DLY]] [-p CPUPOOL]'
const rtdsUsage = '[-d <Domain> [-v[=VCPUID/all]] [-p[=PERIOD]] [-b[=BUDGET]] [-e[=EXTRATIME]]]'
const nicUsage =
  '<Domain> [type=<type>] [mac=<mac>] [bridge=<bridge>] [ip=<ip>] [script=<script>] ' +
  '[backend=<BackDomain>] [vifname=<name>] [rate=<rate>] [model=<model>] [accel=<accel>]'
const displayUsage = "<Domain> [backend=<BackDomain>] [be-alloc=<BackAlloc>] [connectors='<Connectors>']"
const pinOptions = 'fi force:f ignore-global-affinity-masks:i'
const createOptions =
  'Fnqpcdef:VAi dryrun:n quiet:q defconfig:f vncviewer:V vncviewer-autopass:A ' +
  'ignore-global-affinity-masks:i'
const creditOptions = 'd:w:c:p:t:r:sm: domain:d weight:w cap:c schedparam:s tslice_ms:t ratelimit_us:r'
const credit2Options = 'd:w:c:p:r:s domain:d weight:w cap:c schedparam:s ratelimit_us:r cpupool:p'

const lifeRows: ReadonlyArray<Row> = [
  ['create', 'mn', 0, createOptions, '<ConfigFile> [options] [vars]', 'Create and start a domain'],
  [
    'config-update',
    'mnd',
    0,
    'df: defconfig:f',
    '<Domain> <ConfigFile> [options] [vars]',
    'Store a configuration for the next start of a domain'
  ],
  [
    'list',
    '',
    0,
    'lvZcn long:l verbose:v context:Z cpupool:c numa:n',
    '[options] [Domain]\n',
    'List domains'
  ],
  ['destroy', 'md', 1, 'f', '[options] <Domain>\n', 'End a domain at once'],
  ['shutdown', 'md', 0, 'awF all:a wait:w', '[options] <-a|Domain>', 'Ask a domain to power off'],
  ['reboot', 'md', 0, 'awF all:a wait:w', '[options] <-a|Domain>', 'Ask a domain to reboot'],
  ['pci-attach', 'md', 2, '', '<Domain> <PCI_SPEC_STRING>', 'Hand a PCI device to a domain'],
  ['pci-detach', 'md', 2, 'f', '[options] <Domain> <PCI_SPEC_STRING>', 'Take a PCI device from a domain'],
  ['pci-list', 'd', 1, '', '<Domain>', 'List the PCI devices of a domain'],
  ['pci-assignable-add', 'm', 1, 'n:', '[options] <BDF>', 'Make a PCI device assignable'],
  ['pci-assignable-remove', 'm', 1, 'r', '[options] <BDF>|NAME', 'Make a PCI device no longer assignable'],
  ['pci-assignable-list', '', 0, 'n', '[options]', 'List the assignable PCI devices'],
  ['pause', 'md', 1, '', '<Domain>', 'Pause a domain'],
  ['unpause', 'md', 1, '', '<Domain>', 'Let a paused domain go on'],
  [
    'console',
    'd',
    1,
    'n:t:e: num:n type:t escape:e',
    '[options] <Domain>',
    'Attach to the console of a domain'
  ],
  [
    'vncviewer',
    'd',
    1,
    'p autopass:p vncviewer-autopass:p',
    '[options] <Domain>',
    'Show the screen of a domain'
  ],
  ['save', 'md', 2, 'cpD', '[options] <Domain> <CheckpointFile> [<ConfigFile>]', 'Save a domain to a file'],
  [
    'migrate',
    'md',
    2,
    'FC:s:epD debug:g live:l',
    '[options] <Domain> <host>',
    'Move a domain to another host'
  ],
  [
    'restore',
    'm',
    1,
    'FcpedVA vncviewer:V vncviewer-autopass:A',
    '[options] [<ConfigFile>] <CheckpointFile>',
    'Bring a saved domain back'
  ],
  [
    'migrate-receive',
    'm',
    0,
    'Fedrp colo:c',
    '- for internal use only',
    'Receive a domain from another host'
  ],
  ['suspend', 'md', 1, '', '<Domain>', 'Suspend a domain to memory'],
  ['resume', 'md', 1, '', '<Domain>', 'Wake a suspended domain'],
  ['dump-core', 'md', 2, '', '<Domain> <filename>', 'Write the memory of a domain to a file'],
  ['cd-insert', 'mnd', 3, '', '<Domain> <VirtualDevice> <path>', 'Put a CD into a drive'],
  ['cd-eject', 'mnd', 2, '', '<Domain> <VirtualDevice>', 'Take a CD out of a drive'],
  ['mem-max', 'md', 2, '', memoryUsage, 'Limit the memory of a domain'],
  ['mem-set', 'md', 2, '', memoryUsage, 'Set the memory of a domain'],
  ['button-press', 'md', 2, '', '<Domain> <Button>', 'Press a button of a domain']
]

const hostRows: ReadonlyArray<Row> = [
  ['vcpu-list', '', 0, '', '[Domain, ...]', 'List the vCPUs of domains'],
  ['vcpu-pin', 'mnd', 3, pinOptions, pinUsage, 'Say where a vCPU may run'],
  [
    'vcpu-set',
    'md',
    2,
    'i ignore-host:i',
    '[option] <Domain> <vCPUs>',
    'Set how many vCPUs a domain has online'
  ],
  ['vm-list', '', 0, '', '', 'List domains by uuid'],
  [
    'info',
    '',
    0,
    'nx numa:n',
    '-n, --numa         List host NUMA topology information',
    'Tell about the host'
  ],
  ['sharing', '', 0, '', '[Domain]', 'List shared memory'],
  [
    'sched-credit',
    'm',
    0,
    `${creditOptions} migration_delay_us:m cpupool:p`,
    creditUsage,
    'Show or set parameters of credit'
  ],
  [
    'sched-credit2',
    'm',
    0,
    credit2Options,
    '[-d <Domain> [-w[=WEIGHT]]] [-p CPUPOOL]',
    'Show or set parameters of credit2'
  ],
  [
    'sched-rtds',
    'm',
    0,
    'd:p:b:e:v:cC: domain:d period:p budget:b extratime:e vcpuid:v cpupool:C',
    rtdsUsage,
    'Show or set parameters of rtds'
  ],
  ['domid', '', 1, '', '<DomainName>', 'Tell the id of a domain'],
  ['domname', '', 1, '', '<DomainId>', 'Tell the name of a domain'],
  ['rename', 'md', 2, '', '<Domain> <NewDomainName>', 'Give a domain another name'],
  [
    'trigger',
    'md',
    2,
    '',
    '<Domain> <nmi|reset|init|power|sleep|s3resume> [<VCPU>]',
    'Send a trigger to a domain'
  ],
  ['sysrq', 'md', 2, '', '<Domain> <letter>', 'Send a sysrq to a domain'],
  ['debug-keys', 'm', 1, '', '<Keys>', 'Send debug keys to Xen'],
  ['set-parameters', 'm', 1, '', '<Params>', 'Set parameters of Xen'],
  ['dmesg', '', 0, 'c', '[-c]', 'Show the log of Xen'],
  ['top', '', 0, '', '', 'Watch the host']
]

const deviceRows: ReadonlyArray<Row> = [
  ['network-attach', 'mnd', 1, '', nicUsage, 'Add a network interface'],
  ['network-list', 'd', 1, '', '<Domain(s)>', 'List network interfaces'],
  ['network-detach', 'md', 2, '', '<Domain> <DevId|mac>', 'Remove a network interface'],
  ['channel-list', 'd', 1, '', '<Domain(s)>', 'List channels'],
  ['block-attach', 'mnd', 2, '', '<Domain> <disk-spec-component(s)>...', 'Add a disk'],
  ['block-list', 'd', 1, '', '<Domain(s)>', 'List disks'],
  ['block-detach', 'md', 2, 'f force:f', '[option] <Domain> <DevId>', 'Remove a disk'],
  ['vtpm-attach', 'mnd', 1, '', '<Domain> [uuid=<uuid>] [backend=<BackDomain>]', 'Add a TPM'],
  ['vtpm-list', 'd', 1, '', '<Domain(s)>', 'List TPMs'],
  ['vtpm-detach', 'md', 2, '', '<Domain> <DevId|uuid>', 'Remove a TPM'],
  ['vkb-attach', 'mnd', 2, '', '<Domain> <vkb-spec-component(s)>...', 'Add a keyboard'],
  ['vkb-list', 'd', 1, '', '<Domain(s)>', 'List keyboards'],
  ['vkb-detach', 'md', 2, '', '<Domain> <DevId>', 'Remove a keyboard'],
  ['vdispl-attach', 'mnd', 1, '', displayUsage, 'Add a display'],
  ['vdispl-list', 'd', 1, '', '<Domain(s)>', 'List displays'],
  ['vdispl-detach', 'md', 2, '', '<Domain> <DevId>', 'Remove a display'],
  ['vsnd-attach', 'mnd', 2, '', '<Domain> <vsnd-spec-component(s)>...', 'Add a sound device'],
  ['vsnd-list', 'd', 1, '', '<Domain(s)>', 'List sound devices'],
  ['vsnd-detach', 'md', 2, '', '<Domain> <DevId>', 'Remove a sound device']
]

const restRows: ReadonlyArray<Row> = [
  ['uptime', '', 0, 's short:s', '[-s] [Domain]', 'Tell how long domains have run'],
  ['claims', '', 0, '', '', 'List domains with the memory they claim'],
  [
    'cpupool-create',
    'mn',
    0,
    'hnf: defconfig:f dryrun:n',
    '[options] [<ConfigFile>] [Variable=value ...]',
    'Create a cpupool'
  ],
  ['cpupool-list', '', 0, 'c cpus:c', '[-c|--cpus] [<CPU Pool>]', 'List cpupools'],
  ['cpupool-destroy', 'm', 1, '', '<CPU Pool>', 'Destroy a cpupool'],
  ['cpupool-rename', 'm', 2, '', '<CPU Pool> <new name>', 'Give a cpupool another name'],
  ['cpupool-cpu-add', 'm', 2, '', '<CPU Pool> <CPU nr>|node:<node nr>', 'Give a pCPU to a cpupool'],
  ['cpupool-cpu-remove', 'm', 2, '', '<CPU Pool> <CPU nr>|node:<node nr>', 'Take a pCPU out of a cpupool'],
  ['cpupool-migrate', 'm', 2, '', '<Domain> <CPU Pool>', 'Move a domain to a cpupool'],
  ['cpupool-numa-split', 'm', 0, '', '', 'Make one cpupool of each node'],
  ['getenforce', '', 0, '', '', 'Tell whether Flask enforces its policy'],
  ['setenforce', 'm', 1, '', '<1|0|Enforcing|Permissive>', 'Say whether Flask enforces its policy'],
  ['loadpolicy', 'm', 0, '', '<policy file>', 'Load a policy into Flask'],
  [
    'remus',
    'md',
    2,
    'Fbundi:s:N:ecp',
    '[options] <Domain> [<host>]',
    'Keep a copy of a domain on another host'
  ],
  ['devd', 'm', 0, 'Fp: pidfile:p', '[options]', 'Serve the back ends of a driver domain'],
  ['psr-hwinfo', 'm', 0, 'mab cmt:m cat:a mba:b', '[options]', 'Tell what the processor shares and how'],
  ['psr-cmt-attach', 'md', 1, '', '<Domain>', 'Monitor the cache of a domain'],
  ['psr-cmt-detach', 'md', 1, '', '<Domain>', 'End the monitoring of a cache'],
  ['psr-cmt-show', 'm', 0, '', '<PSR-CMT-Type> <Domain>', 'Show what the monitoring found'],
  [
    'psr-cat-set',
    'md',
    2,
    's:l:cd socket:s level:l code:c data:d',
    '[options] <Domain> <CBM>',
    'Allocate cache to a domain'
  ],
  ['psr-cat-show', 'm', 0, 'l: level:l', '[options] <Domain>', 'Show the allocation of cache'],
  [
    'psr-mba-set',
    'md',
    2,
    's: socket:s',
    '[options] <Domain> <THRTL>',
    'Limit the memory bandwidth of a domain'
  ],
  ['psr-mba-show', 'm', 0, '', '<Domain>', 'Show the limits of memory bandwidth'],
  [
    'usbctrl-attach',
    'md',
    1,
    '',
    '<Domain> [type=pv] [version=<version>] [ports=<number>]',
    'Add a USB controller'
  ],
  ['usbctrl-detach', 'md', 2, '', '<Domain> <DevId>', 'Remove a USB controller'],
  [
    'usbdev-attach',
    'md',
    2,
    '',
    '<Domain> hostbus=<busnum> hostaddr=<devnum> [controller=<DevId> [port=<port>]]',
    'Add a USB device'
  ],
  ['usbdev-detach', 'md', 3, '', '<Domain> <controller> <port>', 'Remove a USB device'],
  ['usb-list', 'd', 1, '', '<Domain>', 'List USB devices'],
  ['qemu-monitor-command', 'md', 2, '', '<Domain> <Command>', 'Send a command to the device model'],
  ['xenstore-quota-get', '', 1, 'g', '<Domain>|-g', 'Show the quota of a domain in the store'],
  ['xenstore-quota-set', 'm', 2, 'g', '<Domain>|-g <quota=val>...', 'Set the quota of a domain in the store']
]

/**
 * @category constants
 * @since 0.1.0
 */
export const commandTable: ReadonlyArray<CommandSpec> = [
  ...lifeRows,
  ...hostRows,
  ...deviceRows,
  ...restRows
].map(([name, flags, argumentsMin, options, usage, summary]) => {
  const [letters = '', ...long] = options.split(' ')
  return {
    name,
    modifies: flags.includes('m'),
    canDryRun: flags.includes('n'),
    namesDomain: flags.includes('d'),
    argumentsMin,
    options: {
      letters,
      long: long.map((word) => [word.slice(0, word.indexOf(':')), word.slice(-1)] as const)
    },
    usage,
    summary
  }
})

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The command a word stands for: its name, or the beginning of exactly one name.
 *
 * @category queries
 * @since 0.1.0
 */
export const findCommand = (word: string): CommandSpec | null => {
  const exact = commandTable.find(({ name }) => name === word)
  if (exact !== undefined) return exact
  const [first, ...others] = commandTable.filter(({ name }) => name.startsWith(word))
  return first === undefined || others.length > 0 ? null : first
}
