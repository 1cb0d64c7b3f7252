import { Module } from "@nestjs/common";
import { JwtModule } from "@nestjs/jwt";
import { DataSource } from "typeorm";

import { Authentication } from "./authentication.js";
import { BookingsController } from "./bookings.controller.js";
import { Carriers } from "./carriers.js";
import { dataSource } from "./data-source.js";
import { Database } from "./database.js";
import { Draining } from "./draining.js";
import { HealthController } from "./health.controller.js";
import { RequestLog } from "./logging.js";
import { Metrics } from "./metrics.js";
import { Notifications } from "./notifications.js";
import { RatesController } from "./rates.controller.js";
import { RedisClients } from "./redis.js";
import { settings } from "./settings.js";
import { Storage } from "./storage.js";

@Module({
  imports: [JwtModule.register({ secret: settings.jwtSecret })],
  controllers: [BookingsController, HealthController, RatesController],
  providers: [
    { provide: DataSource, useValue: dataSource },
    Authentication,
    Carriers,
    Database,
    Draining,
    Metrics,
    Notifications,
    RedisClients,
    RequestLog,
    Storage,
  ],
})
export class AppModule {}
