/** An event as it is sent: lines of its head, and its body. */
export interface Outgoing {
  /** Lines that `fieldLine` made. */
  readonly fields: string
  /** More lines: those that all events of a subscription have. */
  readonly tail?: string
  readonly body: Uint8Array
}
