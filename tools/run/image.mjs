/**
 * `npm run image -- load FILE.tar [--name NAME]`, `ls`, `rm NAME`: the image store of standalone, whether it runs or not.
 * `--data DIR` is standalone's own option.
 */
import { ImageError, completedImageName, openImageStore } from '@knative-ts/kubelet'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const usage = `npm run image -- load FILE.tar... [--name NAME]   put images into the store: an OCI layout in a tar, or what docker save writes
npm run image -- ls                              what is in it
npm run image -- rm NAME...                      take images away

  --data DIR   standalone's data directory (default: $XDG_DATA_HOME/knative-ts, else ~/.local/share/knative-ts)`

const options = { data: { type: 'string' }, name: { type: 'string' }, help: { type: 'boolean', default: false } }

/** Fails with a sentence instead of a stack. */
function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}

function parsed() {
  try {
    return parseArgs({ options, allowPositionals: true })
  } catch (error) {
    return fail(`${error.message}\n\n${usage}`)
  }
}

const { values, positionals } = parsed()
const [verb, ...names] = positionals
if (values.help || verb === undefined) {
  console.log(usage)
  process.exit(values.help ? 0 : 1)
}
if (!['load', 'ls', 'rm'].includes(verb)) fail(`"${verb}" is not something to do with images\n\n${usage}`)
if (verb !== 'ls' && names.length === 0) fail(`${verb}: give ${verb === 'load' ? 'a file' : 'a name'}\n\n${usage}`)

const data = resolve(values.data ?? join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'knative-ts'))
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
const opened = openImageStore(join(data, 'images'))
const { store } = opened
try {
  if (verb === 'load') await load()
  else if (verb === 'ls') list()
  else await remove()
} catch (error) {
  if (!(error instanceof ImageError) && error.code === undefined) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
} finally {
  opened.close()
}

async function load() {
  const name = values.name === undefined ? undefined : completedImageName(values.name)
  for (const file of names) {
    for (const image of await store.load(resolve(file), name)) console.log(`${image.name}  ${image.digest}  ${megabytes(image.size)}`)
  }
  if (!opened.unpacks) console.log('kept, but not unpacked: images with a root filesystem run as root on Linux only')
}

function list() {
  const images = store.list()
  const width = Math.max(4, ...images.map(({ name }) => name.length))
  console.log(`${'NAME'.padEnd(width)}  ${'DIGEST'.padEnd(19)}  SIZE`)
  for (const { name, digest, size } of images) console.log(`${name.padEnd(width)}  ${digest.slice(0, 19)}  ${megabytes(size)}`)
}

async function remove() {
  for (const each of names) {
    const name = completedImageName(each)
    if (!(await store.remove(name))) throw new ImageError(`there is no image ${name}: npm run image -- ls says which there are`)
    console.log(`removed ${name}`)
  }
}
