{{/*
Addresses of Cloudflare's edge, with commas.
*/}}
{{- define "edge.cloudflareRanges" -}}
{{- printf "%s,%s" (.Values.global.cloudflare.ranges.ipv4 | join ",") (.Values.global.cloudflare.ranges.ipv6 | join ",") }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "edge.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "edge.longName" .)) 45 }}
{{- printf "%s-%s" (include "edge.longName" . | trunc 36 | trimSuffix "-") (include "edge.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "edge.longName" . }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "edge.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: xpeditis
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: "{{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}"
{{- with omit .Values.global.commonLabels "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/version" "app.kubernetes.io/part-of" "app.kubernetes.io/managed-by" "helm.sh/chart" }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Name of the load balancer in the Hetzner project.
*/}}
{{- define "edge.loadBalancerName" -}}
{{- .Values.loadBalancer.name | default (printf "%s-%s" (include "edge.fullname" .) .Values.global.environment) }}
{{- end }}

{{/*
Release and chart: the name of the chart's objects, if it is short enough.
*/}}
{{- define "edge.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Ranges whose PROXY protocol headers Traefik believes.
*/}}
{{- define "edge.trustedProxies" -}}
{{- if .Values.traefik.trustedProxies }}
{{- .Values.traefik.trustedProxies | join "," }}
{{- else if .Values.loadBalancer.privateNetwork.ipv4 }}
{{- printf "%s/32" .Values.loadBalancer.privateNetwork.ipv4 }}
{{- else }}
{{- .Values.global.hetzner.networkRange }}
{{- end }}
{{- end }}
