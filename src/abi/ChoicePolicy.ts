/**
 * How genuine choices of real hardware are made: where Xen leaves an order to concurrency, the model names a
 * choice point and asks the policy.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * `Documented` takes the order that `docs/architecture.md` fixes (the one of the golden traces). `Seeded`
 * draws among the possibilities, from its own stream (the state of a `Random`); it is part of the host, so
 * that a run repeats.
 *
 * Choice points so far: `softirq order`, which of several pCPUs with a pending SCHEDULE softirq is served
 * next; `null placement`, which pCPU the null scheduler binds a unit to when none is free.
 *
 * @category model
 * @since 0.1.0
 */
export type ChoicePolicy =
  | { readonly _tag: 'Documented' }
  | {
      readonly _tag: 'Seeded'
      readonly random: readonly [s0: number, s1: number, s2: number, s3: number, trail: number]
    }

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The default policy.
 *
 * @category constants
 * @since 0.1.0
 */
export const documentedChoice: ChoicePolicy = { _tag: 'Documented' }
