/**
 * What a changing call of libxl gives: the host after it, whether it succeeded or not, and what it logged.
 *
 * A failed call may leave something behind, as in real life (a failed creation uses up a domain id), so that
 * the host is there in either case.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import type { Errno, Operation, Output } from '../../abi/index.js'
import { control } from '../../machine/index.js'
import type { Environment, Host, TraceOptions } from '../../machine/index.js'
import { invariant } from '../../prelude/index.js'

import type { LibxlError, LogLine } from './LibxlError.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a call works with.
 *
 * @category model
 * @since 0.1.0
 */
export interface Libxl {
  readonly env: Environment
  readonly host: Host
  readonly options: TraceOptions
}

/**
 * `log` has the lines of calls that succeeded with a warning; those of a failure are in the error.
 *
 * @category model
 * @since 0.1.0
 */
export interface Change<A> {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
  readonly log: ReadonlyArray<LogLine>
  readonly result: Either<LibxlError, A>
}

/**
 * A host under operations one after the other, with the outputs collected.
 *
 * @category model
 * @since 0.1.0
 */
export interface Course {
  readonly host: Host
  readonly outputs: ReadonlyArray<Output>
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * @category constructors
 * @since 0.1.0
 */
export const succeeded = <A>(course: Course, value: A, log: ReadonlyArray<LogLine> = []): Change<A> => ({
  host: course.host,
  outputs: course.outputs,
  log,
  result: E.right(value)
})

/**
 * @category constructors
 * @since 0.1.0
 */
export const failed = (course: Course, error: LibxlError): Change<never> => ({
  host: course.host,
  outputs: course.outputs,
  log: [],
  result: E.left(error)
})

/**
 * Where a call begins.
 *
 * @category constructors
 * @since 0.1.0
 */
export const begin = (host: Host): Course => ({ host, outputs: [] })

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * One operation of the hypervisor; left: its error number, and nothing happened.
 *
 * @category transitions
 * @since 0.1.0
 */
export const issue = (
  { env, options }: Libxl,
  course: Course,
  operation: Operation
): Either<Errno, Course> => {
  const done = control(env, course.host, operation, options)
  if (done._tag === 'Right') {
    return E.right({ host: done.right[0], outputs: course.outputs.concat(done.right[1]) })
  }
  invariant(done.left._tag === 'Refused', 'an operation that happens now has no bad time')
  return E.left(done.left.errno)
}
