// The network policy controller of kube-router on its own, as k3s embeds it: without routes, Services and metrics.
package main

import (
	"context"
	"flag"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

func main() {
	klog.InitFlags(nil)
	kubeconfig := flag.String("kubeconfig", "", "file that gives access to the API server")
	node := flag.String("hostname-override", "", "name of the node whose pods' policies are enforced here")
	services := flag.String("service-cluster-ip-range", "", "addresses of Services")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *kubeconfig, *node, *services); err != nil {
		klog.Exit(err)
	}
	<-ctx.Done()
}

func run(ctx context.Context, kubeconfig, node, services string) error {
	access, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(access)
	if err != nil {
		return err
	}
	// The controller asks once for the node's address, and the kubelet may not have registered it yet.
	registered := func(ctx context.Context) (bool, error) {
		object, err := client.CoreV1().Nodes().Get(ctx, node, metav1.GetOptions{})
		return err == nil && len(object.Status.Addresses) > 0, nil
	}
	if err := wait.PollUntilContextTimeout(ctx, 200*time.Millisecond, 2*time.Minute, true, registered); err != nil {
		return err
	}

	config := options.NewKubeRouterConfig()
	config.HostnameOverride = node
	config.ClusterIPCIDRs = []string{services}
	config.RunFirewall, config.RunRouter, config.RunServiceProxy = true, false, false
	config.EnableIPv4, config.EnableIPv6 = true, false

	all := informers.NewSharedInformerFactory(client, 0)
	pods := all.Core().V1().Pods().Informer()
	namespaces := all.Core().V1().Namespaces().Informer()
	policies := all.Networking().V1().NetworkPolicies().Informer()
	all.Start(ctx.Done())
	all.WaitForCacheSync(ctx.Done())

	rules, sets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return err
	}
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &sync.Mutex{}, rules, sets)
	if err != nil {
		return err
	}
	handlers := map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods:       controller.PodEventHandler,
		namespaces: controller.NamespaceEventHandler,
		policies:   controller.NetworkPolicyEventHandler,
	}
	for informer, handler := range handlers {
		if _, err := informer.AddEventHandler(handler); err != nil {
			return err
		}
	}

	// The controller tells after each round that it lives, and gives up if nobody listens.
	heartbeats := make(chan *healthcheck.ControllerHeartbeat)
	var running sync.WaitGroup
	running.Add(1)
	go controller.Run(heartbeats, ctx.Done(), &running)
	go func() {
		for range heartbeats {
		}
	}()
	return nil
}
