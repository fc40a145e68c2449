/**
 * Ids: numbers that name something, each of its own kind. A plain number is accepted where an id is asked
 * for, so `{ domid: 1 }` is written as it is thought; an id of another kind is not (decision 0008).
 *
 * Ids are Xen's numbers. *Places* are ours: a record is named by where it stands in its table.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

declare const kind: unique symbol

/**
 * A number that names something of a kind.
 *
 * @category model
 * @since 0.1.0
 */
export type Id<Kind extends string> = number & { readonly [kind]?: Kind }

/**
 * A domain, as Xen numbers them: 0 is the first one, 1 to 0x7fef are ordinary ones.
 *
 * @category model
 * @since 0.1.0
 */
export type DomainId = Id<'DomainId'>

/**
 * A vCPU within its domain, from 0.
 *
 * @category model
 * @since 0.1.0
 */
export type VcpuId = Id<'VcpuId'>

/**
 * A physical cpu (hardware thread), from 0.
 *
 * @category model
 * @since 0.1.0
 */
export type PcpuId = Id<'PcpuId'>

/**
 * A NUMA node, from 0.
 *
 * @category model
 * @since 0.1.0
 */
export type NodeId = Id<'NodeId'>

/**
 * A cpupool, as Xen numbers them: 0 is the one that boot makes.
 *
 * @category model
 * @since 0.1.0
 */
export type PoolId = Id<'PoolId'>

/**
 * Where a vCPU stands among all vCPUs of the host, idle ones included.
 *
 * @category model
 * @since 0.1.0
 */
export type VcpuPlace = Id<'VcpuPlace'>

/**
 * Where a scheduling unit stands; those below the number of pCPUs are the idle units.
 *
 * @category model
 * @since 0.1.0
 */
export type UnitPlace = Id<'UnitPlace'>

/**
 * Where a domain stands in the scheduling slice.
 *
 * @category model
 * @since 0.1.0
 */
export type DomainPlace = Id<'DomainPlace'>

/**
 * Where a cpupool stands in the scheduling slice.
 *
 * @category model
 * @since 0.1.0
 */
export type PoolPlace = Id<'PoolPlace'>

/**
 * Where a scheduler's queue stands.
 *
 * @category model
 * @since 0.1.0
 */
export type QueuePlace = Id<'QueuePlace'>

/**
 * A timer of the calendar.
 *
 * @category model
 * @since 0.1.0
 */
export type TimerId = Id<'TimerId'>
