import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadClusterConfig } from './load-cluster-config.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'))
})

afterEach(() => rm(folder, { recursive: true }))

const kubeconfig = (
  user: string,
  context = 'name: main, context: { cluster: c, user: u, namespace: team }',
  cluster = 'server: "https://10.0.0.1:6443"'
): string => `
apiVersion: v1
kind: Config
current-context: main
clusters: [{ name: c, cluster: { ${cluster} } }]
contexts: [{ ${context} }]
users: [{ name: u, user: { ${user} } }]
`

async function load(content: string) {
  const file = join(folder, 'config')
  await writeFile(file, content)
  return loadClusterConfig({ KUBECONFIG: file })
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('the cluster configuration', () => {
  it('reads a token, the CA and the namespace from KUBECONFIG', async () => {
    const config = await load(
      kubeconfig('token: secret', undefined, `server: "https://10.0.0.1:6443", certificate-authority-data: ${base64('CA')}`)
    )
    expect(config).toEqual({ server: 'https://10.0.0.1:6443', namespace: 'team', ca: 'CA', token: 'secret' })
  })

  it('reads certificates from data and from files beside the kubeconfig', async () => {
    await writeFile(join(folder, 'key.pem'), 'KEY')
    const config = await load(kubeconfig(`client-certificate-data: ${base64('CERT')}, client-key: key.pem`))
    expect(config.certificate).toEqual({ cert: 'CERT', key: 'KEY' })
  })

  it('takes the token file relative to the kubeconfig', async () => {
    expect((await load(kubeconfig('tokenFile: token'))).tokenFile).toBe(join(folder, 'token'))
  })

  it('knows an insecure cluster and another server name', async () => {
    const config = await load(
      kubeconfig('token: t', undefined, 'server: "https://h", insecure-skip-tls-verify: true, tls-server-name: kube')
    )
    expect(config).toMatchObject({ insecure: true, serverName: 'kube' })
  })

  it("finds a pod's own service account", async () => {
    const directory = join(folder, 'account')
    await mkdir(directory)
    await writeFile(join(directory, 'ca.crt'), 'CA')
    await writeFile(join(directory, 'namespace'), 'mine\n')
    const env = { KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443', KUBERNETES_SERVICEACCOUNT_DIRECTORY: directory }
    expect(await loadClusterConfig(env)).toEqual({
      server: 'https://10.96.0.1:443',
      ca: 'CA',
      namespace: 'mine',
      tokenFile: join(directory, 'token')
    })
    await rm(join(directory, 'ca.crt'))
    await expect(loadClusterConfig(env)).rejects.toThrow('is automountServiceAccountToken off?')
  })

  it('falls back to ~/.kube/config', async () => {
    await mkdir(join(folder, '.kube'))
    await writeFile(join(folder, '.kube', 'config'), kubeconfig('token: home'))
    expect((await loadClusterConfig({ HOME: folder })).token).toBe('home')
  })

  it('asks a program for credentials when the user is one', async () => {
    const credential = JSON.stringify({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      status: { token: 'from-exec' }
    })
    const script = join(folder, 'plugin.mjs')
    await writeFile(script, `process.stdout.write(${JSON.stringify(credential)})`)
    const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: "${process.execPath}", args: ["${script}"], interactiveMode: Never }`
    const config = await load(kubeconfig(exec))
    expect(await config.authorize?.()).toEqual({ authorization: 'Bearer from-exec' })
  })

  it.each([
    [
      'a context that is not there',
      kubeconfig('token: t', 'name: other, context: { cluster: c }'),
      'current-context "main" is not among contexts'
    ],
    [
      'a cluster that is not there',
      kubeconfig('token: t', 'name: main, context: { cluster: x, user: u }'),
      'cluster "x" of context "main" is not among clusters'
    ],
    [
      'a user that is not there',
      kubeconfig('token: t', 'name: main, context: { cluster: c, user: x }'),
      'user "x" of context "main" is not among users'
    ],
    ['a server that is no URL', kubeconfig('token: t', undefined, 'server: nowhere'), 'must be an https:// URL'],
    ['half a certificate', kubeconfig('client-key-data: eA=='), 'has only one of client-certificate and client-key'],
    ['no YAML', 'a: [', 'is not YAML'],
    ['nothing', '', 'is empty or not a kubeconfig']
  ])('refuses %s', async (_what, content, message) => {
    await expect(load(content)).rejects.toThrow(message)
  })

  it('says what it looked for when there is nothing', async () => {
    await expect(loadClusterConfig({ HOME: folder })).rejects.toThrow(
      `no cluster: set KUBECONFIG, or create ${join(folder, '.kube', 'config')}`
    )
    await expect(loadClusterConfig({ KUBECONFIG: join(folder, 'missing') })).rejects.toThrow(
      `cannot read the kubeconfig ${join(folder, 'missing')}`
    )
  })
})
