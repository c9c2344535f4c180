import { ReconnectPause } from './reconnect-pause.ts'

/** What a followed table's stream is made of: a grpc-js call that takes reports and gives updates. */
export interface FollowCall<Update, Report> {
  write(report: Report): unknown
  end(): unknown
  on(event: 'data', listener: (update: Update) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
}

/** How a stream is opened, and what is done with its updates. */
export interface FollowedStreamOptions<Update extends { readonly sequence: number; readonly continues: boolean }, Report> {
  /** Opens one stream, with what proves who we are; `close` gives its connection back. Each attempt may reach another replica. */
  readonly open: (token: string | undefined) => { readonly call: FollowCall<Update, Report>; readonly close: () => void }
  /** Undefined when there is nothing. Asked for each stream, because tokens change. */
  readonly token: () => Promise<string | undefined>
  /** What is told of an applied sequence; 0 opens a stream. */
  readonly report: (appliedSequence: number) => Report
  /** Applies an update at once; resolves when it is acted by. */
  readonly apply: (update: Update) => Promise<void>
  /** The first update of a stream has come. */
  readonly followed: (update: Update) => void
  /** A stream that had been followed has ended. */
  readonly lost: (reason: string) => void
  /** No stream could be opened, and the reason is another one than the last time. */
  readonly refused: (reason: string) => void
  /** Milliseconds that the first update of a stream may take; 30 s unless told. */
  readonly patienceMs?: number
}

/**
 * A machine that lost its power answers no connect, and the kernel would go on asking it for two minutes: another replica is asked before. Who answers says
 * all it knows as soon as it knows who asks.
 */
const defaultPatienceMs = 30_000

/** Follows a table over one stream, for ever: what is lost is opened again, and what is known stays meanwhile. */
export class FollowedStream<Update extends { readonly sequence: number; readonly continues: boolean }, Report> {
  readonly #options: FollowedStreamOptions<Update, Report>
  #connected = false
  #sequence = 0
  /** Why the last attempt ended: what repeats itself is told once. */
  #reason = ''
  #stopped = false
  readonly #pause = new ReconnectPause()
  #call: FollowCall<Update, Report> | undefined
  #end: () => void = () => undefined

  constructor(options: FollowedStreamOptions<Update, Report>) {
    this.#options = options
  }

  /** Of the last update that is acted by, of the stream that is followed or was the last one. */
  get sequence(): number {
    return this.#sequence
  }

  get connected(): boolean {
    return this.#connected
  }

  /** Runs until {@link stop}. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      const reason = await this.#follow()
      if (this.#stopped) return
      if (this.#connected) this.#options.lost(reason)
      else if (reason !== this.#reason) this.#options.refused(reason)
      this.#reason = reason
      this.#connected = false
      await this.#pause.wait()
    }
  }

  stop(): void {
    this.#stopped = true
    this.#pause.cut()
    this.#end()
  }

  /** Says something between two acknowledgements; nothing while no stream is followed. */
  tell(report: Report): void {
    if (this.#connected) this.#call?.write(report)
  }

  /** One stream; resolves with the reason of its end. */
  async #follow(): Promise<string> {
    const { open, token, report, apply, followed, patienceMs = defaultPatienceMs } = this.#options
    let proof: string | undefined
    try {
      proof = await token()
    } catch (error) {
      return `cannot read the token: ${errorTextOf(error)}`
    }
    if (this.#stopped) return 'stopped'
    const { call, close } = open(proof)
    this.#call = call
    // What was under way when a stream ended may still come, and concerns no other one.
    const isCurrent = (): boolean => this.#call === call
    return new Promise((resolve) => {
      const finish = (reason: string): void => {
        if (!isCurrent()) return
        clearTimeout(late)
        this.#call = undefined
        this.#end = () => undefined
        resolve(reason)
        close()
      }
      this.#end = () => {
        call.end()
        finish('stopped')
      }
      const late = setTimeout(() => finish(`nothing came within ${patienceMs} ms`), patienceMs)
      call.on('data', (update) => {
        if (!isCurrent()) return
        clearTimeout(late)
        if (!this.#connected) {
          // Another replica counts from another number: of its table nothing has been applied yet.
          this.#sequence = 0
          followed(update)
        }
        this.#connected = true
        const applied = (): void => {
          if (update.continues) return
          this.#pause.reset()
          // One without a sequence is not part of the table.
          if (update.sequence === 0) return
          // Of a stream that has ended, or overtaken by a later one of this stream.
          if (!isCurrent() || update.sequence <= this.#sequence) return
          this.#sequence = update.sequence
          call.write(report(update.sequence))
        }
        // What is known stays; the process of a data plane does not end for what it is told.
        apply(update).then(applied, (error: unknown) => finish(`an update cannot be applied: ${errorTextOf(error)}`))
      })
      call.on('error', (error) => finish(error.message))
      call.on('end', () => finish('the controller ended the stream'))
      call.write(report(0))
    })
  }
}

const errorTextOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
