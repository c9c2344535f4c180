/**
 * Generates everything that follows from Kubernetes' published API description: the core types of libs/api and the data of libs/apiserver.
 * `--check` writes nothing and exits 1 with the names of the files that differ.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { documentFiles } from './kubernetes/documents.mjs'
import { collect } from './kubernetes/names.mjs'
import { openSource } from './kubernetes/source.mjs'
import { resourcesText, typesText } from './kubernetes/types.mjs'

const root = join(import.meta.dirname, '..', '..')

/** Every generated file: its path from the root, and its content (text or bytes). */
export function generate() {
  const source = openSource()
  const collected = collect(source)
  return new Map([
    ['libs/api/src/kubernetes/gen/types.ts', typesText(collected)],
    ['libs/api/src/kubernetes/gen/resources.ts', resourcesText(collected)],
    ['libs/api/src/kubernetes/index.ts', INDEX],
    ...[...documentFiles(source, collected)].map(([name, content]) => [`libs/apiserver/data/${name}`, content])
  ])
}

const INDEX = `/** Kubernetes' own kinds: types, and where their objects live. Generated; see tools/generate/kubernetes.mjs. */\nexport * from './gen/resources.ts'\nexport type * from './gen/types.ts'\n`

function same(path, content) {
  try {
    const written = readFileSync(join(root, path))
    // Another zlib may pack the same text into other bytes.
    return path.endsWith('.br') ? brotliDecompressSync(written).equals(brotliDecompressSync(content)) : written.equals(Buffer.from(content))
  } catch (error) {
    if (error.code === 'ENOENT') return false
    throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    const changed = [...generate()].filter(([path, content]) => !same(path, content))
    if (process.argv.includes('--check')) {
      for (const [path] of changed) console.error(`${path} is not what tools/generate/kubernetes.mjs makes: run it and commit the result`)
      process.exitCode = changed.length > 0 ? 1 : 0
    } else
      for (const [path, content] of changed) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), content)
        console.log(path)
      }
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
