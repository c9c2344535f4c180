import { describe, expect, it } from '@jest/globals'
import { normal } from './normal.ts'

const told = (text: string) => normal(text, { node: 'here', server: 'https://127.0.0.1:41234', users: ['kubernetes-admin', 'knative-ts'] })

describe('normal', () => {
  it.each([
    ['web-5d4f8b7c9-xk2vw   1/1     Running   1 (5s ago)   2m3s', 'web-HASH-ID  1/1  Running  1 (AGE ago)  AGE'],
    ['one    1     12s', 'one  1  AGE'],
    ['  Warning  BackOff  3s (x4 over 21s)  kubelet  Back-off', '  Warning  BackOff  AGE  kubelet  Back-off'],
    [
      '  Normal   Started    3s  kubelet  Started\n' +
        '  Warning  Unhealthy  1s (x2 over 2s)  kubelet  Liveness probe failed: Get "http://10.0.0.1:8080/": dial tcp 10.0.0.1:8080: connect: connection refused\n' +
        '  Warning  Unhealthy  1s  kubelet  Liveness probe failed: Get "http://10.0.0.1:8080/": context deadline exceeded (Client.Timeout exceeded)\n' +
        '  Warning  Unhealthy  1s  kubelet  Readiness probe failed: not yet',
      '  Normal  Started  AGE  kubelet  Started\n  Warning  Unhealthy  AGE  kubelet  Readiness probe failed: not yet'
    ],
    ['====\nuser:  3 bytes\nkey:   5 bytes\n', '====\nkey:  5 bytes\nuser:  3 bytes\n'],
    ['Termination Grace Period:  2s', 'Termination Grace Period:  2s'],
    ['Container   cpu       -    1    100m    500m', 'Container  cpu  -  1  100m  500m'],
    ['unconfigured   0/1   CreateContainerConfigError   0   21s', 'unconfigured  0/1  CreateContainerConfigError  0  AGE'],
    ['balanced   LoadBalancer   10.96.0.9   <pending>   80:32135/TCP', 'balanced  LoadBalancer  IP  <pending>  80:NODEPORT/TCP'],
    ['Start Time:   Sat, 21 Nov 2026 18:15:45 +0000', 'Start Time:  TIME'],
    ['  creationTimestamp: "2026-11-21T18:15:45Z"', '  creationTimestamp: "TIME"'],
    ['uid: 0b7f38a2-3a5c-4a5e-9d7b-0f6f4f2a1b3c', 'uid: UID'],
    ['E1121 18:11:10.860561  18980 run.go:72] "command failed"', 'E run.go:72] "command failed"'],
    ['Forwarding from [::1]:45509 -> 8080', 'Forwarding from LOCAL:PORT -> 8080'],
    ['Node:   here/127.0.0.1', 'Node:  NODE/IP'],
    ['user-extra for knative-ts without', 'user-extra for ADMIN without'],
    ['There it goes', 'There it goes'],
    ['running at https://127.0.0.1:41234', 'running at SERVER'],
    ['10.96.0.0/16 10.96.0.1', '10.96.0.0/16 IP'],
    ['pod "once-x7k2p" deleted', 'pod "once-ID" deleted'],
    ['kube-root-ca.crt prune-three', 'kube-root-ca.crt prune-three'],
    ['Mounts:  /var/run from kube-api-access-7xk2v (ro)', 'Mounts:  /var/run from kube-api-access-ID (ro)']
  ])('%s', (text, normalised) => {
    expect(told(text)).toBe(normalised)
  })
})
