/** Who somebody is to a registry, as `docker login` and its helpers left it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { errorText } from '@knative-ts/kube'
import { ImagesError } from '../failure.ts'

/** A name and a password, or a token that is exchanged for others. */
export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity'; readonly token: string }

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string } | undefined>>
  readonly credHelpers?: Readonly<Record<string, string | undefined>>
  readonly credsStore?: string
}

/** What the Docker configuration of `env` has for a registry's host; undefined when nothing. */
export async function credentialsFor(host: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const file = join(env['DOCKER_CONFIG'] || join(homedir(), '.docker'), 'config.json')
  if (!existsSync(file)) return undefined
  const config = readConfig(file)
  const keys = host === 'docker.io' ? ['https://index.docker.io/v1/', 'docker.io'] : [host, `https://${host}`, `https://${host}/v2/`]
  for (const key of keys) {
    const helper = config.credHelpers?.[key]
    if (helper !== undefined) return fromHelper(helper, key, env)
    const entry = config.auths?.[key]
    if (entry?.identitytoken) return { kind: 'identity', token: entry.identitytoken }
    if (entry?.auth) return fromBasic(entry.auth, file, key)
    if (entry?.username !== undefined && entry.password !== undefined)
      return { kind: 'password', username: entry.username, password: entry.password }
  }
  return config.credsStore === undefined ? undefined : fromHelper(config.credsStore, keys[0] as string, env)
}

function readConfig(file: string): DockerConfig {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as DockerConfig
  } catch (error) {
    throw new ImagesError(`${file}: ${errorText(error)}`)
  }
}

function fromBasic(auth: string, file: string, key: string): Credentials {
  const decoded = Buffer.from(auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon < 0) throw new ImagesError(`${file}: auths["${key}"].auth is not a name and a password: docker login ${key}`)
  return { kind: 'password', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) }
}

/** https://github.com/docker/docker-credential-helpers: the registry goes in, JSON comes out. */
async function fromHelper(name: string, key: string, env: NodeJS.ProcessEnv): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`
  const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.on('error', () => undefined) // A helper that ends without reading says why by its exit code.
  child.stdin.end(key)
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]).catch((error: unknown) => {
    throw new ImagesError(`the Docker configuration names ${program} for ${key}, which cannot be run: ${errorText(error)}`)
  })
  // "Not found" is an exit code of 1 with a sentence on standard output.
  if (code !== 0 && /credentials not found/i.test(said)) return undefined
  if (code !== 0) throw new ImagesError(`${program} get for ${key} ended with ${code}: ${said.trim()}`)
  const { Username: username, Secret: secret } = JSON.parse(said) as { Username: string; Secret: string }
  return username === '<token>' ? { kind: 'identity', token: secret } : { kind: 'password', username, password: secret }
}
