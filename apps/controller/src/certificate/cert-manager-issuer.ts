import {
  certificateConditions,
  certificates,
  keyOf,
  type Certificate,
  type CertificateStatus,
  type CertmanagerConfig
} from '@knative-ts/api'
import type * as k8s from '@knative-ts/api/kubernetes'
import {
  again,
  controllerRefOf,
  equalJson,
  isControlledBy,
  isNotFound,
  Marks,
  stuck,
  type Clock,
  type EventRecorder,
  type Kept,
  type KubeClient,
  type Outcome
} from '@knative-ts/kube'
import { cmCertificates, type CmCertificate } from './cert-manager.ts'
import { cmCertificateOf } from './cm-certificate-of.ts'
import { httpChallenges } from './solvers.ts'

/** Milliseconds until cert-manager is asked again. It is not watched: a kind that a cluster does not have cannot be. */
const whileWaitingMs = 2_000
const whenReadyMs = 60_000
const whenAbsentMs = 30_000

/** Reasons of a certificate that is still to come (cert-manager's own words). */
const notYet: readonly string[] = ['InProgress', 'Pending', 'TemporaryCertificate']

export interface CertManagerCollaborators {
  readonly client: KubeClient
  readonly services: Kept<k8s.Service>
  readonly config: () => CertmanagerConfig
  readonly recorder: EventRecorder
  readonly clock: Clock
}

type Current = Certificate & { status: CertificateStatus }

/** Hands Certificates of cert-manager's class over to cert-manager, as upstream's net-certmanager does, and tells how far it is. */
export class CertManagerIssuer {
  readonly #with: CertManagerCollaborators

  constructor(collaborators: CertManagerCollaborators) {
    this.#with = collaborators
  }

  async issue(certificate: Current): Promise<Outcome> {
    const marks = new Marks(certificate.status, certificateConditions)
    const rendered = cmCertificateOf(certificate, this.#with.config())
    if (rendered.kind === 'refused') {
      marks.false('Ready', rendered.reason, rendered.message)
      return stuck(rendered.message)
    }
    try {
      const theirs = await this.#ensure(certificate, rendered.certificate, marks)
      if (theirs === undefined) return again(whenAbsentMs)
      return await this.#follow(certificate, theirs, marks)
    } catch (error) {
      // What is ready stays so while it is renewed.
      if (marks.isUnknown('Ready')) marks.unknown('Ready', 'ReconcileFailed', 'Cert-Manager certificate has not yet been reconciled.')
      throw error
    }
  }

  /** Undefined when the cluster does not have the kind. */
  async #ensure(certificate: Current, desired: CmCertificate, marks: Marks): Promise<CmCertificate | undefined> {
    const { client, recorder } = this.#with
    const called = `${desired.metadata.namespace}/${desired.metadata.name}`
    const current = await this.#get(desired)
    if (current === undefined) {
      const metadata = { ...desired.metadata, ownerReferences: [controllerRefOf(certificate, certificates)] }
      try {
        const made = await client.create(cmCertificates, { ...desired, metadata })
        recorder.record(certificate, 'Normal', 'Created', `Created Cert-Manager Certificate ${called}`)
        return made
      } catch (error) {
        if (!isNotFound(error)) throw error
        const ours = 'or set certificate-class of config-network to issuer.certificate.networking.knative.dev'
        marks.false(
          'Ready',
          'CertManagerNotInstalled',
          `This cluster has no Certificates of cert-manager.io/v1: install cert-manager, ${ours}.`
        )
        return undefined
      }
    }
    if (!isControlledBy(current, certificate)) {
      marks.false('Ready', 'NotOwned', `There is an existing CertManagerCertificate "${current.metadata.name}" that we do not own.`)
      throw new Error(`knative Certificate ${called} does not own CertManager Certificate: ${current.metadata.name}`)
    }
    if (equalJson(current.spec, desired.spec)) return current
    const updated = await client.update(cmCertificates, { ...current, spec: desired.spec })
    recorder.record(certificate, 'Normal', 'Updated', `Updated Spec for Cert-Manager Certificate ${called}`)
    return updated
  }

  async #get(desired: CmCertificate): Promise<CmCertificate | undefined> {
    try {
      return await this.#with.client.get(cmCertificates, keyOf(desired))
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  async #follow(certificate: Current, theirs: CmCertificate, marks: Marks): Promise<Outcome> {
    const { status } = certificate
    if (theirs.status?.notAfter === undefined) delete status.notAfter
    else status.notAfter = theirs.status.notAfter
    const ready = theirs.status?.conditions?.find(({ type }) => type === 'Ready')
    const { reason = '', message = '' } = ready ?? {}
    if (ready?.status === 'True') {
      marks.true('Ready')
      const renewing = Date.parse(theirs.status?.renewalTime ?? '') <= this.#with.clock.now()
      status.conditions = (status.conditions ?? []).filter(({ type }) => type !== 'Renewing')
      if (!renewing) {
        delete status.http01Challenges
        return again(whenReadyMs)
      }
      marks.true('Renewing')
    } else if (ready === undefined) {
      marks.unknown('Ready', 'NoCertManagerCertCondition', 'The ready condition of Cert Manager Certificate does not exist.')
    } else if (ready.status === 'Unknown' || notYet.includes(reason)) marks.unknown('Ready', reason, message)
    else marks.false('Ready', reason, message)
    status.http01Challenges = await httpChallenges(this.#with.client, this.#with.services, certificate, theirs)
    return again(whileWaitingMs)
  }
}
