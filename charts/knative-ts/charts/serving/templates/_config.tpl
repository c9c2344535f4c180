{{/*
Data of ConfigMap config-NAME: what the installation itself has to say, and over it `config.NAME` of the values. Takes the root context and NAME.
*/}}
{{- define "serving.config" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $own := dict -}}
{{- if eq $name "deployment" -}}
{{- $own = dict "queue-sidecar-image" (include "serving.image" (list $root "queue-proxy")) -}}
{{- else if eq $name "network" -}}
{{- $own = dict "ingress-class" "gateway.ingress.networking.knative.dev" "certificate-class" "issuer.certificate.networking.knative.dev" -}}
{{- else if eq $name "logging" -}}
{{- $own = include "serving.config.logging" $root.Values.logging | fromYaml -}}
{{- else if eq $name "observability" -}}
{{- $own = include "serving.config.observability" $root.Values | fromYaml -}}
{{- end -}}
{{- with merge (dict) (index $root.Values.config $name) $own -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* Takes the values' `logging`. */}}
{{- define "serving.config.logging" -}}
{{- $data := dict -}}
{{- range $component, $level := .levels -}}
{{- $_ := set $data (printf "loglevel.%s" $component) $level -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}

{{/* Takes the values. */}}
{{- define "serving.config.observability" -}}
{{- $data := dict -}}
{{- range $key, $value := dict
  "metrics-protocol" .metrics.protocol
  "metrics-endpoint" .metrics.endpoint
  "metrics-export-interval" .metrics.exportInterval
  "request-metrics-protocol" .metrics.requests.protocol
  "request-metrics-endpoint" .metrics.requests.endpoint
  "request-metrics-export-interval" .metrics.requests.exportInterval
  "tracing-protocol" .tracing.protocol
  "tracing-endpoint" .tracing.endpoint
  "tracing-sampling-rate" .tracing.samplingRate
  "logging.request-log-template" .logging.requestLog.template
-}}
{{- if $value -}}
{{- $_ := set $data $key $value -}}
{{- end -}}
{{- end -}}
{{- if .profiling.enabled -}}
{{- $_ := set $data "runtime-profiling" "enabled" -}}
{{- end -}}
{{- if .logging.requestLog.enabled -}}
{{- $_ := set $data "logging.enable-request-log" "true" -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}
