/**
 * Virtual disk names and the device numbers that stand for them in xenstore (xl-cfg.md §5.2).
 *
 * @since 0.1.0
 */
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'

import { parseInteger, parseUnsigned } from './cNumber.js'

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The device number of `xvda`, `hdc1`, `d5p3`, `51712` and so on; none for what is no virtual disk.
 *
 * @category queries
 * @since 0.1.0
 */
export const vdevNumber = (vdev: string): Option<number> => {
  const xen = diskAndPartition(vdev) ?? lettered(vdev, 'xvd', { diskMax: xenDiskMax, partitionMax: 255 })
  if (xen !== undefined) return O.some(xenNumber(xen))
  const bare = parseUnsigned(vdev, 0)
  if (bare.length > 0 && bare.length === vdev.length && !bare.isOutOfRange && bare.value <= intMax) {
    return O.some(bare.value)
  }
  const ide = lettered(vdev, 'hd', { diskMax: 3, partitionMax: 63 })
  if (ide !== undefined) {
    return O.some((ide.disk < 2 ? ideMajor : ide2Major) * 256 + (ide.disk % 2) * 64 + ide.partition)
  }
  const scsi = lettered(vdev, 'sd', { diskMax: 15, partitionMax: 15 })
  return scsi === undefined ? O.none : O.some(scsiMajor * 256 + scsi.disk * 16 + scsi.partition)
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const xenMajor = 202
const ideMajor = 3
const ide2Major = 22
const scsiMajor = 8

/** Disks beyond the 16th, or partitions beyond the 15th, have numbers of a second form that starts here. */
const extendedBase = 2 ** 28

const xenDiskMax = 2 ** 20 - 1
const intMax = 2 ** 31 - 1

interface DiskAndPartition {
  readonly disk: number
  readonly partition: number
}

const xenNumber = ({ disk, partition }: DiskAndPartition): number =>
  disk <= 15 && partition <= 15
    ? xenMajor * 256 + disk * 16 + partition
    : extendedBase + disk * 256 + partition

/** `d<disk>p<partition>`, each a number in any C base. */
const diskAndPartition = (vdev: string): DiskAndPartition | undefined => {
  if (!vdev.startsWith('d')) return undefined
  const disk = parseInteger(vdev.slice(1), 0)
  const rest = vdev.slice(1 + disk.length)
  if (disk.length === 0 || !rest.startsWith('p')) return undefined
  const partition = parseInteger(rest.slice(1), 0)
  if (partition.length === 0 || partition.length !== rest.length - 1) return undefined
  const isInRange =
    disk.value >= 0 && disk.value <= xenDiskMax && partition.value >= 0 && partition.value < 256
  return isInRange ? { disk: disk.value, partition: partition.value } : undefined
}

/** A prefix, the disk as letters (`a` to `z`, `aa`, …), and a partition number without leading zeros. */
const lettered = (
  vdev: string,
  prefix: string,
  limits: { readonly diskMax: number; readonly partitionMax: number }
): DiskAndPartition | undefined => {
  if (!vdev.startsWith(prefix)) return undefined
  let pos = prefix.length
  let disk = -1
  for (; pos < vdev.length; pos += 1) {
    const digit = vdev.charCodeAt(pos) - 'a'.charCodeAt(0)
    if (digit < 0 || digit > 25) break
    disk = (disk + 1) * 26 + digit
    if (disk > limits.diskMax) return undefined
  }
  if (disk < 0) return undefined
  const number = vdev.slice(pos)
  if (number === '') return { disk, partition: 0 }
  if (!/^[1-9][0-9]*$/.test(number) || number.length > 3) return undefined
  const partition = Number(number)
  return partition <= limits.partitionMax ? { disk, partition } : undefined
}
