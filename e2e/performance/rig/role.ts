/** A role's bundle as a process of its own on one core. */
import { setTimeout as delay } from 'node:timers/promises'
import { join } from 'node:path'
import { freePort } from '@knative-ts/kubelet/free-port'
import { root } from '../../rig/root.ts'
import { outputOf, pinned, stopped } from './pinned.ts'

export interface Role {
  readonly pid: number
  /** Undefined while it runs; how it ended. */
  ended(): number | string | undefined
  /** What it has said. */
  output(): string
  stop(): Promise<void>
}

export interface RoleOptions {
  readonly env: Readonly<Record<string, string>>
  /** The core it may use; any unless told. */
  readonly core?: number
  /** Another bundle. */
  readonly main?: string | undefined
  /** Options of Node, as the role's image has them. */
  readonly nodeFlags?: readonly string[]
  /** A program and its arguments that run it. */
  readonly inside?: readonly string[]
}

const withinMs = 15_000

/** Starts it and waits until it says that it is ready. Rejects with its words when it does not. */
export async function startRole(name: string, { env, core, main, inside = [], nodeFlags = [] }: RoleOptions): Promise<Role> {
  const probePort = await freePort()
  const [program = '', ...args] = [...inside, process.execPath, ...nodeFlags, main ?? join(root, 'dist/apps', name, 'main.mjs')]
  const child = pinned(core, program, args, { PATH: process.env.PATH, PROBE_PORT: String(probePort), ...env })
  let ended: number | string | undefined
  child.once('exit', (code, signal) => (ended = code ?? signal ?? 'unknown'))
  const said = outputOf(child)
  let logged = ''
  child.stdout?.on('data', (bytes: Buffer) => (logged = (logged + bytes.toString()).slice(-20_000)))
  const role = { pid: child.pid ?? 0, ended: () => ended, output: () => logged + said(), stop: () => stopped(child) }
  const deadline = performance.now() + withinMs
  while (!(await isReady(probePort))) {
    if (ended !== undefined || performance.now() > deadline) {
      await role.stop()
      throw new Error(`${name} is not ready:\n${role.output()}`)
    }
    await delay(10)
  }
  return role
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200
  } catch {
    // It does not listen yet.
    return false
  }
}
