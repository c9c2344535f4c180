{{/* Image of a role: registry and name, by digest when one is given. Takes the root context and the name. */}}
{{- define "PART.image" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $image := $root.Values.image -}}
{{- $global := default dict $root.Values.global -}}
{{- $registry := default $image.registry $global.registry | trimSuffix "/" -}}
{{- with index (default dict $image.digests) $name -}}
{{ $registry }}/{{ $name }}@{{ . }}
{{- else -}}
{{ $registry }}/{{ $name }}:{{ default $root.Chart.AppVersion $image.tag }}
{{- end -}}
{{- end -}}

{{/*
True when the namespace is the release's to make. It is not when the release lives in it, since helm has made it by then, nor when somebody else
has: helm would refuse to take it over.
*/}}
{{- define "PART.ownsNamespace" -}}
{{- if and .Values.namespace.create (ne .Release.Namespace "OWN-NAMESPACE") -}}
{{- $there := lookup "v1" "Namespace" "" "OWN-NAMESPACE" -}}
{{- $annotations := dig "metadata" "annotations" (dict) (default dict $there) -}}
{{- $ours := and (eq (get $annotations "meta.helm.sh/release-name") .Release.Name) (eq (get $annotations "meta.helm.sh/release-namespace") .Release.Namespace) -}}
{{- if or (not $there) $ours -}}
true
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Where the pods of a role run, and with which secrets their images are pulled. Takes the root context and the role's values. */}}
{{- define "PART.scheduling" -}}
{{- $root := index . 0 -}}
{{- $role := index . 1 -}}
{{- $parts := dict -}}
{{- with concat (default list (default dict $root.Values.global).imagePullSecrets) $root.Values.imagePullSecrets | uniq -}}
{{- $_ := set $parts "imagePullSecrets" . -}}
{{- end -}}
{{- range $key := tuple "nodeSelector" "affinity" "tolerations" "priorityClassName" "topologySpreadConstraints" -}}
{{- with index $role $key -}}
{{- $_ := set $parts $key . -}}
{{- end -}}
{{- end -}}
{{- with $parts }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* Labels of an object that is written by hand. Takes the root context and the component. */}}
{{- define "PART.labels" -}}
{{- $root := index . 0 -}}
{{- $own := dict "app.kubernetes.io/component" (index . 1) "app.kubernetes.io/name" "OWN-NAMESPACE" "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- toYaml (merge $own $root.Values.extraLabels) -}}
{{- end -}}

{{/* Labels of a pod that is none of the roles'. Takes the root context and the component. */}}
{{- define "PART.labels.besides" -}}
{{- $root := index . 0 -}}
{{- $own := dict "app.kubernetes.io/component" (index . 1) "app.kubernetes.io/name" "OWN-NAMESPACE-chart" "app.kubernetes.io/version" $root.Chart.AppVersion -}}
{{- toYaml (merge $own $root.Values.extraLabels) -}}
{{- end -}}

{{/* Number of pods that all roles have together, at least. */}}
{{- define "PART.pods" -}}
{{- $count := 0 -}}
{{- range $value := tuple VALUES -}}
{{- $values := index $.Values $value -}}
{{- $scaled := dig "autoscaling" "enabled" false $values -}}
{{- $count = add $count (ternary (dig "autoscaling" "minReplicas" 1 $values) $values.replicas $scaled) -}}
{{- end -}}
{{- $count -}}
{{- end -}}
