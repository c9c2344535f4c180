import type { Secret } from '@knative-ts/api/kubernetes'
import { isAlreadyExists, type Clock, type Kept } from '@knative-ts/kube'
import { authorityIn, authoritySecret, authoritySecretName, type AuthorityState } from './authority.ts'

/** Keeps the issuer's authority in its Secret: makes it with the first certificate that is asked for, and another before it ends. */
export class AuthorityKeeper {
  readonly #secrets: Kept<Secret>
  readonly #namespace: string
  readonly #clock: Clock
  #making: Promise<Secret> | undefined

  constructor(secrets: Kept<Secret>, namespace: string, clock: Clock) {
    this.#secrets = secrets
    this.#namespace = namespace
    this.#clock = clock
  }

  /** What signs now. One that somebody has put there, and that cannot sign, is left as it is. */
  async current(): Promise<AuthorityState> {
    const present = this.#secrets.get({ namespace: this.#namespace, name: authoritySecretName })
    const state = present && authorityIn(present, this.#clock.now())
    if (state !== undefined && !(state.kind === 'usable' && state.due)) return state
    // Many certificates may be asked for at a time.
    this.#making ??= this.#make(present).finally(() => (this.#making = undefined))
    return authorityIn(await this.#making, this.#clock.now())
  }

  async #make(present: Secret | undefined): Promise<Secret> {
    const fresh = authoritySecret(this.#namespace, this.#clock.now())
    if (present !== undefined) return this.#secrets.update({ ...present, data: { ...present.data, ...fresh.data } })
    try {
      return await this.#secrets.create(fresh)
    } catch (error) {
      // Not of type kubernetes.io/tls, or of this moment.
      if (isAlreadyExists(error)) return this.#secrets.fetch({ namespace: this.#namespace, name: authoritySecretName })
      throw error
    }
  }
}
