import { DockerConfigError, parseDockerConfig } from './docker-config.ts'
import { Keychain } from './keychain.ts'

/** What of a Kubernetes Secret is read. Values of `data` are base64. */
export interface PullSecret {
  readonly metadata: { readonly name?: string }
  readonly type?: string
  readonly data?: Readonly<Record<string, string>>
}

/** A secret that was named, by name; `secret` is undefined when there is none. */
export interface NamedSecret {
  readonly name: string
  readonly secret: PullSecret | undefined
}

const kinds = [
  { type: 'kubernetes.io/dockerconfigjson', key: '.dockerconfigjson', shape: 'config.json' },
  { type: 'kubernetes.io/dockercfg', key: '.dockercfg', shape: 'dockercfg' }
] as const

/** The credentials of secrets, in their order. A secret that gives none is no error: most images need none. It is kept among the problems. */
export function keychainOf(secrets: readonly NamedSecret[]): Keychain {
  const problems: string[] = []
  const configured = secrets.flatMap(({ name, secret }) => {
    if (secret === undefined) {
      problems.push(`secret "${name}" does not exist`)
      return []
    }
    const kind = kinds.find(({ type }) => type === secret.type)
    if (kind === undefined) {
      problems.push(`secret "${name}" is of type ${secret.type ?? 'Opaque'}, not kubernetes.io/dockerconfigjson`)
      return []
    }
    try {
      return parseDockerConfig(Buffer.from(secret.data?.[kind.key] ?? '', 'base64').toString('utf8'), kind.shape, `secret "${name}"`)
    } catch (error) {
      if (!(error instanceof DockerConfigError)) throw error
      problems.push(`${kind.key} of secret "${name}" cannot be read: ${error.message}`)
      return []
    }
  })
  return new Keychain(configured, problems)
}
