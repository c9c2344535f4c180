import { describe, expect, it } from '@jest/globals'
import type { Container } from '@knative-ts/api/kubernetes'
import type { Evidence } from './ask-pod.ts'
import { killWords, readinessWords, startWords } from './evidence-words.ts'

const evidence = (warnings: readonly (readonly [reason: string, message: string])[], probe = ''): Evidence => ({
  warnings: warnings.map(([reason, message]) => ({ reason, message })),
  probe,
  output: ''
})
const probed = (kind: 'livenessProbe' | 'startupProbe') => ({ name: 'c', image: 'i', [kind]: {} }) as Container
const refused = 'Liveness probe failed: Get "http://10.0.0.5:8080/": dial tcp 10.0.0.5:8080: connect: connection refused'

describe('evidence', () => {
  it.each([
    [
      'a missing ConfigMap',
      'MountVolume.SetUp failed for volume "c" : configmap "absent" not found',
      'MountVolume.SetUp failed for volume "c" : configmap "absent" not found. Create the ConfigMap in the namespace of the Service, or mark the reference optional.'
    ],
    [
      'a missing key',
      'MountVolume.SetUp failed for volume "c" : references non-existent secret key: k',
      'MountVolume.SetUp failed for volume "c" : references non-existent secret key: k. Add the key, or name one that is there.'
    ]
  ])('of %s says why containers are not made', (_, message, words) =>
    expect(
      startWords(
        evidence([
          ['BackOff', 'x'],
          ['FailedMount', message]
        ])
      )
    ).toBe(words)
  )

  it.each<[string, Evidence, string]>([
    [
      'the queue-proxy',
      evidence([['Unhealthy', 'Readiness probe failed: HTTP probe failed with statuscode: 503']], 'no.'),
      'Readiness probe failed: no.'
    ],
    [
      'the kubelet, when it probes itself',
      evidence([['Unhealthy', 'Readiness probe failed: cat: /ready: no such file']]),
      'Readiness probe failed: cat: /ready: no such file.'
    ],
    [
      'the kubelet, of a command that wrote nothing',
      evidence([['Unhealthy', 'Readiness probe failed: ']]),
      'Readiness probe failed: the command of the probe ended with an error and wrote nothing. Run it in the container (kubectl exec) to see why.'
    ],
    [
      'a startup probe before all',
      evidence([['Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 500']], 'no.'),
      'Startup probe failed: HTTP probe failed with statuscode: 500.'
    ],
    ['nobody', evidence([]), '']
  ])('of %s says why containers are not ready', (_, seen, words) => expect(readinessWords(seen)).toBe(words))

  it('names the liveness probe that kills, by what it found once the container served', () => {
    const seen = evidence([
      ['Unhealthy', refused],
      ['Unhealthy', 'Liveness probe failed: HTTP probe failed with statuscode: 500']
    ])
    expect(killWords(seen, probed('livenessProbe'))).toMatch(
      /^It was killed because its liveness probe failed: HTTP probe failed with statuscode: 500\. Correct the probe/
    )
  })
  it('prefers what a slow container was refused with to what its end broke off', () => {
    const ended = 'Liveness probe failed: Get "http://10.0.0.5:8080/": EOF'
    const seen = evidence([
      ['Unhealthy', ended],
      ['Unhealthy', refused]
    ])
    expect(killWords(seen, probed('livenessProbe'))).toMatch(/connection refused\. If the container serves/)
    expect(killWords(evidence([['Unhealthy', ended]]), probed('livenessProbe'))).toMatch(/: EOF\. Correct the probe/)
  })
  it('suspects loopback when the kubelet is refused', () =>
    expect(killWords(evidence([['Unhealthy', refused]]), probed('livenessProbe'))).toMatch(/listens on loopback only \(127\.0\.0\.1\)/))
  it('names the startup probe', () =>
    expect(killWords(evidence([['Unhealthy', 'Startup probe failed: x']]), probed('startupProbe'))).toMatch(
      /^It was killed because its startup probe failed: x\. Give it more time/
    ))
  it('accuses no probe that the container has not', () =>
    expect(killWords(evidence([['Unhealthy', refused]]), { name: 'c', image: 'i' } as Container)).toBe(''))
})
