import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { promisify } from 'node:util'
import { parse } from 'yaml'
import { kubeconfigOf } from './kubeconfig.ts'
import { clientCertificate, ensurePki } from './pki.ts'

const day = 24 * 60 * 60 * 1000
let directory: string

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'pki-')), 'pki')
})

afterEach(async () => {
  await rm(join(directory, '..'), { recursive: true })
})

it('makes everything once, keys for the owner alone, and finds it again', async () => {
  const first = await ensurePki({ directory, addresses: ['10.88.0.1'] })
  expect((await readdir(directory)).sort()).toEqual([
    'admin.crt',
    'admin.key',
    'ca.crt',
    'ca.key',
    'server.crt',
    'server.key',
    'service-account.key'
  ])
  for (const name of await readdir(directory))
    expect((await stat(join(directory, name))).mode & 0o777).toBe(name.endsWith('.key') ? 0o600 : 0o644)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  expect(await ensurePki({ directory, addresses: ['10.88.0.1'] })).toEqual(first)
})

it('names the server by every address', async () => {
  const { serverCert } = await ensurePki({ directory: undefined, addresses: ['10.96.0.1', 'node.example'] })
  const certificate = new X509Certificate(serverCert)
  for (const ip of ['127.0.0.1', '::1', '10.96.0.1']) expect(certificate.checkIP(ip)).toBe(ip)
  for (const name of [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
    'node.example'
  ]) {
    expect(certificate.checkHost(name)).toBe(name)
  }
})

it.each([
  { when: 'an address comes', addresses: ['10.88.0.1', '10.96.0.1'], later: 0, renewed: ['serverCert', 'serverKey'] },
  { when: 'an address goes', addresses: [], later: 0, renewed: ['serverCert', 'serverKey'] },
  { when: 'they expire soon', addresses: ['10.88.0.1'], later: 340 * day, renewed: ['serverCert', 'serverKey', 'adminCert', 'adminKey'] },
  { when: 'the order changes', addresses: ['10.88.0.1', '127.0.0.1'], later: 0, renewed: [] }
])('renews certificates when $when; authority and token key stay', async ({ addresses, later, renewed }) => {
  const first = await ensurePki({ directory, addresses: ['10.88.0.1'] })
  const second = await ensurePki({ directory, addresses, now: new Date(Date.now() + later) })
  const changed = Object.entries(second).filter(([name, pem]) => first[name as keyof typeof first] !== pem)
  expect(changed.map(([name]) => name).sort()).toEqual([...renewed].sort())
})

it('makes all certificates anew when the authority expires soon', async () => {
  const first = await ensurePki({ directory, addresses: [] })
  const second = await ensurePki({ directory, addresses: [], now: new Date(Date.now() + 3640 * day) })
  expect(second.ca).not.toBe(first.ca)
  expect(new X509Certificate(second.serverCert).verify(new X509Certificate(second.ca).publicKey)).toBe(true)
  expect(second.serviceAccountKey).toBe(first.serviceAccountKey)
})

it.each([
  { file: 'ca.crt', text: 'nonsense', says: /ca\.crt is damaged/ },
  { file: 'server.key', text: '', says: /server\.key is damaged/ },
  { file: 'admin.key', text: undefined, says: /admin\.key is missing: restore it, or remove admin\.crt/ }
])('names $file when it is broken', async ({ file, text, says }) => {
  await ensurePki({ directory, addresses: [] })
  if (text === undefined) await rm(join(directory, file))
  else await writeFile(join(directory, file), text)
  await expect(ensurePki({ directory, addresses: [] })).rejects.toThrow(says)
})

it('refuses an address that is none', async () => {
  await expect(ensurePki({ directory: undefined, addresses: ['a b'] })).rejects.toThrow('"a b" is neither an IP address nor a DNS name')
})

it('lets both sides of a TLS connection know each other', async () => {
  const pki = await ensurePki({ directory: undefined, addresses: [] })
  const user = await clientCertificate(pki, { name: 'jane', groups: ['developers', 'reviewers'] })
  const server = createServer({ cert: pki.serverCert, key: pki.serverKey, ca: pki.ca, requestCert: true, rejectUnauthorized: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
  const client = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port, ca: pki.ca, ...user })
  const secure = once(client, 'secureConnect')
  try {
    const [[socket]] = await Promise.all([accepted, secure])
    expect(socket.authorized).toBe(true)
    expect(socket.getPeerCertificate().subject).toMatchObject({ CN: 'jane', O: ['developers', 'reviewers'] })
    expect(client.authorized).toBe(true)
    socket.destroy()
  } finally {
    client.destroy()
    server.close()
  }
})

it('writes a kubeconfig that YAML reads', async () => {
  const text = kubeconfigOf({ server: 'https://127.0.0.1:6443', ca: 'CA', credentials: { cert: 'CERT', key: 'KEY' }, namespace: 'default' })
  expect(parse(text)).toEqual({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'knative-ts', cluster: { server: 'https://127.0.0.1:6443', 'certificate-authority-data': 'Q0E=' } }],
    users: [{ name: 'knative-ts', user: { 'client-certificate-data': 'Q0VSVA==', 'client-key-data': 'S0VZ' } }],
    contexts: [{ name: 'knative-ts', context: { cluster: 'knative-ts', user: 'knative-ts', namespace: 'default' } }],
    'current-context': 'knative-ts'
  })
  expect(parse(kubeconfigOf({ server: 's', ca: '', credentials: { token: 't: "x"' } })).users[0].user).toEqual({ token: 't: "x"' })
})

it('reads its files without loading the library that makes them', async () => {
  await ensurePki({ directory, addresses: [] })
  const script = `
    const { ensurePki } = await import(${JSON.stringify(new URL('./pki.ts', import.meta.url).href)})
    await ensurePki({ directory: process.argv[1], addresses: process.argv.slice(2) })
    // The library needs reflect-metadata, which leaves this trace.
    console.log(typeof Reflect.getMetadata)`
  const loaded = async (...addresses: string[]) =>
    (await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, directory, ...addresses])).stdout.trim()
  expect([await loaded(), await loaded('10.0.0.1')]).toEqual(['undefined', 'function'])
})
