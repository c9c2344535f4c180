/** Ingress and IngressClass: rules and defaults. */
import type * as k8s from '@knative-ts/api/kubernetes'
import { forbiddenField, invalidValue, required, tooLong, type Cause } from '../../http/errors.ts'
import { addressProblems, isAddress } from '../addresses.ts'
import { each, immutable, named, optionalWord, portNameProblems, portNumber, requiredName, subdomain } from '../checks.ts'
import type { KindRules } from '../kind-rules.ts'
import { labelProblems, pathSegmentProblems, serviceNameProblems, subdomainProblems, wildcardProblems } from '../names.ts'

const CLASS = 'kubernetes.io/ingress.class'
const BAD_PARTS = ['//', '/./', '/../', '%2f', '%2F']
const BAD_ENDS = ['/..', '/.']
const LONGEST_CONTROLLER = 250

const host = (field: string, name: string): Cause[] => named(field, name, name.includes('*') ? wildcardProblems : subdomainProblems)

function checkBackend({ service, resource }: k8s.IngressBackend, field: string): Cause[] {
  if (service != null && resource != null) return [invalidValue(field, '', 'cannot set both resource and service backends')]
  if (resource != null) return checkReference(resource, `${field}.resource`)
  if (service == null) return [invalidValue(field, '', 'resource or service backend is required')]
  const causes = requiredName(`${field}.service.name`, service.name, serviceNameProblems)
  const { name, number } = service.port ?? {}
  if (name && number) return [...causes, invalidValue(field, '', 'cannot set both port name & port number')]
  if (name) return [...causes, ...named(`${field}.service.port.name`, name, portNameProblems)]
  if (number) return [...causes, ...portNumber(`${field}.service.port.number`, number)]
  return [...causes, required(field, 'port name or number is required')]
}

function checkReference({ apiGroup, kind, name }: k8s.TypedLocalObjectReference, field: string): Cause[] {
  return [
    ...(apiGroup == null ? [] : subdomain(`${field}.apiGroup`, apiGroup)),
    ...requiredName(`${field}.kind`, kind, pathSegmentProblems),
    ...requiredName(`${field}.name`, name, pathSegmentProblems)
  ]
}

