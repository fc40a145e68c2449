/**
 * Guest programs: what vCPUs execute.
 *
 * @since 0.1.0
 */
export type { BurstsConfig } from './bursts.js'
export { durationMaxNs } from './durations.js'
export type { PeriodicConfig } from './periodic.js'
export type { RandomConfig } from './random.js'
export type { ArrivalsConfig, InteractiveConfig, ServerConfig } from './requests.js'
export { script } from './script.js'
export type { Script, ScriptPhase } from './script.js'
export * as Shape from './Shape.js'
export type { HogConfig, IdleConfig } from './steady.js'
export * as TaskSet from './TaskSet.js'
export * as Workload from './Workload.js'
export { programs as guestPrograms } from './Workload.js'
