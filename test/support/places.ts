import { unit as unitOf, vcpu as vcpuOf } from '../../src/sched/model.js'
import type { Unit, Vcpu } from '../../src/sched/index.js'

export { placesOf } from '../../src/sched/index.js'

/** A vCPU and a unit that are told apart by their numbers. */
export const vcpu = (id: number): Vcpu => vcpuOf(0, id, 0, 0, 0)
export const unit = (id: number): Unit => unitOf(0, id, [], 0, [])
