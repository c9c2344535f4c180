/** Deleting in all its ways. */
import { k, type Chapter } from '../line.ts'

const maps = (...names: string[]) =>
  names.map((name) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, labels: {set: some}}\n`).join('---\n')

export const removal: Chapter = {
  name: 'removal',
  lines: [
    k('apply -f -', { input: maps('one', 'two', 'three', 'four', 'five') }),
    k('delete configmap one'),
    k('delete configmap one'),
    k('delete configmap one --ignore-not-found'),
    k('delete configmap/two secret/nothing'),
    k('delete configmap three --dry-run=server'),
    k('delete configmap three --dry-run=client'),
    k('delete configmap three -o name'),
    k('delete -f -', { input: maps('four', 'gone') }),
    k('delete -f - --ignore-not-found', { input: maps('four') }),
    k('delete configmap -l set=some'),
    k('delete configmap -l set=some'),
    k('delete configmap'),
    k('delete configmap --all', { sift: /No resources|kube-root/ }),
    k('delete configmap one --all'),
    k('delete all --all'),
    k('delete nonsense one'),
    k('delete --raw /api/v1/namespaces/transcript-removal/configmaps/nothing'),
    k('delete configmap one --cascade=nonsense'),
    k('apply -f -', { input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [example.com/hold]}\n' }),
    k('delete configmap held --wait=false'),
    k('delete configmap held --timeout=1s'),
    k('get configmap held -o jsonpath={.metadata.finalizers}'),
    k('wait --for=delete configmap/held --timeout=3s'),
    k(`patch configmap held --type=merge -p '{"data":{"a":"1"}}'`),
    k(`patch configmap held --type=json -p '[{"op":"add","path":"/metadata/finalizers/-","value":"example.com/more"}]'`),
    k(`patch configmap held --type=merge -p '{"metadata":{"finalizers":null}}'`),
    k('wait --for=delete configmap/held --timeout=5s'),
    k('get configmap held'),
    k('apply -f owners.yaml'),
    k('get pods,rs -l app=owned -o name', { settles: /pod\/(.|\n)*replicaset/ }),
    k('delete deployment owned --cascade=orphan'),
    k('get rs -l app=owned -o jsonpath={.items[*].metadata.ownerReferences}', { settles: /^$/ }),
    k('delete rs -l app=owned --cascade=background'),
    k('wait --for=delete pod -l app=owned --timeout=20s', { sift: /error/ }),
    k('apply -f owners.yaml'),
    k('get pods -l app=owned -o name', { settles: /pod\// }),
    k('delete deployment owned --cascade=foreground --timeout=20s'),
    k('get pods,rs,deploy -l app=owned'),
    k('delete namespace default'),
    k('delete namespace kube-system --dry-run=server'),
    k('delete namespace nothing-here'),
    k('create namespace transcript-removal-two'),
    k('apply -n transcript-removal-two -f -', { input: maps('inside') }),
    k('apply -n transcript-removal -f -', { input: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: elsewhere}\n' }),
    k('delete namespace transcript-removal-two --wait=false')
  ]
}
