/** Who may do what: people by the roles that Kubernetes has and Serving extends, and the platform's own roles by their ServiceAccounts. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  certificates,
  configurations,
  domainMappings,
  ingresses,
  knativeServices,
  podAutoscalers,
  revisions,
  routes,
  type Resource
} from '@knative-ts/api'
import {
  clusterRoles,
  configMaps,
  deployments,
  endpointSlices,
  namespaces,
  pods,
  roleBindings,
  secrets,
  serviceAccounts,
  services,
  subjectAccessReviews
} from '@knative-ts/api/kubernetes'
import { leases, type ConnectedClient } from '@knative-ts/kube'
import { systemNamespace, type RoleName } from '@knative-ts/api/system'
import { accountClient } from '../rig/account-client.ts'
import { imageOf } from '../rig/installation.ts'
import { serviceOf } from '../rig/knative-service.ts'
import { usePlatform } from '../rig/platform.ts'
import { until } from '../rig/until.ts'

const platform = usePlatform('rights')
const clients: ConnectedClient[] = []

const people = ['view', 'edit', 'admin'] as const
const served = [knativeServices, configurations, revisions, routes, domainMappings]
const internal = [podAutoscalers, ingresses, certificates]
const reading = ['get', 'list', 'watch']
const writing = ['create', 'update', 'patch', 'delete']

/** Whether the API server would let somebody. */
async function may(user: string, verb: string, { group, plural }: Pick<Resource, 'group' | 'plural'>, namespace: string): Promise<boolean> {
  const [resource = '', subresource] = plural.split('/')
  const resourceAttributes = { group, resource, ...(subresource === undefined ? {} : { subresource }), verb, namespace }
  const review = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    metadata: {},
    spec: { user, groups: ['system:authenticated'], resourceAttributes }
  }
  return (await platform.client.create(subjectAccessReviews, review)).status?.allowed === true
}

async function bind(name: string, role: string, subject: { readonly kind: string; readonly name: string }): Promise<void> {
  const apiGroup = 'rbac.authorization.k8s.io'
  const ofAccount = subject.kind === 'ServiceAccount'
  await platform.client.create(roleBindings, {
    apiVersion: `${apiGroup}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace: platform.namespace, name },
    roleRef: { apiGroup, kind: 'ClusterRole', name: role },
    subjects: [{ ...subject, ...(ofAccount ? { namespace: platform.namespace } : { apiGroup }) }]
  })
}

const asRole = async (name: RoleName): Promise<ConnectedClient> => {
  const client = await accountClient(platform.client, platform.kubeconfig, { namespace: systemNamespace, name })
  clients.push(client)
  return client
}

beforeAll(async () => {
  for (const role of people) await bind(role, role, { kind: 'User', name: `${role}er` })
  // Controllers of the cluster fill in what is aggregated, some time after an installation.
  for (const role of people) {
    await until(`${role} is extended`, () => may(`${role}er`, role === 'view' ? 'get' : 'create', knativeServices, platform.namespace))
  }
}, 60_000)

afterAll(() => clients.forEach((client) => client.close()))

describe.each(people)('who has %s in a namespace', (role) => {
  const user = `${role}er`

  it('reads what Serving has there, and what it makes of it', async () => {
    for (const resource of [...served, ...internal]) {
      for (const verb of reading)
        expect([resource.plural, verb, await may(user, verb, resource, platform.namespace)]).toEqual([resource.plural, verb, true])
    }
  })

  it(`writes ${role === 'view' ? 'nothing' : 'it'}`, async () => {
    for (const resource of served) {
      for (const verb of writing) {
        expect([resource.plural, verb, await may(user, verb, resource, platform.namespace)]).toEqual([
          resource.plural,
          verb,
          role !== 'view'
        ])
      }
    }
  })

  it('writes nothing of what Serving makes of it', async () => {
    for (const resource of internal) {
      for (const verb of writing)
        expect([resource.plural, verb, await may(user, verb, resource, platform.namespace)]).toEqual([resource.plural, verb, false])
    }
  })

  it(`deletes ${role === 'admin' ? '' : 'not '}all at once`, async () => {
    expect(await may(user, 'deletecollection', knativeServices, platform.namespace)).toBe(role === 'admin')
  })

  it('has no rights in another namespace, and none on the platform', async () => {
    expect(await may(user, 'get', knativeServices, 'default')).toBe(false)
    expect(await may(user, 'get', configMaps, systemNamespace)).toBe(false)
    expect(await may(user, 'patch', { group: 'serving.knative.dev', plural: 'services/status' }, platform.namespace)).toBe(role !== 'view')
  })
})

describe('somebody with the rights of edit', () => {
  it('deploys in the namespace, and nowhere else', async () => {
    const { client, kubeconfig, namespace } = platform
    await client.create(serviceAccounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: 'deployer' } })
    await bind('deployer', 'edit', { kind: 'ServiceAccount', name: 'deployer' })
    const deployer = await accountClient(client, kubeconfig, { namespace, name: 'deployer' })
    clients.push(deployer)
    const service = serviceOf({ name: 'mine', image: imageOf('echo'), namespace })
    expect((await deployer.create(knativeServices, service)).metadata.annotations?.['serving.knative.dev/creator']).toBe(
      `system:serviceaccount:${namespace}:deployer`
    )
    await expect(
      deployer.create(knativeServices, { ...service, metadata: { ...service.metadata, namespace: 'default' } })
    ).rejects.toMatchObject({
      code: 403
    })
    await deployer.delete(knativeServices, { namespace, name: 'mine' })
  })
})

describe('roles for other systems', () => {
  const rulesOf = async (name: string): Promise<readonly string[]> =>
    ((await platform.client.get(clusterRoles, { namespace: '', name })).rules ?? []).flatMap(({ apiGroups, resources, verbs }) =>
      (resources ?? []).flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${apiGroups?.join()}`))
    )

  it('read what can be addressed', async () => {
    const rules = await rulesOf('knative-serving-aggregated-addressable-resolver')
    for (const plural of ['services', 'services/status', 'routes', 'routes/status']) {
      for (const verb of reading) expect(rules).toContain(`${verb} ${plural}.serving.knative.dev`)
    }
  })

  it('extend the controller’s rights by a label', async () => {
    const rules = await rulesOf('knative-serving-admin')
    expect(rules).toEqual(expect.arrayContaining([...(await rulesOf('knative-serving-core'))]))
    expect(rules.length).toBeGreaterThan(20)
  })
})

