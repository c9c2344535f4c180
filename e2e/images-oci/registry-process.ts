/** Debian's docker-registry as a process of its own, on the loopback interface, for nobody without the password or a token. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export interface RegistryProcess {
  /** `127.0.0.1:PORT` */
  readonly host: string
  /** A directory with the config.json that `docker login` would have left. */
  readonly dockerConfig: string
  /** For requests without Docker. */
  readonly authorization: string
  stop(): Promise<void>
}

/** The password is "secret". */
const password = 'pusher:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n'
const auth = Buffer.from('pusher:secret').toString('base64')

/** Where tokens are had, and whose they are: `certificate` is the file of who signs them. */
export interface TokenAuthority {
  readonly realm: string
  readonly service: string
  readonly issuer: string
  readonly certificate: string
}

export interface RegistryProcessOptions {
  /** Tokens instead of the password. */
  readonly tokens?: TokenAuthority
}

/** Keeps what it is given below `directory`. Rejects with its output when it does not listen. */
export async function startRegistry(directory: string, { tokens }: RegistryProcessOptions = {}): Promise<RegistryProcess> {
  const [config, accounts] = ['registry.yml', 'htpasswd'].map((name) => join(directory, name)) as [string, string]
  writeFileSync(accounts, password)
  const settings = {
    version: '0.1',
    log: { level: 'info', formatter: 'json', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: join(directory, 'registry') } },
    http: { addr: '127.0.0.1:0' },
    auth:
      tokens === undefined
        ? { htpasswd: { realm: 'test', path: accounts } }
        : { token: { realm: tokens.realm, service: tokens.service, issuer: tokens.issuer, rootcertbundle: tokens.certificate } }
  }
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(settings))
  const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
  const host = await addressOf(child)
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }))
  return {
    host,
    dockerConfig: directory,
    authorization: `Basic ${auth}`,
    async stop() {
      const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined
      child.kill('SIGKILL')
      await ended
    }
  }
}

/** It says on which port it listens, since it was given none. */
function addressOf(child: ChildProcess & { readonly stderr: NodeJS.ReadableStream }): Promise<string> {
  const said: string[] = []
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      said.push(line)
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`docker-registry ended with ${code}:\n${said.join('\n')}`)))
  })
}
