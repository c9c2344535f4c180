{{/* What an uninstallation may do in the cluster, and in its namespace: see apps/controller/src/leaving. */}}
{{- define "eventing.uninstall.clusterRules" -}}
- apiGroups: [admissionregistration.k8s.io]
  resources: [mutatingwebhookconfigurations, validatingwebhookconfigurations]
  resourceNames:
    - webhook.eventing.knative.dev
    - inmemorychannel.eventing.knative.dev
    - validation.inmemorychannel.eventing.knative.dev
    - sinkbindings.webhook.sources.knative.dev
    - validation.webhook.eventing.knative.dev
    - config.webhook.eventing.knative.dev
  verbs: [delete]
# Those that others are aggregated into: see apps/controller/src/leaving.
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  verbs: [list]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: [addressable-resolver, channelable-manipulator, podspecable-binding, source-observer, crossnamespace-subscriber]
  verbs: [delete]
- apiGroups: [messaging.knative.dev]
  resources: [subscriptions]
  verbs: [get, list, patch]
- apiGroups: [sources.knative.dev]
  resources: [apiserversources, pingsources, sinkbindings]
  verbs: [get, list, patch]
{{- end -}}

{{- define "eventing.uninstall.rules" -}}
- apiGroups: [apps]
  resources: [deployments/scale]
  resourceNames: [eventing-controller, eventing-webhook]
  verbs: [patch]
- apiGroups: ['']
  resources: [pods]
  verbs: [list]
- apiGroups: ['']
  resources: [secrets]
  resourceNames: [eventing-webhook-certs]
  verbs: [delete]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [list, delete]
{{- end -}}
