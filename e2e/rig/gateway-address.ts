/** Where a gateway listens for plain HTTP. Requests go to the address, and name their Service by the Host field. */
export interface GatewayAddress {
  /** An IP address or a host name; default 127.0.0.1. */
  readonly address?: string
  readonly port: number
}

/** This machine's, where no other is named. */
export const thisMachine = '127.0.0.1'
