/** Rules of names, labels and annotations, in the words of `k8s.io/apimachinery/pkg/util/validation`. Each returns its problems. */

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'

const patterns = {
  label: new RegExp(`^${DNS_LABEL}$`),
  subdomain: new RegExp(`^${SUBDOMAIN}$`),
  serviceLabel: /^[a-z]([-a-z0-9]*[a-z0-9])?$/,
  qualified: new RegExp(`^${QUALIFIED}$`),
  labelValue: /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/,
  configKey: /^[-._a-zA-Z0-9]+$/
}

const tooMany = (bytes: number) => `must be no more than ${bytes} characters`

/** RFC 1123 subdomain: the name of most objects. */
export function subdomainProblems(name: string): string[] {
  const problems = name.length > 253 ? [tooMany(253)] : []
  if (!patterns.subdomain.test(name)) {
    problems.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`
    )
  }
  return problems
}

/** RFC 1123 label: names of namespaces, containers, volumes. */
export function labelProblems(name: string): string[] {
  const problems = name.length > 63 ? [tooMany(63)] : []
  if (!patterns.label.test(name)) {
    problems.push(
      patterns.subdomain.test(name)
        ? 'must not contain dots'
        : `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${DNS_LABEL}')`
    )
  }
  return problems
}

/** RFC 1035 label: names of Services. */
export function serviceNameProblems(name: string): string[] {
  const problems = name.length > 63 ? [tooMany(63)] : []
  if (!patterns.serviceLabel.test(name)) {
    problems.push(
      `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`
    )
  }
  return problems
}

/** Path segment: names of RBAC objects. */
export function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`]
  return ['/', '%'].filter((character) => name.includes(character)).map((character) => `may not contain '${character}'`)
}

/** `prefix/name`: keys of labels and finalizers. */
export function labelKeyProblems(key: string): string[] {
  const problems: string[] = []
  const parts = key.split('/')
  if (parts.length > 2) {
    return [
      `a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
    ]
  }
  const [prefix, name] = parts.length === 2 ? [parts[0], parts[1] ?? ''] : [undefined, key]
  if (prefix === '') problems.push('prefix part must be non-empty')
  else if (prefix !== undefined) problems.push(...subdomainProblems(prefix).map((problem) => `prefix part ${problem}`))
  if (name === '') problems.push('name part must be non-empty')
  else if (name.length > 63) problems.push(`name part ${tooMany(63)}`)
  if (!patterns.qualified.test(name)) {
    problems.push(
      `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`
    )
  }
  return problems
}

/** Values of labels. */
export function labelValueProblems(value: string): string[] {
  const problems = value.length > 63 ? [tooMany(63)] : []
  if (!patterns.labelValue.test(value)) {
    problems.push(
      `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(${QUALIFIED})?')`
    )
  }
  return problems
}

/** Keys of ConfigMap and Secret data. */
export function configKeyProblems(key: string): string[] {
  if (key.length > 253) return [tooMany(253)]
  if (!patterns.configKey.test(key)) {
    return [
      `a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`
    ]
  }
  if (key === '.') return [`must not be '.'`]
  if (key === '..') return [`must not be '..'`]
  return key.startsWith('..') ? [`must not start with '..'`] : []
}

/** Names of environment variables: printable ASCII without `=`. */
export function environmentNameProblems(name: string): string[] {
  if (name === '') return ['environment variable name must be non-empty']
  return /^[ -<>-~]+$/.test(name)
    ? []
    : ["a valid environment variable name must consist only of printable ASCII characters other than '='"]
}

/** Names of HTTP headers. */
export function headerNameProblems(name: string): string[] {
  const form = '[-A-Za-z0-9]+'
  if (new RegExp(`^${form}$`).test(name)) return []
  return [
    `a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '${form}')`
  ]
}

/** `*.` and a subdomain: hosts of Ingresses. */
export function wildcardProblems(name: string): string[] {
  const problems = name.length > 253 ? [tooMany(253)] : []
  if (!new RegExp(`^\\*\\.${SUBDOMAIN}$`).test(name)) {
    problems.push(
      `a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.${SUBDOMAIN}')`
    )
  }
  return problems
}

/** RFC 1123 subdomain in which labels may also hold underscores: domains to search. */
export function underscoredProblems(name: string): string[] {
  const part = '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?'
  const form = `${part}(\\.${part})*`
  const problems = name.length > 253 ? [tooMany(253)] : []
  if (!new RegExp(`^${form}$`).test(name)) {
    problems.push(
      `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${form}')`
    )
  }
  return problems
}
