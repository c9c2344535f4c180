/** What the platform does seldom, made to happen: each ends when its effect is seen. */
import { knativeServices, metrics, revisions } from '@knative-ts/api'
import { secrets, type Pod, type Secret } from '@knative-ts/api/kubernetes'
import { systemNamespace, type RoleName } from '@knative-ts/api/system'
import { isNotFound, leases, type KubeClient } from '@knative-ts/kube'
import { imageOf } from '../../rig/installation.ts'
import { serviceOf } from '../../rig/knative-service.ts'
import type { Platform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'
import { podsOfRole, scaleRole } from '../roles/role-replicas.ts'

const withinMs = 120_000
const everyMs = 200

const certificate = { namespace: systemNamespace, name: 'webhook-certs' }

async function found<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** The certificate that the webhook keeps; undefined while there is none that is whole. */
async function kept(client: KubeClient): Promise<Secret | undefined> {
  const secret = await found(client.get(secrets, certificate))
  const text = Buffer.from(secret?.data?.['server-cert.pem'] ?? '', 'base64').toString()
  return text.startsWith('-----BEGIN CERTIFICATE-----') ? secret : undefined
}

/** By what happens. */
export const rareMoments: Readonly<Record<string, (platform: Platform) => Promise<void>>> = {
  'the webhook’s certificate is deleted': async ({ client }) => {
    const before = (await kept(client))?.metadata.uid
    await client.delete(secrets, certificate)
    await until(
      'there is another',
      async () => {
        const uid = (await kept(client))?.metadata.uid
        return uid !== undefined && uid !== before
      },
      withinMs,
      everyMs
    )
  },
  'the webhook’s certificate is spoilt': async ({ client }) => {
    const data = { 'server-cert.pem': Buffer.from('nothing').toString('base64') }
    await client.patch(secrets, certificate, { type: 'merge', body: { data } })
    await until('it is replaced', () => kept(client), withinMs, everyMs)
  },
  'somebody tries a Service out': async ({ client, namespace }) => {
    const tried = serviceOf({ name: 'tried', image: imageOf('echo'), namespace })
    await until('the webhook answers', () => client.create(knativeServices, tried, { dryRun: true }), withinMs, everyMs)
  },
  'leases are deleted': async ({ client }) => {
    const held = async (): Promise<string[]> => {
      const { items } = await client.list(leases, { namespace: systemNamespace })
      return items.flatMap(({ metadata, spec }) => ((spec?.holderIdentity ?? '') === '' ? [] : [metadata.name ?? '']))
    }
    const names = await held()
    for (const name of names) await client.delete(leases, { namespace: systemNamespace, name })
    await until(
      'each is held again',
      async () => {
        const now = await held()
        return names.every((name) => now.includes(name))
      },
      withinMs,
      everyMs
    )
  },
  'revisions are too many': async ({ client, namespace, user, configure }) => {
    await configure('config-gc', {
      'retain-since-create-time': 'disabled',
      'retain-since-last-active-time': 'disabled',
      'min-non-active-revisions': '0',
      'max-non-active-revisions': '0'
    })
    const sketch = { name: 'kept', image: imageOf('echo'), namespace }
    const { revision } = await user.deploy(sketch)
    await user.change('kept', { spec: serviceOf({ ...sketch, env: { CHANGED: 'yes' } }).spec })
    await until(
      'the older one is gone',
      async () => (await found(client.get(revisions, { namespace, name: revision }))) === undefined,
      withinMs,
      everyMs
    )
  },
  'windows change for revisions that run': async ({ client, namespace, user, configure }) => {
    const { revision } = await user.deploy({ name: 'watched', image: imageOf('echo'), namespace })
    await configure('config-autoscaler', { 'stable-window': '66s' })
    await until(
      'they are measured so',
      async () => (await client.get(metrics, { namespace, name: revision })).spec.stableWindow === 66_000_000_000,
      withinMs,
      everyMs
    )
  },
  'an activator is asked for a revision that nobody has': async ({ client, namespace }) => {
    const [activator] = await podsOfRole(client, 'activator')
    const headers = { 'Knative-Serving-Namespace': namespace, 'Knative-Serving-Revision': 'nobodys-00001' }
    const { status } = await fetch(`http://${activator?.status?.podIP}:8012/`, { headers })
    if (status !== 404) throw new Error(`the activator answered ${status}, not 404`)
  },
  ...Object.fromEntries((['controller', 'autoscaler'] as const).map((role) => [`there are two of the ${role} for a while`, inTwo(role)]))
}

/** How long a role's pods are ready before it has asked for all that it asks for regularly: a replica looks twice a second where the leader is. */
const inUseMs = 3_000

/** A second one reads what it starts with and asks who leads; what others prove to it is looked at anew. */
function inTwo(role: RoleName): (platform: Platform) => Promise<void> {
  return async ({ client }) => {
    const before = (await podsOfRole(client, role)).length
    await scaleRole(client, role, before + 1)
    const readyFor = ({ status }: Pod): number => {
      const { lastTransitionTime } = status?.conditions?.find(({ type }) => type === 'Ready') ?? {}
      return Date.now() - Date.parse(String(lastTransitionTime))
    }
    const inUse = async (): Promise<boolean> => (await podsOfRole(client, role)).every((pod) => readyFor(pod) > inUseMs)
    await until('both have been ready for a while', inUse, withinMs, everyMs)
    await scaleRole(client, role, before)
  }
}
