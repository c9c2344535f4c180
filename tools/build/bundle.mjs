/**
 * Bundles one deployable into one ESM file that needs nothing but Node.
 *   bundle.mjs NAME                  apps/NAME/src/main.ts -> dist/apps/NAME/main.mjs, with what the folder needs to be an image
 *   bundle.mjs --input F --out F     any other entry (tests that run a real process)
 */
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Optional peers that Nest and grpc-js ask for inside a try: absent on purpose. */
const absent = [/^@nestjs\/(microservices|websockets|platform-)/, 'class-validator', 'class-transformer', 'bufferutil', 'utf-8-validate']

/**
 * `import { request } from 'node:http'` reads every export of the module, and three of them load undici when they are read: 45 ms at each start.
 * In bundles the import takes the module as `require` does. Whoever imports one of the three gets a build error.
 */
const httpWithoutUndici = {
  name: 'http-without-undici',
  resolveId: (id, _importer, { kind }) => (kind === 'import-statement' && /^(node:)?http$/.test(id) ? '\0http' : null),
  load(id) {
    if (id !== '\0http') return null
    const names = Object.keys(http).filter((name) => !['WebSocket', 'CloseEvent', 'MessageEvent'].includes(name))
    return `const http = process.getBuiltinModule('node:http')\nexport default http\nexport const { ${names.join(', ')} } = http`
  }
}

/** The Docker client can speak SSH to other machines; the node agent uses sockets of this one, and SSH is half a megabyte with native parts. */
const dockerWithoutSsh = {
  name: 'docker-without-ssh',
  resolveId: (id) => (id === 'ssh2' ? '\0ssh2' : null),
  load: (id) => (id === '\0ssh2' ? 'export default {}' : null)
}

/** OpenTelemetry's exporters by gRPC ask for grpc-js at run time, by a `require` of their own that no bundler sees; in a bundle there is nobody to ask. */
const grpcOfExporters = {
  name: 'grpc-of-exporters',
  transform: (code, id) =>
    id.includes('/otlp-grpc-exporter-base/') && code.includes('__require("@grpc/grpc-js")')
      ? { code: `${code.replaceAll('__require("@grpc/grpc-js")', '__grpc')}\nimport * as __grpc from '@grpc/grpc-js'\n`, map: null }
      : null
}

/**
 * Writes one bundle; `chunks` of the result are its files, each with the ids of what is in it and the files that it imports. With `split`, what is imported dynamically goes into files of its own
 * beside it, so that a start does not read it (Node resolves every static import of a file before its first line runs).
 */
export async function bundle(input, file, { split = false } = {}) {
  const build = await rolldown({
    input,
    platform: 'node',
    external: absent,
    plugins: [httpWithoutUndici, dockerWithoutSsh, grpcOfExporters],
    tsconfig: join(root, 'tsconfig.base.json'),
    transform: { target: 'node24' },
    checks: { pluginTimings: false },
    onLog: (level, log, next) => {
      // A warning for others: here it would be a process that ends when it first needs what is missing.
      if (log.code === 'UNRESOLVED_IMPORT') return next('error', log)
      return ['EVAL', 'CIRCULAR_DEPENDENCY', 'INEFFECTIVE_DYNAMIC_IMPORT'].includes(log.code) ? undefined : next(level, log)
    }
  })
  try {
    const { output } = await build.write({
      ...(split
        ? { dir: dirname(file), entryFileNames: basename(file), chunkFileNames: '[name]-[hash].mjs', codeSplitting: true }
        : { file, codeSplitting: false }),
      format: 'esm',
      sourcemap: true,
      banner: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } }
    })
    return {
      chunks: output
        .filter(({ type }) => type === 'chunk')
        .map(({ fileName, moduleIds, imports, dynamicImports }) => ({ file: fileName, modules: moduleIds, imports, dynamicImports }))
    }
  } finally {
    await build.close()
  }
}

/** Builds an app, and beside it what makes its folder a runnable package directory. */
export async function bundleApp(name) {
  const app = join(root, 'apps', name)
  if (!existsSync(join(app, 'src/main.ts'))) throw new Error(`there is no deployable apps/${name}`)
  const out = join(root, 'dist/apps', name)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  await bundle(join(app, 'src/main.ts'), join(out, 'main.mjs'), { split: settingsOf(app).split !== false })
  const { version, description } = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8'))
  const start = ['node', ...(settingsOf(app).nodeFlags ?? []), 'main.mjs'].join(' ')
  const manifest = { name, version, description, type: 'module', main: 'main.mjs', scripts: { start } }
  writeFileSync(join(out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const { from, to } of assetsOf(app)) cpSync(join(app, from), join(out, to), { recursive: true })
}

/**
 * `"bundle": { "assets": [{ "from", "to" }] }` of the app's package.json: data files that the code opens beside itself. `"nodeFlags"` there are what Node is
 * started with, wherever the app runs.
 */
function assetsOf(app) {
  return settingsOf(app).assets ?? []
}

function settingsOf(app) {
  return JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')).bundle ?? {}
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { input: { type: 'string' }, out: { type: 'string' }, chunks: { type: 'boolean' }, split: { type: 'boolean' } }
  })
  if (values.input !== undefined && values.out !== undefined) {
    const { chunks } = await bundle(resolve(values.input), resolve(values.out), { split: values.split === true })
    if (values.chunks) console.log(JSON.stringify(chunks))
  } else if (positionals.length > 0) {
    for (const name of positionals) await bundleApp(name)
  } else {
    console.error('usage: bundle.mjs NAME... | --input FILE --out FILE [--split] [--chunks]')
    process.exitCode = 2
  }
}
