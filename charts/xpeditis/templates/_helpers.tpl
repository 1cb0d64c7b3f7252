{{/*
Annotations of the Ingress to api, which ingress.annotations may override.
*/}}
{{- define "xpeditis.apiAnnotations" -}}
{{- if has .Values.global.tls.mode (list "secret" "certManager") }}
traefik.ingress.kubernetes.io/router.entrypoints: websecure
{{- else }}
traefik.ingress.kubernetes.io/router.entrypoints: web
{{- end }}
{{- if and .Values.global.traefik.enabled (or (and .Values.global.cloudflare.enabled .Values.global.cloudflare.ipAllowList) (or (not .Values.global.cloudflare.enabled) (has .Values.global.tls.mode (list "loadBalancer" "cloudflare"))) .Values.ingress.securityHeaders.enabled .Values.ingress.rateLimit.enabled .Values.ingress.noStore .Values.ingress.compress) }}
traefik.ingress.kubernetes.io/router.middlewares: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-api@kubernetescrd"
{{- end }}
{{- if and .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.originPulls.enabled }}
traefik.ingress.kubernetes.io/router.tls.options: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-origin-pulls@kubernetescrd"
{{- end }}
{{- if .Values.ingress.externalDns.enabled }}
external-dns.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
external-dns.alpha.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
{{- with .Values.ingress.externalDns.target }}
external-dns.kubernetes.io/target: {{ . | quote }}
external-dns.alpha.kubernetes.io/target: {{ . | quote }}
{{- end }}
{{- end }}
{{- if and (not .Values.frontend.enabled) (eq .Values.global.tls.mode "certManager") (not (and .Values.issuers.enabled .Values.issuers.certificate.enabled)) }}
{{- if eq .Values.global.tls.issuerKind "ClusterIssuer" }}
cert-manager.io/cluster-issuer: {{ .Values.global.tls.issuer | quote }}
{{- else }}
cert-manager.io/issuer: {{ .Values.global.tls.issuer | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Host of the API.
*/}}
{{- define "xpeditis.apiHost" -}}
{{- .Values.global.hosts.api | default (printf "api.%s" .Values.global.domain) }}
{{- end }}

{{/*
Annotations of the Ingress to app, which ingress.annotations may override.
*/}}
{{- define "xpeditis.appAnnotations" -}}
{{- if has .Values.global.tls.mode (list "secret" "certManager") }}
traefik.ingress.kubernetes.io/router.entrypoints: websecure
{{- else }}
traefik.ingress.kubernetes.io/router.entrypoints: web
{{- end }}
{{- if and .Values.global.traefik.enabled (or (and .Values.global.cloudflare.enabled .Values.global.cloudflare.ipAllowList) (or (not .Values.global.cloudflare.enabled) (has .Values.global.tls.mode (list "loadBalancer" "cloudflare"))) .Values.ingress.securityHeaders.enabled) }}
traefik.ingress.kubernetes.io/router.middlewares: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-app@kubernetescrd"
{{- end }}
{{- if and .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.originPulls.enabled }}
traefik.ingress.kubernetes.io/router.tls.options: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-origin-pulls@kubernetescrd"
{{- end }}
{{- if .Values.ingress.externalDns.enabled }}
external-dns.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
external-dns.alpha.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
{{- with .Values.ingress.externalDns.target }}
external-dns.kubernetes.io/target: {{ . | quote }}
external-dns.alpha.kubernetes.io/target: {{ . | quote }}
{{- end }}
{{- end }}
{{- if and (eq .Values.global.tls.mode "certManager") (not (and .Values.issuers.enabled .Values.issuers.certificate.enabled)) }}
{{- if eq .Values.global.tls.issuerKind "ClusterIssuer" }}
cert-manager.io/cluster-issuer: {{ .Values.global.tls.issuer | quote }}
{{- else }}
cert-manager.io/issuer: {{ .Values.global.tls.issuer | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Host of the application.
*/}}
{{- define "xpeditis.appHost" -}}
{{- .Values.global.hosts.app | default (printf "app.%s" .Values.global.domain) }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "xpeditis.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "xpeditis.longName" .)) 45 }}
{{- printf "%s-%s" (include "xpeditis.longName" . | trunc 36 | trimSuffix "-") (include "xpeditis.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "xpeditis.longName" . }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "xpeditis.labels" -}}
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
{{- define "xpeditis.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Annotations of the Ingress to realtime, which ingress.annotations may override.
*/}}
{{- define "xpeditis.realtimeAnnotations" -}}
{{- if has .Values.global.tls.mode (list "secret" "certManager") }}
traefik.ingress.kubernetes.io/router.entrypoints: websecure
{{- else }}
traefik.ingress.kubernetes.io/router.entrypoints: web
{{- end }}
{{- if and .Values.global.traefik.enabled (or (and .Values.global.cloudflare.enabled .Values.global.cloudflare.ipAllowList) (or (not .Values.global.cloudflare.enabled) (has .Values.global.tls.mode (list "loadBalancer" "cloudflare"))) .Values.ingress.securityHeaders.enabled .Values.ingress.rateLimit.enabled) }}
traefik.ingress.kubernetes.io/router.middlewares: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-realtime@kubernetescrd"
{{- end }}
{{- if and .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.originPulls.enabled }}
traefik.ingress.kubernetes.io/router.tls.options: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-origin-pulls@kubernetescrd"
{{- end }}
{{- if .Values.ingress.externalDns.enabled }}
external-dns.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
external-dns.alpha.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
{{- with .Values.ingress.externalDns.target }}
external-dns.kubernetes.io/target: {{ . | quote }}
external-dns.alpha.kubernetes.io/target: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Scheme of the public URLs.
*/}}
{{- define "xpeditis.scheme" -}}
{{- if eq .Values.global.tls.mode "none" }}
{{- "http" }}
{{- else }}
{{- "https" }}
{{- end }}
{{- end }}

{{/*
Annotations of the Ingress to uploads, which ingress.annotations may override.
*/}}
{{- define "xpeditis.uploadsAnnotations" -}}
{{- if has .Values.global.tls.mode (list "secret" "certManager") }}
traefik.ingress.kubernetes.io/router.entrypoints: websecure
{{- else }}
traefik.ingress.kubernetes.io/router.entrypoints: web
{{- end }}
{{- if and .Values.global.traefik.enabled (or (and .Values.global.cloudflare.enabled .Values.global.cloudflare.ipAllowList) (or (not .Values.global.cloudflare.enabled) (has .Values.global.tls.mode (list "loadBalancer" "cloudflare"))) .Values.ingress.securityHeaders.enabled .Values.ingress.rateLimit.enabled .Values.ingress.noStore .Values.ingress.enabled) }}
traefik.ingress.kubernetes.io/router.middlewares: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-uploads@kubernetescrd"
{{- end }}
{{- if and .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.originPulls.enabled }}
traefik.ingress.kubernetes.io/router.tls.options: "{{ .Release.Namespace }}-{{ include "xpeditis.fullname" . }}-origin-pulls@kubernetescrd"
{{- end }}
{{- if .Values.ingress.externalDns.enabled }}
external-dns.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
external-dns.alpha.kubernetes.io/cloudflare-proxied: {{ .Values.global.cloudflare.enabled | quote }}
{{- with .Values.ingress.externalDns.target }}
external-dns.kubernetes.io/target: {{ . | quote }}
external-dns.alpha.kubernetes.io/target: {{ . | quote }}
{{- end }}
{{- end }}
traefik.ingress.kubernetes.io/router.pathmatcher: PathRegexp
{{- end }}
