/** Nodes: cordon, taint, drain. */
import { k, type Chapter } from '../line.ts'

export const nodes: Chapter = {
  name: 'nodes',
  // While a node is cordoned, no pod of another chapter starts.
  alone: true,
  lines: [
    k('apply -f node.yaml'),
    k('get node transcript-spare'),
    k('get node transcript-spare -o wide'),
    k('cordon transcript-spare'),
    k('cordon transcript-spare'),
    k('get node transcript-spare', { settles: /Disabled/ }),
    k('uncordon transcript-spare'),
    k('uncordon transcript-spare'),
    k('cordon transcript-nothing'),
    k('cordon -l spare=yes --dry-run=server'),
    k('taint node transcript-spare dedicated=tests:NoSchedule'),
    k('taint node transcript-spare dedicated=tests:NoSchedule'),
    k('taint node transcript-spare dedicated=other:NoSchedule --overwrite'),
    k('taint node transcript-spare dedicated=tests:Nonsense'),
    k('taint node transcript-spare nothing:NoSchedule-'),
    k('taint node transcript-spare dedicated:NoSchedule-'),
    k('taint node transcript-nothing a=b:NoSchedule'),
    k('label node transcript-spare disk=fast'),
    k('describe node transcript-spare', { sift: /^(Name|Unschedulable|Taints|Roles):|Non-terminated|Namespace  Name/ }),
    k('describe node $NODE', { sift: /^(Name|Unschedulable|Conditions|Addresses|Capacity|Allocatable|System Info):|^ +Ready / }),
    k('get nodes', { sift: /^NAME/ }),
    k('delete node transcript-spare'),
    k('apply -f guarded.yaml'),
    k('wait --for=condition=Ready pod -l drained=yes --timeout=20s', { sorted: true }),
    k('wait --for=jsonpath={.status.currentHealthy}=1 pdb/guard --timeout=20s'),
    k('drain $NODE --pod-selector=drained=yes --dry-run=server', { sorted: true }),
    k('drain $NODE --pod-selector=app=bare', { sift: /cordoned|error|cannot|Removal|unable/i }),
    k('drain $NODE --pod-selector=app=guarded --ignore-daemonsets --timeout=1s', { sift: /evicting|disruption budget|error/ }),
    k('drain $NODE --pod-selector=app=bare --force', { sorted: true }),
    k('uncordon $NODE'),
    k('drain transcript-nothing'),
    k('get pod bare'),
    k('delete -f guarded.yaml --wait=false')
  ]
}
