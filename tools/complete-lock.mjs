/**
 * Completes package-lock.json after `npm install`: optional packages for other platforms that the registry at hand does not serve are left
 * out by npm, and `npm ci` then refuses the lock. Each gets an entry with its exact version and platform, as a full registry would have
 * given it (without an integrity: nobody has seen the bytes). They are never installed on a platform that they are not for.
 */
import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const systems = ['darwin', 'win32', 'linux', 'android', 'freebsd', 'openharmony', 'aix', 'sunos', 'netbsd', 'openbsd']
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64', 'wasm32']
const spelled = { armv7: 'arm', aarch64: 'arm64', 'arm-gnueabihf': 'arm', win32: 'win32' }

/** Operating system, processor and C library that a platform package's name speaks of. */
function platformOf(name) {
  const words = name.split('/').at(-1).split(/[-_.]/)
  const os = words.find((word) => systems.includes(word))
  const cpu = words.map((word) => spelled[word] ?? word).find((word) => processors.includes(word))
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu')) && os === 'linux'
      ? 'glibc'
      : undefined
  return { ...(cpu ? { cpu: [cpu] } : {}), ...(os ? { os: [os] } : {}), ...(libc ? { libc: [libc] } : {}) }
}

let added = 0
for (const [path, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`
    const hoisted = `node_modules/${name}`
    if (lock.packages[nested] !== undefined || lock.packages[hoisted] !== undefined) continue
    const platform = platformOf(name)
    if (platform.os === undefined && platform.cpu === undefined) continue
    lock.packages[hoisted] = { version: range.replace(/^[\^~]/, ''), ...platform, ...(entry.dev ? { dev: true } : {}), optional: true }
    added++
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} platform packages added`)
