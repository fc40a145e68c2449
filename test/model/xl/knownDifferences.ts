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

export interface KnownDifference {
  readonly command: string
  readonly reason: string
  readonly numbers: ReadonlyArray<number>
}

export const knownDifferences: Readonly<Record<FileName, ReadonlyArray<KnownDifference>>> = {
  'credit2-readset-0-to-4-domains': [
    {
      command: 'uptime',
      reason: 'uptime -s shows hours and minutes of the recording, whose pauses are not replayed',
      numbers: [12, 62, 126, 174, 191, 239, 253]
    },
    {
      command: 'claims',
      reason: 'times in the table of claims are not normalised',
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
    { command: 'mem-max', reason: 'the command is not implemented', numbers: [113, 114, 115, 116, 117, 119] },
    {
      command: 'cpupool-create',
      reason: 'the scheduler credit is not implemented',
      numbers: [178, 179, 180, 182, 183, 184, 185, 224]
    },
    {
      command: 'cpupool-list',
      reason: 'shows a pool whose scheduler is not implemented',
      numbers: [186, 190, 199, 202, 213, 216, 218, 231]
    },
    {
      command: 'cpupool-destroy',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [188, 189, 232]
    },
    {
      command: 'cpupool-migrate',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [225, 229, 230]
    },
    {
      command: 'cpupool-cpu-add',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [227, 228, 234]
    },
    {
      command: 'cpupool-cpu-remove',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [233]
    },
    {
      command: 'vcpu-pin',
      reason: 'the domain is in a pool whose scheduler is not implemented',
      numbers: [235]
    },
    {
      command: 'vcpu-list',
      reason: 'the domain is in a pool whose scheduler is not implemented',
      numbers: [236]
    },
    {
      command: 'sched-credit2',
      reason: 'the domain is in a pool whose scheduler is not implemented',
      numbers: [237, 238]
    },
    {
      command: 'sched-credit',
      reason: 'the scheduler credit is not implemented',
      numbers: [239, 240, 241, 242, 243, 244, 245, 246, 247, 248, 249, 250]
    }
  ],
  'credit2-lifecycle': [
    { command: 'shutdown', reason: 'the command is not implemented', numbers: [3, 8, 28] },
    {
      command: 'list',
      reason: 'shutdown and reboot are not implemented, and nobody watches domains that shut down',
      numbers: [4, 5, 9, 10, 14, 17, 19, 22, 24, 32, 33, 39, 42, 44, 53, 57, 59, 61, 64, 66]
    },
    { command: 'reboot', reason: 'the command is not implemented', numbers: [13] },
    {
      command: 'vcpu-list',
      reason: 'shutdown and reboot are not implemented, and nobody watches domains that shut down',
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
  'credit2-mutations-cpupools': [
    {
      command: 'cpupool-create',
      reason: 'the schedulers credit and null are not implemented',
      numbers: [17, 110]
    },
    {
      command: 'cpupool-list',
      reason: 'shows a pool whose scheduler is not implemented',
      numbers: [18, 19, 22, 23, 43, 44, 47, 48, 51, 52, 55, 56, 59, 60, 63, 64, 67, 68, 71, 72, 75, 76]
    },
    { command: 'cpupool-migrate', reason: 'the pool has a scheduler that is not implemented', numbers: [21] },
    {
      command: 'list',
      reason: 'shows a pool whose scheduler is not implemented',
      numbers: [24, 45, 49, 53, 57, 61, 65]
    },
    {
      command: 'vcpu-list',
      reason: 'the domain is in a pool whose scheduler is not implemented',
      numbers: [25]
    },
    {
      command: 'sched-credit',
      reason: 'the scheduler credit is not implemented',
      numbers: [26, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41]
    },
    {
      command: 'sched-credit2',
      reason: 'the domain is in a pool whose scheduler is not implemented',
      numbers: [27]
    },
    {
      command: 'cpupool-rename',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [42, 46]
    },
    { command: 'cpupool-cpu-add', reason: 'the pool has a scheduler that is not implemented', numbers: [54] },
    {
      command: 'cpupool-cpu-remove',
      reason: 'the pool has a scheduler that is not implemented',
      numbers: [58, 70, 74]
    },
    { command: 'cpupool-destroy', reason: 'the pool has a scheduler that is not implemented', numbers: [78] }
  ]
}
