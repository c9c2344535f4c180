/** Docker's configuration of credentials, as Secrets hold it (Kubernetes' types `kubernetes.io/dockerconfigjson` and `kubernetes.io/dockercfg`). */
import type { Credentials } from './credentials.ts'

/** Credentials and what they are for: a host, a host with a path, or either with wildcards in the host. */
export interface ConfiguredCredentials {
  readonly location: string
  readonly credentials: Credentials
}

/** The text is no configuration; the message says what is wrong with it, and nothing of what is in it. */
export class DockerConfigError extends Error {}

/**
 * Reads `config.json` (`{"auths": {LOCATION: ...}}`) or the older `.dockercfg` (the same without `auths`). Entries without credentials are left
 * out. Throws {@link DockerConfigError}.
 */
export function parseDockerConfig(text: string, shape: 'config.json' | 'dockercfg', origin: string): ConfiguredCredentials[] {
  const all = shape === 'dockercfg' ? parsed(text) : recordOf(parsed(text)['auths'] ?? {}, '"auths"')
  return Object.entries(all).flatMap(([location, entry]) => {
    const credentials = credentialsIn(recordOf(entry, `the entry of "${location}"`), location, origin)
    return credentials === undefined ? [] : [{ location, credentials }]
  })
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // What the parser says would quote a part of the text.
    throw new DockerConfigError('it is not JSON')
  }
  return recordOf(value, 'it')
}

function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new DockerConfigError(`${what} is not an object`)
  return value as Readonly<Record<string, unknown>>
}

function credentialsIn(entry: Readonly<Record<string, unknown>>, location: string, origin: string): Credentials | undefined {
  const textIn = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '')
  if (textIn('identitytoken') !== '') return { kind: 'identity', token: textIn('identitytoken'), origin }
  if (textIn('registrytoken') !== '') return { kind: 'bearer', token: textIn('registrytoken'), origin }
  if (textIn('auth') !== '') {
    const decoded = Buffer.from(textIn('auth'), 'base64').toString('utf8')
    const colon = decoded.indexOf(':')
    if (colon < 0) throw new DockerConfigError(`"auth" of "${location}" is not a name, a colon and a password in base64`)
    return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, ''), origin }
  }
  const [username, password] = [textIn('username'), textIn('password')]
  return username === '' && password === '' ? undefined : { kind: 'password', username, password, origin }
}
