/** What a kubeconfig is made of. Certificates and keys are PEM text; a user has a certificate, or a token. */
export interface KubeconfigOptions {
  /** `https://127.0.0.1:6443` */
  readonly server: string
  readonly ca: string
  readonly credentials: { readonly cert: string; readonly key: string } | { readonly token: string }
  /** Name of cluster, user and context. Default `knative-ts`. */
  readonly name?: string
  /** Default namespace of the context. */
  readonly namespace?: string
}

/** The YAML text of a kubeconfig with one cluster, one user, one context. Strings are quoted as JSON, which YAML reads. */
export function kubeconfigOf({ server, ca, credentials, name = 'knative-ts', namespace }: KubeconfigOptions): string {
  const base64 = (pem: string) => Buffer.from(pem).toString('base64')
  const user =
    'token' in credentials
      ? [`    token: ${JSON.stringify(credentials.token)}`]
      : [`    client-certificate-data: ${base64(credentials.cert)}`, `    client-key-data: ${base64(credentials.key)}`]
  const quoted = JSON.stringify(name)
  return [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    `- name: ${quoted}`,
    '  cluster:',
    `    server: ${JSON.stringify(server)}`,
    `    certificate-authority-data: ${base64(ca)}`,
    'users:',
    `- name: ${quoted}`,
    '  user:',
    ...user,
    'contexts:',
    `- name: ${quoted}`,
    '  context:',
    `    cluster: ${quoted}`,
    `    user: ${quoted}`,
    ...(namespace === undefined ? [] : [`    namespace: ${JSON.stringify(namespace)}`]),
    `current-context: ${quoted}`,
    ''
  ].join('\n')
}
