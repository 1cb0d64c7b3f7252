{{/*
Bytes in an amount such as 512Mi, 1Gi or 900M.
*/}}
{{- define "redis.bytes" -}}
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
Data of the ConfigMap: configuration, users and scripts.
*/}}
{{- define "redis.config" -}}
redis.conf: |
  # Everything else has Redis' own default.
  bind * -::*
  port {{ .Values.global.redis.port | int64 }}
  protected-mode yes
  aclfile /run/redis/server/users.acl
  dir /data

  # A share of the container's memory limit.
  maxmemory {{ include "redis.maxmemory" . }}
  maxmemory-policy {{ .Values.maxmemory.policy }}
  maxmemory-clients {{ .Values.clients.memoryPercent | int64 }}%
  maxclients {{ .Values.clients.max | int64 }}
  tcp-keepalive 60
  # A subscriber that reads too slowly is cut off, and reconnects.
  client-output-buffer-limit pubsub 32mb 8mb 60
  {{- if eq .Values.mode "durable" }}

  # A write is on the volume within a second. Snapshots are for backups only.
  appendonly yes
  appendfsync everysec
  save ""
  # A backup is no replica that others could join.
  repl-diskless-sync-delay 0
  {{- else }}

  # Nothing is written to disk.
  appendonly no
  save ""
  {{- end }}
  {{- range .Values.extraConfig }}
  {{ . }}
  {{- end }}
users.acl: |
  user default off
  user {{ .Values.global.redis.username }} on ~{{ .Values.app.keys | join " ~" }} &{{ .Values.app.channels | join " &" }} {{ .Values.app.commands | join " " }}
  user probe on +ping
  {{- if .Values.metrics.enabled }}
  user exporter on +ping +info +config|get +client|setname +slowlog|get +slowlog|len +latency|latest +latency|histogram +cluster|info
  {{- end }}
  {{- if eq .Values.mode "durable" }}
  user backup on +ping +save +sync +psync +replconf
  {{- end }}
prepare.sh: |
  {{- .Files.Get "files/prepare.sh" | trim | nindent 2 }}
probe.sh: |
  {{- .Files.Get "files/probe.sh" | trim | nindent 2 }}
save.sh: |
  {{- .Files.Get "files/save.sh" | trim | nindent 2 }}
{{- end }}

{{/*
Image of the exporter, by digest if one is set, else by tag.
*/}}
{{- define "redis.exporterImage" -}}
{{- if .Values.metrics.image.digest }}
{{- printf "%s@%s" (include "redis.exporterImageRepository" .) .Values.metrics.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "redis.exporterImageRepository" .) .Values.metrics.image.tag }}
{{- end }}
{{- end }}

