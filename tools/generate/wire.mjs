/**
 * Generates the gRPC code of libs/wire from its .proto files. `--check` fails when what is committed differs. `--record` keeps the messages of this
 * version in libs/wire/recorded, which later ones must understand: done with each release, and never again for one that is out.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, sameTree } from './tree.mjs'

const lib = join(root, 'libs/wire')
const check = process.argv.includes('--check')
const out = mkdtempSync(join(tmpdir(), 'wire-'))
try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
  execFileSync('buf', ['generate', '--output', out], { cwd: lib, stdio: 'inherit', env })
  const fresh = join(out, 'src/gen')
  const committed = join(lib, 'src/gen')
  if (check) {
    sameTree(fresh, committed, 'node tools/generate/wire.mjs')
  } else {
    rmSync(committed, { recursive: true, force: true })
    cpSync(fresh, committed, { recursive: true })
  }
  if (process.argv.includes('--record')) {
    const recorded = join(lib, 'recorded', version)
    mkdirSync(recorded, { recursive: true })
    execFileSync('buf', ['build', '--exclude-source-info', '-o', join(recorded, 'schema.json')], { cwd: lib, stdio: 'inherit', env })
    execFileSync(process.execPath, [join(lib, 'src/recorded/record.ts'), join(recorded, 'messages.json')], { stdio: 'inherit' })
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
