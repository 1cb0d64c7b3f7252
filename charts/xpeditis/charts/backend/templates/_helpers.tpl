{{/*
Host of the API.
*/}}
{{- define "backend.apiHost" -}}
{{- .Values.global.hosts.api | default (printf "api.%s" .Values.global.domain) }}
{{- end }}

{{/*
Host of the application.
*/}}
{{- define "backend.appHost" -}}
{{- .Values.global.hosts.app | default (printf "app.%s" .Values.global.domain) }}
{{- end }}

{{/*
Bytes in an amount such as 512Mi, 1Gi or 900M.
*/}}
{{- define "backend.bytes" -}}
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
{{- define "backend.config" -}}
NODE_ENV: production
NODE_OPTIONS: {{ printf "--max-old-space-size=%d %s" (div (mul (include "backend.mebibytes" .Values.resources.limits.memory | int64) .Values.node.heapPercent) 100) .Values.node.options | trim | quote }}
PORT: {{ .Values.port | int64 | quote }}
UV_THREADPOOL_SIZE: {{ .Values.node.threadPoolSize | int64 | quote }}
KEEP_ALIVE_TIMEOUT: {{ mul .Values.keepAlive.nodeIdleSeconds 1000 | quote }}
APP_URL: "{{ include "backend.scheme" . }}://{{ include "backend.appHost" . }}"
API_URL: "{{ include "backend.scheme" . }}://{{ include "backend.apiHost" . }}"
DB_POOL_MAX: {{ .Values.database.poolSize | int64 | quote }}
MAX_UPLOAD_BYTES: {{ .Values.uploads.maxBytes | int64 | quote }}
SHUTDOWN_DRAIN_MS: {{ mul .Values.shutdown.drainSeconds 1000 | quote }}
SOCKET_IO_PATH: {{ .Values.realtime.path | quote }}
TRUST_PROXY_HOPS: {{ include "backend.proxyHops" . | quote }}
{{- if .Values.metrics.enabled }}
METRICS_PORT: {{ .Values.metrics.port | int64 | quote }}
METRICS_PATH: {{ .Values.metrics.path | quote }}
{{- end }}
{{- if .Values.global.objectStorage.bucket }}
AWS_S3_ENDPOINT: {{ .Values.global.objectStorage.endpoint | default (printf "https://%s.your-objectstorage.com" .Values.global.objectStorage.location) | quote }}
AWS_S3_BUCKET: {{ .Values.global.objectStorage.bucket | quote }}
AWS_REGION: {{ .Values.global.objectStorage.region | quote }}
AWS_REQUEST_CHECKSUM_CALCULATION: WHEN_REQUIRED
AWS_RESPONSE_CHECKSUM_VALIDATION: WHEN_REQUIRED
{{- end }}
{{- range $name, $value := .Values.env }}
{{- if not (kindIs "invalid" $value) }}
{{ $name | quote }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Variables that do not come from the Secret, because the chart gives them itself.
*/}}
{{- define "backend.connectedVariables" -}}
{{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
DATABASE_URL: global.postgresql.mode is "cloudnativePG"
DATABASE_DIRECT_URL: global.postgresql.mode is "cloudnativePG"
{{- end }}
{{- if eq .Values.global.redis.mode "internal" }}
REDIS_URL: global.redis.mode is "internal"
{{- end }}
{{- if .Values.global.objectStorage.existingSecret }}
AWS_ACCESS_KEY_ID: global.objectStorage.existingSecret is set
AWS_SECRET_ACCESS_KEY: global.objectStorage.existingSecret is set
{{- end }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "backend.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "backend.longName" .)) 45 }}
{{- printf "%s-%s" (include "backend.longName" . | trunc 36 | trimSuffix "-") (include "backend.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "backend.longName" . }}
{{- end }}
{{- end }}

{{/*
Image, by digest if one is set, else by tag.
*/}}
{{- define "backend.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" (include "backend.imageRepository" .) .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "backend.imageRepository" .) (.Values.image.tag | default .Chart.AppVersion) }}
{{- end }}
{{- end }}

{{/*
Image without tag, at global.imageRegistry if that is set.
*/}}
{{- define "backend.imageRepository" -}}
{{- if or .Values.global.imageRegistry .Values.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.image.registry) .Values.image.repository }}
{{- else }}
{{- .Values.image.repository }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "backend.labels" -}}
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
{{- define "backend.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Mebibytes in an amount such as 512Mi, 1Gi or 900M, rounded down.
*/}}
{{- define "backend.mebibytes" -}}
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
Pod of the migration Job; the Job is named after its contents, because they cannot be changed.
*/}}
{{- define "backend.migrationPod" -}}
metadata:
  labels:
    app.kubernetes.io/name: {{ .Chart.Name | quote }}
    app.kubernetes.io/instance: {{ .Release.Name | quote }}
    app.kubernetes.io/component: migration
    {{- with omit .Values.podLabels "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component" }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    checksum/config: {{ include "backend.config" . | fromYaml | toJson | sha256sum | quote }}
    cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes: tmp
spec:
  serviceAccountName: {{ include "backend.serviceAccountName" . | quote }}
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
    - name: wait-for-database
      command:
        - node
        - -e
        - |
          const { hostname, port } = new URL(process.env.DATABASE_URL);
          const deadline = Date.now() + Number(process.env.CONNECT_SECONDS) * 1000;
          const attempt = () => {
            const socket = require("node:net").connect(Number(port) || 5432, hostname, () => process.exit(0));
            socket.setTimeout(3000, () => socket.destroy(new Error("timeout")));
            socket.on("error", (error) => {
              if (Date.now() > deadline) {
                console.error(`database ${hostname}: ${error.message}`);
                process.exit(1);
              }
              setTimeout(attempt, 1000);
            });
          };
          attempt();
      env:
        {{- if ne .Values.global.postgresql.mode "cloudnativePG" }}
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: {{ include "backend.migrationSecretName" . | quote }}
              key: {{ .Values.secrets.keys.DATABASE_DIRECT_URL | required "backend.secrets.keys.DATABASE_DIRECT_URL is missing" | quote }}
        {{- end }}
        {{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
        - name: DATABASE_USER
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: username
        - name: DATABASE_PASSWORD
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: password
        - name: DATABASE_NAME
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: dbname
        - name: DATABASE_URL
          value: "postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ include "backend.postgresqlName" . }}-rw:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=/etc/postgresql/ca.crt"
        - name: DATABASE_DIRECT_URL
          value: "postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ include "backend.postgresqlName" . }}-rw:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=/etc/postgresql/ca.crt"
        {{- end }}
        - name: CONNECT_SECONDS
          value: {{ .Values.migrations.connectSeconds | int64 | quote }}
      image: {{ include "backend.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
        - name: postgresql-ca
          mountPath: /etc/postgresql
          readOnly: true
        {{- end }}
  containers:
    - name: migrate
      {{- with .Values.migrations.command }}
      command:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      env:
        {{- if ne .Values.global.postgresql.mode "cloudnativePG" }}
        - name: DATABASE_URL
          valueFrom:
            secretKeyRef:
              name: {{ include "backend.migrationSecretName" . | quote }}
              key: {{ .Values.secrets.keys.DATABASE_DIRECT_URL | required "backend.secrets.keys.DATABASE_DIRECT_URL is missing" | quote }}
        {{- end }}
        {{- range $name, $key := .Values.secrets.keys }}
        {{- if and (not (kindIs "invalid" $key)) (not (hasKey (include "backend.connectedVariables" $ | fromYaml) $name)) (ne $name "DATABASE_URL") }}
        - name: {{ $name | quote }}
          valueFrom:
            secretKeyRef:
              name: {{ include "backend.migrationSecretName" $ | quote }}
              key: {{ $key | quote }}
        {{- end }}
        {{- end }}
        {{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
        - name: DATABASE_USER
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: username
        - name: DATABASE_PASSWORD
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: password
        - name: DATABASE_NAME
          valueFrom:
            secretKeyRef:
              name: "{{ include "backend.postgresqlName" . }}-app"
              key: dbname
        - name: DATABASE_URL
          value: "postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ include "backend.postgresqlName" . }}-rw:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=/etc/postgresql/ca.crt"
        - name: DATABASE_DIRECT_URL
          value: "postgresql://$(DATABASE_USER):$(DATABASE_PASSWORD)@{{ include "backend.postgresqlName" . }}-rw:5432/$(DATABASE_NAME)?sslmode=verify-full&sslrootcert=/etc/postgresql/ca.crt"
        {{- end }}
        {{- if eq .Values.global.redis.mode "internal" }}
        - name: REDIS_PASSWORD
          valueFrom:
            secretKeyRef:
              name: {{ include "backend.redisSecretName" . | quote }}
              key: {{ .Values.global.redis.passwordKey | quote }}
              # A hook runs before the first installation's Secret is there, and no migration needs Redis.
              optional: true
        - name: REDIS_URL
          value: "redis://{{ .Values.global.redis.username }}:$(REDIS_PASSWORD)@{{ include "backend.redisServiceName" . }}:{{ .Values.global.redis.port | int64 }}"
        {{- end }}
        {{- if .Values.global.objectStorage.existingSecret }}
        - name: AWS_ACCESS_KEY_ID
          valueFrom:
            secretKeyRef:
              name: {{ .Values.global.objectStorage.existingSecret | quote }}
              key: {{ .Values.global.objectStorage.accessKeyIdKey | quote }}
        - name: AWS_SECRET_ACCESS_KEY
          valueFrom:
            secretKeyRef:
              name: {{ .Values.global.objectStorage.existingSecret | quote }}
              key: {{ .Values.global.objectStorage.secretAccessKeyKey | quote }}
        {{- end }}
        {{- range $name, $value := .Values.envValueFrom }}
        {{- if ne $name "DATABASE_URL" }}
        - name: {{ $name | quote }}
          {{- with $value }}
          valueFrom:
            {{- toYaml . | nindent 12 }}
          {{- end }}
        {{- end }}
        {{- end }}
      envFrom:
        - configMapRef:
            name: "{{ include "backend.fullname" . }}-config"
      image: {{ include "backend.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy | quote }}
      {{- with .Values.securityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
        - name: postgresql-ca
          mountPath: /etc/postgresql
          readOnly: true
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: {{ .Values.tmp.sizeLimit | quote }}
    {{- if eq .Values.global.postgresql.mode "cloudnativePG" }}
    - name: postgresql-ca
      secret:
        secretName: "{{ include "backend.postgresqlName" . }}-ca"
        items:
          - key: ca.crt
            path: ca.crt
    {{- end }}
{{- end }}

{{/*
Secret that migrations read: a hook in secrets mode literal brings its own.
*/}}
{{- define "backend.migrationSecretName" -}}
{{- if and (eq .Values.migrations.mode "hook") (eq .Values.secrets.mode "literal") }}
{{- printf "%s-migrate-secrets" (include "backend.fullname" .) }}
{{- else }}
{{- include "backend.secretName" . }}
{{- end }}
{{- end }}

{{/*
ServiceAccount of the migration hook, which brings its own if the chart creates one.
*/}}
{{- define "backend.migrationServiceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- printf "%s-migrate" (include "backend.fullname" .) }}
{{- else }}
{{- include "backend.serviceAccountName" . }}
{{- end }}
{{- end }}

{{/*
Thousandths of a CPU in an amount such as 500m or 2.
*/}}
{{- define "backend.millicores" -}}
{{- if hasSuffix "m" . }}
{{- . | regexFind "^[0-9]+" | atoi }}
{{- else }}
{{- mul (. | regexFind "^[0-9]+" | atoi) 1000 }}
{{- end }}
{{- end }}

{{/*
Name of the objects of the chart postgresql in the same release.
*/}}
{{- define "backend.postgresqlFullname" -}}
{{- if gt (len (include "backend.postgresqlLongName" .)) 45 }}
{{- printf "%s-%s" (include "backend.postgresqlLongName" . | trunc 36 | trimSuffix "-") (include "backend.postgresqlLongName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "backend.postgresqlLongName" . }}
{{- end }}
{{- end }}

{{/*
Release and postgresql: the name of that chart's objects, if it is short enough.
*/}}
{{- define "backend.postgresqlLongName" -}}
{{- printf "%s-postgresql" .Release.Name | replace "." "-" }}
{{- end }}

{{/*
Name of the PostgreSQL cluster.
*/}}
{{- define "backend.postgresqlName" -}}
{{- .Values.global.postgresql.clusterName | default (include "backend.postgresqlFullname" .) }}
{{- end }}

{{/*
How many proxies have written X-Forwarded-For.
*/}}
{{- define "backend.proxyHops" -}}
{{- if gt (int64 .Values.trustProxyHops) 0 }}
{{- printf "%d" (int64 .Values.trustProxyHops) }}
{{- else if .Values.global.cloudflare.enabled }}
{{- "2" }}
{{- else }}
{{- "1" }}
{{- end }}
{{- end }}

{{/*
Annotations of the Service, which service.annotations may override.
*/}}
{{- define "backend.realtimeAnnotations" -}}
{{- if .Values.realtime.sticky.enabled }}
traefik.ingress.kubernetes.io/service.sticky.cookie: "true"
traefik.ingress.kubernetes.io/service.sticky.cookie.name: {{ .Values.realtime.sticky.cookieName | quote }}
traefik.ingress.kubernetes.io/service.sticky.cookie.httponly: "true"
{{- if eq .Values.global.tls.mode "none" }}
traefik.ingress.kubernetes.io/service.sticky.cookie.secure: "false"
{{- else }}
traefik.ingress.kubernetes.io/service.sticky.cookie.secure: "true"
{{- end }}
traefik.ingress.kubernetes.io/service.sticky.cookie.samesite: lax
traefik.ingress.kubernetes.io/service.sticky.cookie.path: {{ .Values.realtime.path | quote }}
{{- if gt (int64 .Values.realtime.sticky.maxAgeSeconds) 0 }}
traefik.ingress.kubernetes.io/service.sticky.cookie.maxage: {{ .Values.realtime.sticky.maxAgeSeconds | int64 | quote }}
{{- end }}
{{- end }}
{{- if .Values.global.traefik.enabled }}
traefik.ingress.kubernetes.io/service.serverstransport: "{{ .Release.Namespace }}-{{ include "backend.fullname" . }}@kubernetescrd"
{{- end }}
{{- end }}

{{/*
Name of the Service for Socket.IO.
*/}}
{{- define "backend.realtimeName" -}}
{{- printf "%s-realtime" (include "backend.fullname" .) }}
{{- end }}

{{/*
Name of the objects of the chart redis in the same release.
*/}}
{{- define "backend.redisFullname" -}}
{{- if gt (len (include "backend.redisLongName" .)) 45 }}
{{- printf "%s-%s" (include "backend.redisLongName" . | trunc 36 | trimSuffix "-") (include "backend.redisLongName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "backend.redisLongName" . }}
{{- end }}
{{- end }}

{{/*
Release and redis: the name of that chart's objects, if it is short enough.
*/}}
{{- define "backend.redisLongName" -}}
{{- printf "%s-redis" .Release.Name | replace "." "-" }}
{{- end }}

{{/*
Name of the Secret with Redis' passwords.
*/}}
{{- define "backend.redisSecretName" -}}
{{- .Values.global.redis.secretName | default (printf "%s-secrets" (include "backend.redisFullname" .)) }}
{{- end }}

{{/*
Name of Redis' Service.
*/}}
{{- define "backend.redisServiceName" -}}
{{- .Values.global.redis.serviceName | default (printf "%s-svc" (include "backend.redisFullname" .)) }}
{{- end }}

{{/*
Tolerance under the CPU target: no pod is removed while CPU use is scaleDownBelow percent or more.
*/}}
{{- define "backend.scaleDownTolerance" -}}
{{- printf "%dm" (add (div (mul 1000 (sub .Values.autoscaling.cpu.scaleUpAbove .Values.autoscaling.cpu.scaleDownBelow)) .Values.autoscaling.cpu.scaleUpAbove) 9) }}
{{- end }}

{{/*
Scheme of the public URLs.
*/}}
{{- define "backend.scheme" -}}
{{- if eq .Values.global.tls.mode "none" }}
{{- "http" }}
{{- else }}
{{- "https" }}
{{- end }}
{{- end }}

{{/*
Name of the Secret with the credentials, whoever creates it.
*/}}
{{- define "backend.secretName" -}}
{{- .Values.secrets.name | default (printf "%s-secrets" (include "backend.fullname" .)) }}
{{- end }}

{{/*
ServiceAccount of the pods.
*/}}
{{- define "backend.serviceAccountName" -}}
{{- if .Values.serviceAccount.name }}
{{- .Values.serviceAccount.name }}
{{- else if .Values.serviceAccount.create }}
{{- include "backend.fullname" . }}
{{- else }}
{{- "default" }}
{{- end }}
{{- end }}

{{/*
Annotations of the Service, which service.annotations may override.
*/}}
{{- define "backend.serviceAnnotations" -}}
{{- if .Values.global.traefik.enabled }}
traefik.ingress.kubernetes.io/service.serverstransport: "{{ .Release.Namespace }}-{{ include "backend.fullname" . }}@kubernetescrd"
{{- end }}
{{- end }}

{{/*
Name of the Service.
*/}}
{{- define "backend.serviceName" -}}
{{- .Values.service.name | default (printf "%s-svc" (include "backend.fullname" .)) }}
{{- end }}
