/** What kubectl says of objects: each verb once succeeding, once failing. Lines build on those before them. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startCluster, type Cluster } from '../rig/embedded-cluster.ts'
import { play, sentence, type Line } from './transcript.ts'

const files: Readonly<Record<string, string>> = {
  'map.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied, namespace: play}\ndata: {a: "1"}\n',
  'map2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: applied, namespace: play}\ndata: {a: "2"}\n',
  'other.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned, namespace: play}\ndata: {a: "1"}\n',
  'other2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: owned, namespace: play}\ndata: {a: "2"}\n',
  'unknown-field.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: play}\ncolour: red\n',
  'service.yaml':
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: play}\nspec: {selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}]}\n',
  'broken.yaml': 'apiVersion: v1\nkind: [\n',
  'crd.yaml': `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, kind: Widget, shortNames: [wi], categories: [all]}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              properties:
                size: {type: integer, minimum: 1, description: How large it is.}
`,
  'widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, namespace: play}\nspec: {size: 3}\n',
  'widget-bad.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: bad, namespace: play}\nspec: {size: 0}\n'
}

const transcript: readonly Line[] = [
  { run: 'version', out: /Server Version: v1\.34\./ },
  { run: 'cluster-info', out: /control plane/ },
  { run: 'api-resources', out: /^deployments\s+deploy\s+apps\/v1\s+true\s+Deployment$/m },
  { run: 'api-resources --api-group=apps -o name', out: /^deployments\.apps$/m },
  { run: 'api-resources --sort-by=nonsense', code: 1, err: /sort-by/ },
  { run: 'api-versions', out: /^apps\/v1$/m },
  { run: 'create namespace play', out: 'namespace/play created' },
  { run: 'create namespace play', code: 1, err: 'Error from server (AlreadyExists): namespaces "play" already exists' },
  { run: 'create configmap made -n play --from-literal=a=1', out: 'configmap/made created' },
  { run: 'create configmap made -n play --from-literal=a=1', code: 1, err: 'configmaps "made" already exists' },
  { run: 'create configmap Bad_Name -n play', code: 1, err: 'a lowercase RFC 1123 subdomain' },
  { run: 'create secret generic hidden -n play --from-literal=key=value', out: 'secret/hidden created' },
  { run: 'create serviceaccount robot -n play', out: 'serviceaccount/robot created' },
  { run: 'create token robot -n play', out: /^[\w-]+\.[\w-]+\.[\w-]+$/m },
  { run: 'create token nobody -n play', code: 1, err: 'serviceaccounts "nobody" not found' },
  { run: 'create -f broken.yaml', code: 1, err: /error parsing|error converting YAML/ },
  { run: 'create -f unknown-field.yaml', code: 1, err: 'unknown field "colour"' },
  { run: 'get configmaps -n play', out: /^made\s+1\s+\d+s$/m },
  { run: 'get cm made -n play -o yaml', out: /^data:\n {2}a: "1"$/m },
  { run: 'get cm made -n play -o jsonpath={.data.a}', out: /^1$/ },
  { run: 'get cm nothing -n play', code: 1, err: 'Error from server (NotFound): configmaps "nothing" not found' },
  { run: 'get nonsense', code: 1, err: `the server doesn't have a resource type "nonsense"` },
  { run: 'get cm -n play --field-selector=data.a=1', code: 1, err: 'is not a known field selector' },
  { run: 'get cm -n play --field-selector=metadata.name=made -o name', out: /^configmap\/made\n$/ },
  { run: 'get cm -n play -w --output-watch-events', until: /ADDED\s+made\s+1/, out: /^EVENT\s+NAME\s+DATA\s+AGE/ },
  { run: 'label configmap made -n play tier=front', out: 'configmap/made labeled' },
  { run: 'label configmap made -n play tier=back', code: 1, err: 'already has a value (front), and --overwrite is false' },
  { run: 'label configmap made -n play', args: ['bad key=x'], code: 1, err: /name part must consist/ },
  { run: 'get cm -n play -l', args: ['tier in (front,back),!gone'], out: /^made /m },
  { run: 'get cm -n play -l', args: ['tier in (front'], code: 1, err: /unable to parse|expected/ },
  { run: 'annotate configmap made -n play note=hello', out: 'configmap/made annotated' },
  { run: 'annotate configmap gone -n play note=hello', code: 1, err: 'configmaps "gone" not found' },
  { run: 'describe configmap made -n play', out: /^Labels:\s+tier=front$/m },
  { run: 'describe configmap gone -n play', code: 1, err: 'configmaps "gone" not found' },
  { run: 'explain deployment.spec.replicas', out: /FIELD: replicas <integer>/ },
  { run: 'explain deployment.spec.nonsense', code: 1, err: 'field "nonsense" does not exist' },
  { run: 'apply -f map.yaml', out: 'configmap/applied created' },
  { run: 'apply -f map.yaml', out: 'configmap/applied unchanged' },
  { run: 'diff -f map.yaml', out: /^$/ },
  { run: 'diff -f map2.yaml', code: 1, out: /^\+ {2}a: "2"$/m },
  { run: 'diff -f missing.yaml', code: 2, err: 'does not exist' },
  { run: 'apply -f map2.yaml', out: 'configmap/applied configured' },
  { run: 'apply -f unknown-field.yaml', code: 1, err: 'unknown field "colour"' },
  { run: 'apply --server-side -f other.yaml', out: 'configmap/owned serverside-applied' },
  { run: 'apply --server-side --field-manager=rival -f other2.yaml', code: 1, err: /conflict with "kubectl"(.|\n)*\.data\.a/ },
  { run: 'apply --server-side --field-manager=rival --force-conflicts -f other2.yaml', out: 'configmap/owned serverside-applied' },
  { run: 'apply --server-side --dry-run=server -f map.yaml', out: 'configmap/applied serverside-applied (server dry run)' },
  { run: 'patch configmap made -n play --type=merge -p', args: ['{"data":{"b":"2"}}'], out: 'configmap/made patched' },
  {
    run: 'patch configmap made -n play --type=json -p',
    args: ['[{"op":"test","path":"/data/b","value":"9"}]'],
    code: 1,
    err: 'the server rejected our request due to an error in our request'
  },
  { run: 'patch configmap made -n play -p', args: ['{"data":{"c":"3"}}'], out: 'configmap/made patched' },
  { run: 'patch configmap made -n play -p', args: ['{"data":{"c":3}}'], code: 1, err: /Invalid value|cannot unmarshal/ },
  { run: 'edit configmap made -n play', env: { EDITOR: `sed -i s/front/middle/` }, out: 'configmap/made edited' },
  { run: 'edit configmap made -n play', env: { EDITOR: 'true' }, err: 'Edit cancelled, no changes made' },
  { run: 'edit configmap gone -n play', env: { EDITOR: 'true' }, code: 1, err: 'configmaps "gone" not found' },
  { run: 'apply -f service.yaml', out: 'service/web created' },
  { run: 'get service web -n play -o wide', out: /^web\s+ClusterIP\s+127\.9\d\.\d+\.\d+\s+<none>\s+80\/TCP\s+\d+s\s+app=web$/m },
  { run: 'describe service web -n play', out: /^TargetPort:\s+8080\/TCP$/m },
  { run: 'replace -f map.yaml', out: 'configmap/applied replaced' },
  { run: 'replace -f widget.yaml', code: 1, err: 'no matches for kind "Widget"' },
  { run: 'apply -f crd.yaml', out: 'customresourcedefinition.apiextensions.k8s.io/widgets.example.com created' },
  { run: 'wait --for=condition=Established crd/widgets.example.com --timeout=5s', out: 'condition met' },
  { run: 'apply -f widget.yaml', out: 'widget.example.com/w created' },
  { run: 'apply -f widget-bad.yaml', code: 1, err: 'spec.size in body should be greater than or equal to 1' },
  { run: 'get wi -n play', out: /^NAME\s+SIZE\nw\s+3\n$/ },
  { run: 'explain widget.spec.size', out: /How large it is/ },
  { run: 'get all -n play', out: /widget\.example\.com\/w/ },
  { run: 'wait --for=jsonpath={.spec.size}=3 widget/w -n play --timeout=5s', out: 'condition met' },
  { run: 'wait --for=condition=Ready widget/w -n play --timeout=1s', code: 1, err: 'timed out waiting for the condition' },
  { run: 'auth can-i create configmaps -n play', out: /^yes\n$/ },
  { run: 'auth can-i create configmaps -n play --as=system:serviceaccount:play:robot', code: 1, out: /^no\n$/ },
  { run: 'auth whoami', out: /kubernetes-admin/ },
  { run: 'create role reader -n play --verb=get,list --resource=configmaps', out: 'role.rbac.authorization.k8s.io/reader created' },
  {
    run: 'create rolebinding reader -n play --role=reader --serviceaccount=play:robot',
    out: 'rolebinding.rbac.authorization.k8s.io/reader created'
  },
  { run: 'get cm -n play --as=system:serviceaccount:play:robot', out: /^made /m },
  {
    run: 'delete cm made -n play --as=system:serviceaccount:play:robot',
    code: 1,
    err: 'User "system:serviceaccount:play:robot" cannot delete resource "configmaps"'
  },
  { run: 'delete configmap made -n play', out: 'configmap "made" deleted' },
  { run: 'delete configmap made -n play', code: 1, err: 'configmaps "made" not found' },
  { run: 'delete crd widgets.example.com', out: 'customresourcedefinition.apiextensions.k8s.io "widgets.example.com" deleted' },
  { run: 'delete namespace default', code: 1, err: 'this namespace may not be deleted' },
  { run: 'delete namespace play', out: 'namespace "play" deleted' },
  { run: 'get namespace play', code: 1, err: 'namespaces "play" not found' }
]

describe('kubectl and objects', () => {
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
