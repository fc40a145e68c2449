/**
 * What is to be done when a domain shuts down: by reason code and configuration (xl-cfg.md §7).
 *
 * @since 0.1.0
 */
import { shutdownReason } from '../../abi/index.js'
import type { ActionOnShutdown, DomainConfig } from '../cfg/DomainConfig.js'

// -------------------------------------------------------------------------------------
// constants
// -------------------------------------------------------------------------------------

/**
 * The reason that ends nothing.
 *
 * @category constants
 * @since 0.1.0
 */
export const suspensionReason = shutdownReason.suspend

// -------------------------------------------------------------------------------------
// queries
// -------------------------------------------------------------------------------------

/**
 * The action for a reason; a domain with a reason that nobody knows is destroyed.
 *
 * @category queries
 * @since 0.1.0
 */
export const actionFor = (
  config: DomainConfig,
  reason: number
): { readonly action: ActionOnShutdown; readonly isKnown: boolean } => {
  const action = configured(config, reason)
  return { action: action ?? 'destroy', isKnown: action !== null }
}

/**
 * The word for an action in configuration files.
 *
 * @category queries
 * @since 0.1.0
 */
export const actionWord = (action: ActionOnShutdown): string =>
  action === 'restart_rename' ? 'rename-restart' : action.replace('_', '-')

// -------------------------------------------------------------------------------------
// internal
// -------------------------------------------------------------------------------------

const configured = (config: DomainConfig, reason: number): ActionOnShutdown | null => {
  switch (reason) {
    case shutdownReason.poweroff:
      return config.onPoweroff
    case shutdownReason.reboot:
      return config.onReboot
    case shutdownReason.crash:
      return config.onCrash
    case shutdownReason.watchdog:
      return config.onWatchdog
    case shutdownReason.softReset:
      return config.onSoftReset
    default:
      return null
  }
}
