import {
  apiVersionOf,
  certificateClassAnnotations,
  childName,
  domainMappingNamespaceLabel,
  domainMappingUidLabel,
  gatewayIngressClass,
  ingressClassAnnotations,
  ingresses,
  type DomainMapping,
  type Http01Challenge,
  type Ingress,
  type IngressTls
} from '@knative-ts/api'
import { challengePaths } from '../certificate/challenge-paths.ts'
import { lastAppliedAnnotation, without } from '../reconciling/without.ts'
import { ingressFinalizer } from '../route/ingress-of.ts'
import type { HttpOption } from '../ingress/http-option.ts'

const [classKey, otherClassKey] = ingressClassAnnotations
const notHandedOn: readonly string[] = [lastAppliedAnnotation, otherClassKey, certificateClassAnnotations[1]]

/** What a mapped domain is served with. */
export interface Mapped {
  /** The Kubernetes Service that requests go to, and the host that they then ask for. */
  readonly service: string
  readonly host: string
  readonly ingressClass: string
  readonly httpOption: HttpOption
  readonly tls: readonly IngressTls[]
  readonly challenges: readonly Http01Challenge[]
}

/** The KIngress of a DomainMapping: one host, which becomes the host of what it leads to on the way. */
export function mappedIngressOf(mapping: DomainMapping, mapped: Mapped): Ingress {
  const { name = '', namespace = '', uid = '', labels, annotations } = mapping.metadata
  const { ingressClass, httpOption, tls, challenges, service, host } = mapped
  return {
    apiVersion: apiVersionOf(ingresses),
    kind: ingresses.kind,
    metadata: {
      name: childName(name, ''),
      namespace,
      labels: { ...labels, [domainMappingUidLabel]: uid, [domainMappingNamespaceLabel]: namespace },
      annotations: { ...without(annotations, (key) => notHandedOn.includes(key)), [classKey]: ingressClass },
      // Set at birth: saves the write that would add it.
      ...(ingressClass === gatewayIngressClass ? { finalizers: [ingressFinalizer] } : {})
    },
    spec: {
      ...httpOption,
      ...(tls.length === 0 ? {} : { tls: [...tls] }),
      rules: [
        {
          hosts: [name],
          visibility: 'ExternalIP',
          http: {
            paths: [
              ...challengePaths(name, challenges),
              {
                rewriteHost: host,
                splits: [
                  {
                    // What the user container is told of the host that was asked for at first.
                    appendHeaders: { 'K-Original-Host': name },
                    percent: 100,
                    serviceName: service,
                    serviceNamespace: namespace,
                    servicePort: 80
                  }
                ]
              }
            ]
          }
        }
      ]
    }
  }
}
