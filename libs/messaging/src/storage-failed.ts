import { ChannelError } from './channel-error.ts'

/** The storage answered with an error other than a lack of space: none of the messages of that call was taken. */
export class StorageFailed extends ChannelError {
  constructor(message: string, options?: ErrorOptions) {
    super('failed', message, options)
    this.name = 'StorageFailed'
  }
}
