/** A channel whose events this role keeps. */
export interface Channel {
  /** `namespace/name` */
  readonly key: string
  /** Names its topic. */
  readonly uid: string
  readonly kind: string
  /** Host of requests to it, lower case. */
  readonly host: string
  /** `namespace/name` of the Broker whose trigger channel it is; otherwise empty. */
  readonly broker: string
  /** What EventTypes of events that arrive here refer to; undefined for channels of brokers. */
  readonly eventTypeReference: ObjectReference | undefined
}

/** An object of the API. */
export interface ObjectReference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
}
