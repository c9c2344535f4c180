import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { GivenAnswer, ReadAnswer } from './answer.ts'
import type { Judgement } from './judgement.ts'

/** Builds the Go program into `directory` and resolves with its path. Rejects with the compiler's words. */
export async function buildGoJudge(directory: string): Promise<string> {
  const path = join(directory, 'go-judge')
  await promisify(execFile)('go', ['build', '-o', path, '.'], {
    cwd: join(import.meta.dirname, 'go'),
    env: { ...process.env, CGO_ENABLED: '0' }
  })
  return path
}

/** What Go's net/http makes of each request, in their order. */
export async function judgeByGo(program: string, messages: readonly Buffer[], signal: AbortSignal): Promise<readonly Judgement[]> {
  return (await ask(program, [], messages, signal)) as readonly Judgement[]
}

/** What it makes of each answer of an upstream. */
export async function readByGo(program: string, answers: readonly GivenAnswer[], signal: AbortSignal): Promise<readonly ReadAnswer[]> {
  const messages = answers.map(({ bytes, isHead, hangsUp }) => Buffer.concat([Buffer.of((isHead ? 1 : 0) + (hangsUp ? 2 : 0)), bytes]))
  return (await ask(program, ['answers'], messages, signal)) as readonly ReadAnswer[]
}

async function ask(program: string, args: readonly string[], messages: readonly Buffer[], signal: AbortSignal): Promise<unknown[]> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], signal })
  for (const message of messages) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    child.stdin.write(length)
    child.stdin.write(message)
  }
  child.stdin.end()
  const lines = (await text(child.stdout)).trimEnd().split('\n')
  if (lines.length !== messages.length) throw new Error(`the Go program judged ${lines.length} of ${messages.length} messages`)
  return lines.map((line) => JSON.parse(line) as unknown)
}
