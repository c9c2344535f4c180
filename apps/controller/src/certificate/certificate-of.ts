import {
  apiVersionOf,
  certificateClassAnnotations,
  certificates,
  certificateTypeLabel,
  firstOf,
  ingressClassAnnotations,
  type Certificate,
  type certificateTypes,
  type KubeObject
} from '@knative-ts/api'
import { lastAppliedAnnotation, without } from '../reconciling/without.ts'

const [classKey, otherClassKey] = certificateClassAnnotations
const notHandedOn: readonly string[] = [lastAppliedAnnotation, otherClassKey, ingressClassAnnotations[1]]

/** A Certificate that some hosts of an object need. */
export interface WantedCertificate {
  readonly name: string
  readonly namespace: string
  readonly type: (typeof certificateTypes)[number]
  readonly dnsNames: readonly string[]
  /** The base domain of the names. */
  readonly domain: string
  /** Says whose it is. */
  readonly labels: Readonly<Record<string, string>>
}

/** Which issuer an object's certificates come from: what it says itself, else what is configured. */
export const certificateClassOf = (owner: KubeObject, configured: string): string =>
  firstOf(owner.metadata.annotations, certificateClassAnnotations) ?? configured

/** The Certificate, with its owner's annotations; its Secret has its name. */
export function certificateOf(owner: KubeObject, wanted: WantedCertificate, certificateClass: string): Certificate {
  const { name, namespace, type, dnsNames, domain, labels } = wanted
  return {
    apiVersion: apiVersionOf(certificates),
    kind: certificates.kind,
    metadata: {
      name,
      namespace,
      labels: { ...labels, [certificateTypeLabel]: type },
      annotations: { ...without(owner.metadata.annotations, (key) => notHandedOn.includes(key)), [classKey]: certificateClass }
    },
    spec: { dnsNames: [...dnsNames], domain, secretName: name }
  }
}
