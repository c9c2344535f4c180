/** What is sent to a server, and what a real one answered. */

/** An object as it is sent, of any kind. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** One exchange. Strings `$NAME` stand for captured values, `$NS` for the case's namespace, `$HOOKS` and `$HOOKCA` for the server of `hooks.ts`. */
export interface Step {
  readonly verb: 'create' | 'update' | 'patch' | 'apply' | 'delete' | 'get' | 'list' | 'request' | 'watch' | 'wait' | 'sleep' | 'received'
  /** `apiVersion Kind name` of what the step is about; without a name for collections. */
  readonly of?: string
  readonly object?: Manifest
  /** A body that is sent as it is. */
  readonly text?: string
  readonly path?: string
  readonly method?: string
  readonly body?: unknown
  readonly sub?: string
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly as?: string
  /** Media type of what is sent; an object is encoded when that is protobuf. */
  readonly type?: string
  /** The answer, or the stream of a watch, is protobuf: it is decoded before it is compared. */
  readonly decoded?: boolean
  readonly patch?: unknown
  /** Of an update: merged into the live object. */
  readonly change?: { readonly metadata?: object }
  readonly options?: unknown
  /** Prepares only: its answer is not compared. */
  readonly silent?: boolean
  /** What of the answer is compared: paths, `verdict` for the status alone, `all` with managed fields. */
  readonly show?: readonly string[] | 'verdict' | 'all' | 'object'
  /** Headers of the answer that are compared too, in small letters. */
  readonly heads?: readonly string[]
  readonly keep?: { readonly of: string; readonly names: readonly string[] }
  /** Names of values that later steps use, by path in the answer. */
  readonly capture?: Readonly<Record<string, string>>
  /** Of a wait. */
  readonly where?: Readonly<Record<string, unknown>>
  readonly status?: number
  readonly timeoutMs?: number
  readonly verb2?: Step['verb']
  /** Of a watch: what happens meanwhile, and how many events are awaited, for how long. */
  readonly steps?: readonly Step[]
  readonly events?: number
  readonly within?: number
  /** Milliseconds to wait for one event more than `events`, once those have come; without it the watch lasts `within`. */
  readonly quiet?: number
  readonly bookmarks?: boolean
  readonly ms?: number
  /** Of `received`: which of the case's webhooks; the answer is what they were asked. */
  readonly tag?: string
}

export type Answer = Readonly<Record<string, unknown>>

/** What is sent: a sequence of steps in a namespace of its own. */
export interface Case {
  /** Unique in its area. */
  readonly name: string
  readonly steps: readonly Step[]
  /** Labels of the case's namespace. */
  readonly labels?: Readonly<Record<string, string>>
  /** The case makes pods: wait for the account they run as. */
  readonly pods?: boolean
  /** Wait until the namespace's controllers have filled it. */
  readonly settled?: boolean
}

/** A case with what a real server answered, one answer for each step that is not silent. */
export interface RecordedCase extends Case {
  readonly answers: readonly Answer[]
}
