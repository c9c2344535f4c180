/** Faults that every installation can show: what is deployed, and what its Ready condition must say, the cause and what to do about it. */
import { existsSync } from 'node:fs'
import { canTest, notRoot, type Obstacle } from '@knative-ts/testing'
import { imageOf, namedInstallation } from './installation.ts'
import type { ServiceSketch } from './knative-service.ts'

export interface Fault {
  readonly fault: string
  readonly sketch: ServiceSketch
  readonly words: RegExp
  /** In the namespace that takes two pods. */
  readonly narrow?: true
}

/** For a container that has to listen before it is killed for what it answers, on a machine that is busy with all the others: 15 s a life. */
const living = { initialDelaySeconds: 3, failureThreshold: 12 }
/** It is Ready between two ends, and nobody calls it. */
const staying = { 'autoscaling.knative.dev/min-scale': '1' }
const widget = { 'example.com/widget': '1' }
/** The obstacle of a machine without control groups of memory, of either version. */
function noMemoryGroup(): Obstacle {
  const there = existsSync('/sys/fs/cgroup/memory/memory.limit_in_bytes') || existsSync('/sys/fs/cgroup/cgroup.controllers')
  return there ? undefined : 'there are no control groups of memory'
}

const image = imageOf('faulty')
const mode = (MODE: string): Pick<ServiceSketch, 'image' | 'env'> => ({ image, env: { MODE } })
const probing = (kind: 'readinessProbe' | 'livenessProbe', path: string, more: object = {}) => ({
  container: { [kind]: { httpGet: { path }, periodSeconds: 1, ...more } }
})
const from = (ref: object) => ({ image, container: { env: [{ name: 'VALUE', valueFrom: ref }] } })
const asking = (resources: object) => ({ image, container: { resources } })
const mounted = (volume: object) => ({
  image,
  container: { volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }] },
  revision: { volumes: [{ name: 'data', ...volume }] }
})

/** Who bounds memory: every kubelet does; the node agent of standalone where it may write control groups. */
const bounds = namedInstallation() === undefined ? (notRoot() ?? noMemoryGroup()) : undefined
const noMemory: readonly Fault[] = canTest('a container that needs more memory than it may have', bounds)
  ? [
      {
        fault: 'a container that needs more memory than it may have',
        sketch: { name: 'memory', ...mode('memory'), container: { resources: { limits: { memory: '128Mi' } } } },
        words: /more memory than its limit of 128Mi \(OOMKilled\): raise resources\.limits\.memory/
      }
    ]
  : []

