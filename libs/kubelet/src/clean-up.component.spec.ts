import { describe, expect, it } from '@jest/globals'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanUp, nodeMark, nodeMarkOf } from './clean-up.ts'
import { processesMarked } from './process/process-identity.ts'
import { networkModes } from './testing/network-modes.ts'

/** A server that also leaves a process behind in a session of its own. */
const stray = `import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref()
createServer().listen(8080)
`

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (printed.includes('\n')) resolve(printed.trim())
    })
    child.once('exit', (code) => reject(new Error(`ended with ${code} before it was ready`)))
  })
}

/** Bridges that this agent made; others run beside it. */
function bridgesOf(pid: number): string[] {
  const aliasOf = (bridge: string): string => {
    const file = `/sys/class/net/${bridge}/ifalias`
    return existsSync(file) ? readFileSync(file, 'utf8') : ''
  }
  return readdirSync('/sys/class/net').filter((name) => /^kts\d$/.test(name) && aliasOf(name).startsWith(`knative-ts ${pid} `))
}

describe.each(networkModes)('after kill -9 of an agent (%s)', (mode) => {
  it('the next start ends its pods and removes its devices and files, and touches nothing else', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kubelet-doomed-'))
    const state = join(directory, 'state')
    mkdirSync(join(directory, 'images/stray'), { recursive: true })
    writeFileSync(join(directory, 'images/stray/main.mjs'), stray)
    const bystander = spawn('sleep', ['1000'], { stdio: 'ignore' })
    const fixture = fileURLToPath(new URL('testing/doomed-agent.fixture.ts', import.meta.url))
    const agent = spawn(process.execPath, [fixture, mode, join(directory, 'images'), state], { stdio: ['ignore', 'pipe', 'inherit'] })
    await expect(firstLine(agent)).resolves.toBe('ready')
    expect(bridgesOf(agent.pid as number).length).toBe(mode === 'netns' ? 1 : 0)
    const gone = new Promise((resolve) => agent.once('exit', resolve))
    agent.kill('SIGKILL')
    await gone
    const marked = (): number[] => processesMarked(nodeMark, nodeMarkOf(join(state, 'kubelet')))
    expect(marked().length).toBe(2)
    expect(await cleanUp(state)).toBeGreaterThanOrEqual(2)
    expect(marked()).toEqual([])
    expect(existsSync(join(state, 'kubelet'))).toBe(false)
    expect(bridgesOf(agent.pid as number)).toEqual([])
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory)
    expect(bystander.exitCode).toBeNull()
    bystander.kill('SIGKILL')
    rmSync(directory, { recursive: true })
  })
})
