import type { HeaderList, Submission, SubmissionListener, Submitted, Swept, UpstreamError } from '@knative-ts/proxy'
import { type Answer, noAnswer } from './answer.ts'
import type { Found } from './names.ts'
import type { Outgoing } from './outgoing.ts'
import type { SenderOptions, Sent } from './sender.ts'
import { type Target, targetOf } from './target.ts'

/** Bytes of a body that is no event of which somebody may learn: knativeerrordata has room for 768 (reference 3.7). */
const keptOfOthers = 1024
/** As Go's client. */
const mostRedirects = 10

/** Who has it sent. */
export interface PostOwner {
  readonly options: SenderOptions
  /** It has its answer, or was given up. */
  ended(post: Post): void
}

/** One attempt: a POST and the redirects that it leads to. It is what is submitted, too: there is one for each event. */
export class Post implements Submission, SubmissionListener, Swept, Sent {
  slot = -1
  method = 'POST'
  readonly #owner: PostOwner
  readonly #deadline: number
  readonly #done: (answer: Answer) => void
  readonly #stale: Submission['stale']
  readonly #url: string
  #target: Target
  #outgoing: Outgoing
  #redirects = 0
  #submitted: Submitted | undefined
  #over = false
  #status = 0
  #headers: HeaderList | undefined
  #location: string | undefined
  #chunks: Uint8Array[] | undefined
  #size = 0
  #most = keptOfOthers

  constructor(
    owner: PostOwner,
    target: Target,
    outgoing: Outgoing,
    deadline: number,
    done: (answer: Answer) => void,
    stale: Submission['stale']
  ) {
    this.#owner = owner
    this.#stale = stale
    this.#target = target
    this.#url = target.url
    this.#outgoing = outgoing
    this.#deadline = deadline
    this.#done = done
  }

  start(): void {
    const { names } = this.#owner.options
    const { hostname } = this.#target
    const found = names.peek(hostname)
    if (found !== undefined) this.#connect(found)
    else names.resolve(hostname, (later) => this.#connect(later))
  }

  #connect(found: Found): void {
    if (this.#over) return
    if ('problem' in found) {
      this.#finish(noAnswer(this.#words(found.problem)))
      return
    }
    const { pools } = this.#owner.options
    const target = this.#target
    const socket =
      found.address === target.hostname ? target.address : `${found.address}:${target.address.slice(target.address.lastIndexOf(':') + 1)}`
    this.#submitted = pools.of(target).submit(pools.addressOf(target, socket), this, this)
  }

  // ---- what is submitted

  get target(): string {
    return this.#target.path
  }

  get host(): string {
    return this.#target.host
  }

  get fields(): string {
    return this.#outgoing.fields
  }

  get tail(): string {
    return this.#outgoing.tail ?? ''
  }

  get stale(): NonNullable<Submission['stale']> {
    return this.#stale ?? 'again'
  }

  get body(): Uint8Array | undefined {
    return this.method === 'GET' ? undefined : this.#outgoing.body
  }

  /** The sweeper's. */
  sweep(now: number): void {
    if (now < this.#deadline) return
    this.#submitted?.abort()
    this.#finish(noAnswer(this.#words('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')))
  }

  abort(): void {
    this.#over = true
    this.#owner.ended(this)
    this.#submitted?.abort()
  }

  // ---- the answer

  head(status: number, headers: HeaderList, length: number): void {
    this.#status = status
    this.#location = isRedirect(status) ? headers.get('Location') : undefined
    const event = status >= 200 && status < 300 && (headers.has('Ce-Specversion') || isCloudEvents(headers.get('Content-Type')))
    this.#most = event ? this.#owner.options.mostReplyBytes : keptOfOthers
    const asksToWait = (status === 429 || status === 503) && headers.has('Retry-After')
    if (event || asksToWait) this.#headers = headers.clone()
    if (event && length > this.#most) this.#tooLong()
  }

  chunk(bytes: Uint8Array): void {
    const room = this.#most - this.#size
    this.#size += bytes.length
    if (room >= bytes.length) (this.#chunks ??= []).push(Uint8Array.prototype.slice.call(bytes))
    else if (this.#most > keptOfOthers) this.#tooLong()
    else if (room > 0) (this.#chunks ??= []).push(Uint8Array.prototype.slice.call(bytes, 0, room))
  }

  end(): void {
    if (this.#location !== undefined) this.#follow(this.#location)
    else this.#finish({ status: this.#status, problem: '', body: this.#received(), headers: this.#headers })
  }

  fail(error: UpstreamError): void {
    this.#finish(noAnswer(this.#words(error.message)))
  }

  #tooLong(): void {
    this.#submitted?.abort()
    this.#finish(noAnswer(this.#words(`the event in the answer is larger than ${this.#most} bytes`)))
  }

  #received(): Uint8Array {
    const chunks = this.#chunks
    if (chunks === undefined) return none
    return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
  }

  /** 307 and 308 send the event on, the others turn into a GET (Go's net/http). */
  #follow(location: string): void {
    const { path, host, secure, caCerts } = this.#target
    const from = `${secure ? 'https' : 'http'}://${host}${path}`
    const next = URL.canParse(location, from) ? targetOf({ url: new URL(location, from).href, caCerts }) : { problem: 'no URL' }
    if ('problem' in next || ++this.#redirects > mostRedirects) {
      const why =
        'problem' in next ? `failed to parse Location header "${location}": ${next.problem}` : `stopped after ${mostRedirects} redirects`
      this.#finish(noAnswer(this.#words(why)))
      return
    }
    if (this.#status !== 307 && this.#status !== 308) {
      this.method = 'GET'
      this.#outgoing = { ...this.#outgoing, fields: withoutContent(this.#outgoing.fields), body: none }
    }
    this.#target = next
    this.#chunks = undefined
    this.#headers = undefined
    this.#size = 0
    this.start()
  }

  /** As Go's client puts it. */
  #words(problem: string): string {
    return `Post "${this.#url}": ${problem}`
  }

  #finish(answer: Answer): void {
    if (this.#over) return
    this.#over = true
    this.#owner.ended(this)
    this.#done(answer)
  }
}

const none = new Uint8Array(0)

const isRedirect = (status: number): boolean => status === 301 || status === 302 || status === 303 || status === 307 || status === 308

function isCloudEvents(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*application\/cloudevents/i.test(contentType)
}

/** Without what says how a body is to be read. */
const withoutContent = (fields: string): string => fields.replace(/^content-type: [^\r]*\r\n/im, '')
