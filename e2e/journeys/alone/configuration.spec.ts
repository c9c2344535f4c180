/** What an administrator changes in the platform's ConfigMaps works at once, on what is there and on what comes. Changes what all share. */
import { expect, it } from '@jest/globals'
import { knativeServices, revisions, type Service } from '@knative-ts/api'
import { imageOf } from '../../rig/installation.ts'
import { hostOf, serviceOf } from '../../rig/knative-service.ts'
import { usePlatform } from '../../rig/platform.ts'
import { until } from '../../rig/until.ts'

const image = imageOf('inspector')
const quick = { 'autoscaling.knative.dev/window': '6s' }
const platform = usePlatform('configuration')

it('S001 S024 S142 initial-scale 0 is admitted once it is allowed: such a Service is Ready without a pod, and answers from zero', async () => {
  const { client, namespace, user, http } = platform
  const annotations = { ...quick, 'autoscaling.knative.dev/initial-scale': '0' }
  const asleep = serviceOf({ name: 'asleep', namespace, image, annotations })
  const refused = await client.create(knativeServices, asleep).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 400, message: expect.stringContaining('initial-scale') })
  await platform.configure('config-autoscaler', { 'allow-zero-initial-scale': 'true' })
  await until('initial-scale 0 is admitted', async () => client.create(knativeServices, asleep))
  const service = await user.ready('asleep')
  const revision = service.status?.latestReadyRevisionName ?? ''
  expect(await user.podsOf(revision)).toEqual([])
  expect(await http.get(hostOf(service))).toMatchObject({ status: 200, headers: { 'x-revision': revision } })
  expect((await user.podsOf(revision)).length).toBeGreaterThan(0)
  await user.remove('asleep')
}, 360_000)

it('a change of config-autoscaler works at once', async () => {
  const { user } = platform
  const { revision } = await user.deploy({ name: 'live', image, annotations: quick })
  await platform.configure('config-autoscaler', { 'min-scale': '2', 'scale-to-zero-grace-period': '6s' })
  expect(await user.scaledTo(revision, 2)).toBe(true)
  await platform.configure('config-autoscaler', { 'min-scale': '0' })
  expect(await user.scaledTo(revision, 0)).toBe(true)
  await user.remove('live')
}, 450_000)

it('init containers are admitted once they are allowed; one that fails ends in its exit code, with its own words', async () => {
  const { client, namespace, user } = platform
  const plain = serviceOf({ name: 'migrating', namespace, image, annotations: { 'serving.knative.dev/progress-deadline': '5s' } })
  const { template } = plain.spec
  const initContainers = [{ name: 'migrate', image: imageOf('failing-init') }]
  const migrating = { ...plain, spec: { template: { ...template, spec: { ...template?.spec, initContainers } } } } as Service
  const refused = await client.create(knativeServices, migrating).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 400, message: expect.stringContaining('spec.template.spec.initContainers') })
  await platform.configure('config-features', { 'kubernetes.podspec-init-containers': 'enabled' })
  await until('init containers are admitted', async () => client.create(knativeServices, migrating))
  const failed = await until('the revision has failed', async () => {
    const { status } = await client.get(revisions, { namespace, name: 'migrating-00001' })
    return status?.conditions?.find(({ type, status: value }) => type === 'ContainerHealthy' && value === 'False')
  })
  expect(failed).toMatchObject({ reason: 'ExitCode3', message: expect.stringContaining('migration 12 does not apply') })
  await user.remove('migrating')
}, 180_000)
