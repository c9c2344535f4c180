/** One request as the API server's audit log has it, as far as rights are concerned. */
export interface AuditedCall {
  /** Name of the ServiceAccount in the system namespace. */
  readonly account: string
  readonly verb: string
  readonly group: string
  /** Plural, with the subresource after a slash. */
  readonly resource: string
  /** '' for an object of the cluster, and for a list or watch of all namespaces. */
  readonly namespace: string
  /** '' where no single object was asked for. */
  readonly name: string
  /** False when the authorizer said no. */
  readonly allowed: boolean
  readonly at: Date
}

interface AuditEvent {
  readonly stage?: string
  readonly verb?: string
  readonly stageTimestamp?: string
  readonly user?: { readonly username?: string; readonly extra?: Readonly<Record<string, readonly string[]>> }
  readonly objectRef?: {
    readonly resource?: string
    readonly subresource?: string
    readonly apiGroup?: string
    readonly namespace?: string
    readonly name?: string
  }
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * The request of one line, when a pod asked for an object as a ServiceAccount of `namespace`; undefined for others (whoever has a token of the
 * account is not the role), for paths that are no objects (discovery), and for what the authorizer was not asked about. Throws on a line that
 * is no audit event.
 */
export function auditedCall(line: string, namespace: string): AuditedCall | undefined {
  const prefix = `system:serviceaccount:${namespace}:`
  if (!line.includes(prefix)) return undefined
  const { verb = '', user, objectRef, annotations, stageTimestamp = '' } = JSON.parse(line) as AuditEvent
  const decision = annotations?.['authorization.k8s.io/decision']
  if (user?.username?.startsWith(prefix) !== true || objectRef?.resource === undefined || decision === undefined) return undefined
  if (user.extra?.['authentication.kubernetes.io/pod-name'] === undefined) return undefined
  const { resource, subresource, apiGroup = '', name = '' } = objectRef
  return {
    account: user.username.slice(prefix.length),
    verb,
    group: apiGroup,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    // A namespace is an object of the cluster, though the API server says of it that it is in itself.
    namespace: resource === 'namespaces' ? '' : (objectRef.namespace ?? ''),
    name,
    allowed: decision === 'allow',
    at: new Date(stageTimestamp)
  }
}

/** The request in words: `activator: get revisions.serving.knative.dev a in ns`. */
export function described({ account, verb, group, resource, namespace, name }: AuditedCall): string {
  const [plural = '', subresource] = resource.split('/')
  const kind = `${plural}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`
  return `${account}: ${verb} ${kind}${name === '' ? '' : ` ${name}`}${namespace === '' ? '' : ` in ${namespace}`}`
}
