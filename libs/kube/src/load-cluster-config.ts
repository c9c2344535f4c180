import { access, readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { ClusterConfig } from './cluster-config.ts'
import { readKubeconfig } from './kubeconfig.ts'
import { pluginConfig } from './plugin-config.ts'

/** Where a pod finds its token, CA and namespace unless KUBERNETES_SERVICEACCOUNT_DIRECTORY says otherwise. */
const serviceAccountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * Finds the cluster as kubectl and client-go do: the file in KUBECONFIG, else the pod's own service account, else ~/.kube/config.
 * Throws an error that says what was looked for when there is none.
 */
export async function loadClusterConfig(env: NodeJS.ProcessEnv = process.env): Promise<ClusterConfig> {
  const named = env['KUBECONFIG']?.split(delimiter).filter((path) => path !== '') ?? []
  if (named.length > 1) return pluginConfig(named)
  if (named[0] !== undefined) return fromFile(named[0])
  if (env['KUBERNETES_SERVICE_HOST'] !== undefined && env['KUBERNETES_SERVICE_PORT'] !== undefined) return inClusterConfig(env)
  const usual = join(env['HOME'] ?? homedir(), '.kube', 'config')
  if (await exists(usual)) return fromFile(usual)
  throw new Error(`no cluster: set KUBECONFIG, or create ${usual}, or run in a pod (KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT)`)
}

/** The configuration of a pod: address by environment, token and CA from its mounted service account. */
async function inClusterConfig(env: NodeJS.ProcessEnv): Promise<ClusterConfig> {
  const directory = env['KUBERNETES_SERVICEACCOUNT_DIRECTORY'] ?? serviceAccountDirectory
  const host = env['KUBERNETES_SERVICE_HOST'] ?? ''
  const read = async (name: string): Promise<string> => {
    try {
      return await readFile(join(directory, name), 'utf8')
    } catch (error) {
      throw new Error(`cannot read ${join(directory, name)}: is automountServiceAccountToken off?`, { cause: error })
    }
  }
  const [ca, namespace] = await Promise.all([read('ca.crt'), read('namespace').catch(() => 'default')])
  return {
    server: `https://${host.includes(':') ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    ca,
    tokenFile: join(directory, 'token'),
    namespace: namespace.trim()
  }
}

async function fromFile(file: string): Promise<ClusterConfig> {
  const reading = await readKubeconfig(file)
  return reading.kind === 'config' ? reading.config : pluginConfig([file])
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false
  )
}
