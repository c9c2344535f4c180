import { admitCall, type ServerCall } from '@knative-ts/wire'
import type { Admission, Log } from '@knative-ts/kube'

/** A stream of a server that hears and speaks. */
interface Conversation<M> extends ServerCall {
  on(event: 'data', listener: (message: M) => void): unknown
  on(event: 'end' | 'cancelled' | 'error' | 'close', listener: () => void): unknown
  end(): void
}

export interface ConversationOptions<M> {
  /** Who may speak here. */
  readonly admit: Admission
  readonly log: Log
  readonly heard: (message: M) => void
  /** The stream is over, however that came about. May be called more than once. */
  readonly close: () => void
}

/** Hears what a caller says, once it has turned out that it may, until its stream is over. */
export function converse<M>(call: Conversation<M>, { admit, log, heard, close }: ConversationOptions<M>): void {
  let left = false
  const leave = (): void => {
    left = true
    close()
  }
  void admitCall(call, admit, log).then((may) => {
    // What the caller has said meanwhile waits in the stream.
    if (!may || left) return
    call.on('data', (message) => {
      // What was under way when the stream broke: who said it is known to be gone.
      if (!left) heard(message)
    })
  })
  call.on('end', () => {
    leave()
    call.end()
  })
  call.on('cancelled', leave)
  call.on('error', leave)
  call.on('close', leave)
}
