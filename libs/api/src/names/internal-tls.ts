/** What certificates roles and pods show each other, where `system-internal-tls` is on (reference 1.2, 2.3 and 4.1). */

/** The Certificate of the roles, and its Secret, in the system namespace. */
export const rolesCertificateName = 'routing-serving-certs'
/** The Certificate of a namespace's pods, and its Secret. */
export const podsCertificateName = 'serving-certs'

/** The name by which roles are known. */
export const rolesServerName = 'kn-routing'
/** The name by which a namespace's pods are known. */
export const podsServerName = (namespace: string): string => `kn-user-${namespace.toLowerCase()}`
/** The name that older ingresses expect of all of them. */
export const anyServerName = 'data-plane.knative.dev'

/** Label on ConfigMaps of the system namespace: each of their values is PEM of authorities that are trusted too. */
export const trustBundleLabel = 'networking.knative.dev/trust-bundle'

/** The port of requests over TLS, of activators and queue-proxies alike. */
export const securePort = 8112
/** Where a queue-proxy finds its certificate. */
export const podsCertificateDirectory = '/var/lib/knative/certs'

/** A pod's spec, as far as it says what its queue-proxy has. */
interface Mounting {
  readonly spec?: {
    readonly containers?: readonly {
      readonly name?: string
      readonly volumeMounts?: readonly { readonly mountPath?: string }[]
    }[]
  }
}

/** True for a pod (or the template of one) whose queue-proxy has a certificate, and so serves TLS. That never changes in a pod's life. */
export function servesTls({ spec }: Mounting): boolean {
  const queueProxy = spec?.containers?.find(({ name }) => name === 'queue-proxy')
  return queueProxy?.volumeMounts?.some(({ mountPath }) => mountPath === podsCertificateDirectory) === true
}
