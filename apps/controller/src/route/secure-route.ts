import {
  certificateTypeLabel,
  domainFor,
  isFailed,
  isReady,
  isTrue,
  keyText,
  keyOf,
  routeConditions,
  routes,
  type Certificate,
  type Http01Challenge,
  type Ingress,
  type IngressTls,
  type Route,
  type RouteStatus
} from '@knative-ts/api'
import { errorText, isControlledBy, Marks, NotOwnedError } from '@knative-ts/kube'
import { inOrder } from '../certificate/challenge-paths.ts'
import { ensureCertificate, ingressTlsOf, whyNotReady, type CertificateKeeping } from '../certificate/ensure-certificate.ts'
import { wantsExternalTls } from '../domain-mapping/secure-domain.ts'
import { externalCertificateOf, localCertificateOf, wildcardFor } from './certificates-of.ts'
import type { RouteHost } from './route-hosts.ts'
import type { RouteSettings } from './route-settings.ts'

/** Index of Certificates: `namespace/route`. */
export const certificatesByRoute = 'route'

/** How a Route's hosts are served. */
export interface SecuredRoute {
  readonly tls: readonly IngressTls[]
  readonly challenges: readonly Http01Challenge[]
  /** Scheme of each host outside the cluster for which TLS is wanted, by name. */
  readonly schemes: ReadonlyMap<string, 'http' | 'https'>
  /** Tags whose names inside the cluster are served over TLS. */
  readonly localTags: ReadonlySet<string>
  /** Certificates that none of the hosts needs. */
  readonly surplus: readonly Certificate[]
}

type Current = Route & { status: RouteStatus }
interface Wanted {
  readonly host: RouteHost
  /** The one that is to be shown, and the one that is until then; mostly the same. */
  readonly asked: Certificate
  readonly certificate: Certificate
  readonly local: boolean
}

/** The certificates of a Route's hosts: those that are missing are asked for. Its condition says how far they are. */
export async function secureRoute(
  keeping: CertificateKeeping,
  route: Current,
  hosts: readonly RouteHost[],
  settings: RouteSettings,
  before: Ingress | undefined
): Promise<SecuredRoute> {
  const marks = new Marks(route.status, routeConditions)
  const { network } = settings
  const external = wantsExternalTls(route.metadata.annotations, network)
  const outside = external ? hosts.filter(({ visibility }) => visibility === 'ExternalIP') : []
  const inside = network.clusterLocalDomainTls ? hosts : []
  const wanted = [
    ...(await Promise.all(outside.map((host) => outsideOf(keeping, route, host, settings, before, marks)))),
    ...(await Promise.all(inside.map((host) => insideOf(keeping, route, host, settings, marks))))
  ]
  if (wanted.length === 0) {
    marks.true(
      'CertificateProvisioned',
      'TLSNotEnabled',
      external ? 'TLS is not enabled for cluster-local' : 'external-domain-tls is not enabled'
    )
  } else tellState(marks, wanted, network.httpProtocol === 'enabled')
  return { ...secured(wanted, network.httpProtocol === 'enabled'), surplus: surplusOf(keeping, route, wanted) }
}

async function outsideOf(
  keeping: CertificateKeeping,
  route: Current,
  host: RouteHost,
  settings: RouteSettings,
  before: Ingress | undefined,
  marks: Marks
): Promise<Wanted> {
  const domain = domainFor(settings.domain, route.metadata.labels ?? {})
  const desired = externalCertificateOf(route, host, domain, settings)
  const shared = wildcardFor(host.domain, domain, keeping.certificates.list(route.metadata.namespace))
  const wanted = shared ?? (await ensured(keeping, route, desired, marks))
  // What is shown already is shown until what is wanted is there.
  return { host, asked: wanted, certificate: isReady(wanted) ? wanted : (shownNow(keeping, host.domain, before) ?? wanted), local: false }
}

