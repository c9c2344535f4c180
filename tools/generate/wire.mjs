/** Generates the gRPC code of libs/wire from its .proto files. `--check` fails when what is committed differs. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root, sameTree } from './tree.mjs'

const lib = join(root, 'libs/wire')
const check = process.argv.includes('--check')
const out = mkdtempSync(join(tmpdir(), 'wire-'))
try {
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
} finally {
  rmSync(out, { recursive: true, force: true })
}
