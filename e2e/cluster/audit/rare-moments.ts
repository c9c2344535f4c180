/** What roles of both parts do seldom, made to happen: each ends when its effect is seen. */
import { secrets, type Pod, type Secret } from '@knative-ts/api/kubernetes'
import { parts, type AnyRole, type PartName } from '@knative-ts/api/system'
import { isNotFound, leases, type KubeClient } from '@knative-ts/kube'
import type { Platform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'
import { podsOfRole, scaleRole } from '../roles/role-replicas.ts'

/** By what happens. */
export type RareMoments = Readonly<Record<string, (platform: Platform) => Promise<void>>>

/** Milliseconds that an effect may take. */
export const withinMs = 120_000
export const everyMs = 200

/** Undefined for what is not there. */
export async function found<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

const certificates = { serving: 'webhook-certs', eventing: 'eventing-webhook-certs' } as const satisfies Record<PartName, string>

/** The certificate that a part's webhook keeps; undefined while there is none that is whole. */
async function kept(client: KubeClient, part: PartName): Promise<Secret | undefined> {
  const secret = await found(client.get(secrets, { namespace: parts[part].namespace, name: certificates[part] }))
  const text = Buffer.from(secret?.data?.['server-cert.pem'] ?? '', 'base64').toString()
  return text.startsWith('-----BEGIN CERTIFICATE-----') ? secret : undefined
}

/** What happens to the certificate and the leases of a part, and replicas of its roles that come and go. */
export const rareMomentsOf = (part: PartName, doubled: readonly AnyRole[]): RareMoments => ({
  'the webhook’s certificate is deleted': async ({ client }) => {
    const before = (await kept(client, part))?.metadata.uid
    await client.delete(secrets, { namespace: parts[part].namespace, name: certificates[part] })
    await until(
      'there is another',
      async () => {
        const uid = (await kept(client, part))?.metadata.uid
        return uid !== undefined && uid !== before
      },
      withinMs,
      everyMs
    )
  },
  'the webhook’s certificate is spoilt': async ({ client }) => {
    const data = { 'server-cert.pem': Buffer.from('nothing').toString('base64') }
    await client.patch(secrets, { namespace: parts[part].namespace, name: certificates[part] }, { type: 'merge', body: { data } })
    await until('it is replaced', () => kept(client, part), withinMs, everyMs)
  },
  'leases are deleted': async ({ client }) => {
    const { namespace } = parts[part]
    const held = async (): Promise<string[]> => {
      const { items } = await client.list(leases, { namespace })
      return items.flatMap(({ metadata, spec }) => ((spec?.holderIdentity ?? '') === '' ? [] : [metadata.name ?? '']))
    }
    const names = await held()
    for (const name of names) await client.delete(leases, { namespace, name })
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
  ...Object.fromEntries(doubled.map((role) => [`there are two of the ${role} for a while`, inTwo(role)]))
})

/** How long a role's pods are ready before it has asked for all that it asks for regularly: a replica looks twice a second where the leader is. */
const inUseMs = 3_000

/** A second one reads what it starts with and asks who leads; what others prove to it is looked at anew. */
function inTwo(role: AnyRole): (platform: Platform) => Promise<void> {
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
