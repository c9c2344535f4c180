/** What kubectl says of workloads and their pods: rollout, scale, logs, exec. Lines build on those before them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startCluster, type Cluster } from '../rig/embedded-cluster.ts'
import { play, sentence, type Line } from './transcript.ts'

const deployment = (greeting: string, name = 'greeter', image = 'dev.local/greeter') => `
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: 1
  progressDeadlineSeconds: 5
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      terminationGracePeriodSeconds: 2
      containers:
        - name: main
          image: ${image}
          env: [{name: GREETING, value: ${greeting}}]
          ports: [{containerPort: 8080}]
          readinessProbe: {httpGet: {path: /, port: 8080}, periodSeconds: 1}
`
const files: Readonly<Record<string, string>> = {
  'greeter.yaml': deployment('hello'),
  'greeter2.yaml': deployment('goodbye'),
  'broken.yaml': deployment('x', 'broken', 'registry.invalid/nothing:v1'),
  'service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: greeter}\nspec: {selector: {app: greeter}, ports: [{port: 80, targetPort: 8080}]}\n'
}

const transcript: readonly Line[] = [
  { run: 'get nodes', out: /^here\s+Ready\s+/m },
  { run: 'wait --for=jsonpath={.metadata.name}=default serviceaccount/default --timeout=10s', out: 'condition met' },
  { run: 'apply -f greeter.yaml -f service.yaml', out: /deployment\.apps\/greeter created\nservice\/greeter created/ },
  { run: 'rollout status deployment/greeter --timeout=30s', out: 'deployment "greeter" successfully rolled out' },
  { run: 'rollout status deployment/nothing', code: 1, err: 'deployments.apps "nothing" not found' },
  { run: 'wait --for=condition=Available deployment/greeter --timeout=10s', out: 'condition met' },
  { run: 'get deployment greeter', out: /^greeter\s+1\/1\s+1\s+1\s+\d+s$/m },
  { run: 'get pods -l app=greeter -o wide', out: /^greeter-\w+-\w+\s+1\/1\s+Running\s+0\s+\d+s\s+127\.\d+\.\d+\.\d+\s+here/m },
  { run: 'get endpointslices -l kubernetes.io/service-name=greeter', out: /IPv4\s+8080\s+127\.\d+\./ },
  { run: 'logs deployment/greeter', out: /^hello from the log$/m },
  { run: 'logs -f deployment/greeter', until: /hello from the log/, out: /^hello from the log$/m },
  { run: 'logs nothing', code: 1, err: 'pods "nothing" not found' },
  { run: 'logs deployment/greeter -c other', code: 1, err: 'container other is not valid for pod' },
  { run: 'exec deployment/greeter -- node -p', args: ['process.env.GREETING'], out: /^hello\r?\n$/ },
  { run: 'exec -i deployment/greeter -- cat', input: 'through the wire', out: /^through the wire$/ },
  { run: 'exec deployment/greeter -- node -e', args: ['process.exit(7)'], code: 7, err: 'exit code 7' },
  { run: 'exec nothing -- true', code: 1, err: 'pods "nothing" not found' },
  { run: 'describe deployment greeter', out: /^Replicas:\s+1 desired \| 1 updated \| 1 total \| 1 available/m },
  { run: 'describe pod -l app=greeter', out: /^Status:\s+Running$/m },
  { run: 'scale deployment/greeter --replicas=2', out: 'deployment.apps/greeter scaled' },
  { run: 'rollout status deployment/greeter --timeout=30s', out: 'successfully rolled out' },
  { run: 'scale deployment/greeter --current-replicas=5 --replicas=1', code: 1, err: 'Expected replicas to be 5, was 2' },
  { run: 'scale deployment/nothing --replicas=1', code: 1, err: 'deployments.apps "nothing" not found' },
  { run: 'scale deployment/greeter --replicas=1', out: 'scaled' },
  { run: 'apply -f greeter2.yaml', out: 'deployment.apps/greeter configured' },
  { run: 'rollout status deployment/greeter --timeout=30s', out: 'successfully rolled out' },
  { run: 'rollout history deployment/greeter', out: /^2\s+<none>$/m },
  { run: 'rollout history deployment/greeter --revision=9', code: 1, err: 'unable to find the specified revision' },
  { run: 'rollout undo deployment/greeter', out: 'deployment.apps/greeter rolled back' },
  { run: 'rollout status deployment/greeter --timeout=30s', out: 'successfully rolled out' },
  { run: 'get deployment greeter -o', args: ['jsonpath={.spec.template.spec.containers[0].env[0].value}'], out: /^hello$/ },
  { run: 'get replicasets -l app=greeter -o name', out: /^(replicaset\.apps\/greeter-\w+\n){2}$/ },
  { run: 'rollout undo deployment/nothing', code: 1, err: 'not found' },
  { run: 'rollout restart deployment/greeter', out: 'deployment.apps/greeter restarted' },
  { run: 'rollout status deployment/greeter --timeout=30s', out: 'successfully rolled out' },
  { run: 'set env deployment/greeter GREETING=again', out: 'deployment.apps/greeter env updated' },
  { run: 'rollout pause deployment/greeter', out: 'deployment.apps/greeter paused' },
  { run: 'rollout pause deployment/greeter', code: 1, err: 'deployments.apps "greeter" is already paused' },
  { run: 'rollout resume deployment/greeter', out: 'deployment.apps/greeter resumed' },
  { run: 'apply -f broken.yaml', out: 'deployment.apps/broken created' },
  { run: 'rollout status deployment/broken', code: 1, err: 'exceeded its progress deadline' },
  { run: 'get pods -l app=broken', out: /(ImagePullBackOff|ErrImagePull)/ },
  { run: 'logs deployment/broken', code: 1, err: /waiting to start|ImagePull/ },
  { run: 'get events --field-selector=reason=ScalingReplicaSet', out: /Scaled up replica set greeter-/ },
  { run: 'delete deployment greeter broken', out: /deployment\.apps "greeter" deleted/ },
  { run: 'wait --for=delete pod -l app=greeter --timeout=20s' },
  { run: 'get pods', out: /^$/, err: 'No resources found in default namespace.' }
]

describe('kubectl and pods', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
    for (const [name, text] of Object.entries(files)) await writeFile(join(cluster.directory, name), text)
  }, 60_000)
  afterAll(async () => {
    const defects = cluster.defects()
    await cluster.close()
    expect(defects).toEqual([])
  }, 60_000)

  it.each(transcript.map((line, index) => [`${index + 1}. ${sentence(line)}`, line] as const))(
    '%s',
    async (_sentence, line) => expect(await play(cluster, line)).toEqual([]),
    60_000
  )
})
