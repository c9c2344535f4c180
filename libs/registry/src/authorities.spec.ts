import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { trustedAuthorities } from './authorities.ts'

const pem = (name: string): string => `-----BEGIN CERTIFICATE-----\n${name}\n-----END CERTIFICATE-----\n`
let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'authorities-'))
  mkdirSync(join(directory, 'more/..data'), { recursive: true })
  for (const name of ['base', 'extra', 'mounted', 'more/one', 'more/two']) writeFileSync(join(directory, name), pem(name))
  writeFileSync(join(directory, 'more/readme'), 'no certificate')
})
afterAll(() => rmSync(directory, { recursive: true }))

it('come from the files and directories that the variables of Go programs name, and from those that are mounted', () => {
  const at = (name: string): string => join(directory, name)
  const environment = { SSL_CERT_FILE: at('base'), SSL_CERT_DIR: `${at('more')}:`, NODE_EXTRA_CA_CERTS: at('extra') }
  const found = trustedAuthorities(environment, [at('mounted'), at('absent')])
  expect(found).toEqual(['base', 'more/one', 'more/two', 'extra', 'mounted'].map(pem))
})

it('are the system’s where nothing is named', () => {
  expect(trustedAuthorities({}).join('')).toContain('-----BEGIN CERTIFICATE-----')
})

it.each(['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS'])('refuse a %s that cannot be read', (variable) => {
  expect(() => trustedAuthorities({ [variable]: join(directory, 'absent') })).toThrow(`${variable} names ${join(directory, 'absent')}`)
})
