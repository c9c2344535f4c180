/** Writes the CustomResourceDefinitions of libs/api into its `gen` folder; with `--check` only says whether they are up to date. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')
const folder = 'libs/api/src/crds/gen'

/** Every generated file: its path from the root, and its text. */
export async function generate() {
  const { definitionFiles } = await import('../../libs/api/src/crds/definition-text.ts')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return new Map([...definitionFiles(version)].map(([name, text]) => [`${folder}/${name}`, text]))
}

function written(path) {
  try {
    return readFileSync(join(root, path), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  const changed = [...(await generate())].filter(([path, text]) => written(path) !== text)
  if (process.argv.includes('--check')) {
    for (const [path] of changed) console.error(`${path} is not what tools/generate/crds.mjs makes: run it and commit the result`)
    process.exitCode = changed.length > 0 ? 1 : 0
  } else {
    mkdirSync(join(root, folder), { recursive: true })
    for (const [path, text] of changed) {
      writeFileSync(join(root, path), text)
      console.log(path)
    }
  }
}
