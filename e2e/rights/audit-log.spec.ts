import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { auditedCalls } from '../cluster/audit/audit-log.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'audit-'))
})
afterEach(() => rm(directory, { recursive: true }))

const line = (name: string, second: number, namespace = 'knative-serving'): string =>
  JSON.stringify({
    verb: 'get',
    user: { username: `system:serviceaccount:${namespace}:webhook`, extra: { 'authentication.kubernetes.io/pod-name': ['webhook-1'] } },
    objectRef: { resource: 'secrets', namespace, name },
    stageTimestamp: `2026-11-22T00:00:${String(second).padStart(2, '0')}.000000Z`,
    annotations: { 'authorization.k8s.io/decision': 'allow' }
  })

async function names(sinceSecond = 0): Promise<string[]> {
  const found: string[] = []
  const since = new Date(Date.UTC(2026, 10, 22, 0, 0, sinceSecond))
  for await (const { name } of auditedCalls(join(directory, 'audit.log'), 'knative-serving', since)) found.push(name)
  return found
}

it('is read from the oldest part to the newest, from a moment on', async () => {
  await writeFile(join(directory, 'audit-2026-11-22T00-00-20.000.log'), `${line('c', 20)}\n${line('d', 21)}\n`)
  await writeFile(join(directory, 'audit-2026-11-22T00-00-10.000.log'), `${line('a', 10)}\n${line('b', 11)}\n`)
  await writeFile(join(directory, 'audit.log'), `${line('e', 30)}\n${line('other', 31, 'default')}\n`)
  await writeFile(join(directory, 'another-audit.log'), `${line('x', 30)}\n`)
  expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e'])
  expect(await names(11)).toEqual(['b', 'c', 'd', 'e'])
})

it('is read up to the line that is being written', async () => {
  const log = join(directory, 'audit.log')
  const next = line('b', 2)
  await writeFile(log, `${line('a', 1)}\n${next.slice(0, 40)}`)
  expect(await names()).toEqual(['a'])
  await appendFile(log, `${next.slice(40)}\n`)
  expect(await names()).toEqual(['a', 'b'])
})

it('is an error where it is not one', async () => {
  const log = join(directory, 'audit.log')
  await writeFile(log, `system:serviceaccount:knative-serving: hello\n${line('a', 1)}\n`)
  await expect(names()).rejects.toThrow('JSON')
})
