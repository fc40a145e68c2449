/**
 * Guest programs.
 *
 * @since 0.1.0
 */
export { script } from './script.js'
export type { Script, ScriptPhase } from './script.js'
