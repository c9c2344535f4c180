/** A program of e2e/images in an image with a root filesystem of its own: what `npm run images -- --program` makes for clusters, of this machine's own files. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ociArchive } from '../../libs/kubelet/src/testing/image-archive.ts'
import { rootTree } from '../../libs/kubelet/src/testing/root-tree.ts'
import { imageOf, namedInstallation } from './installation.ts'
import { root } from './root.ts'

/** Its image: on clusters every image has a root filesystem. */
export const rootedImageOf = (program: string): string =>
  namedInstallation() === undefined ? `dev.local/rooted/${program}:e2e` : imageOf(program)

/** Writes the archive of {@link rootedImageOf} for standalone into `directory`; gives its path. Its Node is the one that runs this. */
export function archiveRooted(program: string, directory: string): string {
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? [])
  const source = join(root, 'e2e/images', program)
  const file = (path: string, from: string, mode: number) => ({ path, content: readFileSync(from), mode })
  const folder = (path: string) => ({ path: `${path}/`, type: '5' as const })
  const node = [
    ...['usr', 'usr/local', 'usr/local/bin', 'lib', 'lib/x86_64-linux-gnu', 'lib64'].map(folder),
    ...libraries.map((path) => file(path.slice(1), path, 0o755)),
    file('usr/local/bin/node', process.execPath, 0o755)
  ]
  const app = [folder('app'), ...['main.js', 'package.json'].map((name) => file(`app/${name}`, join(source, name), 0o644))]
  const config = {
    User: '65532:65532',
    WorkingDir: '/app',
    Env: ['PATH=/usr/local/bin:/bin'],
    Entrypoint: ['/usr/local/bin/node', '/app/main.js']
  }
  const archive = join(directory, `${program}.tar`)
  writeFileSync(archive, ociArchive([{ name: rootedImageOf(program), layers: [rootTree(), node, app], config }], { compression: 'none' }))
  return archive
}
