/**
 * The subcommands that do something.
 *
 * @since 0.1.0
 */
import {
  configUpdate,
  getenforce,
  loadpolicy,
  pciAssignableList,
  pciList,
  psrCmtShow,
  psrHwinfo,
  psrShow,
  setenforce
} from './absentCommands.js'
import type { CommandProgram } from './Command.js'
import { cpupoolCreate } from './cpupoolCreate.js'
import { cpupoolNumaSplit } from './cpupoolNumaSplit.js'
import { create } from './create.js'
import { deviceLists } from './deviceLists.js'
import { cpupoolList, uptime } from './hostCommands.js'
import { info } from './info.js'
import { destroy, pause, rename, unpause } from './lifeCommands.js'
import { claims, domid, domname, list, sharing, vmList } from './list.js'
import {
  cpupoolCpuAdd,
  cpupoolCpuRemove,
  cpupoolDestroyCommand,
  cpupoolMigrate,
  cpupoolRenameCommand
} from './poolCommands.js'
import { schedCredit } from './schedCredit.js'
import { schedCredit2 } from './schedCredit2.js'
import { schedRtds } from './schedRtds.js'
import { vcpuList, vcpuPin, vcpuSet } from './vcpuCommands.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * By name.
 *
 * @category constants
 * @since 0.1.0
 */
export const builtCommands: Readonly<Record<string, CommandProgram>> = {
  create,
  list,
  destroy,
  pause,
  unpause,
  'vcpu-list': vcpuList,
  'vcpu-pin': vcpuPin,
  'vcpu-set': vcpuSet,
  'vm-list': vmList,
  info,
  sharing,
  'sched-credit': schedCredit,
  'sched-credit2': schedCredit2,
  'sched-rtds': schedRtds,
  domid,
  domname,
  rename,
  uptime,
  claims,
  'cpupool-list': cpupoolList,
  'cpupool-create': cpupoolCreate,
  'cpupool-destroy': cpupoolDestroyCommand,
  'cpupool-rename': cpupoolRenameCommand,
  'cpupool-cpu-add': cpupoolCpuAdd,
  'cpupool-cpu-remove': cpupoolCpuRemove,
  'cpupool-migrate': cpupoolMigrate,
  'cpupool-numa-split': cpupoolNumaSplit,
  'config-update': configUpdate,
  'pci-list': pciList,
  'pci-assignable-list': pciAssignableList,
  getenforce,
  setenforce,
  loadpolicy,
  'psr-hwinfo': psrHwinfo,
  'psr-cmt-show': psrCmtShow,
  'psr-cat-show': psrShow,
  'psr-mba-show': psrShow,
  ...deviceLists
}
