/**
 * The one door: every change of a host is an input that goes in here and a host with outputs that comes out.
 *
 * @since 0.1.0
 */
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'

import { eventClass } from '../abi/index.js'
import type { Errno, GuestProgram, Input, Operation, Output, PlainData } from '../abi/index.js'
import { InvariantViolation, absurd, invariant } from '../prelude/index.js'
import { SchedulerFailure, drain, guarded, schedulers as xenSchedulers } from '../sched/index.js'
import type { Scheduler } from '../sched/index.js'

import type { Host } from './Host.js'
import { timeMaxNs } from './Host.js'
import { HostEdit } from './HostEdit.js'
import { operate } from './operate.js'
import { runInstant, runUntil } from './step.js'

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * What a host needs from outside: schedulers and guest programs, by name and version. `edit` is working space
 * that an environment owns; it never decides a result.
 *
 * @category model
 * @since 0.1.0
 */
export interface Environment {
  readonly schedulers: ReadonlyArray<Scheduler>
  readonly programs: ReadonlyArray<GuestProgram>
  readonly toolstack: Readonly<Record<string, ToolstackOperation>>
  readonly edit: HostEdit
}

/**
 * An operation of the toolstack, carried out as one input: a pure program that issues operations and gives
 * the host after them with its reply. A failure is a reply too; what it left behind is what the real
 * toolstack would leave.
 *
 * @category model
 * @since 0.1.0
 */
export type ToolstackOperation = (
  env: Environment,
  host: Host,
  args: PlainData,
  options: TraceOptions
) => Transitioned

/**
 * Whether trace records are wanted, and whether xentrace's events are among them. Without them a run is
 * faster.
 *
 * @category model
 * @since 0.1.0
 */
export interface TraceOptions {
  readonly trace: boolean
  readonly events?: boolean
}

/**
 * A host and what happened on the way to it.
 *
 * @category model
 * @since 0.1.0
 */
export type Stepped = readonly [host: Host, outputs: ReadonlyArray<Output>]

/**
 * What came of an input: the host, the outputs, and the reply of a toolstack operation (null for other
 * inputs).
 *
 * @category model
 * @since 0.1.0
 */
export type Transitioned = readonly [host: Host, outputs: ReadonlyArray<Output>, reply: PlainData]

// -------------------------------------------------------------------------------------
// errors
// -------------------------------------------------------------------------------------

/**
 * Why an input was refused; the host is unchanged.
 *
 * @category errors
 * @since 0.1.0
 */
export type TransitionError =
  | { readonly _tag: 'TimeGoesBack'; readonly nowNs: number; readonly toNs: number }
  | { readonly _tag: 'TimeOutOfRange'; readonly toNs: number }
  | { readonly _tag: 'Refused'; readonly errno: Errno }
  | { readonly _tag: 'NoSuchToolstackOperation'; readonly name: string }
  | SchedulerFailed

/**
 * A scheduler that is not one of Xen's broke its rules or threw.
 *
 * @category errors
 * @since 0.1.0
 */
