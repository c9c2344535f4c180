import { describe, expect, it } from '@jest/globals'
import { parseImageReference, repositoryOf } from './image-reference.ts'

const digest = `sha256:${'a'.repeat(64)}`

describe('parseImageReference', () => {
  it.each([
    ['dev.local/hello', { registry: 'dev.local', path: 'hello', tag: undefined, digest: undefined }],
    ['dev.local/hello:v2', { registry: 'dev.local', path: 'hello', tag: 'v2', digest: undefined }],
    ['dev.local/knative-ts/queue-proxy', { registry: 'dev.local', path: 'knative-ts/queue-proxy', tag: undefined, digest: undefined }],
    [`dev.local/hello:v2@${digest}`, { registry: 'dev.local', path: 'hello', tag: 'v2', digest }],
    ['localhost:5000/a/b:1', { registry: 'localhost:5000', path: 'a/b', tag: '1', digest: undefined }],
    ['nginx', { registry: 'docker.io', path: 'nginx', tag: undefined, digest: undefined }],
    ['index.docker.io/library/nginx:1', { registry: 'docker.io', path: 'library/nginx', tag: '1', digest: undefined }],
    ['library/nginx:1.27', { registry: 'docker.io', path: 'library/nginx', tag: '1.27', digest: undefined }]
  ])('reads %s', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected)
  })

  it.each(['', 'UPPER/case', 'a b', 'dev.local/', 'hello@sha256:12', '../etc', 'dev.local/../x'])('refuses %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined()
  })
})

describe('repositoryOf', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['team/app:v1', 'docker.io/team/app'],
    ['ghcr.io/app', 'ghcr.io/app']
  ])('completes %s', (text, whole) => {
    expect(repositoryOf(parseImageReference(text) as NonNullable<ReturnType<typeof parseImageReference>>)).toBe(whole)
  })
})
