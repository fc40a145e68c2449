/**
 * The captures that the simulator answers otherwise than the recorded machine did, each with its reason.
 * `numbers` count the captures with a command, from 1.
 */

export type FileName =
  | 'credit2-readset-0-to-4-domains'
  | 'credit2-mutations'
  | 'credit2-errors'
  | 'credit2-lifecycle'
  | 'credit2-mutations-cpupools'
  | 'rtds-errors-rtds'

export interface KnownDifference {
  readonly command: string
  readonly reason: string
  readonly numbers: ReadonlyArray<number>
}

export const knownDifferences: Readonly<Record<FileName, ReadonlyArray<KnownDifference>>> = {
  'credit2-readset-0-to-4-domains': [
    {
      command: 'uptime',
      reason:
        'uptime -s shows hours and minutes: the recorded machine was up for minutes between its commands, ' +
        'which no recording keeps (DIFF-15)',
      numbers: [12, 62, 126, 174, 191, 239, 253]
    },
    {
      command: 'claims',
      reason:
        'the table of claims is compared with its times and states r and b, which are those of kernels ' +
        'that booted and were at work',
      numbers: [13, 63, 127, 192]
    },
    { command: 'debug-keys', reason: 'the command is not implemented', numbers: [48, 98, 162, 227] },
    { command: 'network-list', reason: 'devices are not simulated', numbers: [168, 262] },
    { command: 'block-list', reason: 'devices are not simulated', numbers: [169, 263] }
  ],
  'credit2-mutations': [
    {
      command: 'list',
      reason: 'mem-set and mem-max are not implemented; the recorded kernel took its time with vCPU 1',
      numbers: [8, 10, 12, 15, 85, 86, 89, 90, 97, 99, 107]
    },
    {
      command: 'vcpu-list',
      reason: 'the recorded kernel took seconds to bring up a second vCPU',
      numbers: [9, 13]
    },
    { command: 'mem-set', reason: 'the command is not implemented', numbers: [84, 92, 96, 100] },
    { command: 'mem-max', reason: 'the command is not implemented', numbers: [104, 108, 110] },
    { command: 'network-attach', reason: 'the command is not implemented', numbers: [116, 126] },
    {
      command: 'network-list',
      reason: 'devices are not simulated',
      numbers: [117, 119, 122, 124, 127, 129, 132, 134, 137, 139, 144, 149, 154]
    },
    {
      command: 'block-list',
      reason: 'devices are not simulated',
      numbers: [120, 125, 130, 135, 140, 145, 148, 150, 153, 155]
    },
    { command: 'network-detach', reason: 'the command is not implemented', numbers: [136, 141] },
    { command: 'block-attach', reason: 'the command is not implemented', numbers: [146] }
  ],
  'credit2-errors': [
    {
      command: 'mem-set',
      reason: 'the command is not implemented',
      numbers: [99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 110]
    },
    {
      command: 'list',
      reason: 'memory after mem-set and mem-max, which are not implemented',
      numbers: [109, 118]
    },
    { command: 'mem-max', reason: 'the command is not implemented', numbers: [113, 114, 115, 116, 117, 119] }
  ],
  'credit2-lifecycle': [
    { command: 'shutdown', reason: 'the command is not implemented', numbers: [3, 8, 28] },
    {
      command: 'list',
      reason: 'shutdown and reboot are not implemented, so that other domains and ids are there',
      numbers: [4, 5, 9, 10, 14, 17, 19, 22, 24, 32, 33, 39, 42, 44, 53, 57, 59, 61, 64, 66]
    },
    { command: 'reboot', reason: 'the command is not implemented', numbers: [13] },
    {
      command: 'vcpu-list',
      reason: 'shutdown and reboot are not implemented, so that other domains and ids are there',
      numbers: [23, 34]
    },
    {
      command: 'unpause',
      reason: 'the id of the domain follows from restarts that are not implemented',
      numbers: [26, 65]
    },
    { command: 'mem-set', reason: 'the command is not implemented', numbers: [29] },
    { command: 'trigger', reason: 'the command is not implemented', numbers: [46] },
    { command: 'sysrq', reason: 'the command is not implemented', numbers: [47] },
    { command: 'save', reason: 'the command is not implemented', numbers: [52, 58, 60] },
    { command: 'restore', reason: 'the command is not implemented', numbers: [56, 63] }
  ],
  'credit2-mutations-cpupools': [],
  'rtds-errors-rtds': []
}
