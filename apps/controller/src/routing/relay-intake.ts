import { status, type ServerDuplexStream } from '@grpc/grpc-js'
import type { Admission, Log } from '@knative-ts/kube'
import { refuseCall } from '@knative-ts/wire'
import { converse } from './converse.ts'

export interface RelayIntakeOptions<States> {
  readonly isLeading: () => boolean
  /** Who may relay. */
  readonly admit: Admission
  readonly log: Log
  /** Takes what another replica tells of the followers on its streams, and that it is gone. */
  readonly relayed: (states: States) => void
  readonly gone: (controller: string) => void
}

/** Where the leader takes what other replicas tell of their followers; each message is acknowledged by how many there were. */
export class RelayIntake<States extends { readonly controller: string }> {
  readonly #options: RelayIntakeOptions<States>
  /** The newest relay of each replica: an older one that ends late must not take its word away. */
  readonly #relays = new Map<string, unknown>()

  constructor(options: RelayIntakeOptions<States>) {
    this.#options = options
  }

  serve(call: ServerDuplexStream<States, { messages: number }>): void {
    const { isLeading, admit, log, relayed, gone } = this.#options
    if (!isLeading()) {
      refuseCall(call, status.FAILED_PRECONDITION, 'this replica does not lead')
      return
    }
    let controller: string | undefined
    let messages = 0
    const close = (): void => {
      if (controller === undefined || this.#relays.get(controller) !== call) return
      this.#relays.delete(controller)
      gone(controller)
    }
    const heard = (states: States): void => {
      controller = states.controller
      this.#relays.set(controller, call)
      relayed(states)
      call.write({ messages: ++messages })
    }
    converse(call, { admit, log, heard, close })
  }
}
