import { clusterRoles, type ClusterRole } from '@knative-ts/api/kubernetes'
import { createReconcileLoop, equalJson, selectorOf, settled, triggeredBy, type ReconcileLoop } from '@knative-ts/kube'
import type { ControllerContext } from '../controller-context.ts'

/** The rules of an aggregated role: those of all selected roles, by name, without repetitions. */
export function aggregatedRules(role: ClusterRole, roles: readonly ClusterRole[]): NonNullable<ClusterRole['rules']> {
  const selectors = (role.aggregationRule?.clusterRoleSelectors ?? []).map(selectorOf)
  const selected = roles.filter(
    (other) => other.metadata.name !== role.metadata.name && selectors.some((selects) => selects(other.metadata.labels))
  )
  const rules = selected.sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1)).flatMap((other) => other.rules ?? [])
  return rules.filter((rule, index) => rules.findIndex((other) => equalJson(other, rule)) === index)
}

/** Keeps the rules of ClusterRoles with an aggregationRule. */
export function clusterRoleLoop(context: ControllerContext): ReconcileLoop {
  const { client, factory, log, clock } = context
  const informer = factory.informer(clusterRoles)
  const aggregated = (): readonly ClusterRole[] => informer.cache.list().filter((role) => role.aggregationRule !== undefined)
  return createReconcileLoop({
    name: 'cluster-role-aggregation',
    log,
    clock,
    triggers: [triggeredBy(informer, () => aggregated().map((role) => ({ namespace: '', name: role.metadata.name ?? '' })))],
    async reconcile(key) {
      const role = informer.cache.get(key)
      if (role?.aggregationRule === undefined || role.metadata.deletionTimestamp !== undefined) return settled
      const rules = aggregatedRules(role, informer.cache.list())
      if (!equalJson(role.rules ?? [], rules)) await client.update(clusterRoles, { ...role, rules })
      return settled
    }
  })
}
