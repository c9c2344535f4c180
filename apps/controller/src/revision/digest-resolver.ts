import { parseImageReference, pinned } from './image-reference.ts'
import { manifestDigest } from './manifest-digest.ts'

/** What is known of the images of one revision. Digests are by image; '' for one whose tag stays. */
export type Digests =
  | { readonly kind: 'resolved'; readonly digests: ReadonlyMap<string, string> }
  | { readonly kind: 'pending' }
  | { readonly kind: 'failed'; readonly image: string; readonly message: string }

export interface DigestQuestion {
  /** `namespace/name` of the revision. */
  readonly key: string
  readonly images: readonly string[]
  readonly skippedRegistries: ReadonlySet<string>
  readonly timeoutMs: number
}

type LookUp = typeof manifestDigest

/** Turns tags into digests in the background, so that no pass waits for a registry. A failure is told once, then forgotten and tried again. */
export class DigestResolver {
  readonly #answers = new Map<string, Digests>()
  readonly #onAnswer: (key: string) => void
  readonly #lookUp: LookUp

  /** `onAnswer` is called when {@link resolve} has news for a key. */
  constructor(onAnswer: (key: string) => void, lookUp: LookUp = manifestDigest) {
    this.#onAnswer = onAnswer
    this.#lookUp = lookUp
  }

  resolve(question: DigestQuestion): Digests {
    const digests = new Map<string, string>()
    const open: string[] = []
    for (const image of question.images) {
      const { registry, digest } = parseImageReference(image)
      if (digest !== '') digests.set(image, image)
      else if (question.skippedRegistries.has(registry)) digests.set(image, '')
      else open.push(image)
    }
    if (open.length === 0) return { kind: 'resolved', digests }
    const answer = this.#answers.get(question.key)
    if (answer === undefined) {
      this.#answers.set(question.key, { kind: 'pending' })
      void this.#ask(question, open, digests)
      return { kind: 'pending' }
    }
    if (answer.kind === 'failed') this.#answers.delete(question.key)
    return answer
  }

  /** The revision is gone, or has its digests in its status. */
  forget(key: string): void {
    this.#answers.delete(key)
  }

  async #ask({ key, timeoutMs }: DigestQuestion, images: readonly string[], known: ReadonlyMap<string, string>): Promise<void> {
    const digests = new Map(known)
    let failed: Digests | undefined
    const one = async (image: string): Promise<void> => {
      const reference = parseImageReference(image)
      try {
        const digest = await this.#lookUp(reference, `knative/${key.split('/')[1]} (serving)`, AbortSignal.timeout(timeoutMs))
        digests.set(image, pinned(reference, digest))
      } catch (error) {
        failed = { kind: 'failed', image, message: error instanceof Error ? error.message : String(error) }
      }
    }
    await Promise.all([...new Set(images)].map(one))
    // Forgotten meanwhile: nobody asks for the answer any more.
    if (!this.#answers.has(key)) return
    this.#answers.set(key, failed ?? { kind: 'resolved', digests })
    this.#onAnswer(key)
  }
}
