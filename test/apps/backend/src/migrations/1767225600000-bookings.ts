import type { MigrationInterface, QueryRunner } from "typeorm";

export class Bookings1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // Both are trusted: the owner of a database may create them.
    await runner.query(`CREATE EXTENSION IF NOT EXISTS "uuid-ossp"`);
    await runner.query(`CREATE EXTENSION IF NOT EXISTS pg_trgm`);
    await runner.query(`
      CREATE TABLE booking (
        id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
        organization_id text NOT NULL,
        user_id text NOT NULL,
        reference text NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE document (
        id uuid PRIMARY KEY DEFAULT uuid_generate_v4(),
        booking_id uuid NOT NULL REFERENCES booking,
        key text NOT NULL UNIQUE,
        size integer NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE document`);
    await runner.query(`DROP TABLE booking`);
  }
}
