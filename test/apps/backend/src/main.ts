import { Logger, ShutdownSignal } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import type { NestExpressApplication } from "@nestjs/platform-express";

import { AppModule } from "./app.module.js";
import { Draining } from "./draining.js";
import { JsonLogger, RequestLog } from "./logging.js";
import { Metrics } from "./metrics.js";
import { settings } from "./settings.js";
import { RedisSocketAdapter } from "./socket-adapter.js";

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: new JsonLogger() });

// Here and not by the module, which would make instances of its own.
for (const middleware of [app.get(RequestLog), app.get(Metrics), app.get(Draining)]) app.use(middleware.use.bind(middleware));
app.set("trust proxy", settings.proxyHops);
app.disable("x-powered-by");
app.enableCors({ origin: settings.appUrl, credentials: true });
app.useWebSocketAdapter(new RedisSocketAdapter(app));
// As the first process of a container it cannot end itself by a signal, which is what Nest does otherwise.
app.enableShutdownHooks([ShutdownSignal.SIGTERM, ShutdownSignal.SIGINT], { useProcessExit: true });

const server = app.getHttpServer();
server.keepAliveTimeout = settings.keepAliveMs;
// Must be longer, or connections that a proxy kept are closed under a request.
server.headersTimeout = Math.max(60_000, settings.keepAliveMs + 5000);

await app.listen(settings.port, "0.0.0.0");
new Logger("Main").log(`listening on ${settings.port}`);
