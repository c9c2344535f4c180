import { ChannelError } from './channel-error.ts'

/** No space for a message: none of the messages of that call was taken. The store takes messages again by itself when there is space. */
export class StorageFull extends ChannelError {
  constructor(message: string, options?: ErrorOptions) {
    super('full', message, options)
    this.name = 'StorageFull'
  }
}
