/**
 * Ctrl-C, once: the first asks to end in good order, the second ends at once, as if nobody had listened.
 *
 * @since 0.1.0
 */

// -------------------------------------------------------------------------------------
// model
// -------------------------------------------------------------------------------------

/**
 * @category model
 * @since 0.1.0
 */
export interface Interrupt {
  readonly isRaised: () => boolean
  /** Stops listening. */
  readonly stop: () => void
}

// -------------------------------------------------------------------------------------
// constructors
// -------------------------------------------------------------------------------------

/**
 * Listens for the signals of a terminal that wants the process to end.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listenForInterrupt = (): Interrupt => {
  let isRaised = false
  const signals = ['SIGINT', 'SIGTERM'] as const
  const onSignal = (): void => {
    isRaised = true
    stop()
  }
  const stop = (): void => {
    for (const signal of signals) process.removeListener(signal, onSignal)
  }
  for (const signal of signals) process.on(signal, onSignal)
  return { isRaised: () => isRaised, stop }
}
