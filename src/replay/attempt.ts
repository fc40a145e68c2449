/**
 * Carrying out a recorded input, whatever comes of it.
 *
 * An exception is a bug of this package and elsewhere never caught. Here it is the finding: the journal of a
 * bug report ends in one, and a replay has to say whether it is the same.
 *
 * @since 0.1.0
 */
import type { Input } from '../abi/index.js'
import { transition } from '../machine/index.js'
import type { Environment, Host, Transitioned, TransitionError } from '../machine/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/** What came of an input. */
export type Attempt =
  | { readonly _tag: 'Left'; readonly left: TransitionError }
  | { readonly _tag: 'Right'; readonly right: Transitioned }
  | { readonly _tag: 'Broke'; readonly message: string }

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/** Carries out an input without trace. */
export const attempt = (env: Environment, host: Host, input: Input): Attempt => {
  try {
    return transition(env, host, input, { trace: false })
  } catch (error) {
    return { _tag: 'Broke', message: error instanceof Error ? error.message : String(error) }
  }
}

/** The host after an input; the same host when it was refused or ended in an exception. */
export const attemptHost = (env: Environment, host: Host, input: Input): Host => {
  const moved = attempt(env, host, input)
  return moved._tag === 'Right' ? moved.right[0] : host
}
