/**
 * What a user may say of a pod, and what Knative's runtime contract promises a container, through whole Services of an image with a root filesystem
 * (sections 1.3, 2.3 and 8.2): as the containers find it themselves.
 */
import { beforeAll, describe, expect, it } from '@jest/globals'
import { configMaps, type Pod, pods, secrets } from '@knative-ts/api/kubernetes'
import { describeWhere, notRoot, notX64Linux } from '@knative-ts/testing/prerequisites'
import { namedInstallation } from '../../rig/installation.ts'
import { usePlatform } from '../../rig/platform.ts'
import { archiveRooted, rootedImageOf } from '../../rig/rooted-program.ts'
import { until } from '../../rig/until.ts'

const obstacle = namedInstallation() === undefined ? (notRoot() ?? notX64Linux()) : undefined
const image = rootedImageOf('inspector')
const startMs = 300_000
const withinMs = 120_000
const awake = { 'autoscaling.knative.dev/min-scale': '1' }
const flags = [
  'affinity',
  'dnsconfig',
  'dnspolicy',
  'fieldref',
  'hostaliases',
  'init-containers',
  'nodeselector',
  'schedulername',
  'securitycontext',
  'tolerations',
  'topologyspreadconstraints'
]

/** What is done before the app starts, where the app will find it. */
const prepare = `require('node:fs').writeFileSync('/scratch/made', 'by ' + process.env.WHO + ' at ' + process.cwd())`

const whole = {
  volumes: [
    { name: 'map', configMap: { name: 'given', items: [{ key: 'file', path: 'deep/file', mode: 0o440 }] } },
    { name: 'secret', secret: { secretName: 'given', defaultMode: 0o400 } },
    { name: 'scratch', emptyDir: {} },
    { name: 'memory', emptyDir: { medium: 'Memory', sizeLimit: '16Mi' } },
    {
      name: 'all',
      projected: {
        sources: [
          { configMap: { name: 'given', items: [{ key: 'file', path: 'of-map' }] } },
          { secret: { name: 'given', items: [{ key: 'file', path: 'of-secret' }] } },
          { downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
          { serviceAccountToken: { path: 'token', audience: 'somebody', expirationSeconds: 3600 } }
        ]
      }
    }
  ],
  initContainers: [
    {
      name: 'prepare',
      image,
      command: ['/usr/local/bin/node', '-e', prepare],
      workingDir: '/tmp',
      env: [{ name: 'WHO', value: 'init' }],
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }]
    }
  ],
  containers: [
    {
      name: 'main',
      image,
      ports: [{ containerPort: 8080 }],
      env: [
        { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
        { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'POD_NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'MEMORY', valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } } }
      ],
      resources: { limits: { memory: '256Mi' } },
      readinessProbe: { httpGet: { path: '/env/POD_NAME', httpHeaders: [{ name: 'X-Probe', value: 'ready' }] }, periodSeconds: 2 },
      livenessProbe: { httpGet: { path: '/env/POD_NAME' }, periodSeconds: 5 },
      startupProbe: { exec: { command: ['/usr/local/bin/node', '-e', ''] }, periodSeconds: 1, failureThreshold: 30 },
      volumeMounts: [
        { name: 'map', mountPath: '/given/map', readOnly: true },
        { name: 'map', mountPath: '/given/one', subPath: 'deep/file', readOnly: true },
        { name: 'secret', mountPath: '/given/secret', readOnly: true },
        { name: 'scratch', mountPath: '/scratch' },
        { name: 'memory', mountPath: '/memory' },
        { name: 'all', mountPath: '/given/all', readOnly: true }
      ]
    },
    {
      name: 'beside',
      image,
      env: [
        { name: 'PORT', value: '9000' },
        { name: 'VERSION', value: 'the one beside' }
      ],
      readinessProbe: { tcpSocket: { port: 9000 }, periodSeconds: 2 },
      livenessProbe: { httpGet: { path: '/env/PORT', port: 9000 }, periodSeconds: 5 },
      volumeMounts: [{ name: 'scratch', mountPath: '/seen' }]
    }
  ],
  hostAliases: [{ ip: '192.0.2.7', hostnames: ['alias.example.com'] }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['192.0.2.53'], searches: ['search.example.com'], options: [{ name: 'ndots', value: '3' }] },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  schedulerName: 'default-scheduler',
  tolerations: [{ key: 'some', operator: 'Exists' }],
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['fast'] }] } }
      ]
    }
  },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }],
  enableServiceLinks: false,
  securityContext: { runAsUser: 2021, runAsGroup: 3031, fsGroup: 4041, supplementalGroups: [5051] }
}

