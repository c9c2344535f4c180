/** A private image in Debian's docker-registry, as a Service of a user: without a pull secret, with one, and with that of a ServiceAccount. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Condition, conditionOf, knativeServices, revisions, type Service } from '@knative-ts/api'
import { events, pods, secrets, serviceAccounts } from '@knative-ts/api/kubernetes'
import { describeWhere, notRoot, notX64Linux, withoutCommand } from '@knative-ts/testing/prerequisites'
import { hostOf, readyService, serviceOf } from '../rig/knative-service.ts'
import { buildStaticProgram } from '../rig/pods/static-program.ts'
import { type GatewayClient, gatewayClient } from '../rig/service-request.ts'
import { type StandaloneProcess, startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'
import { pushImage } from './push-image.ts'
import { type RegistryProcess, startRegistry } from './registry-process.ts'

const obstacle = notRoot() ?? notX64Linux() ?? withoutCommand('docker-registry', 'docker-registry')

describeWhere('images of a private registry', obstacle)('a Service of a private image', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let standalone: StandaloneProcess
  let registry: RegistryProcess
  let http: GatewayClient
  let image: string
  let digest: string

  beforeAll(async () => {
    directory = await temporaryDirectory()
    const program = buildStaticProgram(join(directory.path, 'program'))
    standalone = await startStandalone()
    http = gatewayClient(standalone.gatewayPort)
    // On this machine's own loopback interface, which the controller's pod does not have.
    registry = await startRegistry(directory.path)
    image = `${registry.host}/team/hello:v1`
    digest = await pushImage(
      { host: registry.host, repository: 'team/hello', tag: 'v1', headers: { authorization: registry.authorization } },
      {
        layers: [[{ path: 'static', content: readFileSync(program), mode: 0o755 }]],
        config: { User: '65532:65532', Env: ['PATH=/'], Entrypoint: ['/static'] }
      }
    )
    await secret('regcred', 'secret')
    await secret('wrong', 'wr0ng')
  }, 540_000)
  afterAll(async () => {
    http?.close()
    await standalone?.stop()
    await registry?.stop()
    await directory.discard()
  }, 180_000)

  const secret = (name: string, password: string): Promise<unknown> =>
    standalone.client.create(secrets, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace: 'default', name },
      type: 'kubernetes.io/dockerconfigjson',
      data: {
        '.dockerconfigjson': Buffer.from(JSON.stringify({ auths: { [registry.host]: { username: 'pusher', password } } })).toString(
          'base64'
        )
      }
    })
  const create = (name: string, revision: object, asked = image): Promise<Service> =>
    standalone.client.create(knativeServices, serviceOf({ name, image: asked, revision }))
  /** The Service's Ready condition once it is False for good reasons. */
  const refused = (name: string): Promise<Condition> =>
    until(
      `Service ${name} says why it is not Ready`,
      async () => {
        const service = await standalone.client.get(knativeServices, { namespace: 'default', name })
        const ready = conditionOf(service.status?.conditions, 'Ready')
        return ready?.status === 'False' && ready
      },
      60_000,
      100
    )

  it.each([
    [
      'no-secret',
      {},
      undefined,
      /wants credentials for team\/hello: create a Secret of type kubernetes.io\/dockerconfigjson with them, and name it in imagePullSecrets/
    ],
    ['absent-secret', { imagePullSecrets: [{ name: 'absent' }] }, undefined, /there are none: secret "absent" does not exist/],
    [
      'wrong-secret',
      { imagePullSecrets: [{ name: 'wrong' }] },
      undefined,
      /refused the credentials of secret "wrong" for team\/hello: put valid ones there/
    ],
    [
      'wrong-tag',
      { imagePullSecrets: [{ name: 'regcred' }] },
      'team/hello:typo',
      /has no tag "typo" of team\/hello: look at the name of the image, or push it/
    ]
  ])('says what is missing: %s', async (name, revision, other, message) => {
    const asked = other === undefined ? image : `${registry.host}/${other}`
    await create(name, revision, asked)
    const ready = await refused(name)
    expect(ready.message).toContain(`Unable to fetch image "${asked}": failed to resolve image to digest: `)
    expect(ready.message).toMatch(message)
    expect(ready.message).not.toContain('wr0ng')
  })

  it('is pulled with its pull secret by digest, and served', async () => {
    await create('hello', { imagePullSecrets: [{ name: 'regcred' }] })
    const service = await readyService(standalone.client, 'hello')
    expect(await http.get(hostOf(service))).toMatchObject({ status: 200, body: 'hello\n' })
    const name = service.status?.latestReadyRevisionName ?? ''
    const revision = await standalone.client.get(revisions, { namespace: 'default', name })
    expect(revision.status?.containerStatuses).toEqual([{ name: 'user-container', imageDigest: `${registry.host}/team/hello@${digest}` }])
    const own = await standalone.client.list(pods, { labelSelector: `serving.knative.dev/revision=${name}` })
    const status = own.items[0]?.status?.containerStatuses?.find((each) => each.name === 'user-container')
    expect(status?.imageID).toBe(`${registry.host}/team/hello@${digest}`)
    await until('the pull is told', async () => {
      const told = (await standalone.client.list(events)).items.map(({ reason, message = '' }) => `${reason} ${message}`)
      return told.some((each) => each.startsWith(`Pulled Successfully pulled image "${registry.host}/team/hello@${digest}" in `))
    })
  })

  it('is pulled with the pull secret of its ServiceAccount', async () => {
    const metadata = { namespace: 'default', name: 'builder' }
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, imagePullSecrets: [{ name: 'regcred' }] }
    await standalone.client.create(serviceAccounts, account)
    await create('by-account', { serviceAccountName: 'builder' })
    const service = await readyService(standalone.client, 'by-account')
    expect(await http.get(hostOf(service))).toMatchObject({ status: 200, body: 'hello\n' })
  })

  it('becomes Ready by itself when the secret comes that it lacked', async () => {
    await secret('absent', 'secret')
    // The registry is asked again after a back-off that grows while nobody cares.
    const service = await readyService(standalone.client, 'absent-secret', 120_000)
    expect(await http.get(hostOf(service))).toMatchObject({ status: 200, body: 'hello\n' })
  }, 150_000)
})
