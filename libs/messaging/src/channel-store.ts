/**
 * The Channel port: durable topics with consumers whose positions outlive processes. `src/contract` says in tests what every adapter promises:
 *
 * - a publish that resolved is durable, whatever is killed afterwards; one that rejected was not taken
 * - what a consumer has not acknowledged is delivered again, after a restart too: at least once
 * - first deliveries of a consumer come in the order in which the messages were published, so that order by key is the receiver's to keep
 */

/** One message to publish. */
export interface Message {
  /** At most 1024 bytes of UTF-8. Messages with the same key are delivered in the order of their publishing. */
  readonly key?: string
  readonly body: Uint8Array
}

/** How much, and for how long. With both, what is beyond either is beyond. */
export interface Bounds {
  readonly bytes?: number
  readonly ageMs?: number
}

/** How long messages stay. Storage is given back in pieces (segments), so that up to one more of these may stay. */
export interface TopicOptions {
  /** What all consumers have acknowledged stays within these bounds, for replays ({} keeps all). Default: it goes at once. */
  readonly keep?: Bounds
  /** What is beyond goes although a consumer has not acknowledged it, which is counted (`TopicStats.lost`) and logged. Default: nothing goes. */
  readonly limit?: Bounds
}

/** A store of topics. */
export interface ChannelStore {
  /**
   * Opens a topic, and makes it when it is not there. Opened twice it is the same one, with the options of the last call.
   * A name has 1 to 200 of `A-Z a-z 0-9 . _ -` and does not begin with a dot. Rejects with a ChannelError.
   */
  openTopic(name: string, options?: TopicOptions): Promise<Topic>
  /** Deletes a topic with its messages and consumers, which are closed; one that is not there is fine. */
  deleteTopic(name: string): Promise<void>
  /** Names of all topics, sorted. */
  topics(): Promise<readonly string[]>
  /** What keeps it from taking messages now, as a sentence; undefined: it takes them. */
  trouble(): string | undefined
  /** Finishes what is being published, writes positions, closes consumers and topics. */
  close(): Promise<void>
}

/** A durable, ordered queue of messages. */
export interface Topic {
  readonly name: string
  /**
   * Resolves when all of them are durable. Rejects with StorageFull or StorageFailed before any of them is taken, never after; with a ChannelError
   * `invalid` (too large), `deleted` or `closed`. Concurrent calls are committed as a group. The bodies must not change until it has settled.
   */
  publish(messages: readonly Message[]): Promise<void>
  /**
   * A durable consumer: its position outlives processes. Opened once at a time, else it rejects with a ChannelError `busy`. `start` counts only
   * when there is no consumer of that name yet.
   */
  consume(name: string, options?: ConsumeOptions): Promise<Consumer>
  /** Deletes a consumer with its position, and closes it; one that is not there is fine. */
  deleteConsumer(name: string): Promise<void>
  stats(): TopicStats
}

/** How a consumer reads. */
export interface ConsumeOptions {
  /** Where a new consumer begins: `earliest` (the default) at the first message that is kept, `latest` behind the last, `time` (ms since 1970) at the first published then or later. */
  readonly start?: 'earliest' | 'latest' | { readonly time: number }
  /** So many messages are delivered and neither acknowledged nor (see `Delivery.retry`) due again; default 1000. */
  readonly maxInFlight?: number
  /** No further delivery while those that the receiver holds have more bytes than this; default 16 MiB. One is always delivered. */
  readonly maxInFlightBytes?: number
}

/** An open consumer. */
export interface Consumer {
  readonly name: string
  /** At least one delivery, at most `max`; waits for one; [] once it is closed. Redeliveries that are due come first. */
  pull(max: number): Promise<readonly Delivery[]>
  /** What is in flight is delivered again to whoever opens it next. Acknowledgements that come later are ignored. */
  close(): Promise<void>
}

/** One delivery of a message. */
export interface Delivery {
  /** The message's place in its topic: grows by one a message, with gaps where messages were lost. */
  readonly offset: number
  readonly key: string | undefined
  /** The receiver's own. */
  readonly body: Uint8Array
  /** When it was published, in ms since 1970; never less than that of the message before. */
  readonly time: number
  /** 1 at the first delivery. After a crash it may count fewer than there were. */
  readonly attempt: number
  /** It is done. Cheap; only the first of ack and retry counts. */
  ack(): void
  /** Delivers it again `delayMs` from now (at once after a restart). It counts as in flight until then, without its bytes. */
  retry(delayMs: number): void
}

/** What is in a topic. */
export interface TopicStats {
  /** Offset of the first message that is kept, and the one that the next message gets. */
  readonly first: number
  readonly next: number
  /** What it takes in the storage. */
  readonly bytes: number
  /** Messages that a limit removed before each consumer had acknowledged them, or that damage took, since the store was opened. */
  readonly lost: number
  readonly consumers: ReadonlyMap<string, ConsumerStats>
}

/** Where a consumer is. */
export interface ConsumerStats {
  /** Everything before this offset is acknowledged. */
  readonly acknowledged: number
  /** Delivered and not acknowledged, those that wait for their retry included. */
  readonly inFlight: number
  /** Messages that are kept and not acknowledged, those in flight included. */
  readonly lag: number
}
