/** The forms of names in Kubernetes, with apimachinery's words for what is wrong. An empty list means the name is good. */

const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const LABEL_1035 =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
const QUALIFIED =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"

const tooLong = (limit: number): string => `must be no more than ${limit} characters`

function problems(text: string, limit: number, form: RegExp, words: string): string[] {
  return [...(text.length > limit ? [tooLong(limit)] : []), ...(form.test(text) ? [] : [words])]
}

/** A DNS label that begins with a letter, at most 63 characters: names of Services. */
export const dns1035LabelProblems = (text: string): string[] => problems(text, 63, /^[a-z]([-a-z0-9]*[a-z0-9])?$/, LABEL_1035)

/** The same for what the server appends five characters to. */
export const dns1035PrefixProblems = (text: string): string[] => dns1035LabelProblems(maskTrailingDash(text))

/** A DNS label, at most 63 characters. */
export const dns1123LabelProblems = (text: string): string[] => problems(text, 63, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, LABEL)

/** DNS labels with dots between, at most 253 characters. */
export const dns1123SubdomainProblems = (text: string): string[] =>
  problems(text, 253, /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/, SUBDOMAIN)

/**
 * What keeps `name` from being a fully qualified domain name, as apimachinery's `IsFullyQualifiedDomainName` says it of field `name`; undefined
 * when it is one. A dot at the end does not count.
 */
export function domainNameProblem(name: string): string | undefined {
  if (name === '') return 'name: Required value'
  const domain = name.endsWith('.') ? name.slice(0, -1) : name
  const invalid = (value: string, text: string): string => `name: Invalid value: "${value}": ${text}`
  const found = dns1123SubdomainProblems(domain)
  if (found.length > 0) return invalid(domain, found.join(','))
  const labels = domain.split('.')
  if (labels.length < 2) return invalid(domain, 'should be a domain with at least two segments separated by dots')
  const problems = labels.flatMap((label) => {
    const ofLabel = dns1123LabelProblems(label)
    return ofLabel.length === 0 ? [] : [invalid(label, ofLabel.join(','))]
  })
  return problems.length > 1 ? `[${problems.join(', ')}]` : problems[0]
}

/** An optional DNS prefix and a slash, then a name: keys of labels and annotations. */
export function qualifiedNameProblems(text: string): string[] {
  const parts = text.split('/')
  if (parts.length > 2)
    return [
      `a valid ${QUALIFIED.replace('name part', 'label key')} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`
    ]
  const name = parts.at(-1) ?? ''
  const found: string[] = []
  if (parts.length === 2) {
    const prefix = parts[0] ?? ''
    if (prefix === '') found.push('prefix part must be non-empty')
    else found.push(...dns1123SubdomainProblems(prefix).map((problem) => `prefix part ${problem}`))
  }
  if (name === '') found.push('name part must be non-empty')
  else if (name.length > 63) found.push('name part must be no more than 63 bytes')
  if (!/^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/.test(name)) found.push(QUALIFIED)
  return found
}

/** Keys of labels. */
export const labelKeyProblems = qualifiedNameProblems

/** Values of labels, at most 63 characters. */
export const labelValueProblems = (text: string): string[] =>
  problems(text, 63, /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/, LABEL_VALUE)

/** A generated name is the prefix and five characters: a dash at its end is inside the name. */
const maskTrailingDash = (text: string): string => (text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)
