/**
 * The hypervisor's list of domains in host files.
 *
 * @since 0.1.0
 */
import { Codec, domainInfoCodec } from '../abi/index.js'

import { controllerPausesMax, domidReserved } from './Domains.js'
import type { Domain, Domains } from './Domains.js'

// -------------------------------------------------------------------------------------
// instances
// -------------------------------------------------------------------------------------

const domid = Codec.integerFrom(0, domidReserved - 1)

const domainCodec = Codec.closed<Domain>('domain', {
  domid,
  info: domainInfoCodec,
  createdNs: Codec.natural,
  controllerPauses: Codec.integerFrom(0, controllerPausesMax),
  isShutDown: Codec.truth,
  shutdownReason: Codec.integer
})

/**
 * The codec of the slice: records ascend by domid.
 *
 * @category instances
 * @since 0.1.0
 */
export const domainsCodec: Codec.Codec<Domains> = Codec.ruled(
  Codec.closed<Domains>('domains', { records: Codec.listOf(domainCodec), lastDomid: domid }),
  ({ records }) => {
    const at = records.findIndex((record, i) => record.domid <= (records[i - 1]?.domid ?? -1))
    return at < 0 ? null : [`records[${at}].domid`, 'domids do not ascend']
  }
)
