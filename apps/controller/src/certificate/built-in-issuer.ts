import { certificateConditions, certificates, keyOf, type Certificate, type CertificateStatus } from '@knative-ts/api'
import type { Secret } from '@knative-ts/api/kubernetes'
import { again, ensureOwned, Marks, NotOwnedError, stuck, type Clock, type EventRecorder, type Kept, type Outcome } from '@knative-ts/kube'
import { authoritySecretName } from './authority.ts'
import type { AuthorityKeeper } from './authority-keeper.ts'
import { heldIn, issuedSecret, renewedSecret, type Held } from './issued-secret.ts'

export interface IssuerCollaborators {
  readonly secrets: Kept<Secret>
  readonly authority: AuthorityKeeper
  readonly systemNamespace: string
  readonly recorder: EventRecorder
  readonly clock: Clock
}

/** Issues Certificates of our own class at once, with an authority of its own, and renews them before they end. */
export class BuiltInIssuer {
  readonly #with: IssuerCollaborators

  constructor(collaborators: IssuerCollaborators) {
    this.#with = collaborators
  }

  async issue(certificate: Certificate & { status: CertificateStatus }): Promise<Outcome> {
    const { authority, systemNamespace, clock, recorder } = this.#with
    const marks = new Marks(certificate.status, certificateConditions)
    const state = await authority.current()
    const key = { namespace: certificate.metadata.namespace ?? '', name: certificate.spec.secretName }
    const present = this.#with.secrets.get(key)
    if (state.kind === 'unusable') {
      const words = `Secret ${systemNamespace}/${authoritySecretName} cannot sign: ${state.problem}. Put an authority there, or delete it to have one made.`
      const left = (heldIn(present, certificate)?.endsAt ?? 0) - clock.now()
      if (left <= 0) marks.false('Ready', 'AuthorityUnusable', words)
      // Hosts are served with what there is for as long as it holds.
      else recorder.record(certificate, 'Warning', 'AuthorityUnusable', words)
      return left <= 0 ? stuck('the authority cannot sign') : again(left)
    }
    const held = heldIn(present, certificate, state.authority)
    const good = held !== undefined && clock.now() < held.renewAt ? held : undefined
    try {
      const { endsAt, renewAt } = good ?? (await this.#renew(certificate, state.authority))
      certificate.status.notAfter = `${new Date(endsAt).toISOString().slice(0, 19)}Z`
      marks.true('Ready')
      return again(Math.max(renewAt - clock.now(), 0))
    } catch (error) {
      if (!(error instanceof NotOwnedError)) throw error
      marks.false('Ready', 'NotOwned', `There is an existing Secret "${key.name}" that we do not own.`)
      throw error
    }
  }

  async #renew(certificate: Certificate, authority: Parameters<typeof issuedSecret>[1]): Promise<Held> {
    const { secrets, clock, recorder } = this.#with
    const desired = issuedSecret(certificate, authority, clock.now())
    const { object, action } = await ensureOwned(secrets, certificate, certificates, desired, (current) =>
      renewedSecret(current, desired, certificate)
    )
    const { namespace, name } = keyOf(object)
    recorder.record(certificate, 'Normal', action === 'created' ? 'Issued' : 'Renewed', `The certificate is in Secret ${namespace}/${name}`)
    const held = heldIn(object, certificate, authority)
    if (held === undefined) throw new Error(`Secret ${namespace}/${name} does not hold what was written into it`)
    return held
  }
}