describeWhere('pods of images with a root filesystem', obstacle)('a Service', () => {
  const platform = usePlatform('pod-spec', { archives: (directory) => [archiveRooted('inspector', directory)] })
  let hosts: Readonly<Record<string, string>>

  beforeAll(async () => {
    const { client, namespace, user } = platform
    const metadata = { namespace, name: 'given' }
    await client.create(configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { file: 'of the map' } })
    await client.create(secrets, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { file: 'of the secret' } })
    await platform.configure('config-features', {
      ...Object.fromEntries(flags.map((flag) => [`kubernetes.podspec-${flag}`, 'enabled'])),
      'multi-container-probing': 'enabled'
    })
    const limits = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '500m', memory: '256Mi' } }
    const sketches = [
      { name: 'plain', image, annotations: awake },
      { name: 'bounded', image, annotations: awake, container: { resources: limits } },
      {
        name: 'confined',
        image,
        annotations: awake,
        container: {
          workingDir: '/tmp',
          args: ['one', 'two words'],
          securityContext: { runAsUser: 2020, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } }
        }
      },
      // It asks for a file that is not there.
      {
        name: 'sick',
        image,
        annotations: awake,
        container: { livenessProbe: { httpGet: { path: '/file?path=/none' }, periodSeconds: 1 } }
      },
      { name: 'whole', annotations: awake, revision: whole }
    ]
    // Refused until the webhook follows the configuration.
    await until('the webhook lets it in', () => user.deploy(sketches.pop() as (typeof sketches)[0]), startMs / 2, 500)
    hosts = { ...(await user.deployAll(sketches)), whole: new URL((await user.ready('whole')).status?.url ?? '').host }
  }, startMs)

  const ask = async (name: string, path: string): Promise<string> => (await platform.http.get(hosts[name] ?? '', path)).body
  const read = (name: string, path: string): Promise<string> => ask(name, `/file?path=${encodeURIComponent(path)}`)
  const self = async (name: string) => JSON.parse(await ask(name, '/self')) as { uid: number; gid: number; cwd: string; args: string[] }
  const stat = async (name: string, path: string) =>
    JSON.parse(await ask(name, `/stat?path=${encodeURIComponent(path)}`)) as { mode: string; kind: string }
  const podOf = async (name: string): Promise<Pod> => {
    const { items } = await platform.client.list(pods, {
      namespace: platform.namespace,
      labelSelector: `serving.knative.dev/revision=${name}-00001`
    })
    const [pod] = items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    if (pod === undefined) throw new Error(`${name} has no pod`)
    return pod
  }
  /** The first of these files that is there: version 2 of control groups, and version 1. */
  const firstOf = async (name: string, ...files: readonly string[]): Promise<string> => {
    for (const file of files) {
      const { status, body } = await platform.http.get(hosts[name] ?? '', `/file?path=/sys/fs/cgroup/${file}`)
      if (status === 200) return body.trim()
    }
    throw new Error(`none of ${files.join(', ')} is there`)
  }
  /** Options of what is mounted at or below a path; `but` leaves a type of file system out. */
  const mountsAt = async (name: string, path: string, but?: string): Promise<readonly string[]> => {
    const lines = (await read(name, '/proc/self/mounts')).split('\n').map((line) => line.split(' '))
    return lines
      .filter(([, where = '', type]) => (where === path || where.startsWith(`${path}/`)) && type !== but)
      .map(([, , , options = '']) => options)
  }

  describe('finds what the runtime contract says', () => {
    it('8.2 runtime/cgroup-memory', async () => {
      expect(await firstOf('bounded', 'memory.max', 'memory/memory.limit_in_bytes')).toBe(String(256 * 1024 * 1024))
    })
    it('8.2 runtime/cgroup-cpu', async () => {
      expect(await firstOf('bounded', 'cpu.max', 'cpu/cpu.cfs_quota_us')).toMatch(/^50000( 100000)?$/)
    })
    it.each([
      // The directory in memory around control groups of version 1 is runc's to leave writable.
      { rule: '8.2 runtime/cgroup-read-only', path: '/sys/fs/cgroup', but: 'tmpfs' },
      { rule: '8.2 runtime/sysctl-read-only', path: '/proc/sys', but: undefined }
    ])('$rule', async ({ path, but }) => {
      const mounts = await mountsAt('plain', path, but)
      expect(mounts.length).toBeGreaterThan(0)
      for (const options of mounts) expect(options.split(',')).toContain('ro')
    })
    it('8.2 runtime/run-as-user: the user of the template, else that of the image', async () => {
      expect([(await self('confined')).uid, (await self('plain')).uid]).toEqual([2020, 65532])
    })
    it('8.2 runtime/working-dir 8.2 runtime/arguments', async () => {
      expect(await self('confined')).toMatchObject({ cwd: '/tmp', args: ['one', 'two words'] })
    })
    it('8.2 runtime/read-only-root', async () => {
      expect((await mountsAt('confined', '/'))[0]?.split(',')).toContain('ro')
      expect(await ask('confined', '/write?path=/tmp/x')).toMatch(/EROFS|read-only/)
      expect((await mountsAt('plain', '/'))[0]?.split(',')).toContain('rw')
    })
    it.each(['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx'])('8.2 runtime/files-dev: /dev/%s', async (name) => {
      expect(await stat('plain', `/dev/${name}`)).toMatchObject({ kind: 'characters' })
    })
    it('8.2 runtime/files-tmp 8.2 runtime/files-proc 8.2 runtime/resolv', async () => {
      expect(await stat('plain', '/tmp')).toMatchObject({ kind: 'directory', mode: '1777' })
      for (const n of [0, 1, 2]) expect(await stat('plain', `/proc/self/fd/${n}`)).toHaveProperty('kind')
      expect(await read('plain', '/etc/resolv.conf')).toMatch(/^nameserver /m)
    })
    it('there is no console', async () => {
      expect(await ask('plain', '/stat?path=/dev/console')).toMatch(/ENOENT/)
    })
    it('8.2 runtime/stdin-eof', async () => {
      expect(await ask('plain', '/stdin')).toBe('0')
    })
    it(
      '8.2 runtime/liveness-restart',
      async () => {
        await until(
          'the container that fails its liveness probe was started again',
          async () => {
            const { status } = await podOf('sick')
            return (status?.containerStatuses?.find(({ name }) => name === 'user-container')?.restartCount ?? 0) > 0
          },
          withinMs,
          500
        )
      },
      startMs
    )
  })

  describe('has of its pod’s spec', () => {
    it('volumes of ConfigMaps and Secrets with their modes, whole and by one file', async () => {
      expect([await read('whole', '/given/map/deep/file'), await read('whole', '/given/one')]).toEqual(['of the map', 'of the map'])
      expect(await read('whole', '/given/secret/file')).toBe('of the secret')
      expect(await stat('whole', '/given/map/deep/file')).toMatchObject({ mode: '440' })
      // The group of the pod may read what the owner may.
      expect((await stat('whole', '/given/secret/file')).mode).toMatch(/^4[04]0$/)
    })
    it('projected volumes of all sources', async () => {
      expect([await read('whole', '/given/all/of-map'), await read('whole', '/given/all/of-secret')]).toEqual([
        'of the map',
        'of the secret'
      ])
      expect(await read('whole', '/given/all/labels')).toContain('serving.knative.dev/service="whole"')
      const [, claims = ''] = (await read('whole', '/given/all/token')).split('.')
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ aud: ['somebody'] })
    })
    it('directories to write into, on disk and in memory, shared between its containers', async () => {
      for (const path of ['/scratch/x', '/memory/x']) expect(await ask('whole', `/write?path=${path}`)).toBe('undefined')
      expect((await mountsAt('whole', '/memory')).length).toBe(1)
      expect(await ask('whole', '/fetch?url=http://127.0.0.1:9000/file?path=/seen/x')).toBe('200 x')
    })
    it('what its init container has made before', async () => {
      expect(await read('whole', '/scratch/made')).toBe('by init at /tmp')
    })
    it('8.2 runtime/shared-process: the other container, on the same address', async () => {
      expect(await ask('whole', '/fetch?url=http://127.0.0.1:9000/')).toBe('200 the one beside\n')
    })
    it('fields of its pod and its resources in variables', async () => {
      const { metadata, status, spec } = await podOf('whole')
      const told = await Promise.all(['POD_NAME', 'POD_IP', 'POD_NODE', 'MEMORY'].map((name) => ask('whole', `/env/${name}`)))
      expect(told).toEqual([metadata.name, status?.podIP, spec?.nodeName, '256'])
    })
    it('host aliases and DNS of its own', async () => {
      expect(await read('whole', '/etc/hosts')).toMatch(/^192\.0\.2\.7\s+alias\.example\.com$/m)
      const resolv = await read('whole', '/etc/resolv.conf')
      for (const line of [/^nameserver 192\.0\.2\.53$/m, /^search search\.example\.com$/m, /^options .*ndots:3/m])
        expect(resolv).toMatch(line)
      expect(resolv.match(/^nameserver/gm)).toHaveLength(1)
    })
    it('users and groups', async () => {
      expect(await self('whole')).toMatchObject({ uid: 2021, gid: 3031 })
      const groups = /^Groups:\s*(.*)$/m
        .exec(await read('whole', '/proc/self/status'))?.[1]
        ?.trim()
        .split(' ')
      expect(groups).toEqual(expect.arrayContaining(['4041', '5051']))
    })
    it('no variables of other Services', async () => {
      expect(await ask('whole', '/env/WHOLE_SERVICE_HOST')).toBe('')
    })
    it('1.3 template/preserved: the rest, as it was given', async () => {
      const { spec } = await podOf('whole')
      const { nodeSelector, schedulerName, affinity, topologySpreadConstraints, dnsPolicy } = whole
      expect(spec).toMatchObject({ nodeSelector, schedulerName, topologySpreadConstraints, dnsPolicy, enableServiceLinks: false })
      expect(spec?.affinity?.nodeAffinity).toEqual(affinity.nodeAffinity)
      expect(spec?.tolerations).toEqual(expect.arrayContaining([expect.objectContaining(whole.tolerations[0] as object)]))
    })
    it('probes of each container, asked at its own port', async () => {
      const { spec, status } = await podOf('whole')
      const [main, beside, queue] = spec?.containers ?? []
      expect([main?.livenessProbe?.httpGet?.port, beside?.livenessProbe?.httpGet?.port]).toEqual([8080, 9000])
      expect(main?.startupProbe?.exec?.command?.[0]).toBe('/usr/local/bin/node')
      expect([main?.readinessProbe, beside?.readinessProbe]).toEqual([undefined, undefined])
      const asked = queue?.env?.find(({ name }) => name === 'SERVING_READINESS_PROBE')?.value ?? ''
      expect(JSON.parse(asked)).toMatchObject([{ httpGet: { port: 8080 } }, { tcpSocket: { port: 9000 } }])
      expect(status?.containerStatuses?.map(({ name, ready, restartCount }) => [name, ready, restartCount]).sort()).toEqual([
        ['beside', true, 0],
        ['main', true, 0],
        ['queue-proxy', true, 0]
      ])
    })
  })
})
