// The sources of custom resource definitions. Nothing is built from this module: it only pins the modules, and
// go.sum their contents. Do not run `go mod tidy` on it, which would drop every line.
module xpeditis-charts/tools/crds

go 1.26.4

require (
	github.com/cert-manager/cert-manager v1.21.1
	github.com/cloudnative-pg/cloudnative-pg v1.30.0
	github.com/cloudnative-pg/plugin-barman-cloud v0.15.0
	github.com/external-secrets/external-secrets v1.3.2
	github.com/k3s-io/helm-controller v0.17.7
	github.com/kedacore/keda/v2 v2.21.0
	github.com/prometheus-operator/prometheus-operator v0.93.0
	github.com/traefik/traefik/v3 v3.6.12
)
