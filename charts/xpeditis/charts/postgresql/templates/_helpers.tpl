{{/*
Bytes in an amount such as 512Mi, 1Gi or 900M.
*/}}
{{- define "postgresql.bytes" -}}
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
Name of the cluster: stem of the names of Services and Secrets that the operator makes.
*/}}
{{- define "postgresql.clusterName" -}}
{{- .Values.global.postgresql.clusterName | default (include "postgresql.fullname" .) }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "postgresql.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "postgresql.longName" .)) 45 }}
{{- printf "%s-%s" (include "postgresql.longName" . | trunc 36 | trimSuffix "-") (include "postgresql.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "postgresql.longName" . }}
{{- end }}
{{- end }}

{{/*
Image of PostgreSQL: the tag, from which the operator reads the version, and the digest if one is set.
*/}}
{{- define "postgresql.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s:%s@%s" (include "postgresql.imageRepository" .) .Values.image.tag .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "postgresql.imageRepository" .) .Values.image.tag }}
{{- end }}
{{- end }}

{{/*
Image of PostgreSQL without tag, at global.imageRegistry if that is set.
*/}}
{{- define "postgresql.imageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.image.registry) .Values.image.repository }}
{{- else }}
{{- .Values.image.repository }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "postgresql.labels" -}}
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
{{- define "postgresql.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Mebibytes in an amount such as 512Mi, 1Gi or 900M, rounded down.
*/}}
{{- define "postgresql.mebibytes" -}}
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
{{- define "postgresql.millicores" -}}
{{- if hasSuffix "m" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Settings of postgresql.conf that follow from other values; `parameters` may override them.
*/}}
{{- define "postgresql.parameters" -}}
max_connections: {{ .Values.maxConnections | int64 | quote }}
shared_buffers: "{{ div (mul (include "postgresql.mebibytes" .Values.resources.limits.memory | int64) 25) 100 }}MB"
effective_cache_size: "{{ div (mul (include "postgresql.mebibytes" .Values.resources.limits.memory | int64) 75) 100 }}MB"
maintenance_work_mem: "{{ div (mul (include "postgresql.mebibytes" .Values.resources.limits.memory | int64) 5) 100 }}MB"
{{- end }}

{{/*
Image of PgBouncer, by digest if one is set, else by tag.
*/}}
{{- define "postgresql.poolerImage" -}}
{{- if .Values.pooler.image.digest }}
{{- printf "%s@%s" (include "postgresql.poolerImageRepository" .) .Values.pooler.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "postgresql.poolerImageRepository" .) .Values.pooler.image.tag }}
{{- end }}
{{- end }}

{{/*
Image of PgBouncer without tag, at global.imageRegistry if that is set.
*/}}
{{- define "postgresql.poolerImageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.pooler.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.pooler.image.registry) .Values.pooler.image.repository }}
{{- else }}
{{- .Values.pooler.image.repository }}
{{- end }}
{{- end }}

{{/*
Settings of pgbouncer.ini that have values of their own.
*/}}
{{- define "postgresql.poolerParameters" -}}
default_pool_size: {{ .Values.pooler.poolSize | int64 | quote }}
max_client_conn: {{ .Values.pooler.maxClientConnections | int64 | quote }}
max_prepared_statements: {{ .Values.pooler.preparedStatements | int64 | quote }}
{{- end }}

{{/*
Name of the Secret with the credentials of the object storage, whoever creates it.
*/}}
{{- define "postgresql.secretName" -}}
{{- .Values.secrets.name | default (printf "%s-secrets" (include "postgresql.fullname" .)) }}
{{- end }}
