import { Socket } from 'node:net'

/** A TLS record of its own: fatal alert 112, unrecognized_name (RFC 8446 5.1 and 6.2). Before the ServerHello, alerts are not encrypted. */
const unrecognizedName = Uint8Array.of(0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x70)

/**
 * Refuses a handshake whose server name has no certificate here. Node's documented answers to that are to break the connection without a word, or to go on
 * without a certificate, which ends in handshake_failure. The alert that says what is wrong needs the socket below, which Node does not document
 * (`_parent`): where it is not there, the connection is broken without a word.
 * @param connection what Node calls SNICallback on
 */
export function refuseName(connection: unknown, refuse: (error: Error) => void): void {
  const below = (connection as { readonly _parent?: unknown } | undefined)?._parent
  const error = new Error('no certificate for this server name')
  if (!(below instanceof Socket) || !below.writable) {
    refuse(error)
    return
  }
  below.write(unrecognizedName, () => refuse(error))
}
