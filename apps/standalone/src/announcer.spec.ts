import { expect, it } from '@jest/globals'
import { createAnnouncer } from './announcer.ts'

function said(json: boolean, hasKubectl: boolean) {
  const words = { out: '', error: '' }
  const announce = createAnnouncer(json, hasKubectl, { out: (text) => (words.out += text), error: (text) => (words.error += text) })
  return { words, announce }
}

const ready = { event: 'ready', gateway: 'http://localhost:8080', kubeconfig: '/data/kubeconfig', ms: 2_500 } as const

it.each([
  [true, 'kubectl apply -f samples/hello/service.yaml && kubectl wait ksvc/hello --for condition=Ready'],
  [false, 'npm run apply -- samples/hello/service.yaml']
])('prints what to paste when ready (kubectl: %j)', (hasKubectl, deploy) => {
  const { words, announce } = said(false, hasKubectl)
  announce(ready)
  for (const line of [
    '  export KUBECONFIG=/data/kubeconfig',
    '  Gateway: http://localhost:8080',
    `  ${deploy}`,
    '  curl http://hello.default.localhost:8080'
  ])
    expect(words.out.split('\n')).toContain(line)
})

it('says what it waits for, and where to look', () => {
  const { words, announce } = said(false, true)
  announce({ event: 'waiting', roles: ['gateway', 'webhook'], kubeconfig: '/data/kubeconfig', ms: 15_000 })
  expect(words.out).toBe(
    'Still waiting for gateway, webhook; why: kubectl --kubeconfig /data/kubeconfig -n knative-serving describe pods\n'
  )
})

it('tells a person of a failure on standard error, and a program on standard output', () => {
  const person = said(false, true)
  person.announce({ event: 'failed', message: 'no space' })
  expect(person.words).toEqual({ out: '', error: 'Cannot start: no space\n' })
  const program = said(true, true)
  program.announce({ event: 'failed', message: 'no space' })
  expect(JSON.parse(program.words.out)).toMatchObject({ event: 'failed', message: 'no space' })
  expect(program.words.error).toBe('')
})
