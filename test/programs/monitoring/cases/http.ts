import { growing, type AlertCases, type Cases, type Situation } from "./case.ts";

const service = "xpeditis-backend-svc-http@kubernetes";

const requests = (code: string, of = service, protocol = "http") =>
  `traefik_service_requests_total{service="${of}",code="${code}",method="GET",protocol="${protocol}"}`;
const part = (suffix: string, le = "", of = service) =>
  `traefik_service_request_duration_seconds_${suffix}{service="${of}",protocol="http"${le === "" ? "" : `,le="${le}"`}}`;

/** Good and failing requests a minute, for as long as asked. */
const traffic = (good: number, failing: number, samples: number): Situation["series"] => ({
  [requests("200")]: `0+${good}x${samples}`,
  [requests("500")]: `0+${failing}x${samples}`,
});

const fires = (situation: Situation, value: string): AlertCases["fires"] => ({ ...situation, labels: [{ service }], value });

const slow = (all: number, fast: number, samples: number, of = service): Situation["series"] => ({
  [requests("200", of)]: `0+${all}x${samples}`,
  [part("bucket", "1.2", of)]: `0+${fast}x${samples}`,
  [part("count", "", of)]: `0+${all}x${samples}`,
});

export const httpCases: Cases = {
  HttpErrorBudgetBurnFast: {
    fires: fires({ series: traffic(98, 2, 90), at: "75m" }, "2%"),
    silent: [
      { about: "1 % is less than 14.4 times 0.1 %", series: traffic(99, 1, 90), at: "75m" },
      { about: "over for ten minutes", series: { ...traffic(90, 10, 90), [requests("500")]: "0+10x65 650x25" }, at: "75m" },
      {
        about: "one of twenty requests in the hour",
        series: { [requests("200")]: "0x30 1+0.3x60", [requests("500")]: "0+0.1x90" },
        at: "75m",
      },
    ],
  },
  HttpErrorBudgetBurnMedium: {
    fires: fires({ series: traffic(99, 1, 460), at: "7h" }, "1%"),
    silent: { about: "over for half an hour", series: { ...traffic(99, 1, 460), [requests("500")]: "0+1x380 380x80" }, at: "7h" },
  },
  HttpErrorBudgetBurnSlow: {
    fires: fires({ step: "10m", series: traffic(996, 4, 180), at: "28h" }, "0.4%"),
    silent: [
      { about: "0.2 % is less than three times 0.1 %", step: "10m", series: traffic(998, 2, 180), at: "28h" },
      {
        about: "over for three hours",
        step: "10m",
        series: { ...traffic(990, 10, 180), [requests("500")]: "0+10x150 1500x30" },
        at: "28h30m",
      },
    ],
  },
  HttpErrorBudgetBurnTrickle: {
    fires: fires({ step: "10m", series: traffic(998, 2, 500), at: "80h" }, "0.2%"),
    silent: [
      { about: "half the budget", step: "10m", series: traffic(1999, 1, 500), at: "80h" },
      {
        about: "over for seven hours",
        step: "10m",
        series: { ...traffic(990, 10, 500), [requests("500")]: "0+10x438 4380x60" },
        at: "80h",
      },
    ],
  },
  HttpLatencyBudgetBurnFast: {
    fires: fires({ series: slow(100, 80, 90), at: "75m" }, "20%"),
    silent: [
      {
        about: "Socket.IO's long polling is slow on purpose",
        series: slow(100, 0, 90, "xpeditis-backend-realtime-http@kubernetes"),
        at: "75m",
      },
      { about: "10 % is less than 14.4 times 1 %", series: slow(100, 90, 90), at: "75m" },
      { about: "over for ten minutes", series: { ...slow(100, 50, 90), [part("bucket", "1.2")]: "0+50x65 3350+100x25" }, at: "75m" },
    ],
  },
  HttpLatencyBudgetBurnSlow: {
    fires: fires({ step: "10m", series: slow(1000, 960, 180), at: "28h" }, "4%"),
    silent: [
      { about: "2 % is less than three times 1 %", step: "10m", series: slow(1000, 980, 180), at: "28h" },
      {
        about: "over for three hours",
        step: "10m",
        series: { ...slow(1000, 800, 180), [part("bucket", "1.2")]: "0+800x150 121000+1000x30" },
        at: "28h30m",
      },
    ],
  },
  HttpHigh5xxRatio: {
    fires: fires({ series: traffic(90, 10, 20), at: "15m" }, "10%"),
    silent: { about: "all of three requests a minute fail, which is too few to judge by", series: traffic(0, 3, 20), at: "15m" },
  },
  HttpTrafficGone: {
    fires: fires({ about: "Traefik restarted, too", series: { [requests("200")]: "0+20x720 _x60" }, step: "2m", at: "25h" }, "600"),
    silent: [
      { about: "hardly anybody came yesterday either", series: { [requests("200")]: "0+2x720 1440x60" }, step: "2m", at: "25h" },
      { about: "less than yesterday, but there is some", series: { [requests("200")]: "0+20x720 14400+0.5x60" }, step: "2m", at: "25h" },
    ],
  },
};

const pod = 'job="traefik",pod="traefik-1"';
const inDays = (days: number) => `${days * 86400}`;

export const ingressCases: Cases = {
  TraefikDown: {
    fires: { series: { 'up{job="traefik",instance="a"}': "0x10" }, at: "5m", labels: [{}] },
    silent: {
      about: "one of two answers",
      series: { 'up{job="traefik",instance="a"}': "0x10", 'up{job="traefik",instance="b"}': "1x10" },
      at: "5m",
    },
  },
  TraefikConfigFlapping: {
    fires: {
      series: { [`traefik_config_reloads_total{${pod}}`]: growing(6) },
      at: "30m",
      labels: [{ job: "traefik", pod: "traefik-1" }],
      value: "60",
    },
    silent: { about: "a rollout", series: { [`traefik_config_reloads_total{${pod}}`]: growing(4) }, at: "30m" },
  },
  ServedCertificateExpiresSoon: {
    fires: {
      series: { 'traefik_tls_certs_not_after{cn="app.example.com",sans="app.example.com",serial="1"}': `${inDays(4)}x30` },
      at: "20m",
      labels: [{ cn: "app.example.com", sans: "app.example.com" }],
      value: "3d 23h 40m 0s",
    },
    silent: {
      about: "the old one is still loaded beside the new one",
      series: {
        'traefik_tls_certs_not_after{cn="app.example.com",sans="app.example.com",serial="1"}': `${inDays(4)}x30`,
        'traefik_tls_certs_not_after{cn="app.example.com",sans="app.example.com",serial="2"}': `${inDays(90)}x30`,
        'traefik_tls_certs_not_after{cn="0f1e.traefik.default",sans="",serial="3"}': "0x30",
      },
      at: "20m",
    },
  },
};