{{/*
Image of the exporter without tag, at global.imageRegistry if that is set.
*/}}
{{- define "redis.exporterImageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.metrics.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.metrics.image.registry) .Values.metrics.image.repository }}
{{- else }}
{{- .Values.metrics.image.repository }}
{{- end }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "redis.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "redis.longName" .)) 45 }}
{{- printf "%s-%s" (include "redis.longName" . | trunc 36 | trimSuffix "-") (include "redis.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "redis.longName" . }}
{{- end }}
{{- end }}

{{/*
Image of Redis, by digest if one is set, else by tag.
*/}}
{{- define "redis.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" (include "redis.imageRepository" .) .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "redis.imageRepository" .) .Values.image.tag }}
{{- end }}
{{- end }}

{{/*
Image of Redis without tag, at global.imageRegistry if that is set.
*/}}
{{- define "redis.imageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.image.registry) .Values.image.repository }}
{{- else }}
{{- .Values.image.repository }}
{{- end }}
{{- end }}

{{/*
Data of the ConfigMap: scripts of backup and restore.
*/}}
{{- define "redis.jobScripts" -}}
dump.sh: |
  {{- .Files.Get "files/dump.sh" | trim | nindent 2 }}
upload.sh: |
  {{- .Files.Get "files/upload.sh" | trim | nindent 2 }}
download.sh: |
  {{- .Files.Get "files/download.sh" | trim | nindent 2 }}
restore.sh: |
  {{- .Files.Get "files/restore.sh" | trim | nindent 2 }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "redis.labels" -}}
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
{{- define "redis.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Bytes for data: a share of the memory limit.
*/}}
{{- define "redis.maxmemory" -}}
{{- if eq .Values.mode "durable" }}
{{- printf "%d" (div (mul (include "redis.bytes" .Values.resources.limits.memory | int64) .Values.maxmemory.percentInDurableMode) 100) }}
{{- else }}
{{- printf "%d" (div (mul (include "redis.bytes" .Values.resources.limits.memory | int64) .Values.maxmemory.percentInCacheMode) 100) }}
{{- end }}
{{- end }}

{{/*
Thousandths of a CPU in an amount such as 500m or 2.
*/}}
{{- define "redis.millicores" -}}
{{- if hasSuffix "m" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Pod of the restore Job; the Job is named after its contents, because they cannot be changed.
*/}}
{{- define "redis.restorePod" -}}
metadata:
  labels:
    app.kubernetes.io/name: {{ .Chart.Name | quote }}
    app.kubernetes.io/instance: {{ .Release.Name | quote }}
    app.kubernetes.io/component: restore
    {{- with omit .Values.podLabels "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes: backup,tmp
spec:
  serviceAccountName: {{ include "redis.serviceAccountName" . | quote }}
  restartPolicy: Never
  enableServiceLinks: false
  automountServiceAccountToken: false
  {{- with .Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- if or .Values.global.imagePullSecrets .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- range .Values.global.imagePullSecrets }}
    - name: {{ . | quote }}
    {{- end }}
    {{- range .Values.imagePullSecrets }}
    - name: {{ . | quote }}
    {{- end }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . | quote }}
  {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.dnsConfig }}
  dnsConfig:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.hostAliases }}
  hostAliases:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  initContainers:
    - name: download
      image: {{ include "redis.storageImage" . | quote }}
      imagePullPolicy: {{ .Values.backup.image.pullPolicy | quote }}
      command:
        - sh
        - /scripts/download.sh
      env:
        - name: BUCKET
          value: {{ .Values.backup.s3.bucket | quote }}
        - name: PREFIX
          value: {{ .Values.backup.s3.prefix | quote }}
        - name: RCLONE_CONFIG_STORAGE_TYPE
          value: s3
        - name: RCLONE_CONFIG_STORAGE_PROVIDER
          value: Other
        - name: RCLONE_CONFIG_STORAGE_ENV_AUTH
          value: "true"
        - name: RCLONE_CONFIG_STORAGE_ENDPOINT
          value: {{ .Values.backup.s3.endpoint | default (.Values.global.objectStorage.endpoint | default (printf "https://%s.your-objectstorage.com" .Values.global.objectStorage.location)) | quote }}
        - name: RCLONE_CONFIG_STORAGE_REGION
          value: {{ .Values.backup.s3.region | default .Values.global.objectStorage.region | quote }}
        - name: RCLONE_CONFIG_STORAGE_FORCE_PATH_STYLE
          value: "true"
        - name: RCLONE_CONFIG_STORAGE_NO_CHECK_BUCKET
          value: "true"
        - name: RCLONE_CONFIG
          value: /dev/null
        - name: RCLONE_CACHE_DIR
          value: /tmp
        - name: RCLONE_RETRIES
          value: "5"
        - name: RCLONE_RETRIES_SLEEP
          value: 5s
        - name: AWS_ACCESS_KEY_ID
          valueFrom:
            secretKeyRef:
              name: {{ .Values.backup.s3.secretName | default (include "redis.secretName" .) | quote }}
              key: {{ .Values.backup.s3.accessKeyIdKey | quote }}
        - name: AWS_SECRET_ACCESS_KEY
          valueFrom:
            secretKeyRef:
              name: {{ .Values.backup.s3.secretName | default (include "redis.secretName" .) | quote }}
              key: {{ .Values.backup.s3.secretAccessKeyKey | quote }}
        - name: RESTORE_FROM
          value: {{ .Values.restore.from | quote }}
      {{- with .Values.backup.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: scripts
          mountPath: /scripts
          readOnly: true
        - name: backup
          mountPath: /backup
        - name: tmp
          mountPath: /tmp
  containers:
    - name: restore
      image: {{ include "redis.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      command:
        - sh
        - /scripts/restore.sh
      # It holds all the data, as Redis does.
      resources:
        requests:
          cpu: {{ .Values.resources.requests.cpu | quote }}
          memory: {{ .Values.resources.requests.memory | quote }}
          ephemeral-storage: {{ index .Values.backup.resources.requests "ephemeral-storage" | quote }}
        limits:
          memory: {{ .Values.resources.limits.memory | quote }}
          ephemeral-storage: {{ index .Values.backup.resources.limits "ephemeral-storage" | quote }}
      volumeMounts:
        - name: scripts
          mountPath: /scripts
          readOnly: true
        - name: backup
          mountPath: /backup
        - name: tmp
          mountPath: /tmp
        - name: data
          mountPath: /data
  volumes:
    - name: scripts
      configMap:
        name: "{{ include "redis.fullname" . }}-backup"
    - name: backup
      emptyDir:
        sizeLimit: {{ .Values.backup.sizeLimit | quote }}
    - name: tmp
      emptyDir:
        sizeLimit: 16Mi
    - name: data
      persistentVolumeClaim:
        claimName: {{ .Values.persistence.existingClaim | default (printf "%s-data" (include "redis.fullname" .)) | quote }}
{{- end }}

{{/*
Name of the Secret with the passwords, whoever creates it.
*/}}
{{- define "redis.secretName" -}}
{{- .Values.global.redis.secretName | default (printf "%s-secrets" (include "redis.fullname" .)) }}
{{- end }}

{{/*
ServiceAccount of the pods.
*/}}
{{- define "redis.serviceAccountName" -}}
{{- if .Values.serviceAccount.name }}
{{- .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}
{{- include "redis.fullname" . }}
{{- else }}
{{- "default" }}
{{- end }}
{{- end }}

{{/*
Name of the Service.
*/}}
{{- define "redis.serviceName" -}}
{{- .Values.global.redis.serviceName | default (printf "%s-svc" (include "redis.fullname" .)) }}
{{- end }}

{{/*
Image of rclone, by digest if one is set, else by tag.
*/}}
{{- define "redis.storageImage" -}}
{{- if .Values.backup.image.digest }}
{{- printf "%s@%s" (include "redis.storageImageRepository" .) .Values.backup.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "redis.storageImageRepository" .) .Values.backup.image.tag }}
{{- end }}
{{- end }}

{{/*
Image of rclone without tag, at global.imageRegistry if that is set.
*/}}
{{- define "redis.storageImageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.backup.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.backup.image.registry) .Values.backup.image.repository }}
{{- else }}
{{- .Values.backup.image.repository }}
{{- end }}
{{- end }}
