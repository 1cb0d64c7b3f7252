import type { MigrationInterface, QueryRunner } from "typeorm";

/** Ports, found by names that are spelled wrong. */
export class Ports1769904000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE port (code text PRIMARY KEY, name text NOT NULL)`);
    await runner.query(`CREATE INDEX port_name ON port USING gin (name gin_trgm_ops)`);
    await runner.query(`
      INSERT INTO port VALUES
        ('ANR', 'Antwerp'), ('FSN', 'Fos-sur-Mer'), ('HAM', 'Hamburg'), ('LEH', 'Le Havre'),
        ('NYC', 'New York'), ('RTM', 'Rotterdam'), ('SHA', 'Shanghai'), ('SIN', 'Singapore')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE port`);
  }
}
