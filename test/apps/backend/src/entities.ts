import { Column, Entity, PrimaryGeneratedColumn } from "typeorm";

@Entity("booking")
export class Booking {
  // The database makes it up, with uuid-ossp.
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column({ name: "organization_id" })
  organizationId!: string;

  @Column({ name: "user_id" })
  userId!: string;

  @Column()
  reference!: string;
}

@Entity("document")
export class StoredDocument {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column({ name: "booking_id", type: "uuid" })
  bookingId!: string;

  /** Where it is in the bucket. */
  @Column()
  key!: string;

  @Column({ type: "integer" })
  size!: number;
}
