import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from "@nestjs/common";
import { setTimeout } from "node:timers/promises";
import { DataSource } from "typeorm";

/**
 * Connects in the background and looks whether the schema is what this version wants. Until then the pod is not ready: a rollout whose
 * migration fails stops here, and the pods before it serve on. Nothing is asked later: a readiness probe that asks the database takes all pods out of service together.
 */
@Injectable()
export class Database implements OnApplicationBootstrap, OnApplicationShutdown {
  isMigrated = false;
  private readonly logger = new Logger(Database.name);
  private readonly stop = new AbortController();

  constructor(private readonly dataSource: DataSource) {}

  onApplicationBootstrap(): void {
    void this.prepare();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  private async prepare(): Promise<void> {
    while (!this.isMigrated && !this.stop.signal.aborted) {
      try {
        if (!this.dataSource.isInitialized) await this.dataSource.initialize();
        this.isMigrated = await this.hasEveryMigration();
        this.logger.log(this.isMigrated ? "the schema is up to date" : "waiting for migrations");
      } catch (error) {
        this.logger.warn(`the database does not answer: ${String(error)}`);
      }
      if (!this.isMigrated) await setTimeout(1000, undefined, { signal: this.stop.signal }).catch(() => {});
    }
  }

  /** Migrations of later versions do not count: after a rollback they are there, and must not hurt. */
  private async hasEveryMigration(): Promise<boolean> {
    const [{ exists }] = await this.dataSource.query(`SELECT to_regclass('migrations') IS NOT NULL AS exists`);
    if (!exists) return false;
    const done: { name: string }[] = await this.dataSource.query(`SELECT name FROM migrations`);
    const names = new Set(done.map(({ name }) => name));
    return this.dataSource.migrations.every((migration) => names.has(migration.name ?? migration.constructor.name));
  }
}
