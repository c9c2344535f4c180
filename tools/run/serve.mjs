/**
 * `npx nx serve NAME`: takes the place of one role of a running standalone. Stops the role's pod, runs the bundle of the sources here under
 * an inspector, as the role's own ServiceAccount, and leads the role's Services to it. Ctrl-C puts everything back.
 * KUBECONFIG names the standalone; INSPECT=0 leaves the inspector off.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, loadClusterConfig } from '@knative-ts/kube'
import { parse, stringify } from 'yaml'
import { root } from '../build/freshness.mjs'
import { bundleApp } from '../build/bundle.mjs'

const role = process.argv[2]
const namespace = 'knative-serving'
const client = connect(await loadClusterConfig())

if (role === 'standalone') throw new Error('standalone is the machine itself: npm start')
if (role === 'broker' || role === 'source')
  throw new Error(
    `${role} has no Deployment in ${namespace}: only roles of Serving can be served; build it (npx nx build ${role}), and restart its pod in knative-eventing`
  )
if (role === 'queue-proxy') throw new Error('queue-proxy runs inside every pod: build it (npx nx build queue-proxy), new pods take it')

const deployment = await ask('GET', `/apis/apps/v1/namespaces/${namespace}/deployments/${role}`)
const replicas = deployment.spec.replicas || 1
const container = deployment.spec.template.spec.containers[0]
const services = (await ask('GET', `/api/v1/namespaces/${namespace}/services`)).items.filter(({ spec }) => spec.selector?.app === role)
const address = nodeAddress()
const directory = mkdtempSync(join(tmpdir(), `serve-${role}-`))

console.log(`building ${role} ...`)
await bundleApp(role)
await scale(0)
const slices = []
try {
  for (const service of services) slices.push(await leadHere(service))
  await run()
} finally {
  console.log(`\nputting ${role} back into its pod ...`)
  for (const name of slices) await ask('DELETE', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices/${name}`)
  await scale(replicas)
  rmSync(directory, { recursive: true, force: true })
  client.close()
}

async function run() {
  const inspect = process.env.INSPECT === '0' ? [] : ['--inspect=127.0.0.1:0', '--enable-source-maps']
  const child = spawn(process.execPath, [...inspect, join(root, 'dist/apps', role, 'main.mjs')], {
    stdio: 'inherit',
    env: { ...process.env, ...(await environment()) }
  })
  // The child gets the terminal's Ctrl-C itself; this process only has to live until it has ended.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.exitCode = (await new Promise((resolve) => child.once('exit', resolve))) ?? 0
}

/** What the pod would have: the container's variables, and a kubeconfig with a token of the role's ServiceAccount. */
async function environment() {
  const token = await ask('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${role}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: 86_400 }
  })
  const admin = parse(await (await import('node:fs/promises')).readFile(process.env.KUBECONFIG, 'utf8'))
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(
    kubeconfig,
    stringify({ ...admin, users: admin.users.map(({ name }) => ({ name, user: { token: token.status.token } })) }),
    { mode: 0o600 }
  )
  writeFileSync(join(directory, 'token'), token.status.token, { mode: 0o600 })
  const facts = { POD_NAME: `${role}-from-source-${process.pid}`, POD_UID: `from-source-${process.pid}`, POD_IP: address }
  const given = (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]))
  const routing =
    role === 'gateway' ? { ROUTING_ADDRESS: await serviceAddress('controller', 8090), PUBLIC_PORT: process.env.PUBLIC_PORT ?? '8088' } : {}
  return {
    ...Object.fromEntries(given),
    ...facts,
    ...routing,
    KUBECONFIG: kubeconfig,
    KUBERNETES_SERVICEACCOUNT_DIRECTORY: directory,
    PROBE_PORT: process.env.PROBE_PORT ?? '0'
  }
}

async function serviceAddress(name, port) {
  const service = await ask('GET', `/api/v1/namespaces/${namespace}/services/${name}`)
  return `${service.spec.clusterIP}:${port}`
}

/** An EndpointSlice that makes this process the only endpoint of a Service of the role. */
async function leadHere(service) {
  const name = `${service.metadata.name}-from-source`
  await ask('POST', `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name,
      namespace,
      labels: { 'kubernetes.io/service-name': service.metadata.name, 'endpointslice.kubernetes.io/managed-by': 'serve.knative.dev' }
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [address], conditions: { ready: true, serving: true, terminating: false } }],
    ports: service.spec.ports.map(({ name: port, targetPort, protocol }) => ({ name: port, port: targetPort, protocol }))
  })
  return name
}

async function scale(count) {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${role}/scale`
  await ask('PATCH', path, { spec: { replicas: count } }, 'application/merge-patch+json')
  if (count > 0) return
  for (const until = Date.now() + 60_000; ;) {
    const left = await ask('GET', `/api/v1/namespaces/${namespace}/pods?labelSelector=app%3D${role}`)
    if (left.items.length === 0) return
    if (Date.now() > until) throw new Error(`the pod of ${role} does not end: ${left.items[0].metadata.name}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The address under which pods reach this machine: that of the node agent's bridge, or loopback. */
function nodeAddress() {
  const bridge = Object.entries(networkInterfaces()).find(([name]) => name.startsWith('kts'))
  return bridge?.[1]?.find(({ family }) => family === 'IPv4')?.address ?? '127.0.0.1'
}

async function ask(method, path, body, type = 'application/json') {
  const answer = await client.raw({
    method,
    path,
    headers: { 'content-type': type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const parsed = JSON.parse(answer.body)
  if (answer.status < 300) return parsed
  throw new Error(parsed.message ?? answer.body)
}
