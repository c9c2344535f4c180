import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWhere, eventually, itWhere, notX64Linux, withoutCommand } from '@knative-ts/testing'
import { launcherCode } from './launcher-code.ts'
import { Launcher } from './launcher.ts'
import { becomeWatcher, factKinds, forkWatched } from './preamble.ts'
import { type Failure, Program } from './program.ts'
import { runWatched } from './watched-process.ts'

const noAssembler = withoutCommand('as', 'binutils') ?? withoutCommand('objcopy', 'binutils')

itWhere('comparison of the launcher with its source', noAssembler)('the launcher is what its source says', () => {
  const directory = mkdtempSync(join(tmpdir(), 'launcher-'))
  const [object, text] = [join(directory, 'l.o'), join(directory, 'l.bin')]
  execFileSync('as', ['--64', fileURLToPath(new URL('launcher-x64.s', import.meta.url)), '-o', object])
  execFileSync('objcopy', ['-O', 'binary', '-j', '.text', object, text])
  expect(readFileSync(text).toString('hex')).toBe(launcherCode.x64)
  rmSync(directory, { recursive: true })
})

describeWhere('programs of the launcher', notX64Linux())('programs', () => {
  let directory: string
  let launcher: Launcher
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'launcher-'))
    launcher = new Launcher(directory)
  })
  afterAll(() => {
    launcher.close()
    rmSync(directory, { recursive: true })
  })

  const watched = (add: (program: Program) => void): Program => {
    const program = new Program()
    becomeWatcher(program)
    forkWatched(program)
    add(program)
    return program
  }
  const shell = (script: string): Program =>
    watched((program) => program.call('execve', [program.text('/bin/sh'), program.strings(['sh', '-c', script]), program.strings(['A=1'])]))

  it.each([
    ['exit 0', { exitCode: 0, signal: undefined }],
    ['exit 7', { exitCode: 7, signal: undefined }],
    ['[ "$A" = 1 ] && exit 3', { exitCode: 3, signal: undefined }],
    ['kill -TERM $$', { exitCode: 143, signal: 15 }],
    ['kill -KILL $$', { exitCode: 137, signal: 9 }]
  ])('tell how a process ended: %s', async (script, end) => {
    const running = await runWatched(launcher, shell(script))
    expect(running.pid).toBeGreaterThan(1)
    expect(await running.ended).toEqual(end)
  })

  it('tell which call failed, and why', async () => {
    const program = watched((each) => each.call('chdir', [each.text('/nowhere/at/all')], { doing: 'go nowhere' }))
    await expect(runWatched(launcher, program)).rejects.toMatchObject({
      message: 'go nowhere: no such file or directory',
      failure: { call: 'chdir', errno: 2 }
    })
  })

  it('go on after a call that may fail, and jump by results', async () => {
    const heard: [number, number][] = []
    const program = new Program()
    const [first, second] = [program.fact(10), program.fact(11)]
    const [failed, end] = [program.label(), program.label()]
    program.call('chdir', [program.text('/nowhere')], { mayFail: true, store: first.value, jump: { when: 'error', to: failed } })
    program.call('exit_group', [1])
    program.place(failed)
    program.tell(first)
    program.call('getpid', [], { store: second.value, jump: { when: 'positive', to: end } })
    program.call('exit_group', [2])
    program.place(end)
    program.tell(second)
    program.call('exit_group', [0])
    launcher.run(program, {
      onFact: (kind, value) => heard.push([kind, value]),
      onFailure: (failure: Failure) => heard.push([0, failure.errno]),
      onLost: () => undefined
    })
    await eventually(() => heard.length === 2, 'two facts')
    expect(heard[0]).toEqual([10, -2])
    expect(heard[1]?.[1]).toBeGreaterThan(1)
  })

  it('run side by side, and a hundred of them each tell their own', async () => {
    const ends = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => (await runWatched(launcher, shell(`exit ${index}`))).ended)
    )
    expect(ends.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: 100 }, (_, index) => index))
  })

  it('end with the launcher, and are told as killed; the next one starts a new launcher', async () => {
    const running = await runWatched(launcher, shell('exec sleep 1000'))
    const parents = readFileSync(`/proc/${running.pid}/stat`, 'latin1').split(') ')[1]?.split(' ')
    const watcher = Number(parents?.[1])
    const launcherPid = Number(readFileSync(`/proc/${watcher}/stat`, 'latin1').split(') ')[1]?.split(' ')[1])
    // What it executes is in memory, and cannot be written by anybody who finds it in /proc.
    expect(readlinkSync(`/proc/${launcherPid}/exe`)).toMatch(/^\/memfd:/)
    expect(() => writeFileSync(`/proc/${launcherPid}/exe`, 'x')).toThrow(/ETXTBSY|EPERM/)
    process.kill(launcherPid, 'SIGKILL')
    expect(await running.ended).toEqual({ exitCode: 137, signal: 9 })
    await eventually(() => !isThere(running.pid), 'the process to go')
    expect(await (await runWatched(launcher, shell('exit 4'))).ended).toEqual({ exitCode: 4, signal: undefined })
  })

  it('refuse texts that would be cut, and jumps to nowhere', () => {
    const program = new Program()
    expect(() => program.text('a\0b')).toThrow('holds a NUL character')
    program.call('getpid', [], { jump: { when: 'always', to: program.label() } })
    expect(() => program.encode(1)).toThrow('never placed')
    expect(factKinds.started).toBe(2)
  })
})

function isThere(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    // Gone is the answer.
    return false
  }
}