describe('the platform’s own roles', () => {
  it.each<[RoleName, string, (client: ConnectedClient) => Promise<unknown>]>([
    ['gateway', 'read Secrets', (client) => client.list(secrets, { namespace: systemNamespace })],
    ['gateway', 'read pods', (client) => client.list(pods, {})],
    ['gateway', 'read what it routes to', (client) => client.list(ingresses, {})],
    ['activator', 'read Secrets', (client) => client.list(secrets, { namespace: systemNamespace })],
    ['activator', 'change revisions', (client) => client.delete(revisions, { namespace: platform.namespace, name: 'none' })],
    ['activator', 'read ConfigMaps of users', (client) => client.list(configMaps, { namespace: platform.namespace })],
    ['autoscaler', 'change Deployments', (client) => client.delete(deployments, { namespace: platform.namespace, name: 'none' })],
    ['autoscaler', 'read Secrets', (client) => client.list(secrets, { namespace: platform.namespace })],
    ['autoscaler', 'hold leases of users', (client) => client.list(leases, { namespace: platform.namespace })],
    ['webhook', 'read Services', (client) => client.list(services, {})],
    ['webhook', 'read Secrets of users', (client) => client.list(secrets, { namespace: platform.namespace })],
    ['webhook', 'read other Secrets of the system', (client) => client.list(secrets, { namespace: systemNamespace })],
    ['webhook', 'see pods', (client) => client.list(pods, { namespace: platform.namespace })],
    ['controller', 'delete namespaces', (client) => client.delete(namespaces, { namespace: '', name: platform.namespace })],
    ['controller', 'delete Services of users', (client) => client.delete(knativeServices, { namespace: platform.namespace, name: 'none' })],
    ['controller', 'read ConfigMaps of users', (client) => client.list(configMaps, { namespace: platform.namespace })],
    ['controller', 'delete Secrets', (client) => client.delete(secrets, { namespace: platform.namespace, name: 'none' })],
    ['controller', 'give rights', (client) => client.list(clusterRoles, {})]
  ])('%s may not %s', async (role, _, attempt) => {
    await expect(attempt(await asRole(role))).rejects.toMatchObject({ code: 403 })
  })

  it.each<[RoleName, string, (client: ConnectedClient) => Promise<unknown>]>([
    ['activator', 'follow revisions', (client) => client.list(revisions, {})],
    ['autoscaler', 'follow pods', (client) => client.list(pods, {})],
    ['webhook', 'read its certificate', (client) => client.get(secrets, { namespace: systemNamespace, name: 'webhook-certs' })],
    [
      'webhook',
      'follow its certificate',
      (client) => client.list(secrets, { namespace: systemNamespace, fieldSelector: 'metadata.name=webhook-certs' })
    ],
    ['controller', 'follow endpoints', (client) => client.list(endpointSlices, {})]
  ])('%s may %s', async (role, _, attempt) => {
    await expect(attempt(await asRole(role))).resolves.toBeDefined()
  })
})
