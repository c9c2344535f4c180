import { createHash } from 'node:crypto'
import type { Ingress, IngressPath, IngressRule, IngressSpec, IngressSplit } from '@knative-ts/api'

/**
 * What a KIngress is known by among those who serve it and those who probe: SHA-256 (hex) of its spec, namespace and name, as upstream's `ComputeHash`
 * has it (knative.dev/networking, pkg/ingress), so that a prober that is not ours knows it too. Two specs that say the same have one version, whatever
 * order their fields were written in.
 */
export function versionOf({ metadata, spec }: Pick<Ingress, 'metadata' | 'spec'>): string {
  return createHash('sha256')
    .update(`${asGoPrints(inGosOrder(spec))}${metadata.namespace ?? ''}${metadata.name ?? ''}`)
    .digest('hex')
}

/** The fields in the order of upstream's structs, without those that `omitempty` leaves out; maps by key. */
const inGosOrder = ({ tls, rules, httpOption }: IngressSpec): object => ({
  tls: filled(
    tls?.map(({ hosts, secretName, secretNamespace }) => ({
      hosts: filled(hosts),
      secretName: said(secretName),
      secretNamespace: said(secretNamespace)
    }))
  ),
  rules: filled(rules?.map(rule)),
  httpOption: said(httpOption)
})

const rule = ({ hosts, visibility, http }: IngressRule): object => ({
  hosts: filled(hosts),
  visibility: said(visibility),
  http: http && { paths: http.paths.map(path) }
})

const path = ({ path: prefix, rewriteHost, headers, splits, appendHeaders }: IngressPath): object => ({
  path: said(prefix),
  rewriteHost: said(rewriteHost),
  headers: sorted(headers, ({ exact }) => ({ exact })),
  splits: splits.map(split),
  appendHeaders: sorted(appendHeaders, (value) => value)
})

const split = ({ serviceNamespace, serviceName, servicePort, percent, appendHeaders }: IngressSplit): object => ({
  serviceNamespace,
  serviceName,
  servicePort,
  percent: percent === 0 ? undefined : percent,
  appendHeaders: sorted(appendHeaders, (value) => value)
})

const said = (text: string | undefined): string | undefined => (text === '' ? undefined : text)
const filled = <T>(list: readonly T[] | undefined): readonly T[] | undefined => (list?.length === 0 ? undefined : list)

function sorted<T>(map: Readonly<Record<string, T>> | undefined, print: (value: T) => unknown): object | undefined {
  const entries = Object.entries(map ?? {}).sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([key, value]) => [key, print(value)]))
}

/** Go escapes what HTML would take for markup, and two line ends of JavaScript. */
const asGoPrints = (value: object): string =>
  JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
