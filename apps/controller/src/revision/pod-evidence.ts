import type { Pod } from '@knative-ts/api/kubernetes'
import { type Clock, equalJson, type KubeClient, systemClock } from '@knative-ts/kube'
import { askPod, type Evidence, type PodQuestion } from './ask-pod.ts'

/** What is known by now, and in how many ms it is worth another look. */
export interface Testimony {
  readonly evidence: Evidence | undefined
  readonly afterMs: number
}

/** Whoever tells why pods are not ready. `key`: `namespace/name` of the revision. */
export interface Witness {
  of(key: string, pod: Pod, question: PodQuestion): Testimony
  forget(key: string): void
}

/** A pod that starts in this time is not asked at all. ms */
const startMs = 2_000
/** So young a pod is looked at every second: what is in its way shows about now. ms */
const youngMs = 10_000
const youngPauseMs = 1_000
/** Between two looks at one that is older; at an old one, a share of its age. ms */
const leastMs = 3_000
const shareOfAge = 8
const mostMs = 60_000
/** Looks at a time, over all revisions: API server and kubelets have other things to do. */
const atOnce = 8
const busyMs = 500

interface Inquiry {
  readonly uid: string
  readonly question: PodQuestion
  readonly evidence: Evidence | undefined
  readonly askedAt: number
}

/**
 * Asks pods that do not get ready for the reason, in the background, so that no pass waits for a kubelet: the pass after the answer finds it.
 * Nothing is asked that was asked a moment ago.
 */
export class PodEvidence implements Witness {
  readonly #inquiries = new Map<string, Inquiry>()
  readonly #client: KubeClient
  readonly #onNews: (key: string) => void
  readonly #clock: Clock
  #asking = 0

  /** `onNews` is called when {@link of} has something new for a key. */
  constructor(client: KubeClient, onNews: (key: string) => void, clock: Clock = systemClock) {
    this.#client = client
    this.#onNews = onNews
    this.#clock = clock
  }

  of(key: string, pod: Pod, question: PodQuestion): Testimony {
    const now = this.#clock.now()
    const { uid = '', creationTimestamp } = pod.metadata
    const ageMs = now - Date.parse(creationTimestamp ?? '')
    // Times of objects are whole seconds: one that is there for two has been there for one at least.
    if (ageMs < startMs) return { evidence: undefined, afterMs: startMs - Math.max(0, ageMs) }
    const pauseMs = ageMs < youngMs ? youngPauseMs : Math.min(mostMs, Math.max(leastMs, ageMs / shareOfAge))
    const known = this.#inquiries.get(key)
    const same = known?.uid === uid && equalJson(known.question, question)
    const waitMs = same ? known.askedAt + pauseMs - now : 0
    const evidence = known?.uid === uid ? known.evidence : undefined
    if (waitMs > 0) return { evidence, afterMs: waitMs }
    if (this.#asking >= atOnce) return { evidence, afterMs: busyMs }
    const inquiry: Inquiry = { uid, question, evidence, askedAt: now }
    this.#inquiries.set(key, inquiry)
    void this.#ask(key, pod, inquiry)
    return { evidence, afterMs: pauseMs }
  }

  /** The revision is no more. */
  forget(key: string): void {
    this.#inquiries.delete(key)
  }

  async #ask(key: string, pod: Pod, inquiry: Inquiry): Promise<void> {
    this.#asking++
    const evidence = await askPod(this.#client, pod, inquiry.question).finally(() => this.#asking--)
    // Forgotten meanwhile, or another pod was asked: nobody wants this answer any more.
    if (this.#inquiries.get(key) !== inquiry) return
    this.#inquiries.set(key, { ...inquiry, evidence })
    if (!equalJson(evidence, inquiry.evidence)) this.#onNews(key)
  }
}
