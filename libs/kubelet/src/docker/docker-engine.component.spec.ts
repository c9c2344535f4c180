/** What a start asks of a Docker engine, and what it loads for that. */
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { keptLog } from '@knative-ts/testing'
import { DockerEngine } from './docker-engine.ts'

let directory: string
let server: Server | undefined
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'engine-'))
})
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
  rmSync(directory, { recursive: true })
})

/** An engine of which only the answers to these paths are known. */
async function engine(answer: RequestListener): Promise<string> {
  const path = join(directory, 'docker.sock')
  server = createServer(answer).listen(path)
  await once(server, 'listening')
  return `unix://${path}`
}

const START = `
import { createRequire } from 'node:module'
const { DockerEngine } = await import(process.argv[1])
const log = { debug() {}, info() {}, warn: console.error, error: console.error }
const found = await DockerEngine.find(process.argv[2], log)
const left = await found.removeOwn()
const loaded = Object.keys(createRequire(process.argv[1]).cache).some((path) => path.includes('/dockerode/'))
console.log(JSON.stringify({ left, loaded }))
`

it('a start beside an engine that has nothing of ours asks twice, and does not load its client', async () => {
  const asked: string[] = []
  const host = await engine(({ url = '' }, response) => {
    asked.push(decodeURIComponent(url))
    response.end(url === '/_ping' ? 'OK' : '[]')
  })
  const module = new URL('docker-engine.ts', import.meta.url).href
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', START, module, host])
  expect(JSON.parse(stdout)).toEqual({ left: 0, loaded: false })
  expect(asked).toEqual(['/_ping', '/containers/json?all=true&filters={"label":["dev.knative.standalone.owner"]}'])
})

it.each([
  ['refuses', 500, 'no answer today', '/_ping: 500 no answer today'],
  ['answers with nothing', 204, '', '/_ping: 204']
])('an engine that %s is not used, and the log says why', async (_, status, body, error) => {
  const host = await engine((_request, response) => void response.writeHead(status).end(body))
  const log = keptLog()
  expect(await DockerEngine.find(host, log)).toBeUndefined()
  expect(log.lines).toEqual([
    expect.objectContaining({ message: 'a Docker engine does not answer: it is not used', fields: expect.objectContaining({ error }) })
  ])
})

it('an engine that is silent is not waited for', async () => {
  const host = await engine(() => undefined)
  const log = keptLog()
  expect(await DockerEngine.find(host, log)).toBeUndefined()
  expect(log.lines).toEqual([expect.objectContaining({ fields: expect.objectContaining({ error: 'no answer within 2000 ms' }) })])
})

it('the list of an engine that answers no more is an error', async () => {
  const host = await engine(({ url }, response) => (url === '/_ping' ? response.end('OK') : response.destroy()))
  const found = await DockerEngine.find(host, keptLog())
  await expect(found?.removeOwn()).rejects.toThrow('socket hang up')
})
