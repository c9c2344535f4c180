/** A root filesystem of this machine's own programs and the libraries that they need: an image for tests that nothing has to be downloaded for. */
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Member } from './tar-writer.ts'

const programs = ['sh', 'cat', 'chmod', 'cp', 'dd', 'env', 'grep', 'head', 'hostname', 'id', 'ls', 'mkdir', 'readlink']
const more = ['rm', 'sleep', 'stat', 'stty', 'tail', 'tar', 'touch', 'tty', 'wc']

const passwd = 'root:x:0:0:root:/root:/bin/sh\napp:x:1001:1002::/home/app:/bin/sh\n'
const group = 'root:x:0:\napp:x:1002:\nextra:x:1003:app\n'

/** Members of a layer. */
export function rootTree(): Member[] {
  const which = (name: string): string => execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
  const found = [...programs, ...more].map((name) => ({ name, file: realpathSync(which(name)) }))
  const libraries = new Set(
    execFileSync(
      'ldd',
      found.map(({ file }) => file),
      { encoding: 'utf8' }
    )
      .split('\n')
      .flatMap((line) => /(\/\S+) \(0x/.exec(line)?.[1] ?? [])
  )
  const files: Member[] = [
    ...found.map(({ name, file }) => ({ path: `bin/${name}`, content: readFileSync(file), mode: 0o755 })),
    ...[...libraries].map((path) => ({ path: path.slice(1), content: readFileSync(path), mode: 0o755 })),
    { path: 'etc/passwd', content: passwd },
    { path: 'etc/group', content: group }
  ]
  const directories = new Set(['root', 'home/app', 'bin', 'etc', ...files.map(({ path }) => dirname(path))])
  const all = [...directories].flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')))
  return [
    ...[...new Set(all)].toSorted().map((path) => ({ path: `${path}/`, type: '5' as const })),
    { path: 'tmp/', type: '5', mode: 0o1777 },
    ...files
  ]
}
