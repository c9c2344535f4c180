/**
 * Why a channel store refuses. `full`: there is no space, nothing was taken, try again later. `failed`: the storage does not work; what was to be
 * published was not taken. `deleted`: the topic or consumer is gone. `closed`: the store or consumer was closed. `busy`: somebody else has it
 * open. `invalid`: the caller asks for what cannot be (a bad name, a message that is too large).
 */
export type ChannelErrorCode = 'full' | 'failed' | 'deleted' | 'closed' | 'busy' | 'invalid'

/** An expected refusal of a channel store. The message says what, where and what to do. */
export class ChannelError extends Error {
  readonly code: ChannelErrorCode

  constructor(code: ChannelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ChannelError'
    this.code = code
  }
}