export const faults: readonly Fault[] = [
  ...noMemory,
  {
    fault: 'an image that does not exist',
    sketch: { name: 'no-image', image: 'dev.local/nowhere:none' },
    words: /Revision "no-image-00001" (failed with message|is not ready yet): .*nowhere/
  },
  {
    fault: 'a registry that is down',
    sketch: { name: 'no-registry', image: 'localhost:1/app:v1' },
    words: /[Uu]nable to fetch image "localhost:1\/app:v1": .*(registry (cannot be reached|runs|does not answer))/
  },
  {
    fault: 'a crash at the start, with what was written',
    sketch: { name: 'crash', ...mode('crash') },
    words:
      /Container failed with: .*cannot reach the database at db:5432[^]*It ended with exit code 7: see all that it wrote with "kubectl logs/
  },
  {
    fault: 'an end without an error',
    sketch: { name: 'exit', ...mode('exit') },
    words: /container exited with no error\. It ended by itself with exit code 0: .* must go on running, and listen on port 8080/
  },
  {
    fault: 'a command that is not there',
    sketch: { name: 'no-command', image, container: { command: ['/no/such/program'] } },
    words: /\/no\/such\/program.*The image has no such program: check command and args/
  },
  {
    fault: 'a command that must not be executed',
    sketch: { name: 'no-permission', image, container: { command: ['/etc/passwd'] } },
    words: /permission denied.*make it executable in the image \(chmod \+x\)/
  },
  {
    fault: 'a port that is not opened',
    sketch: { name: 'no-port', ...mode('no-port') },
    words:
      /Readiness probe failed: dial tcp 127\.0\.0\.1:8080: connect: connection refused\. Nothing listens on port 8080: the container must listen there/
  },
  {
    fault: 'another port that is opened',
    sketch: { name: 'other-port', ...mode('other-port') },
    words:
      /Nothing listens on port 8080; the container listens on 3000: let it listen on 8080 \(variable PORT\), or set containerPort to 3000/
  },
  {
    fault: 'a container that listens on loopback only, where the kubelet’s probe cannot reach it',
    sketch: { name: 'loopback', annotations: staying, ...mode('loopback'), ...probing('livenessProbe', '/', living) },
    words:
      /killed because its liveness probe failed: .*connection refused.* it listens on loopback only \(127\.0\.0\.1\): let it listen on all addresses/
  },
  {
    fault: 'a readiness probe that gets a status of failure',
    sketch: { name: 'unready', ...mode('unready'), ...probing('readinessProbe', '/') },
    words: /Readiness probe failed: GET http:\/\/127\.0\.0\.1:8080\/ answered 503\. The container says that it is not ready/
  },
  {
    fault: 'a readiness probe that gets no answer in time',
    sketch: { name: 'slow', ...mode('slow'), ...probing('readinessProbe', '/', { timeoutSeconds: 1 }) },
    words:
      /Readiness probe failed: GET http:\/\/127\.0\.0\.1:8080\/ did not answer within 1 s\. Let it answer sooner, or raise timeoutSeconds/
  },
  {
    fault: 'a readiness probe of a wrong path',
    sketch: { name: 'wrong-path', ...mode('strict'), ...probing('readinessProbe', '/healthy') },
    words: /Readiness probe failed: GET http:\/\/127\.0\.0\.1:8080\/healthy answered 404\. Check the path of the readiness probe/
  },
  {
    fault: 'a liveness probe that kills again and again',
    sketch: { name: 'sick', annotations: staying, ...mode('sick'), ...probing('livenessProbe', '/live', living) },
    words: /killed because its liveness probe failed: .*500.*Correct the probe/
  },
  {
    fault: 'an init container that fails',
    sketch: { name: 'init', image, revision: { initContainers: [{ name: 'migrate', image, env: [{ name: 'MODE', value: 'crash' }] }] } },
    words: /Init container "migrate" failed with: .*cannot reach the database at db:5432/
  },
  {
    fault: 'a Secret that is missing',
    sketch: { name: 'no-secret', ...from({ secretKeyRef: { name: 'absent', key: 'user' } }) },
    words: /secret "absent" not found\. Create the Secret in the namespace of the Service/
  },
  {
    fault: 'a key of a Secret that is missing',
    sketch: { name: 'no-secret-key', ...from({ secretKeyRef: { name: 'present', key: 'password' } }) },
    words: /couldn't find key password in Secret .*present\. Add the key, or name one that is there/
  },
  {
    fault: 'a ConfigMap that is missing',
    sketch: { name: 'no-config', ...from({ configMapKeyRef: { name: 'absent', key: 'colour' } }) },
    words: /configmap "absent" not found\. Create the ConfigMap in the namespace of the Service/
  },
  {
    fault: 'a ConfigMap that is missing as a volume',
    sketch: { name: 'no-volume', ...mounted({ configMap: { name: 'absent' } }) },
    words: /MountVolume\.SetUp failed for volume "data" : configmap "absent" not found\. Create the ConfigMap/
  },
  {
    fault: 'a key of a ConfigMap that is missing',
    sketch: { name: 'no-config-key', ...from({ configMapKeyRef: { name: 'present', key: 'size' } }) },
    words: /couldn't find key size in ConfigMap .*present\. Add the key/
  },
  {
    fault: 'a ServiceAccount that is missing',
    sketch: { name: 'no-account', image, revision: { serviceAccountName: 'absent' } },
    words: /serviceaccount "absent" not found\. Create the ServiceAccount in the namespace of the Service/
  },
  {
    fault: 'a claim that is missing',
    sketch: { name: 'no-claim', ...mounted({ persistentVolumeClaim: { claimName: 'absent', readOnly: true } }) },
    words: /persistentvolumeclaim "absent" not found\. .*Create the PersistentVolumeClaim in the namespace of the Service/
  },
  {
    fault: 'a quota that is exceeded',
    sketch: { name: 'quota', ...asking({ requests: widget, limits: widget }) },
    words: /forbidden: exceeded quota: widgets, .*Lower what the pods ask for/
  },
  {
    fault: 'resources that no node has',
    sketch: { name: 'huge', ...asking({ requests: { cpu: '1000' } }) },
    words: /Insufficient cpu.*Lower resources\.requests \(or min-scale\), or add nodes with room/
  },
  {
    fault: 'a min-scale that is not reached',
    sketch: { name: 'few', image, annotations: { 'autoscaling.knative.dev/min-scale': '3' } },
    narrow: true,
    words: /exceeded quota[^]*[012] of 3 pods that it should start with are ready/
  },
  {
    fault: 'a revision that traffic leads to and that does not exist',
    sketch: { name: 'no-revision', image, traffic: [{ revisionName: 'no-revision-nope', latestRevision: false, percent: 100 }] },
    words: /^Revision "no-revision-nope" referenced in traffic not found\. Create it, or name one that exists in spec\.traffic/
  },
  {
    fault: 'an ingress class without a controller',
    sketch: { name: 'no-class', image, serviceAnnotations: { 'networking.knative.dev/ingress-class': 'nobody.example.com' } },
    words: /Ingress has not yet been reconciled\. It is of class "nobody\.example\.com": .*no controller of that class runs/
  },
  {
    fault: 'a deadline that is over, with what the container wrote',
    sketch: { name: 'late', ...mode('no-port'), annotations: { 'serving.knative.dev/progress-deadline': '10s' } },
    words: /has timed out progressing\. .*Readiness probe failed: .*Nothing listens on port 8080/
  }
]
