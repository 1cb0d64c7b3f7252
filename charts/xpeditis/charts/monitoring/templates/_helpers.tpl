{{/*
Alertmanager's configuration. Secrets are not in it, but the files that hold them.
*/}}
{{- define "monitoring.alertmanagerConfig" -}}
alertmanager.yaml: |
  templates: [/etc/alertmanager/*.tmpl]
  route:
    receiver: nobody
    group_by: [alertname, namespace]
    group_wait: "{{ .Values.alertmanager.grouping.waitSeconds | int64 }}s"
    group_interval: "{{ .Values.alertmanager.grouping.intervalSeconds | int64 }}s"
    repeat_interval: "{{ .Values.alertmanager.grouping.repeatHours | int64 }}h"
    routes:
      - receiver: dead-mans-switch
        matchers: [alertname = "Watchdog"]
        group_wait: 0s
        group_interval: "{{ .Values.alertmanager.deadMansSwitch.everySeconds | int64 }}s"
        repeat_interval: "{{ .Values.alertmanager.deadMansSwitch.everySeconds | int64 }}s"
  {{- range .Values.alertmanager.extraRoutes }}
      - {{ . | toJson }}
  {{- end }}
      - receiver: critical
        matchers: [severity = "critical"]
      - receiver: warning
        matchers: [severity = "warning"]
  receivers:
    - name: nobody
    - name: dead-mans-switch
  {{- if .Values.alertmanager.deadMansSwitch.enabled }}
      webhook_configs:
        - url_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.deadMansSwitchUrl }}"
          send_resolved: false
  {{- end }}
    - name: critical
  {{- if .Values.alertmanager.receivers.webhook.enabled }}
      webhook_configs:
        - url_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.webhookUrl }}"
          send_resolved: true
  {{- end }}
  {{- if .Values.alertmanager.receivers.slack.enabled }}
      slack_configs:
        - api_url_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.slackUrl }}"
  {{- if .Values.alertmanager.receivers.slack.channel }}
          channel: "{{ .Values.alertmanager.receivers.slack.channel }}"
  {{- end }}
          send_resolved: true
  {{- end }}
  {{- if .Values.alertmanager.receivers.email.enabled }}
      email_configs:
        - to: "{{ .Values.alertmanager.receivers.email.to }}"
          from: "{{ .Values.alertmanager.receivers.email.from }}"
          smarthost: "{{ .Values.alertmanager.receivers.email.smarthost }}"
  {{- if .Values.alertmanager.receivers.email.username }}
          auth_username: "{{ .Values.alertmanager.receivers.email.username }}"
  {{- end }}
  {{- if .Values.alertmanager.receivers.email.username }}
          auth_password_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.smtpPassword }}"
  {{- end }}
          send_resolved: true
  {{- end }}
  {{- if .Values.alertmanager.receivers.telegram.enabled }}
      telegram_configs:
        - bot_token_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.telegramToken }}"
          chat_id: {{ .Values.alertmanager.receivers.telegram.chatId | int64 }}
          parse_mode: ''
          send_resolved: true
  {{- end }}
    - name: warning
  {{- if and .Values.alertmanager.receivers.webhook.enabled (eq .Values.alertmanager.receivers.webhook.atLeast "warning") }}
      webhook_configs:
        - url_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.webhookUrl }}"
          send_resolved: true
  {{- end }}
  {{- if and .Values.alertmanager.receivers.slack.enabled (eq .Values.alertmanager.receivers.slack.atLeast "warning") }}
      slack_configs:
        - api_url_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.slackUrl }}"
  {{- if .Values.alertmanager.receivers.slack.channel }}
          channel: "{{ .Values.alertmanager.receivers.slack.channel }}"
  {{- end }}
          send_resolved: true
  {{- end }}
  {{- if and .Values.alertmanager.receivers.email.enabled (eq .Values.alertmanager.receivers.email.atLeast "warning") }}
      email_configs:
        - to: "{{ .Values.alertmanager.receivers.email.to }}"
          from: "{{ .Values.alertmanager.receivers.email.from }}"
          smarthost: "{{ .Values.alertmanager.receivers.email.smarthost }}"
  {{- if .Values.alertmanager.receivers.email.username }}
          auth_username: "{{ .Values.alertmanager.receivers.email.username }}"
  {{- end }}
  {{- if .Values.alertmanager.receivers.email.username }}
          auth_password_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.smtpPassword }}"
  {{- end }}
          send_resolved: true
  {{- end }}
  {{- if and .Values.alertmanager.receivers.telegram.enabled (eq .Values.alertmanager.receivers.telegram.atLeast "warning") }}
      telegram_configs:
        - bot_token_file: "/etc/alertmanager-secrets/{{ .Values.alertmanager.secrets.keys.telegramToken }}"
          chat_id: {{ .Values.alertmanager.receivers.telegram.chatId | int64 }}
          parse_mode: ''
          send_resolved: true
  {{- end }}
  {{- range .Values.alertmanager.extraReceivers }}
    - {{ . | toJson }}
  {{- end }}
  inhibit_rules:
    - source_matchers: [severity = "critical"]
      target_matchers: [severity = "warning"]
      equal: [alertname, namespace]
    - source_matchers: [alertname = "NodeNotReady"]
      target_matchers: [alertname =~ "PodNotReady|LogCollectorDropping|NodePressure"]
      equal: [node]
    - source_matchers: [alertname = "NodeNotReady"]
      target_matchers: [alertname =~ "DaemonSetIncomplete|TargetDown"]
    - source_matchers: [alertname = "TraefikDown"]
      target_matchers: [alertname =~ "HttpTrafficGone|EndpointDown"]
    - source_matchers: [alertname = "HttpErrorBudgetBurnFast"]
      target_matchers:
        - alertname =~ "HttpErrorBudgetBurnMedium|HttpErrorBudgetBurnSlow|HttpErrorBudgetBurnTrickle|HttpHigh5xxRatio"
      equal: [service]
    - source_matchers: [alertname = "HttpErrorBudgetBurnMedium"]
      target_matchers: [alertname =~ "HttpErrorBudgetBurnSlow|HttpErrorBudgetBurnTrickle"]
      equal: [service]
    - source_matchers: [alertname = "HttpLatencyBudgetBurnFast"]
      target_matchers: [alertname =~ "HttpLatencyBudgetBurnSlow"]
      equal: [service]
    - source_matchers: [alertname = "VolumeFull"]
      target_matchers: [alertname =~ "VolumeAlmostFull|VolumeFillingUp"]
      equal: [namespace, persistentvolumeclaim]
    - source_matchers: [alertname = "K3sCertificateExpiring"]
      target_matchers: [alertname =~ "K3sCertificateExpiresSoon"]
      equal: [node, subject]
    - source_matchers: [alertname = "CertificateExpiresSoon"]
      target_matchers: [alertname =~ "CertificateNotReady|CertificateRenewalOverdue"]
      equal: [namespace, name]
    - source_matchers: [alertname = "RedisRefusingWrites"]
      target_matchers: [alertname =~ "RedisMemoryHigh"]
      equal: [namespace, pod]
    - source_matchers: [alertname = "PostgresqlDown"]
      target_matchers: [alertname =~ "PostgresqlInstanceDown"]
    - source_matchers: [alertname = "LokiDown"]
      target_matchers: [alertname =~ "LogCollectorDropping"]
notifications.tmpl: |
  {{- .Files.Get "files/alertmanager/notifications.tmpl" | trim | nindent 2 }}
{{- end }}

{{/*
Image of alertmanager, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.alertmanagerImage" -}}
{{- if .Values.alertmanager.image.digest }}
{{- printf "%s@%s" (include "monitoring.alertmanagerRepository" .) .Values.alertmanager.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.alertmanagerRepository" .) .Values.alertmanager.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of alertmanager.
*/}}
{{- define "monitoring.alertmanagerName" -}}
{{- .Values.alertmanager.fullnameOverride | default (printf "%s-alertmanager" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of alertmanager without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.alertmanagerRepository" -}}
{{- if or .Values.global.imageRegistry .Values.alertmanager.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.alertmanager.image.registry) .Values.alertmanager.image.repository }}
{{- else }}
{{- .Values.alertmanager.image.repository }}
{{- end }}
{{- end }}

{{/*
Name of the Secret of alertmanager, whoever creates it.
*/}}
{{- define "monitoring.alertmanagerSecretName" -}}
{{- .Values.alertmanager.secrets.name | default (printf "%s-secrets" (include "monitoring.alertmanagerName" .)) }}
{{- end }}

{{/*
Host of the API.
*/}}
{{- define "monitoring.apiHost" -}}
{{- .Values.global.hosts.api | default (printf "api.%s" .Values.global.domain) }}
{{- end }}

{{/*
Host of the application.
*/}}
{{- define "monitoring.appHost" -}}
{{- .Values.global.hosts.app | default (printf "app.%s" .Values.global.domain) }}
{{- end }}

{{/*
Configuration of the blackbox exporter: how a URL is called.
*/}}
{{- define "monitoring.blackboxConfig" -}}
blackbox.yaml: |
  modules:
    http:
      prober: http
      timeout: 8s
      http:
        method: GET
        follow_redirects: true
        preferred_ip_protocol: ip4
{{- end }}

{{/*
Image of blackbox-exporter, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.blackboxImage" -}}
{{- if .Values.blackbox.image.digest }}
{{- printf "%s@%s" (include "monitoring.blackboxRepository" .) .Values.blackbox.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.blackboxRepository" .) .Values.blackbox.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of blackbox-exporter.
*/}}
{{- define "monitoring.blackboxName" -}}
{{- .Values.blackbox.fullnameOverride | default (printf "%s-blackbox-exporter" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of blackbox-exporter without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.blackboxRepository" -}}
{{- if or .Values.global.imageRegistry .Values.blackbox.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.blackbox.image.registry) .Values.blackbox.image.repository }}
{{- else }}
{{- .Values.blackbox.image.repository }}
{{- end }}
{{- end }}

{{/*
The collector's configuration.
*/}}
{{- define "monitoring.collectorConfig" -}}
otelcol.yaml: |
  extensions:
    health_check:
      endpoint: 0.0.0.0:13133
    file_storage:
      directory: /var/lib/otelcol
      create_directory: false
  receivers:
    file_log:
      # Also what the kubelet has put aside and compressed: a file can be that before it is read, more so while
      # Loki is away.
      include: [/var/log/pods/*/*/*.log, /var/log/pods/*/*/*.log.*]
      exclude:
        - "/var/log/pods/{{ include "monitoring.namespace" . }}_{{ include "monitoring.collectorName" . }}-*/*/*"
        - /var/log/pods/*/*/*.tmp
  {{- range .Values.collector.excludeNamespaces }}
        - "/var/log/pods/{{ . }}_*/*/*"
  {{- end }}
      compression: auto
      start_at: beginning
      include_file_path: true
      include_file_name: false
      preserve_leading_whitespaces: true
      preserve_trailing_whitespaces: true
      poll_interval: 1s
      storage: file_storage
      # Reading waits while Loki does not take more: files are kept longer than that.
      retry_on_failure:
        enabled: true
        max_elapsed_time: 0s
      operators:
        - type: regex_replace
          field: attributes["log.file.path"]
          # What follows knows the names of files that are not compressed only.
          regex: '[.]gz$$'
          replace_with: ''
        - type: container
          id: container
  {{- if .Values.collector.dropHealthChecks }}
        - type: filter
          expr: body matches "(kube-probe|Prometheus)/[0-9]"
  {{- end }}
        - type: json_parser
          if: body matches "^[{].*[}]$$"
          parse_to: attributes.json
          on_error: send_quiet
  processors:
    memory_limiter:
      check_interval: 1s
      limit_percentage: 80
      spike_limit_percentage: 20
    transform:
      error_mode: ignore
      log_statements:
        - set(resource.attributes["namespace"], resource.attributes["k8s.namespace.name"])
        - set(resource.attributes["pod"], resource.attributes["k8s.pod.name"])
        - set(resource.attributes["container"], resource.attributes["k8s.container.name"])
        - set(resource.attributes["node"], "${env:NODE_NAME}")
        - set(resource.attributes["app"], resource.attributes["k8s.pod.name"])
        - replace_pattern(resource.attributes["app"], "^(.+?)(-[bcdfghjklmnpqrstvwxz2456789]{6,10}|-[0-9]{8,10})?(-[bcdfghjklmnpqrstvwxz2456789]{5}|-[0-9]{1,3})$", "$$1")
        - keep_keys(resource.attributes, ["namespace", "pod", "container", "node", "app"])
        - set(log.cache["level"], log.attributes["json"]["level"]) where log.attributes["json"]["level"] != nil
        - set(log.cache["level"], log.attributes["json"]["severity"]) where log.cache["level"] == nil and log.attributes["json"]["severity"] != nil
        - merge_maps(log.cache, ExtractPatterns(log.body, "(^|\\s)level=\"?(?P<level>[A-Za-z]+)"), "upsert") where log.cache["level"] == nil and IsString(log.body)
        - set(log.cache["level"], "info") where log.cache["level"] == nil and IsMatch(log.body, "^I[0-9]{4} [0-9:.]+ ")
        - set(log.cache["level"], "warn") where log.cache["level"] == nil and IsMatch(log.body, "^W[0-9]{4} [0-9:.]+ ")
        - set(log.cache["level"], "error") where log.cache["level"] == nil and IsMatch(log.body, "^E[0-9]{4} [0-9:.]+ ")
        - set(log.cache["level"], "fatal") where log.cache["level"] == nil and IsMatch(log.body, "^F[0-9]{4} [0-9:.]+ ")
        - set(log.cache["level"], ConvertCase(String(log.cache["level"]), "lower")) where log.cache["level"] != nil
        - set(log.attributes["level"], "unknown")
        - set(log.attributes["level"], "trace") where IsMatch(log.cache["level"], "^(trace|10)$$")
        - set(log.attributes["level"], "debug") where IsMatch(log.cache["level"], "^(debug|verbose|20)$$")
        - set(log.attributes["level"], "info") where IsMatch(log.cache["level"], "^(info|information|notice|log|30)$$")
        - set(log.attributes["level"], "warn") where IsMatch(log.cache["level"], "^(warn|warning|40)$$")
        - set(log.attributes["level"], "error") where IsMatch(log.cache["level"], "^(error|err|50)$$")
        - set(log.attributes["level"], "fatal") where IsMatch(log.cache["level"], "^(fatal|critical|crit|panic|emergency|60)$$")
        - set(log.severity_text, log.attributes["level"]) where log.attributes["level"] != "unknown"
        - set(log.trace_id.string, log.attributes["json"]["trace_id"]) where IsMatch(log.attributes["json"]["trace_id"], "^[0-9a-f]{32}$$")
        - set(log.trace_id.string, log.attributes["json"]["traceId"]) where IsMatch(log.attributes["json"]["traceId"], "^[0-9a-f]{32}$$")
        - set(log.span_id.string, log.attributes["json"]["span_id"]) where IsMatch(log.attributes["json"]["span_id"], "^[0-9a-f]{16}$$")
        - set(log.span_id.string, log.attributes["json"]["spanId"]) where IsMatch(log.attributes["json"]["spanId"], "^[0-9a-f]{16}$$")
        - set(log.attributes["stream"], log.attributes["log.iostream"])
        - keep_keys(log.attributes, ["level", "stream"])
    groupbyattrs:
      keys: [level]
  exporters:
    otlp_http:
      endpoint: "http://{{ include "monitoring.lokiName" . }}.{{ include "monitoring.namespace" . }}.svc:3100/otlp"
      retry_on_failure:
        enabled: true
        max_elapsed_time: 0s
      sending_queue:
        enabled: true
        sizer: items
        queue_size: 20000
        block_on_overflow: true
        storage: file_storage
        batch:
          flush_timeout: 1s
          min_size: 1000
          max_size: 5000
  service:
    extensions: [health_check, file_storage]
    telemetry:
      logs:
        level: warn
        encoding: json
      metrics:
        readers:
          - pull:
              exporter:
                prometheus:
                  host: 0.0.0.0
                  port: 8888
                  without_scope_info: true
                  without_type_suffix: true
                  without_units: true
    pipelines:
      logs:
        receivers: [file_log]
        processors: [memory_limiter, transform, groupbyattrs]
        exporters: [otlp_http]
{{- end }}

{{/*
Image of opentelemetry-collector, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.collectorImage" -}}
{{- if .Values.collector.image.digest }}
{{- printf "%s@%s" (include "monitoring.collectorRepository" .) .Values.collector.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.collectorRepository" .) .Values.collector.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of opentelemetry-collector.
*/}}
{{- define "monitoring.collectorName" -}}
{{- .Values.collector.fullnameOverride | default (printf "%s-opentelemetry-collector" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of opentelemetry-collector without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.collectorRepository" -}}
{{- if or .Values.global.imageRegistry .Values.collector.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.collector.image.registry) .Values.collector.image.repository }}
{{- else }}
{{- .Values.collector.image.repository }}
{{- end }}
{{- end }}

{{/*
Name of the chart's objects: 45 characters at most, which leaves room for suffixes.
*/}}
{{- define "monitoring.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride }}
{{- else if gt (len (include "monitoring.longName" .)) 45 }}
{{- printf "%s-%s" (include "monitoring.longName" . | trunc 36 | trimSuffix "-") (include "monitoring.longName" . | sha256sum | trunc 8) }}
{{- else }}
{{- include "monitoring.longName" . }}
{{- end }}
{{- end }}

{{/*
Grafana's configuration, its data sources and where its dashboards are.
*/}}
{{- define "monitoring.grafanaConfig" -}}
grafana.ini: |
  [server]
  domain = {{ include "monitoring.grafanaHost" . }}
  root_url = {{ include "monitoring.grafanaUrl" . }}
  enable_gzip = false
  [paths]
  data = /var/lib/grafana
  logs = /var/lib/grafana/log
  plugins = /var/lib/grafana/plugins
  provisioning = /etc/grafana/provisioning
  [security]
  admin_user = $__file{/etc/grafana-secrets/{{ .Values.grafana.secrets.keys.adminUser }}}
  admin_password = $__file{/etc/grafana-secrets/{{ .Values.grafana.secrets.keys.adminPassword }}}
  disable_gravatar = true
  cookie_secure = {{ ne .Values.global.tls.mode "none" }}
  [users]
  allow_sign_up = false
  auto_assign_org_role = Viewer
  default_theme = system
  [auth.anonymous]
  enabled = false
  {{- if .Values.grafana.oauth.enabled }}
  [auth.generic_oauth]
  enabled = true
  name = {{ .Values.grafana.oauth.name }}
  client_id = {{ .Values.grafana.oauth.clientId }}
  client_secret = $__file{/etc/grafana-secrets/{{ .Values.grafana.secrets.keys.oauthClientSecret }}}
  scopes = {{ .Values.grafana.oauth.scopes }}
  auth_url = {{ .Values.grafana.oauth.authUrl }}
  token_url = {{ .Values.grafana.oauth.tokenUrl }}
  api_url = {{ .Values.grafana.oauth.apiUrl }}
  allowed_domains = {{ .Values.grafana.oauth.allowedDomains }}
  use_pkce = true
  allow_sign_up = true
  role_attribute_path = {{ .Values.grafana.oauth.roleAttributePath }}
  {{- end }}
  [dashboards]
  default_home_dashboard_path = /var/lib/grafana-dashboards/Xpeditis/xpeditis-overview.json
  [plugins]
  preinstall_disabled = true
  preinstall_auto_update = false
  [analytics]
  reporting_enabled = false
  check_for_updates = false
  check_for_plugin_updates = false
  [news]
  news_feed_enabled = false
  [log]
  mode = console
  [log.console]
  format = json
datasources.yaml: |
  apiVersion: 1
  prune: true
  datasources:
  {{- if and (eq .Values.mode "bundled") .Values.prometheus.enabled }}
    - name: Prometheus
      uid: prometheus
      type: prometheus
      access: proxy
      url: "http://{{ include "monitoring.prometheusName" . }}.{{ include "monitoring.namespace" . }}.svc:9090"
      isDefault: true
      editable: false
      jsonData:
        httpMethod: POST
        timeInterval: "{{ .Values.prometheus.scrapeInterval }}"
  {{- end }}
  {{- if .Values.loki.enabled }}
    - name: Loki
      uid: loki
      type: loki
      access: proxy
      url: "http://{{ include "monitoring.lokiName" . }}.{{ include "monitoring.namespace" . }}.svc:3100"
      editable: false
      jsonData:
        maxLines: 1000
  {{- end }}
  {{- if and (eq .Values.mode "bundled") .Values.alertmanager.enabled }}
    - name: Alertmanager
      uid: alertmanager
      type: alertmanager
      access: proxy
      url: "http://{{ include "monitoring.alertmanagerName" . }}.{{ include "monitoring.namespace" . }}.svc:9093"
      editable: false
      jsonData:
        implementation: prometheus
  {{- end }}
  {{- range .Values.grafana.extraDataSources }}
    - {{ . | toJson }}
  {{- end }}
providers.yaml: |
  apiVersion: 1
  providers:
    - name: xpeditis
      type: file
      allowUiUpdates: false
      disableDeletion: true
      updateIntervalSeconds: 30
      options:
        path: /var/lib/grafana-dashboards
        foldersFromFilesStructure: true
{{- end }}

{{/*
Host of Grafana.
*/}}
{{- define "monitoring.grafanaHost" -}}
{{- .Values.grafana.host | default (printf "grafana.%s" .Values.global.domain) }}
{{- end }}

{{/*
Image of grafana, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.grafanaImage" -}}
{{- if .Values.grafana.image.digest }}
{{- printf "%s@%s" (include "monitoring.grafanaRepository" .) .Values.grafana.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.grafanaRepository" .) .Values.grafana.image.tag }}
{{- end }}
{{- end }}

{{/*
Annotations of Grafana's Ingress, which grafana.ingress.annotations may override.
*/}}
{{- define "monitoring.grafanaIngressAnnotations" -}}
{{- if has .Values.global.tls.mode (list "secret" "certManager") }}
traefik.ingress.kubernetes.io/router.entrypoints: websecure
{{- else }}
traefik.ingress.kubernetes.io/router.entrypoints: web
{{- end }}
{{- if and (eq .Values.mode "bundled") .Values.grafana.enabled .Values.grafana.ingress.enabled .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.ipAllowList }}
traefik.ingress.kubernetes.io/router.middlewares: "{{ include "monitoring.namespace" . }}-{{ include "monitoring.grafanaName" . }}-cloudflare-only@kubernetescrd"
{{- end }}
{{- if and (eq .Values.mode "bundled") .Values.grafana.enabled .Values.grafana.ingress.enabled .Values.global.traefik.enabled .Values.global.cloudflare.enabled .Values.global.cloudflare.originPulls.enabled }}
traefik.ingress.kubernetes.io/router.tls.options: "{{ include "monitoring.namespace" . }}-{{ include "monitoring.grafanaName" . }}-origin-pulls@kubernetescrd"
{{- end }}
{{- if eq .Values.global.tls.mode "certManager" }}
{{- if eq .Values.global.tls.issuerKind "ClusterIssuer" }}
cert-manager.io/cluster-issuer: {{ .Values.global.tls.issuer | quote }}
{{- else }}
cert-manager.io/issuer: {{ .Values.global.tls.issuer | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/*
Name of the objects of grafana.
*/}}
{{- define "monitoring.grafanaName" -}}
{{- .Values.grafana.fullnameOverride | default (printf "%s-grafana" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of grafana without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.grafanaRepository" -}}
{{- if or .Values.global.imageRegistry .Values.grafana.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.grafana.image.registry) .Values.grafana.image.repository }}
{{- else }}
{{- .Values.grafana.image.repository }}
{{- end }}
{{- end }}

{{/*
Scheme of Grafana's address.
*/}}
{{- define "monitoring.grafanaScheme" -}}
{{- if ne .Values.global.tls.mode "none" }}
{{- "https" }}
{{- else }}
{{- "http" }}
{{- end }}
{{- end }}

{{/*
Name of the Secret of grafana, whoever creates it.
*/}}
{{- define "monitoring.grafanaSecretName" -}}
{{- .Values.grafana.secrets.name | default (printf "%s-secrets" (include "monitoring.grafanaName" .)) }}
{{- end }}

{{/*
Address of Grafana.
*/}}
{{- define "monitoring.grafanaUrl" -}}
{{- printf "%s://%s" (include "monitoring.grafanaScheme" .) (include "monitoring.grafanaHost" .) }}
{{- end }}

{{/*
Image of kube-state-metrics, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.kubeStateMetricsImage" -}}
{{- if .Values.kubeStateMetrics.image.digest }}
{{- printf "%s@%s" (include "monitoring.kubeStateMetricsRepository" .) .Values.kubeStateMetrics.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.kubeStateMetricsRepository" .) .Values.kubeStateMetrics.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of kube-state-metrics.
*/}}
{{- define "monitoring.kubeStateMetricsName" -}}
{{- .Values.kubeStateMetrics.fullnameOverride | default (printf "%s-kube-state-metrics" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of kube-state-metrics without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.kubeStateMetricsRepository" -}}
{{- if or .Values.global.imageRegistry .Values.kubeStateMetrics.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.kubeStateMetrics.image.registry) .Values.kubeStateMetrics.image.repository }}
{{- else }}
{{- .Values.kubeStateMetrics.image.repository }}
{{- end }}
{{- end }}

{{/*
Labels of every object.
*/}}
{{- define "monitoring.labels" -}}
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
Loki's configuration. Its keys for the object storage come from the environment.
*/}}
{{- define "monitoring.lokiConfig" -}}
loki.yaml: |
  auth_enabled: false
  server:
    http_listen_port: 3100
    grpc_listen_port: 9095
    log_level: warn
    log_format: json
  common:
    path_prefix: /loki
    replication_factor: 1
    instance_addr: 127.0.0.1
    ring:
      kvstore:
        store: inmemory
  storage_config:
    # The older client sends checksums that stores other than AWS refuse, and loses what is refused.
    use_thanos_objstore: true
    object_store:
  {{- if eq .Values.loki.storage.type "s3" }}
      storage_prefix: "{{ .Values.loki.storage.prefix }}"
  {{- end }}
      filesystem:
        dir: /loki/chunks
  {{- if eq .Values.loki.storage.type "s3" }}
      s3:
        endpoint: "{{ include "monitoring.lokiEndpoint" . }}"
        region: "{{ .Values.global.objectStorage.region }}"
        bucket_name: "{{ .Values.loki.storage.bucket }}"
        bucket_lookup_type: path
        access_key_id: ${S3_ACCESS_KEY}
        secret_access_key: ${S3_SECRET_KEY}
  {{- if hasPrefix "http://" .Values.global.objectStorage.endpoint }}
        insecure: true
  {{- end }}
        dualstack_enabled: false
  {{- end }}
    tsdb_shipper:
      active_index_directory: /loki/index
      cache_location: /loki/index-cache
  schema_config:
    # Never to be changed for days that have data: another store begins with a period of its own.
    configs:
  {{- if ne .Values.loki.storage.type "s3" }}
      - from: '2026-01-01'
        store: tsdb
        object_store: filesystem
        schema: v13
        index:
          prefix: index_
          period: 24h
  {{- else }}
  {{- if .Values.loki.storage.since }}
      - from: '2026-01-01'
        store: tsdb
        object_store: filesystem
        schema: v13
        index:
          prefix: index_
          period: 24h
      - from: "{{ .Values.loki.storage.since }}"
        store: tsdb
        object_store: s3
        schema: v13
        index:
          prefix: index_
          period: 24h
  {{- else }}
      - from: '2026-01-01'
        store: tsdb
        object_store: s3
        schema: v13
        index:
          prefix: index_
          period: 24h
  {{- end }}
  {{- end }}
  compactor:
    working_directory: /loki/compactor
    retention_enabled: true
  {{- if eq .Values.loki.storage.type "s3" }}
    delete_request_store: s3
  {{- else }}
    delete_request_store: filesystem
  {{- end }}
  limits_config:
    retention_period: "{{ mul .Values.loki.retentionDays 24 }}h"
    reject_old_samples_max_age: 168h
    ingestion_rate_mb: {{ .Values.loki.ingestionRateMb | int64 }}
    ingestion_burst_size_mb: {{ mul .Values.loki.ingestionRateMb 2 }}
    max_global_streams_per_user: {{ .Values.loki.maxStreams | int64 }}
    max_query_series: 1000
    max_query_length: 721h
    max_query_parallelism: 4
    split_queries_by_interval: 6h
    volume_enabled: true
    allow_structured_metadata: true
    discover_service_name: []
    otlp_config:
      resource_attributes:
        # Loki's own list has the pod's name in it, of which there are always new ones.
        ignore_defaults: true
        attributes_config:
          - action: index_label
            attributes: [namespace, app, container, level]
  ingester:
    chunk_encoding: snappy
    wal:
      dir: /loki/wal
      replay_memory_ceiling: 256MB
      flush_on_shutdown: true
  query_range:
    cache_results: true
    results_cache:
      cache:
        embedded_cache:
          enabled: true
          max_size_mb: 32
  pattern_ingester:
    enabled: false
  analytics:
    reporting_enabled: false
{{- end }}

{{/*
Host of the object storage, without scheme.
*/}}
{{- define "monitoring.lokiEndpoint" -}}
{{- .Values.global.objectStorage.endpoint | default (printf "%s.your-objectstorage.com" .Values.global.objectStorage.location) | replace "https://" "" | replace "http://" "" }}
{{- end }}

{{/*
Image of loki, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.lokiImage" -}}
{{- if .Values.loki.image.digest }}
{{- printf "%s@%s" (include "monitoring.lokiRepository" .) .Values.loki.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.lokiRepository" .) .Values.loki.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of loki.
*/}}
{{- define "monitoring.lokiName" -}}
{{- .Values.loki.fullnameOverride | default (printf "%s-loki" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of loki without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.lokiRepository" -}}
{{- if or .Values.global.imageRegistry .Values.loki.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.loki.image.registry) .Values.loki.image.repository }}
{{- else }}
{{- .Values.loki.image.repository }}
{{- end }}
{{- end }}

{{/*
Name of the Secret of loki, whoever creates it.
*/}}
{{- define "monitoring.lokiSecretName" -}}
{{- .Values.loki.secrets.name | default (printf "%s-secrets" (include "monitoring.lokiName" .)) }}
{{- end }}

{{/*
Release and chart: the name of the chart's objects, if it is short enough.
*/}}
{{- define "monitoring.longName" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | replace "." "-" }}
{{- end }}

{{/*
Mebibytes in an amount such as 512Mi, 1Gi or 900M, rounded down.
*/}}
{{- define "monitoring.mebibytes" -}}
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
Namespace of all objects: a chart of the umbrella may live beside its release.
*/}}
{{- define "monitoring.namespace" -}}
{{- .Values.namespaceOverride | default .Release.Namespace }}
{{- end }}

{{/*
Image of node-exporter, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.nodeExporterImage" -}}
{{- if .Values.nodeExporter.image.digest }}
{{- printf "%s@%s" (include "monitoring.nodeExporterRepository" .) .Values.nodeExporter.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.nodeExporterRepository" .) .Values.nodeExporter.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of node-exporter.
*/}}
{{- define "monitoring.nodeExporterName" -}}
{{- .Values.nodeExporter.fullnameOverride | default (printf "%s-node-exporter" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of node-exporter without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.nodeExporterRepository" -}}
{{- if or .Values.global.imageRegistry .Values.nodeExporter.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.nodeExporter.image.registry) .Values.nodeExporter.image.repository }}
{{- else }}
{{- .Values.nodeExporter.image.repository }}
{{- end }}
{{- end }}

{{/*
Image of prometheus, by digest if one is set, else by tag.
*/}}
{{- define "monitoring.prometheusImage" -}}
{{- if .Values.prometheus.image.digest }}
{{- printf "%s@%s" (include "monitoring.prometheusRepository" .) .Values.prometheus.image.digest }}
{{- else }}
{{- printf "%s:%s" (include "monitoring.prometheusRepository" .) .Values.prometheus.image.tag }}
{{- end }}
{{- end }}

{{/*
Name of the objects of prometheus.
*/}}
{{- define "monitoring.prometheusName" -}}
{{- .Values.prometheus.fullnameOverride | default (printf "%s-prometheus" (include "monitoring.fullname" .)) }}
{{- end }}

{{/*
Image of prometheus without tag, at global.imageRegistry if that is set.
*/}}
{{- define "monitoring.prometheusRepository" -}}
{{- if or .Values.global.imageRegistry .Values.prometheus.image.registry }}
{{- printf "%s/%s" (.Values.global.imageRegistry | default .Values.prometheus.image.registry) .Values.prometheus.image.repository }}
{{- else }}
{{- .Values.prometheus.image.repository }}
{{- end }}
{{- end }}

{{/*
Scheme of the public URLs.
*/}}
{{- define "monitoring.scheme" -}}
{{- if eq .Values.global.tls.mode "none" }}
{{- "http" }}
{{- else }}
{{- "https" }}
{{- end }}
{{- end }}
