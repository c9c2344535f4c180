/** Serving on the rig, as a user installs it: by the chart, from this checkout. */
import { join } from 'node:path'
import { askGateway } from '../../rig/checked-installation.ts'
import { root } from '../../rig/root.ts'
import { until } from '../../rig/until.ts'
import { giveLogVolume } from './log-volume.ts'
import type { Rig } from './rig.ts'

const release = 'knative-ts'
const namespace = 'knative-serving'
const startMs = 240_000

/** Installs, or upgrades what is there; resolves with the URL of the gateway when all roles are up. `tag` is that of the images. */
export async function installChart(rig: Rig, tag: string): Promise<string> {
  await giveLogVolume(rig)
  const values = [
    '--set',
    `serving.image.tag=${tag},eventing.image.tag=${tag},eventing.enabled=true`,
    '--set-json',
    'serving.config.domain={"example.com":""}'
  ]
  const chart = join(root, 'charts/knative-ts')
  await rig.run('helm', 'upgrade', '--install', release, chart, '-n', release, '--create-namespace', '--take-ownership', ...values)
  const address = await addressOf(rig)
  await Promise.all([rolledOut(rig, namespace), rolledOut(rig, 'knative-eventing')])
  const gateway = new URL(`http://${address}`)
  // A Deployment is rolled out a moment before every node's proxy knows its addresses.
  await until('the gateway answers at its address', () => askGateway(gateway).then(() => true), 30_000, 500)
  return gateway.origin
}

/** All that runs roles there. */
async function rolledOut(rig: Rig, namespace: string): Promise<void> {
  const roles = (await rig.run('kubectl', 'get', 'deployments,statefulsets', '-n', namespace, '-o', 'name'))
    .split('\n')
    .filter((name) => name !== '')
  await Promise.all(roles.map((role) => rig.run('kubectl', 'rollout', 'status', '-n', namespace, role, `--timeout=${startMs / 1000}s`)))
}

/** The rig has no load balancers: the gateway's Service gets the node's address, which kube-proxy serves then. */
async function addressOf(rig: Rig): Promise<string> {
  const query = (kind: string, path: string): Promise<string> => rig.run('kubectl', 'get', ...kind.split(' '), '-o', `jsonpath=${path}`)
  const node = await query('nodes', '{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
  const service = `service gateway -n ${namespace}`
  if ((await query(service, '{.spec.type}')) !== 'LoadBalancer') return query(service, '{.spec.clusterIP}')
  return until(
    'Service gateway has an address',
    async () => {
      const address = await query(service, '{.status.loadBalancer.ingress[0].ip}')
      if (address !== '') return address
      const status = { status: { loadBalancer: { ingress: [{ ip: node }] } } }
      await rig.run('kubectl', 'patch', ...service.split(' '), '--subresource', 'status', '-p', JSON.stringify(status))
      return undefined
    },
    60_000,
    500
  )
}
