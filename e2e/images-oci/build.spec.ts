/** `npm run images`, as who releases the product uses it: built, compared, pushed, taken as a base, loaded, and run. */
import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type * as k8s from '@knative-ts/api/kubernetes'
import { pods } from '@knative-ts/api/kubernetes'
import type { Descriptor, ImageIndex, Manifest } from '@knative-ts/kubelet'
import { errorText } from '@knative-ts/kube'
import { describeWhere, itWhere, notRoot, notX64Linux, withoutCommand } from '@knative-ts/testing/prerequisites'
import { dockerdObstacle, startDockerd } from '../../libs/kubelet/src/testing/dockerd.ts'
import { sidecarVariables } from '../../apps/queue-proxy/src/testing/sidecar-variables.ts'
import { cacheDirectory } from '../../tools/images/cache.ts'
import { readLock } from '../../tools/images/lock.ts'
import type { ConfigurationWithLabels } from '../../tools/images/oci/image.ts'
import { root, startStandalone, temporaryDirectory } from '../rig/standalone-process.ts'
import { until } from '../rig/until.ts'
import { type RegistryProcess, startRegistry } from './registry-process.ts'

const run = promisify(execFile)
const obstacle =
  notRoot() ??
  notX64Linux() ??
  withoutCommand('docker-registry', 'docker-registry') ??
  withoutCommand('apt-get', 'apt') ??
  withoutCommand('dpkg-deb', 'dpkg')
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

