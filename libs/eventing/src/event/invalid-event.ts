/** What came is no CloudEvent. The message says what is wrong with it, for the log and for who sent it. */
export class InvalidEvent extends Error {
  override readonly name = 'InvalidEvent'
}
