{{/*
Host of the API.
*/}}
{{- define "issuers.apiHost" -}}
{{- .Values.global.hosts.api | default (printf "api.%s" .Values.global.domain) }}
{{- end }}

{{/*
Host of the application.
*/}}
{{- define "issuers.appHost" -}}
{{- .Values.global.hosts.app | default (printf "app.%s" .Values.global.domain) }}
{{- end }}

{{/*
Bytes in an amount such as 512Mi, 1Gi or 900M.
*/}}
{{- define "issuers.bytes" -}}
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
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "issuers.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "issuers.longName" .)) 45 }}
{{- printf "%s-%s" (include "issuers.longName" . | trunc 36 | trimSuffix "-") (include "issuers.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "issuers.longName" . }}
{{- end }}
{{- end }}

{{/*
Annotations of the issuers.
*/}}
{{- define "issuers.issuerAnnotations" -}}
{{- with .Values.global.commonAnnotations }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "issuers.labels" -}}
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
{{- define "issuers.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Thousandths of a CPU in an amount such as 500m or 2.
*/}}
{{- define "issuers.millicores" -}}
{{- if hasSuffix "m" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Where cert-manager reads and writes Secrets of the issuers: ClusterIssuers have no namespace of their own to look in.
*/}}
{{- define "issuers.secretNamespace" -}}
{{- if eq .Values.global.tls.issuerKind "ClusterIssuer" }}
{{- .Values.clusterResourceNamespace }}
{{- else }}
{{- .Release.Namespace }}
{{- end }}
{{- end }}
