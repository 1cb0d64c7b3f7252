import { DataSource, type Migration } from "typeorm";

import { Booking, StoredDocument } from "./entities.js";
import { ifSet, number, text } from "./environment.js";
import { Bookings1767225600000 } from "./migrations/1767225600000-bookings.js";
import { Ports1769904000000 } from "./migrations/1769904000000-ports.js";

/** Any number that no other program locks in this database. */
const migrationLock = 7_294_001;

/**
 * TypeORM takes no lock around migrations: of two that start together one would fail half-way. This one waits for the other and then finds
 * nothing to do. The lock belongs to a session, hence to the direct connection that the chart gives migrations as DATABASE_URL.
 */
class LockingDataSource extends DataSource {
  override async runMigrations(options?: Parameters<DataSource["runMigrations"]>[0]): Promise<Migration[]> {
    const session = this.createQueryRunner();
    await session.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    try {
      return await super.runMigrations(options);
    } finally {
      await session.query("SELECT pg_advisory_unlock($1)", [migrationLock]);
      await session.release();
    }
  }
}

/** The database, for the application and for `typeorm migration:run -d dist/data-source.js`. Whether and how TLS is used, the URL says. */
export const dataSource = new LockingDataSource({
  type: "postgres",
  url: text("DATABASE_URL"),
  poolSize: ifSet("DB_POOL_MAX", () => number("DB_POOL_MAX")) ?? 10,
  connectTimeoutMS: 5000,
  entities: [Booking, StoredDocument],
  migrations: [Bookings1767225600000, Ports1769904000000],
  migrationsTransactionMode: "all",
  // Otherwise every pod creates extensions when it starts. Here a migration does.
  installExtensions: false,
});