function checkPath({ path = '', pathType, backend }: k8s.HTTPIngressPath, field: string): Cause[] {
  if (pathType == null) return [required(`${field}.pathType`, 'pathType must be specified')]
  const at = `${field}.path`
  const causes: Cause[] = []
  const isStrict = pathType === 'Exact' || pathType === 'Prefix'
  if (!isStrict) causes.push(...optionalWord(`${field}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']))
  const isAbsolute = path.startsWith('/') || (pathType === 'ImplementationSpecific' && path === '')
  if (!isAbsolute && (isStrict || pathType === 'ImplementationSpecific')) causes.push(invalidValue(at, path, 'must be an absolute path'))
  if (isStrict) {
    for (const part of BAD_PARTS) if (path.includes(part)) causes.push(invalidValue(at, path, `must not contain '${part}'`))
    for (const end of BAD_ENDS) if (path.endsWith(end)) causes.push(invalidValue(at, path, `cannot end with '${end}'`))
  }
  return [...causes, ...checkBackend(backend ?? {}, `${field}.backend`)]
}

function checkRule(rule: k8s.IngressRule, field: string): Cause[] {
  const name = rule.host ?? ''
  const causes: Cause[] = []
  if (name !== '') {
    if (isAddress(name)) causes.push(invalidValue(`${field}.host`, name, 'must be a DNS name, not an IP address'))
    causes.push(...host(`${field}.host`, name))
  }
  if (rule.http == null) return causes
  if ((rule.http.paths ?? []).length === 0) causes.push(required(`${field}.http.paths`))
  return [...causes, ...each(rule.http.paths, `${field}.http.paths`, checkPath)]
}

function checkIngress({ spec }: k8s.Ingress): Cause[] {
  const { rules = [], defaultBackend, tls, ingressClassName } = spec ?? {}
  const causes: Cause[] = []
  if (rules.length === 0 && defaultBackend == null)
    causes.push(invalidValue('spec', spec?.rules ?? null, 'either `defaultBackend` or `rules` must be specified'))
  if (defaultBackend != null) causes.push(...checkBackend(defaultBackend, 'spec.defaultBackend'))
  causes.push(...each(rules, 'spec.rules', checkRule))
  causes.push(
    ...each(tls, 'spec.tls', ({ hosts, secretName }, at) => [
      ...each(hosts, `${at}.hosts`, (name, place) => host(place, name)),
      ...(secretName ? subdomain(`${at}.secretName`, secretName) : [])
    ])
  )
  return ingressClassName == null ? causes : [...causes, ...subdomain('spec.ingressClassName', ingressClassName)]
}

export const ingressRules: KindRules<k8s.Ingress> = {
  generation: 'spec',
  prepareCreate(ingress) {
    ingress.status = { loadBalancer: {} }
  },
  check: checkIngress,
  checkCreate({ metadata, spec }) {
    const annotation = metadata.annotations?.[CLASS]
    if (annotation === undefined || spec?.ingressClassName == null || annotation === spec.ingressClassName) return []
    return [invalidValue(`annotations.${CLASS}`, annotation, 'must match `ingressClassName` when both are specified')]
  },
  checkStatus: ({ status }) =>
    each(status?.loadBalancer?.ingress, 'status.loadBalancer.ingress', ({ ip, hostname }, at) => [
      ...(ip ? named(`${at}.ip`, ip, addressProblems) : []),
      ...(hostname ? named(`${at}.hostname`, hostname, subdomainProblems) : []),
      ...(hostname && isAddress(hostname) ? [invalidValue(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address')] : [])
    ]),
  warnings: ({ metadata, spec }, before) =>
    before === undefined && metadata.annotations?.[CLASS] !== undefined && spec?.ingressClassName == null
      ? [`annotation ${JSON.stringify(CLASS)} is deprecated, please use 'spec.ingressClassName' instead`]
      : []
}

function checkParameters(reference: k8s.IngressClassParametersReference, field: string): Cause[] {
  const causes = checkReference(reference, field)
  const { scope, namespace } = reference
  if (scope == null) return [...causes, required(`${field}.scope`)]
  causes.push(...optionalWord(`${field}.scope`, scope, ['Cluster', 'Namespace']))
  if (scope === 'Namespace' && namespace == null) causes.push(required(`${field}.namespace`, "`parameters.scope` is set to 'Namespace'"))
  if (scope === 'Namespace' && namespace != null) causes.push(...named(`${field}.namespace`, namespace, labelProblems))
  if (scope === 'Cluster' && namespace != null) causes.push(forbiddenField(`${field}.namespace`, "`parameters.scope` is set to 'Cluster'"))
  return causes
}

export const ingressClassRules: KindRules<k8s.IngressClass> = {
  generation: 'spec',
  updateFirst: true,
  defaults({ spec }) {
    if (spec?.parameters != null) spec.parameters.scope ??= 'Cluster'
  },
  check({ spec }) {
    const controller = spec?.controller ?? ''
    const field = 'spec.controller'
    const [, domain = '', path = ''] = /^([^/]*)\/(.*)$/s.exec(controller) ?? []
    const causes: Cause[] = controller.length > LONGEST_CONTROLLER ? [tooLong(field, LONGEST_CONTROLLER)] : []
    if (controller === '') causes.push(required(field))
    else if (domain === '' || path === '')
      causes.push(invalidValue(field, controller, 'must be a domain-prefixed path (such as "acme.io/foo")'))
    else causes.push(...subdomain(field, domain))
    return spec?.parameters == null ? causes : [...causes, ...checkParameters(spec.parameters, 'spec.parameters')]
  },
  checkUpdate: ({ spec }, before) => immutable('spec.controller', spec?.controller, before.spec?.controller)
}
