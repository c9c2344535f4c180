/** Where webhooks are: rules of `clientConfig` (`k8s.io/apiserver/pkg/util/webhook/validation.go`). */
import { invalidValue, required, type Cause } from '../http/errors.ts'
import { subdomainProblems } from './names.ts'

interface ServiceReference {
  readonly name?: string | undefined
  readonly namespace?: string | undefined
  readonly path?: string | undefined
  readonly port?: number | undefined
}

interface ClientConfig {
  readonly url?: string | undefined
  readonly service?: ServiceReference | null | undefined
}

const FORM = '; desired format: https://host[/path]'

/** What is wrong with a webhook's address at `field`. */
export function checkClientConfig(config: ClientConfig | undefined, field: string): Cause[] {
  const { url, service } = config ?? {}
  if ((url == null) === (service == null)) return [required(field, 'exactly one of url or service is required')]
  return url == null ? checkService(service ?? {}, `${field}.service`) : checkUrl(url, `${field}.url`)
}

function checkUrl(url: string, field: string): Cause[] {
  const [, scheme = '', authority = '', , query = '', fragment = ''] =
    /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(url) ?? []
  const at = authority.lastIndexOf('@')
  const host = authority.slice(at + 1)
  return [
    ...(scheme === 'https' ? [] : [invalidValue(field, scheme, `'https' is the only allowed URL scheme${FORM}`)]),
    ...(host === '' ? [invalidValue(field, host, `host must be specified${FORM}`)] : []),
    ...(at < 0 ? [] : [invalidValue(field, authority.slice(0, at), 'user information is not permitted in the URL')]),
    ...(fragment === '' ? [] : [invalidValue(field, fragment, 'fragments are not permitted in the URL')]),
    ...(query === '' ? [] : [invalidValue(field, query, 'query parameters are not permitted in the URL')])
  ]
}

function checkService({ name, namespace, path = '', port = 443 }: ServiceReference, field: string): Cause[] {
  const causes: Cause[] = []
  // The reference takes one for the other when it says what is missing.
  if (!namespace) causes.push(required(`${field}.name`))
  if (!name) causes.push(required(`${field}.namespace`))
  if (port < 1 || port > 65_535)
    causes.push(invalidValue(`${field}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'))
  if (path === '' || path === '/') return causes
  const at = `${field}.path`
  if (path === '//') return [...causes, invalidValue(at, path, 'segment[0] may not be empty')]
  if (!path.startsWith('/')) causes.push(invalidValue(at, path, "must start with a '/'"))
  const steps = path.slice(1).replace(/\/$/, '').split('/')
  steps.forEach((step, index) => {
    if (step === '') causes.push(invalidValue(at, path, `segment[${index}] may not be empty`))
    else for (const problem of subdomainProblems(step)) causes.push(invalidValue(at, path, `segment[${index}]: ${problem}`))
  })
  return causes
}

/** Versions of the reviews that a webhook understands; `accepted` is what the server speaks. */
export function checkReviewVersions(
  versions: readonly string[],
  accepted: readonly string[],
  field: string,
  problemsOf: (version: string) => readonly string[]
): Cause[] {
  const supported = accepted.join(', ')
  if (versions.length === 0) return [required(field, `must specify one of ${supported}`)]
  const causes = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalidValue(`${field}[${index}]`, version, 'duplicate version')]
      : problemsOf(version).map((problem) => invalidValue(`${field}[${index}]`, version, problem))
  )
  return versions.some((version) => accepted.includes(version))
    ? causes
    : [...causes, invalidValue(field, versions, `must include at least one of ${supported}`)]
}
