import { mkdtemp, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { eventually } from '@knative-ts/testing'
import { type Certificate, certificateIn, followCertificate } from './certificates.ts'

let directory: string
const put = (cert: string, key: string): Promise<unknown> => Promise.all([place('tls.crt', cert), place('tls.key', key)])
/** As volumes do: nobody sees half of it. */
const place = async (name: string, text: string): Promise<void> => {
  await writeFile(join(directory, `new-${name}`), text)
  await rename(join(directory, `new-${name}`), join(directory, name))
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certs-'))
})
afterEach(() => rm(directory, { recursive: true }))

it('is there only with both files', async () => {
  expect(certificateIn(directory)).toBeUndefined()
  await put('c', 'k')
  expect(certificateIn(directory)).toEqual({ cert: 'c', key: 'k' })
  await unlink(join(directory, 'tls.key'))
  expect(certificateIn(directory)).toBeUndefined()
})

it('is followed: each new one is told once, and one that is refused is offered again', async () => {
  await put('c1', 'k1')
  const offered: Certificate[] = []
  let refusing = true
  const stop = followCertificate(
    directory,
    { cert: 'c1', key: 'k1' },
    (certificate) => {
      offered.push(certificate)
      if (refusing) throw new Error('key values mismatch')
    },
    1
  )
  try {
    await put('c2', 'k2')
    await eventually(() => offered.length >= 2)
    refusing = false
    const taken = offered.length
    await eventually(() => offered.length > taken)
    await put('c3', 'k3')
    await eventually(() => offered.at(-1)?.cert === 'c3')
    expect(new Set(offered.map(({ cert }) => cert))).toEqual(new Set(['c2', 'c3']))
  } finally {
    stop()
  }
})
