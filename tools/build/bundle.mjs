/**
 * Bundles one deployable into one ESM file that needs nothing but Node.
 *   bundle.mjs NAME                  apps/NAME/src/main.ts -> dist/apps/NAME/main.mjs, with what the folder needs to be an image
 *   bundle.mjs --input F --out F     any other entry (tests that run a real process)
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { rolldown } from 'rolldown'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Optional peers that Nest and grpc-js ask for inside a try: absent on purpose. */
const absent = [/^@nestjs\/(microservices|websockets|platform-)/, 'class-validator', 'class-transformer', 'bufferutil', 'utf-8-validate']

/** Exports of http that load undici (45 ms). Whoever imports one of them gets a build error. */
const undici = ['WebSocket', 'CloseEvent', 'MessageEvent']

/**
 * `import { request } from 'node:http'` reads every export of the module, and some load much when they are read: undici of http, WebCrypto of crypto, streams of fs. In bundles an
 * import takes of a module of Node what is used of it, as `require` does. Each importer has these lines for itself: shared, they would be a file of the bundle.
 */
const builtinsInParts = {
  name: 'builtins-in-parts',
  resolveId(id, importer, { kind }) {
    const name = id.replace(/^node:/, '')
    if (kind !== 'import-statement' || !isBuiltin(`node:${name}`)) return null
    // The bundler's own runtime is a file of the bundle that must depend on no other.
    if (importer === undefined || importer.startsWith('\0')) return null
    // Not the path itself: what names packages in source maps are their own files. Below the root, so that a build is the same anywhere.
    const by = createHash('sha256').update(relative(root, importer)).digest('hex')
    return `\0builtin:${name}:${onlyWhatIsUsed.test(importer) ? 'late' : 'early'}:${by}`
  },
  load(id) {
    const [, name, time] = /^\0builtin:([^:]+):(early|late):/.exec(id) ?? []
    if (name === undefined) return null
    const whole = `process.getBuiltinModule('node:${name}')`
    const late = (each) => time === 'late' && name === 'crypto' && hashing.includes(each)
    const part = (each) => (late(each) ? `(...given) => ${whole}.${each}(...given)` : `/* @__PURE__ */ (() => ${whole}.${each})()`)
    const names = Object.keys(process.getBuiltinModule(`node:${name}`)).filter(
      (each) => /^[a-z_$][\w$]*$/i.test(each) && each !== 'default'
    )
    const exports = names.filter((each) => !undici.includes(each)).map((each) => `export const ${each} = ${part(each)}`)
    return { code: [`export default /* @__PURE__ */ ${whole}`, ...exports].join('\n'), moduleSideEffects: false }
  }
}

/** Of crypto, which takes 10 ms to load: Nest imports these and calls none of them in a role. */
const hashing = ['createHash', 'createHmac', 'timingSafeEqual']

/** Roles are Nest's contexts without servers (ADR 0003), but its factory imports the application that has one, and with it routers, middleware and security headers. */
const nestWithoutHttp = {
  name: 'nest-without-http',
  resolveId: (id, importer) =>
    id === './nest-application.js' && importer.endsWith('/@nestjs/core/nest-factory.js') ? '\0nest-application' : null,
  load: (id) =>
    id === '\0nest-application'
      ? "export class NestApplication { constructor() { throw new Error('bundles have no HTTP application of Nest') } }"
      : null
}

/** What Node is given of rxjs is CommonJS, of which a bundle keeps everything; its ES modules are the same code. */
const rxjsInParts = {
  name: 'rxjs-in-parts',
  resolveId: (id) => {
    const [, part] = /^rxjs(\/operators)?$/.exec(id) ?? []
    return id === 'rxjs' || part !== undefined ? join(root, `node_modules/rxjs/dist/esm${part ?? ''}/index.js`) : null
  }
}

/**
 * Packages whose modules only define: what nobody imports of them is left out, though their package.json does not say so. Not the first files of Nest: they load reflect-metadata,
 * which its decorators need.
 */
const onlyWhatIsUsed = /\/node_modules\/(@nestjs\/(core|common)\/(?!index\.js$)|rxjs\/)/

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
    plugins: [builtinsInParts, nestWithoutHttp, rxjsInParts, dockerWithoutSsh, grpcOfExporters],
    treeshake: { moduleSideEffects: (id) => (onlyWhatIsUsed.test(id) ? false : undefined) },
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
        ? {
            dir: dirname(file),
            entryFileNames: basename(file),
            chunkFileNames: '[name]-[hash].mjs',
            codeSplitting: { groups: [startIn((await build.generate({ format: 'esm' })).output)] }
          }
        : { file, codeSplitting: false }),
      format: 'esm',
      sourcemap: true,
      banner,
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

/** CommonJS in a bundle asks for modules of Node by this; most files of bundles have none, and `createRequire` takes its time. */
const banner =
  "let __ownRequire; const require = (id) => (__ownRequire ??= process.getBuiltinModule('node:module').createRequire(import.meta.url))(id);"

/**
 * What the entry needs before its first line runs, and others may need later, becomes one file instead of one for each set of its users: a file costs a start a third of a
 * millisecond. `output` is of a build without that.
 */
function startIn(output) {
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]))
  const entry = [...chunks.values()].find(({ isEntry }) => isEntry)
  const before = new Set(entry.imports)
  // A set that grows while it is walked: what is added is visited too.
  for (const file of before) for (const each of chunks.get(file)?.imports ?? []) before.add(each)
  const modules = new Set([...before].flatMap((file) => chunks.get(file)?.moduleIds ?? []))
  return { name: 'start', test: (id) => !id.startsWith('\0') && modules.has(id) }
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
