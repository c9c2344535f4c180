import { describe, expect, it } from '@jest/globals'
import { parseImageReference, type ImageReference } from './image-reference.ts'
import { Keychain } from './keychain.ts'

const at = (location: string) => ({ location, credentials: { kind: 'password', username: location, password: 'p', origin: 's' } as const })
const found = (image: string, locations: readonly string[]): (string | undefined)[] =>
  new Keychain(locations.map(at))
    .credentialsFor(parseImageReference(image) as ImageReference)
    .map((each) => (each.kind === 'password' ? each.username : undefined))

describe('credentials for an image', () => {
  it.each([
    ['a host', 'gcr.io/team/app', ['gcr.io'], ['gcr.io']],
    [
      'an address of a registry',
      'gcr.io/team/app',
      ['https://gcr.io/v2/', 'http://gcr.io/v1/'],
      ['https://gcr.io/v2/', 'http://gcr.io/v1/']
    ],
    ['a path, and it comes first', 'gcr.io/team/app', ['gcr.io', 'gcr.io/team'], ['gcr.io/team', 'gcr.io']],
    ['no other path', 'gcr.io/team/app', ['gcr.io/other'], []],
    ['no other host', 'gcr.io/team/app', ['eu.gcr.io', 'gcr.io.example.com'], []],
    ['a part of the host for another', 'eu.gcr.io/app', ['*.gcr.io'], ['*.gcr.io']],
    ['a wildcard for one part alone', 'a.b.gcr.io/app', ['*.gcr.io'], []],
    ['a wildcard inside of a part', 'registry-eu.example.com/app', ['registry-*.example.com'], ['registry-*.example.com']],
    ['a set of letters', 'r1.example.com/app', ['r[0-9].example.com', 'r[a-z].example.com'], ['r[0-9].example.com']],
    [
      'the same port',
      'r.example.com:5000/app',
      ['r.example.com:5000', 'r.example.com', '*.example.com:5000'],
      ['r.example.com:5000', '*.example.com:5000']
    ],
    ['Docker Hub by the name that docker login writes', 'nginx', ['https://index.docker.io/v1/'], ['https://index.docker.io/v1/']],
    ['Docker Hub by its short name', 'team/app', ['docker.io'], ['docker.io']],
    ['one repository of Docker Hub', 'team/app', ['https://index.docker.io/v1/', 'docker.io/team'], ['docker.io/team']],
    ['all of one location, in their order', 'gcr.io/app', ['gcr.io', 'https://gcr.io'], ['gcr.io', 'https://gcr.io']],
    ['none', 'nginx', [], []]
  ])('are those of %s', (_, image, locations, expected) => {
    expect(found(image, locations)).toEqual(expected)
  })
})