export interface SchedulerFailed {
  readonly _tag: 'SchedulerFailed'
  readonly scheduler: string
  readonly hook: string
  readonly reason: string
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * An environment with the given registry. Schedulers that are not Xen's own are put behind a guard: when one
 * breaks, the input in which it does is refused with `SchedulerFailed`. Not so with `isGuarding` false, for
 * experiments with schedulers that are wrong on purpose.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeEnvironment = (
  schedulers: ReadonlyArray<Scheduler>,
  programs: ReadonlyArray<GuestProgram>,
  toolstack: Readonly<Record<string, ToolstackOperation>>,
  isGuarding = true
): Environment => {
  const kept = schedulers.map((scheduler) =>
    !isGuarding || xenSchedulers.includes(scheduler) ? scheduler : guarded(scheduler)
  )
  return { schedulers: kept, programs, toolstack, edit: new HostEdit(kept, programs, Object.keys(toolstack)) }
}

// -------------------------------------------------------------------------------------
// transitions
// -------------------------------------------------------------------------------------

/**
 * Carries out any input. The host is unchanged when it is refused.
 *
 * @category transitions
 * @since 0.1.0
 */
export const transition = (
  env: Environment,
  host: Host,
  input: Input,
  options: TraceOptions
): Either<TransitionError, Transitioned> => {
  switch (input._tag) {
    case 'Advance':
      return withoutReply(advance(env, host, input.toNs, options))
    case 'Operate':
      return withoutReply(control(env, host, input.operation, options))
    case 'Plan':
      return withoutReply(plan(env, host, input.operations))
    case 'Toolstack': {
      const operation = operationNamed(env, input.name)
      if (operation === undefined) return E.left({ _tag: 'NoSuchToolstackOperation', name: input.name })
      return E.right(operation(env, host, input.args, options))
    }
    default:
      return absurd(input)
  }
}

/**
 * Carries out the next instant: all events due at the earliest pending time, then the softirqs they raised.
 * Null when nothing is pending. A scheduler that fails is an exception here, {@link SchedulerFailure}.
 *
 * @category transitions
 * @since 0.1.0
 */
export const step = (env: Environment, host: Host, options: TraceOptions): Stepped | null => {
  let isDone = false
  const stepped = within(env, host, options, (edit) => {
    isDone = runInstant(edit, timeMaxNs)
  })
  if (stepped._tag === 'Left') {
    const { scheduler, hook, reason } = stepped.left
    throw new SchedulerFailure(scheduler, hook, reason)
  }
  return isDone ? afterCalls(env, stepped.right, options) : null
}

/**
 * Lets time pass up to `toNs` (inclusive). What the toolstack has to do on the way, it does between two
 * instants.
 *
 * @category transitions
 * @since 0.1.0
 */
export const advance = (
  env: Environment,
  host: Host,
  toNs: number,
  options: TraceOptions
): Either<TransitionError, Stepped> => {
  const error = badTime(host, toNs)
  if (error !== null) return E.left(error)
  let course: Stepped = [host, []]
  for (let isThere = false; !isThere;) {
    const part = within(env, course[0], options, (edit) => {
      isThere = runUntil(edit, toNs)
    })
    if (part._tag === 'Left') return part
    course = afterCalls(env, [part.right[0], joined(course[1], part.right[1])], options)
  }
  return E.right(course)
}

/**
 * Carries out an operation of a control domain now, and the softirqs it raised.
 *
 * @category transitions
 * @since 0.1.0
 */
export const control = (
  env: Environment,
  host: Host,
  operation: Operation,
  options: TraceOptions
): Either<TransitionError, Stepped> => {
  let errno: Errno | null = null
  const stepped = within(
    env,
    host,
    options,
    (edit) => {
      const result = operate(edit, operation)
      if (result._tag === 'Left') errno = result.left
      else drain(edit.x)
    },
    () => errno !== null
  )
  if (errno !== null) return E.left({ _tag: 'Refused', errno })
  return stepped._tag === 'Left' ? stepped : E.right(afterCalls(env, stepped.right, options))
}

/**
 * Puts operations into the calendar, each to be carried out when its time comes, before other events of that
 * instant and in the order given. They are numbered on from `host.plannedTotal`.
 *
 * @category transitions
 * @since 0.1.0
 */
export const plan = (
  env: Environment,
  host: Host,
  operations: ReadonlyArray<{ readonly atNs: number; readonly operation: Operation }>
): Either<TransitionError, Stepped> => {
  for (const { atNs } of operations) {
    const error = badTime(host, atNs)
    if (error !== null) return E.left(error)
  }
  return within(env, host, { trace: false }, (edit) => {
    edit.planned = edit.planned.concat(
      operations.map(({ atNs, operation }, i) => {
        const index = edit.plannedTotal + i
        const timer = edit.timers.allocate(eventClass.control, index, 0, index)
        edit.timers.set(timer, atNs)
        return { index, atNs, timer, operation }
      })
    )
    edit.plannedTotal += operations.length
  })
}

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const withoutReply = (result: Either<TransitionError, Stepped>): Either<TransitionError, Transitioned> =>
  result._tag === 'Left' ? result : E.right([result.right[0], result.right[1], null])

const badTime = (host: Host, toNs: number): TransitionError | null => {
  if (!Number.isSafeInteger(toNs)) return { _tag: 'TimeOutOfRange', toNs }
  return toNs < host.nowNs ? { _tag: 'TimeGoesBack', nowNs: host.nowNs, toNs } : null
}

const operationNamed = (env: Environment, name: string): ToolstackOperation | undefined =>
  Object.hasOwn(env.toolstack, name) ? env.toolstack[name] : undefined

const joined = (before: ReadonlyArray<Output>, after: ReadonlyArray<Output>): ReadonlyArray<Output> =>
  before.length === 0 ? after : before.concat(after)

/** Has the toolstack do what the instant that is over asked of it, in that order. */
const afterCalls = (env: Environment, stepped: Stepped, options: TraceOptions): Stepped =>
  env.edit.takeCalls().reduce(([host, outputs], { name, args }): Stepped => {
    const operation = operationNamed(env, name)
    invariant(operation !== undefined, 'a call is refused when its operation is not there')
    const [next, more] = operation(env, host, args, options)
    return [next, joined(outputs, more)]
  }, stepped)

/**
 * Whatever is thrown inside a transition is a bug, of the package or of a plug-in: it leaves as a violation.
 */
const asViolation = (error: unknown): InvariantViolation =>
  error instanceof InvariantViolation
    ? error
    : new InvariantViolation(error instanceof Error ? error.message : String(error), { cause: error })

/**
 * Opens the edit around `run`. When it throws, or the result is not wanted, everything written is thrown
 * away.
 */
const within = (
  env: Environment,
  host: Host,
  options: TraceOptions,
  run: (edit: HostEdit) => void,
  isUnwanted: () => boolean = () => false
): Either<SchedulerFailed, Stepped> => {
  const { edit } = env
  const outputs: Output[] = []
  let isFinished = false
  edit.open(host, options.trace ? outputs : null, options.events)
  try {
    run(edit)
    isFinished = !isUnwanted()
  } catch (error) {
    if (!(error instanceof SchedulerFailure)) throw asViolation(error)
    const { scheduler, hook, reason } = error
    return E.left({ _tag: 'SchedulerFailed', scheduler, hook, reason })
  } finally {
    if (!isFinished) edit.abandon()
  }
  return E.right(isFinished ? [edit.close(), outputs] : [host, []])
}
