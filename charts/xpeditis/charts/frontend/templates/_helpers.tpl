{{/*
Host of the API.
*/}}
{{- define "frontend.apiHost" -}}
{{- .Values.global.hosts.api | default (printf "api.%s" .Values.global.domain) }}
{{- end }}

{{/*
Host of the application.
*/}}
{{- define "frontend.appHost" -}}
{{- .Values.global.hosts.app | default (printf "app.%s" .Values.global.domain) }}
{{- end }}

{{/*
Name of the objects of the chart backend in the same release.
*/}}
{{- define "frontend.backendFullname" -}}
{{- if gt (len (include "frontend.backendLongName" .)) 45 }}
{{- printf "%s-%s" (include "frontend.backendLongName" . | trunc 36 | trimSuffix "-") (include "frontend.backendLongName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "frontend.backendLongName" . }}
{{- end }}
{{- end }}

{{/*
Release and backend: the name of that chart's objects, if it is short enough.
*/}}
{{- define "frontend.backendLongName" -}}
{{- printf "%s-backend" .Release.Name | replace "." "-" }}
{{- end }}

{{/*
Name of the backend's Service.
*/}}
{{- define "frontend.backendServiceName" -}}
{{- .Values.backend.serviceName | default (printf "%s-svc" (include "frontend.backendFullname" .)) }}
{{- end }}

{{/*
Bytes in an amount such as 512Mi, 1Gi or 900M.
*/}}
{{- define "frontend.bytes" -}}
{{- if hasSuffix "Gi" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1073741824 }}
{{- else if hasSuffix "Mi" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1048576 }}
{{- else if hasSuffix "Ki" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1024 }}
{{- else if hasSuffix "G" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000000000 }}
{{- else if hasSuffix "M" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000000 }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Data of the ConfigMap: the environment that is no secret.
*/}}
{{- define "frontend.config" -}}
NODE_ENV: production
NODE_OPTIONS: {{ printf "--max-old-space-size=%d %s" (div (mul (include "frontend.mebibytes" .Values.resources.limits.memory | int64) .Values.node.heapPercent) 100) .Values.node.options | trim | quote }}
PORT: {{ .Values.port | int64 | quote }}
UV_THREADPOOL_SIZE: {{ .Values.node.threadPoolSize | int64 | quote }}
KEEP_ALIVE_TIMEOUT: {{ mul .Values.keepAlive.nodeIdleSeconds 1000 | quote }}
API_INTERNAL_URL: {{ .Values.apiUrl | default (printf "http://%s:%d" (include "frontend.backendServiceName" .) (int64 .Values.backend.port)) | quote }}
API_URL: "{{ include "frontend.scheme" . }}://{{ include "frontend.apiHost" . }}"
APP_URL: "{{ include "frontend.scheme" . }}://{{ include "frontend.appHost" . }}"
HOSTNAME: 0.0.0.0
{{- if .Values.metrics.enabled }}
METRICS_PORT: {{ .Values.metrics.port | int64 | quote }}
METRICS_PATH: {{ .Values.metrics.path | quote }}
{{- end }}
{{- range $name, $value := .Values.env }}
{{- if not (kindIs "invalid" $value) }}
{{ $name | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "frontend.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "frontend.longName" .)) 45 }}
{{- printf "%s-%s" (include "frontend.longName" . | trunc 36 | trimSuffix "-") (include "frontend.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "frontend.longName" . }}
{{- end }}
{{- end }}

{{/*
Image, by digest if one is set, else by tag.
*/}}
{{- define "frontend.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" (include "frontend.imageRepository" .) .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "frontend.imageRepository" .) (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/*
Image without tag, at global.imageRegistry if that is set.
*/}}
{{- define "frontend.imageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.image.registry) .Values.image.repository }}
{{- else }}
{{- .Values.image.repository }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "frontend.labels" -}}
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
Release and chart: the name of the chart's objects, if it is short enough.
*/}}
{{- define "frontend.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Mebibytes in an amount such as 512Mi, 1Gi or 900M, rounded down.
*/}}
{{- define "frontend.mebibytes" -}}
{{- if hasSuffix "Gi" . }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1024 }}
{{- else if hasSuffix "Mi" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else if hasSuffix "Ki" . }}
{{- div (. | regexFind "^[0-9]+" | atoi) 1024 }}
{{- else if hasSuffix "G" . }}
{{- div (mul (. | regexFind "^[0-9]+" | atoi) 1000000000) 1048576 }}
{{- else if hasSuffix "M" . }}
{{- div (mul (. | regexFind "^[0-9]+" | atoi) 1000000) 1048576 }}
{{- else }}
{{- div (mul (. | regexFind "^[0-9]+" | atoi) 1000) 1048576 }}
{{- end }}
{{- end }}

{{/*
Thousandths of a CPU in an amount such as 500m or 2.
*/}}
{{- define "frontend.millicores" -}}
{{- if hasSuffix "m" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Tolerance under the CPU target: no pod is removed while CPU use is scaleDownBelow percent or more.
*/}}
{{- define "frontend.scaleDownTolerance" -}}
{{- printf "%dm" (add (div (mul 1000 (sub .Values.autoscaling.cpu.scaleUpAbove .Values.autoscaling.cpu.scaleDownBelow)) .Values.autoscaling.cpu.scaleUpAbove) 9) }}
{{- end }}

{{/*
Scheme of the public URLs.
*/}}
{{- define "frontend.scheme" -}}
{{- if eq .Values.global.tls.mode "none" }}
{{- "http" }}
{{- else }}
{{- "https" }}
{{- end }}
{{- end }}

{{/*
Name of the Secret with the credentials, whoever creates it.
*/}}
{{- define "frontend.secretName" -}}
{{- .Values.secrets.name | default (printf "%s-secrets" (include "frontend.fullname" .)) }}
{{- end }}

{{/*
ServiceAccount of the pods.
*/}}
{{- define "frontend.serviceAccountName" -}}
{{- if .Values.serviceAccount.name }}
{{- .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}
{{- include "frontend.fullname" . }}
{{- else }}
{{- "default" }}
{{- end }}
{{- end }}

{{/*
Annotations of the Service, which service.annotations may override.
*/}}
{{- define "frontend.serviceAnnotations" -}}
{{- if .Values.global.traefik.enabled }}
traefik.ingress.kubernetes.io/service.serverstransport: "{{ .Release.Namespace }}-{{ include "frontend.fullname" . }}@kubernetescrd"
{{- end }}
{{- end }}

{{/*
Name of the Service.
*/}}
{{- define "frontend.serviceName" -}}
{{- .Values.service.name | default (printf "%s-svc" (include "frontend.fullname" .)) }}
{{- end }}
