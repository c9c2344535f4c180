{{/*
Data of a ConfigMap: what the installation itself has to say, and over it `config.NAME` of the values. Takes the root context, NAME (without `config-`)
and the installation's own keys.
*/}}
{{- define "PART.config" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $own := index . 2 -}}
{{- if eq $name "logging" -}}
{{- $own = include "PART.config.logging" $root.Values.logging | fromYaml -}}
{{- else if eq $name "observability" -}}
{{- $own = include "PART.config.observability" $root.Values | fromYaml -}}
{{- end -}}
{{- with merge (dict) (index $root.Values.config $name) $own -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* Takes the values' `logging`. */}}
{{- define "PART.config.logging" -}}
{{- $data := dict -}}
{{- range $component, $level := .levels -}}
{{- $_ := set $data (printf "loglevel.%s" $component) $level -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}

{{/* Takes the values. */}}
{{- define "PART.config.observability" -}}
{{- $data := dict -}}
{{- range $key, $value := dict
  "metrics-protocol" .metrics.protocol
  "metrics-endpoint" .metrics.endpoint
  "metrics-export-interval" .metrics.exportInterval
  "request-metrics-protocol" (dig "requests" "protocol" "" .metrics)
  "request-metrics-endpoint" (dig "requests" "endpoint" "" .metrics)
  "request-metrics-export-interval" (dig "requests" "exportInterval" "" .metrics)
  "tracing-protocol" .tracing.protocol
  "tracing-endpoint" .tracing.endpoint
  "tracing-sampling-rate" .tracing.samplingRate
  "logging.request-log-template" (dig "requestLog" "template" "" .logging)
-}}
{{- if $value -}}
{{- $_ := set $data $key $value -}}
{{- end -}}
{{- end -}}
{{- if .profiling.enabled -}}
{{- $_ := set $data "runtime-profiling" "enabled" -}}
{{- end -}}
{{- if dig "requestLog" "enabled" false .logging -}}
{{- $_ := set $data "logging.enable-request-log" "true" -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}
