/** An event as it is sent: lines of its head, and its body. */
export interface Outgoing {
  /** Lines that `fieldLine` made. */
  readonly fields: string
  readonly body: Uint8Array
}
