/** The parts of a kubeconfig file that are read without a plug-in. Shape: `k8s.io/client-go/tools/clientcmd/api/v1`. */
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ClusterConfig } from './cluster-config.ts'

interface ClusterEntry {
  readonly server?: string
  readonly 'certificate-authority'?: string
  readonly 'certificate-authority-data'?: string
  readonly 'insecure-skip-tls-verify'?: boolean
  readonly 'tls-server-name'?: string
}

/** A user that needs a plug-in has one of the last two. */
interface UserEntry {
  readonly token?: string
  readonly tokenFile?: string
  readonly 'client-certificate'?: string
  readonly 'client-certificate-data'?: string
  readonly 'client-key'?: string
  readonly 'client-key-data'?: string
  readonly username?: string
  readonly password?: string
  readonly exec?: unknown
  readonly 'auth-provider'?: unknown
}

interface ContextEntry {
  readonly cluster?: string
  readonly user?: string
  readonly namespace?: string
}

interface KubeconfigFile {
  readonly 'current-context'?: string
  readonly clusters?: readonly { readonly name: string; readonly cluster?: ClusterEntry }[]
  readonly users?: readonly { readonly name: string; readonly user?: UserEntry }[]
  readonly contexts?: readonly { readonly name: string; readonly context?: ContextEntry }[]
}

/** What a file says: a configuration, or a user whose credentials only a plug-in (exec, OIDC, cloud provider) can get. */
export type KubeconfigReading = { readonly kind: 'config'; readonly config: ClusterConfig } | { readonly kind: 'plugin' }

/** Reads the current context of `file`. Throws an error that names the file and the entry that is missing or malformed. */
export async function readKubeconfig(file: string): Promise<KubeconfigReading> {
  const content = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`cannot read the kubeconfig ${file}`, { cause: error })
  })
  const document = await parseDocument(file, content)
  const contextName = document['current-context'] ?? ''
  const context = document.contexts?.find((entry) => entry.name === contextName)?.context
  if (context === undefined)
    throw new Error(`${file}: current-context "${contextName}" is not among contexts; set it with kubectl config use-context`)
  const cluster = document.clusters?.find((entry) => entry.name === context.cluster)?.cluster
  if (cluster === undefined)
    throw new Error(`${file}: cluster "${context.cluster ?? ''}" of context "${contextName}" is not among clusters`)
  if (cluster.server === undefined || !/^https?:\/\//.test(cluster.server)) {
    throw new Error(`${file}: server of cluster "${context.cluster ?? ''}" must be an https:// URL`)
  }
  const user = document.users?.find((entry) => entry.name === context.user)?.user
  if (context.user !== undefined && user === undefined) {
    throw new Error(`${file}: user "${context.user}" of context "${contextName}" is not among users`)
  }
  if (user?.exec !== undefined || user?.['auth-provider'] !== undefined) return { kind: 'plugin' }
  const folder = dirname(file)
  const ca = await pem(folder, cluster['certificate-authority-data'], cluster['certificate-authority'])
  const cert = await pem(folder, user?.['client-certificate-data'], user?.['client-certificate'])
  const key = await pem(folder, user?.['client-key-data'], user?.['client-key'])
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error(`${file}: user "${context.user ?? ''}" has only one of client-certificate and client-key`)
  }
  const serverName = cluster['tls-server-name']
  const basic =
    user?.username === undefined ? undefined : `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}`
  return {
    kind: 'config',
    config: {
      server: cluster.server,
      namespace: context.namespace ?? 'default',
      ...(ca === undefined ? {} : { ca }),
      ...(cluster['insecure-skip-tls-verify'] === true ? { insecure: true } : {}),
      ...(serverName === undefined ? {} : { serverName }),
      ...(user?.token === undefined ? {} : { token: user.token }),
      ...(user?.tokenFile === undefined ? {} : { tokenFile: resolve(folder, user.tokenFile) }),
      ...(cert === undefined || key === undefined ? {} : { certificate: { cert, key } }),
      ...(basic === undefined ? {} : { authorize: async () => ({ authorization: basic }) })
    }
  }
}

async function parseDocument(file: string, content: string): Promise<KubeconfigFile> {
  // Only here: a role in a pod reads no YAML and should not pay for its parser at start.
  const { parse } = await import('yaml')
  try {
    const document: unknown = parse(content)
    if (typeof document === 'object' && document !== null) return document as KubeconfigFile
  } catch (error) {
    throw new Error(`${file} is not YAML`, { cause: error })
  }
  throw new Error(`${file} is empty or not a kubeconfig`)
}

async function pem(folder: string, data: string | undefined, path: string | undefined): Promise<string | undefined> {
  if (data !== undefined && data !== '') return Buffer.from(data, 'base64').toString('utf8')
  return path === undefined || path === '' ? undefined : readFile(resolve(folder, path), 'utf8')
}
