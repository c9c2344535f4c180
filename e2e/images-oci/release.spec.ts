/** `npm run release`, as who releases the product and who mirrors it use them: made twice, verified, mirrored, rendered. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { appNames } from '@knative-ts/api/system'
import { errorText } from '@knative-ts/kube'
import { describeWhere, withoutCommand } from '@knative-ts/testing/prerequisites'
import { helmObstacle } from '../helm/helm.ts'
import { root, temporaryDirectory } from '../rig/standalone-process.ts'
import { type RegistryProcess, startRegistry } from './registry-process.ts'

const run = promisify(execFile)
const obstacle =
  helmObstacle() ??
  withoutCommand('docker-registry', 'docker-registry') ??
  withoutCommand('skopeo', 'skopeo') ??
  withoutCommand('apt-get', 'apt') ??
  withoutCommand('dpkg-deb', 'dpkg')
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
const images = appNames.toSorted()

describeWhere('making a release', obstacle)('a release', () => {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>
  let registry: RegistryProcess
  let out: string
  let said: string
  const flags = ['--dry-run', '--arch', 'amd64']

  const release = async (...args: string[]): Promise<string> => {
    const env = { ...process.env, SOURCE_DATE_EPOCH: '1790000000' }
    const { stdout } = await run('npm', ['run', '--silent', 'release', '--', ...flags, ...args], { cwd: root, env })
    return stdout
  }
  const read = (file: string): string => readFileSync(join(out, file), 'utf8')
  const digestOf = (name: string): string => new RegExp(`/${name}:\\S+@(sha256:[0-9a-f]{64})$`, 'm').exec(read('images.txt'))?.[1] ?? ''

  beforeAll(async () => {
    directory = await temporaryDirectory()
    out = join(directory.path, 'out')
    registry = await startRegistry(directory.path)
    said = await release('--out', out).catch(async (error: unknown) => {
      if (!/ cannot be fetched: /.test(errorText(error))) throw error
      process.stderr.write(`tools/images/base.lock.json is out of date, npm run images -- --update is due: ${errorText(error)}\n`)
      const lock = join(directory.path, 'base.lock.json')
      await run('npm', ['run', '--silent', 'images', '--', '--update', '--lock', lock], { cwd: root })
      flags.push('--lock', lock)
      return release('--out', out)
    })
  }, 900_000)
  afterAll(async () => {
    await registry?.stop()
    await directory?.discard()
  })

  it('says what it made, and that a dry run publishes nothing', async () => {
    for (const file of ['images.txt', 'mirror.sh', 'notes.md', 'SHA256SUMS', `knative-ts-${version}.tgz`])
      expect(said).toContain(`  ${file}\n`)
    expect(said).toContain('nothing was pushed, nothing was tagged')
    const { stdout } = await run('git', ['tag', '--list', `v${version}`], { cwd: root })
    expect(stdout).toBe('')
  })

  it('has a checksum for each of its files', async () => {
    const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: out })
    const checked = stdout.trim().split('\n')
    expect(checked.filter((line) => !line.endsWith(': OK'))).toEqual([])
    // Each image, its bill of materials, and chart, names, script, notes.
    expect(checked).toHaveLength(2 * images.length + 4)
  })

  it('has the same bytes when it is made again', async () => {
    const again = join(directory.path, 'again')
    await release('--out', again)
    expect(readFileSync(join(again, 'SHA256SUMS'), 'utf8')).toBe(read('SHA256SUMS'))
  }, 300_000)

  it('names the images in the chart by digest', async () => {
    const rendered = await run(
      process.env['HELM'] ?? 'helm',
      ['template', 'x', `knative-ts-${version}.tgz`, '--kube-version', '1.34.0', '--set', 'eventing.enabled=true'],
      {
        cwd: out,
        maxBuffer: 64 << 20
      }
    )
    for (const name of images) expect(rendered.stdout).toContain(`dev.local/knative-ts/${name}@${digestOf(name)}`)
  })

  it('S109 is mirrored with its digests, and the chart takes the images from the mirror', async () => {
    const mirror = `${registry.host}/mirror`
    await run(join(out, 'mirror.sh'), [mirror, '--dest-creds', 'pusher:secret', '--dest-tls-verify=false'])
    for (const name of images) {
      const accept = 'application/vnd.oci.image.index.v1+json'
      const url = `http://${registry.host}/v2/mirror/${name}/manifests/${version}`
      const answer = await fetch(url, { method: 'HEAD', headers: { authorization: registry.authorization, accept } })
      expect([answer.status, answer.headers.get('docker-content-digest')]).toEqual([200, digestOf(name)])
    }
    const args = [
      'template',
      'x',
      `knative-ts-${version}.tgz`,
      '--kube-version',
      '1.34.0',
      '--set',
      `global.registry=${mirror},eventing.enabled=true`
    ]
    const { stdout } = await run(process.env['HELM'] ?? 'helm', args, { cwd: out, maxBuffer: 64 << 20 })
    for (const name of images) expect(stdout).toContain(`${mirror}/${name}@${digestOf(name)}`)
    expect(stdout).not.toContain('dev.local/knative-ts')
  }, 300_000)

  it('says of each image what is in it', () => {
    for (const name of images) {
      const bill = JSON.parse(read(`sbom/${name}-amd64.spdx.json`)) as { spdxVersion: string; packages: { name: string }[] }
      expect(bill.spdxVersion).toBe('SPDX-2.3')
      expect(bill.packages.map((each) => each.name)).toEqual(expect.arrayContaining([name, 'node', 'libc6']))
    }
  })

  it('is refused where the sources are not ready for it', async () => {
    const refused = run('npm', ['run', '--silent', 'release', '--', '--push', `${registry.host}/x`], { cwd: root })
    await expect(refused).rejects.toThrow(/not released:\n {2}(?:files differ|CHANGELOG\.md has no section)/)
  })
})