/** The certificate that a host shows now, when it is still good. */
function shownNow({ certificates }: CertificateKeeping, host: string, before: Ingress | undefined): Certificate | undefined {
  const shown = before?.spec.tls?.find(({ hosts }) => hosts?.includes(host))
  if (shown === undefined) return undefined
  const certificate = certificates.get({ namespace: shown.secretNamespace ?? '', name: shown.secretName ?? '' })
  return certificate !== undefined && certificate.metadata.deletionTimestamp === undefined && isReady(certificate) ? certificate : undefined
}

async function insideOf(
  keeping: CertificateKeeping,
  route: Current,
  host: RouteHost,
  settings: RouteSettings,
  marks: Marks
): Promise<Wanted> {
  const asked = await ensured(keeping, route, localCertificateOf(route, host, settings), marks)
  return { host, asked, certificate: asked, local: true }
}

async function ensured(keeping: CertificateKeeping, route: Current, desired: Certificate, marks: Marks): Promise<Certificate> {
  try {
    return await ensureCertificate(keeping, route, routes, desired)
  } catch (error) {
    const { name = '' } = desired.metadata
    if (error instanceof NotOwnedError) {
      marks.false('CertificateProvisioned', 'CertificateNotOwned', `There is an existing certificate ${name} that we don't own.`)
    } else
      marks.false(
        'CertificateProvisioned',
        'CertificateProvisionFailed',
        `Certificate ${name} fails to be provisioned: ${errorText(error)}`
      )
    throw error
  }
}

/** Several certificates are as far as the one that is least far; hosts outside may do without for a while where plain HTTP is allowed. */
function tellState(marks: Marks, wanted: readonly Wanted[], mayDowngrade: boolean): void {
  const open = wanted.filter(({ certificate }) => !isReady(certificate))
  const strict = open.filter(({ local }) => local || !mayDowngrade)
  const worst = strict.find(({ certificate }) => isFailed(certificate)) ?? strict[0]
  const nameOf = ({ certificate }: Wanted): string => certificate.metadata.name ?? ''
  if (worst !== undefined) {
    const why = whyNotReady(worst.certificate)
    if (isFailed(worst.certificate)) {
      marks.false('CertificateProvisioned', 'CertificateProvisionFailed', `Certificate ${nameOf(worst)} fails to be provisioned: ${why}`)
    } else marks.unknown('CertificateProvisioned', 'CertificateNotReady', `Certificate ${nameOf(worst)} is not ready: ${why}`)
  } else if (open[0] !== undefined) {
    marks.true('CertificateProvisioned', 'HTTPDowngrade', `Certificate ${nameOf(open[0])} is not ready downgrade HTTP.`)
  } else marks.true('CertificateProvisioned')
}

function secured(wanted: readonly Wanted[], mayDowngrade: boolean): Omit<SecuredRoute, 'surplus'> {
  const ready = wanted.filter(({ certificate }) => isReady(certificate))
  const open = wanted.map(({ asked }) => asked).filter((asked) => !isReady(asked) || isTrue(asked.status?.conditions, 'Renewing'))
  const outside = wanted.filter(({ local }) => !local)
  return {
    tls: ready.map(({ host, certificate, local }) => ingressTlsOf(certificate, local ? host.local : [host.domain])),
    challenges: inOrder(open.flatMap(({ status }) => status?.http01Challenges ?? [])),
    schemes: new Map(outside.map(({ host, certificate }) => [host.domain, isReady(certificate) || !mayDowngrade ? 'https' : 'http'])),
    localTags: new Set(ready.filter(({ local }) => local).map(({ host }) => host.tag))
  }
}

/** Certificates of this Route that none of its hosts needs. */
function surplusOf({ certificates }: CertificateKeeping, route: Current, needed: readonly Wanted[]): readonly Certificate[] {
  const names = new Set(needed.flatMap(({ asked, certificate }) => [asked.metadata.name, certificate.metadata.name]))
  const mine = certificates.byIndex(certificatesByRoute, keyText(keyOf(route))).filter((certificate) => isControlledBy(certificate, route))
  return mine.filter(({ metadata: { name, labels } }) => labels?.[certificateTypeLabel] !== undefined && !names.has(name))
}