describeWhere('building images of the apps', obstacle)('images of the apps', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let registry: RegistryProcess
  let out: string
  let said: string

  /** The bundles are those that every suite runs: none is built anew under the others. */
  const flags = ['--no-build', '--arch', 'amd64']
  const npm = async (script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> => {
    const { stdout } = await run('npm', ['run', '--silent', script, '--', ...args], {
      cwd: root,
      env: { ...process.env, SOURCE_DATE_EPOCH: '1790000000', DOCKER_CONFIG: registry.dockerConfig, ...env }
    })
    return stdout
  }
  const images = (...args: string[]): Promise<string> => npm('images', [...flags, ...args])
  const fetched = async (path: string): Promise<Buffer> => {
    const accept = 'application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json'
    const answer = await fetch(`http://${registry.host}/v2/${path}`, { headers: { authorization: registry.authorization, accept } })
    expect(answer.status).toBe(200)
    return Buffer.from(await answer.arrayBuffer())
  }
  const blob = (repository: string, { digest }: Descriptor): Promise<Buffer> => fetched(`${repository}/blobs/${digest}`)
  /** Index, manifest and configuration of an image in the registry, each with the digest that leads to it. */
  const pulled = async (repository: string, reference: string) => {
    const index = await fetched(`${repository}/manifests/${reference}`)
    const [only] = (JSON.parse(index.toString()) as ImageIndex).manifests as [Descriptor]
    const bytes = await fetched(`${repository}/manifests/${only.digest}`)
    expect(digestOf(bytes)).toBe(only.digest)
    const manifest = JSON.parse(bytes.toString()) as Manifest
    const config = await blob(repository, manifest.config)
    expect(digestOf(config)).toBe(manifest.config.digest)
    return { digest: digestOf(index), only, manifest, configuration: JSON.parse(config.toString()) as ConfigurationWithLabels }
  }

  beforeAll(async () => {
    directory = await temporaryDirectory()
    out = join(directory.path, 'out')
    registry = await startRegistry(directory.path)
    const first = (): Promise<string> =>
      images('--out', out, '--push', `${registry.host}/team/knative-ts`, '--tag', 'v1', 'queue-proxy', 'activator')
    said = await first().catch(async (error: unknown) => {
      if (!/ cannot be fetched: /.test(errorText(error))) throw error
      // Debian has newer packages and no more those of the lock: no fault of what is tested here, and nothing to be silent about.
      process.stderr.write(`tools/images/base.lock.json is out of date, npm run images -- --update is due: ${errorText(error)}\n`)
      const lock = join(directory.path, 'base.lock.json')
      await npm('images', ['--update', '--lock', lock])
      flags.push('--lock', lock)
      return first()
    })
  }, 900_000)
  afterAll(async () => {
    await registry.stop()
    await directory.discard()
  })

  it('are small: the queue-proxy’s has at most 65 MB compressed', () => {
    const sizes = new Map(
      [...said.matchAll(/^(\S+) +amd64 +([\d.]+) MB compressed, ([\d.]+) MB of it not shared/gm)].map(([, name, ...mb]) => [
        name,
        mb.map(Number)
      ])
    )
    expect([...sizes.keys()]).toEqual(['activator', 'queue-proxy'])
    const [whole = NaN, own = NaN] = sizes.get('queue-proxy') ?? []
    expect(whole).toBeLessThanOrEqual(65)
    // Node alone is more than this; less would mean that something is missing.
    expect(whole).toBeGreaterThan(40)
    expect(own).toBeLessThan(1)
  })

  it('are in the registry under their tag and digest, and share all layers but the last', async () => {
    const proxy = await pulled('team/knative-ts/queue-proxy', 'v1')
    const activator = await pulled('team/knative-ts/activator', 'v1')
    expect(said).toContain(`${registry.host}/team/knative-ts/queue-proxy@${proxy.digest}\n`)
    expect(proxy.only.platform).toEqual({ os: 'linux', architecture: 'amd64' })
    const digests = ({ manifest }: typeof proxy): string[] => manifest.layers.map(({ digest }) => digest)
    expect(digests(proxy)).toHaveLength(3)
    expect(digests(proxy).slice(0, 2)).toEqual(digests(activator).slice(0, 2))
    expect(digests(proxy)[2]).not.toBe(digests(activator)[2])
    for (const layer of proxy.manifest.layers) {
      const bytes = await blob('team/knative-ts/queue-proxy', layer)
      expect([digestOf(bytes), bytes.length]).toEqual([layer.digest, layer.size])
    }
    expect(proxy.configuration).toMatchObject({
      created: '2026-09-21T14:13:20Z',
      config: { User: '65532:65532', Entrypoint: ['/usr/local/bin/node', '--semi-space-growth-factor=1', '/app/main.mjs'] }
    })
    expect(proxy.configuration.config.Labels).toMatchObject({
      'org.opencontainers.image.title': 'knative-ts queue-proxy',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.revision': expect.stringMatching(/^[0-9a-f]{40}(-dirty)?$/)
    })
  })

  it('are the same bytes when they are built again, with nothing kept but the downloads', async () => {
    const other = join(directory.path, 'cache')
    mkdirSync(join(other, 'images'), { recursive: true })
    symlinkSync(join(cacheDirectory(process.env), 'downloads'), join(other, 'images/downloads'))
    const again = join(directory.path, 'again')
    await npm('images', [...flags, '--out', again, 'queue-proxy'], { KNATIVE_TS_CACHE: other })
    const contents = (file: string): Promise<string> => run('tar', ['tf', file]).then(({ stdout }) => stdout)
    // Names of blobs are their digests; index.json alone differs, by the name and tag.
    expect(await contents(join(again, 'queue-proxy.tar'))).toBe(await contents(join(out, 'queue-proxy.tar')))
    rmSync(other, { recursive: true })
  }, 360_000)

  it('stand on another base', async () => {
    const base = `${registry.host}/team/knative-ts/activator:v1`
    const onBase = await images('--base', base, '--push', `${registry.host}/on-base`, '--tag', 'v1', 'queue-proxy')
    expect(onBase).toContain(`${registry.host}/on-base/queue-proxy@sha256:`)
    const { manifest, configuration } = await pulled('on-base/queue-proxy', 'v1')
    const below = await pulled('team/knative-ts/activator', 'v1')
    expect(manifest.layers.slice(0, 3).map(({ digest }) => digest)).toEqual(below.manifest.layers.map(({ digest }) => digest))
    expect(manifest.layers).toHaveLength(5)
    expect(configuration.config.Labels).toMatchObject({
      'org.opencontainers.image.base.name': base,
      'org.opencontainers.image.base.digest': below.digest
    })
  }, 180_000)

  it.each([
    [
      'a password that is wrong',
      () => ({ auths: { [registry.host]: { auth: Buffer.from('pusher:wrong').toString('base64') } } }),
      /does not take the name and password of the Docker configuration: docker login 127\.0\.0\.1/
    ],
    ['no password', () => ({}), /wants a name and a password: docker login 127\.0\.0\.1/]
  ])('are refused for %s, in a sentence', async (_what, config, sentence) => {
    const { path, discard } = await temporaryDirectory()

    writeFileSync(join(path, 'config.json'), JSON.stringify(config()))
    const pushing = npm('images', [...flags, '--push', `${registry.host}/x`, 'queue-proxy'], { DOCKER_CONFIG: path })
    await expect(pushing).rejects.toThrow(sentence)
    await discard()
  })

  itWhere('images in a Docker engine', dockerdObstacle())(
    'are loaded into a Docker engine, and Node runs there as nobody in particular',
    async () => {
      const engine = await startDockerd()
      try {
        const name = `${registry.host}/team/knative-ts/queue-proxy:v1`
        expect(await engine.docker('load', '-i', join(out, 'queue-proxy.tar'))).toBe(`Loaded image: ${name}`)
        const confined = ['--read-only', '--network', 'none', '--cap-drop', 'ALL', '--entrypoint', '/usr/local/bin/node']
        const script =
          'JSON.stringify([process.version, process.getuid(), os.userInfo().username, fs.readdirSync("/app").includes("main.mjs")])'
        const answer = await engine.docker('run', '--rm', ...confined, name, '-p', script)
        expect(JSON.parse(answer)).toEqual([`v${readLock().node.version}`, 65_532, 'nonroot', true])
      } finally {
        await engine.stop()
      }
    },
    270_000
  )

  it('run in standalone as somebody who is not root, on a filesystem that nobody can write to', async () => {
    const data = join(directory.path, 'data')
    const name = 'example.com/knative-ts/queue-proxy:v1'
    expect(await npm('image', ['load', join(out, 'queue-proxy.tar'), '--name', name, '--data', data])).toContain(name)
    const standalone = await startStandalone({ data })
    try {
      const variables = { ...sidecarVariables(8080), QUEUE_SERVING_PORT: '8012', SERVING_READINESS_PROBE: '' }
      const env = Object.entries(variables).map(([variable, value]) => ({ name: variable, value }))
      const securityContext = {
        readOnlyRootFilesystem: true,
        runAsNonRoot: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] }
      }
      const spec: k8s.PodSpec = {
        containers: [{ name: 'main', image: name, env, securityContext, readinessProbe: { tcpSocket: { port: 8012 } } }]
      }
      await standalone.client.create(pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'proxy', namespace: 'default' }, spec })
      const pod = await until('the pod is ready', async () => {
        const found = await standalone.client.get(pods, { namespace: 'default', name: 'proxy' })
        if (found.status?.containerStatuses?.[0]?.ready === true) return found
        throw new Error(JSON.stringify(found.status?.containerStatuses))
      })
      // It serves: there is nobody behind it.
      const answer = await fetch(`http://${pod.status?.podIP}:8012/`)
      expect([answer.status, await answer.text()]).toEqual([502, 'dial tcp 127.0.0.1:8080: connect: connection refused\n'])
      const [pid = ''] = await processesOf('/usr/local/bin/node\0--semi-space-growth-factor=1\0/app/main.mjs\0')
      const status = readFileSync(`/proc/${pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\t65532\t65532\t65532\t65532$/m)
      expect(status).toMatch(/^CapEff:\t0+$/m)
      expect(readFileSync(`/proc/${pid}/mounts`, 'utf8')).toMatch(/^\S+ \/ \S+ ro[, ]/m)
    } finally {
      await standalone.stop()
    }
  }, 360_000)
})

/** Processes with this command line that a node agent started. */
async function processesOf(command: string): Promise<string[]> {
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (pid) => ((await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '')) === command ? [pid] : []))
  )
  return found.flat()
}
