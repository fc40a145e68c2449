/**
 * The memory slice: free frames, what domains have, claims.
 *
 * @since 0.1.0
 */
export { memoryCodec } from './codec.js'
export type { FramesJson, MemoryJson } from './codec.js'
export { memoryErrno } from './Error.js'
export type { MemoryError } from './Error.js'
export * as Heap from './Heap.js'
export { memoryViolations } from './invariants.js'
export type { MemoryViolation } from './invariants.js'
export * as Memory from './Memory.js'
export * as Overhead from './Overhead.js'
export { answer as answerMemory } from './Request.js'
export type { MemoryRequest } from './Request.js'
