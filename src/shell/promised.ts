/**
 * The promise twin of an object of functions that return `TaskEither`: the same names and arguments, with a
 * promise that is rejected where the `TaskEither` is left.
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

import { logText } from '../toolstack/index.js'
import type { LibxlError } from '../toolstack/index.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * An object of functions, perhaps in groups.
 *
 * @category model
 * @since 0.1.0
 */
export type Promised<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer P) => TaskEither<LibxlError, infer A>
    ? (...args: P) => Promise<A>
    : Promised<T[K]>
}

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * What a promise is rejected with: the error of libxl, with its log as message.
 *
 * @category errors
 * @since 0.1.0
 */
export class LibxlFailure extends Error {
  override readonly name = 'LibxlFailure'
  constructor(readonly error: LibxlError) {
    super([`ERROR_${error._tag}`, ...error.log.map(logText)].join('\n'))
  }
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const promised = <T extends object>(functions: T): Promised<T> => {
  const twins = Object.entries(functions).map(([name, value]) => [name, twinOf(value)] as const)
  return Object.fromEntries(twins) as Promised<T>
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

type Call = (...args: ReadonlyArray<unknown>) => TaskEither<LibxlError, unknown>

const twinOf = (value: unknown): unknown => {
  if (typeof value !== 'function') return promised(value as object)
  return async (...args: ReadonlyArray<unknown>): Promise<unknown> => {
    const result = await (value as Call)(...args)()
    if (result._tag === 'Left') throw new LibxlFailure(result.left)
    return result.right
  }
}
