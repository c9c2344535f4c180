import { type Backoff, type Clock, delayOf, errorText, systemClock } from '@knative-ts/kube'
import { parseImageReference } from '@knative-ts/registry'
import { LookUpPace } from './look-up-pace.ts'
import type { Puller } from './pull-keychain.ts'

/** What is known of the images of one revision. Digests are by image; '' for one whose tag stays. */
export type Digests =
  | { readonly kind: 'resolved'; readonly digests: ReadonlyMap<string, string> }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly image: string; readonly message: string }

export interface DigestQuestion extends Puller {
  /** `namespace/name` of the revision. */
  readonly key: string
  readonly uid: string
  readonly images: readonly string[]
  readonly skippedRegistries: ReadonlySet<string>
  readonly timeoutMs: number
}

/** Who knows digests. */
export interface LookUp {
  /** Begins with the images of one revision: gives what tells the pinned name (`repository@sha256:...`) of each. Rejects with a registry's words. */
  begin(question: DigestQuestion): (image: string) => Promise<string>
  /** A text that is another one when the pods would pull with other credentials. Rejects when they cannot be read. */
  credentials(puller: Puller): Promise<string>
}

/** As the reference asks a registry again: 1 s doubling to 1000 s. A pass that finds no answer ends well, so the loop's own back-off never grows. */
const askAgain: Backoff = { firstMs: 1_000, maxMs: 1_000_000 }

/** Looks at the credentials meanwhile, in milliseconds: a few within each wait, so that a thousand such revisions cost the API server little. */
const lookEveryMs = (delayMs: number): number => Math.max(5_000, delayMs / 16)

interface Inquiry {
  /** A new revision of an old name asks anew. */
  readonly uid: string
  /** Times in a row that a registry gave no digest. */
  readonly failures: number
  readonly answer: Digests
  /** The credentials that the last question was asked with; unknown for the first ones, which are asked again soon. */
  readonly credentials?: string | undefined
}

/**
 * Turns tags into digests in the background, so that no pass waits for a registry. A failure is told once, then asked again with back-off, or as soon as the
 * pull Secret that was missing is there.
 */
export class DigestResolver {
  readonly #inquiries = new Map<string, Inquiry>()
  readonly #onAnswer: (key: string) => void
  readonly #lookUp: LookUp
  readonly #clock: Clock
  readonly #pace: LookUpPace

  /** `onAnswer` is called when {@link resolve} has news for a key. */
  constructor(onAnswer: (key: string) => void, lookUp: LookUp, clock: Clock = systemClock) {
    this.#onAnswer = onAnswer
    this.#lookUp = lookUp
    this.#clock = clock
    this.#pace = new LookUpPace(clock)
  }

  resolve(question: DigestQuestion): Digests {
    const digests = new Map<string, string>()
    const open: string[] = []
    for (const image of question.images) {
      const reference = parseImageReference(image)
      if (reference?.digest !== undefined) digests.set(image, image)
      else if (namesOf(reference?.registry).some((name) => question.skippedRegistries.has(name))) digests.set(image, '')
      else open.push(image)
    }
    if (open.length === 0) return { kind: 'resolved', digests }
    const known = this.#inquiries.get(question.key)
    if (known === undefined || known.uid !== question.uid) {
      void this.#ask(this.#inquire(question, 0), question, open, digests)
      return { kind: 'pending' }
    }
    if (known.answer.kind === 'failed') {
      const inquiry = this.#inquire(question, known.failures, known.credentials)
      const delayMs = delayOf(askAgain, known.failures)
      this.#wait(inquiry, question, delayMs, this.#clock.now() + delayMs, () => void this.#ask(inquiry, question, open, digests))
    }
    return known.answer
  }

  /** The revision has its digests in its status, or is gone. */
  forget(key: string): void {
    this.#inquiries.delete(key)
  }

  #inquire({ key, uid }: DigestQuestion, failures: number, credentials?: string): Inquiry {
    const inquiry: Inquiry = { uid, failures, answer: { kind: 'pending' }, credentials }
    this.#inquiries.set(key, inquiry)
    return inquiry
  }

  /** Until `due`, or until the credentials are others than those of the last question. */
  #wait(inquiry: Inquiry, question: DigestQuestion, delayMs: number, due: number, ask: () => void): void {
    const leftMs = due - this.#clock.now()
    this.#clock.after(Math.min(leftMs, lookEveryMs(delayMs)), () => {
      if (this.#inquiries.get(question.key) !== inquiry) return
      if (this.#clock.now() >= due) ask()
      else void this.#haveChanged(inquiry, question).then((changed) => (changed ? ask() : this.#wait(inquiry, question, delayMs, due, ask)))
    })
  }

  async #haveChanged({ credentials }: Inquiry, question: DigestQuestion): Promise<boolean> {
    const now = await this.#credentials(question)
    return credentials !== undefined && now !== undefined && now !== credentials
  }

  /** Undefined when they cannot be read: whoever asks with them is told why. */
  #credentials(question: DigestQuestion): Promise<string | undefined> {
    return this.#lookUp.credentials(question).catch(() => undefined)
  }

  async #ask(inquiry: Inquiry, question: DigestQuestion, images: readonly string[], known: ReadonlyMap<string, string>): Promise<void> {
    const { key } = question
    if (this.#inquiries.get(key) !== inquiry) return
    const digests = new Map(known)
    // Before the keychain is read: what comes in between is a change.
    const credentials = inquiry.failures > 0 ? await this.#credentials(question) : undefined
    const digestOf = this.#lookUp.begin(question)
    let failed: Digests | undefined
    const one = async (image: string): Promise<void> => {
      try {
        digests.set(image, await digestOf(image))
      } catch (error) {
        failed = { kind: 'failed', image, message: errorText(error) }
      }
    }
    await this.#pace.inTurn(() => Promise.all([...new Set(images)].map(one)))
    // Forgotten meanwhile, or asked for another revision: nobody wants this answer any more.
    if (this.#inquiries.get(key) !== inquiry) return
    const answer: Digests = failed ?? { kind: 'resolved', digests }
    this.#inquiries.set(key, { ...inquiry, answer, credentials, failures: failed === undefined ? 0 : inquiry.failures + 1 })
    this.#onAnswer(key)
  }
}

/** Docker Hub has two names; either one may be in the list. */
const namesOf = (registry: string | undefined): readonly string[] =>
  registry === undefined ? [] : registry === 'docker.io' ? [registry, 'index.docker.io'] : [registry]
