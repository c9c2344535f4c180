/** What Serving does seldom. */
import { knativeServices, metrics, revisions } from '@knative-ts/api'
import { imageOf } from '../../rig/installation.ts'
import { serviceOf } from '../../rig/knative-service.ts'
import { until } from '../../rig/until.ts'
import { podsOfRole } from '../roles/role-replicas.ts'
import { everyMs, found, rareMomentsOf, withinMs, type RareMoments } from './rare-moments.ts'

export const servingMoments: RareMoments = {
  ...rareMomentsOf('serving', ['controller', 'autoscaler']),
  'somebody tries a Service out': async ({ client, namespace }) => {
    const tried = serviceOf({ name: 'tried', image: imageOf('echo'), namespace })
    await until('the webhook answers', () => client.create(knativeServices, tried, { dryRun: true }), withinMs, everyMs)
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
  }
}
