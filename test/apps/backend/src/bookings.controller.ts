import {
  BadRequestException,
  Body,
  Controller,
  Get,
  NotFoundException,
  Param,
  ParseUUIDPipe,
  Post,
  UnsupportedMediaTypeException,
  UploadedFile,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";
import { FileInterceptor } from "@nestjs/platform-express";
import { DataSource } from "typeorm";

import { Authentication, CurrentUser, type User } from "./authentication.js";
import { Booking, StoredDocument } from "./entities.js";
import { Notifications } from "./notifications.js";
import { settings } from "./settings.js";
import { Storage } from "./storage.js";

/** First bytes of the documents that are taken; what a client says of its file's type counts for nothing. */
const types: Readonly<Record<string, string>> = {
  "25504446": "application/pdf",
  d0cf11e0: "application/vnd.ms-excel",
  "504b0304": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "89504e47": "image/png",
  ffd8ffe0: "image/jpeg",
  ffd8ffe1: "image/jpeg",
};

@Controller("api/v1/csv-bookings")
@UseGuards(Authentication)
export class BookingsController {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notifications: Notifications,
    private readonly storage: Storage,
  ) {}

  /** What the user's notifications told of, whether they arrived or not. */
  @Get()
  list(@CurrentUser() user: User): Promise<Booking[]> {
    return this.dataSource.getRepository(Booking).findBy({ organizationId: user.org, userId: user.sub });
  }

  @Post()
  async create(@CurrentUser() user: User, @Body("reference") reference: unknown): Promise<Booking> {
    if (typeof reference !== "string" || reference === "") throw new BadRequestException("reference is missing");
    const booking = await this.dataSource.getRepository(Booking).save({ organizationId: user.org, userId: user.sub, reference });
    this.notifications.tell(user.sub, "booking-created", { id: booking.id, reference });
    return booking;
  }

  /** Takes one document as the field `file` of a form. */
  @Post(":id/documents")
  @UseInterceptors(FileInterceptor("file", { limits: { fileSize: settings.maxUploadBytes, files: 1 } }))
  async addDocument(
    @CurrentUser() user: User,
    @Param("id", ParseUUIDPipe) id: string,
    @UploadedFile() file: Express.Multer.File | undefined,
  ): Promise<StoredDocument> {
    if (file === undefined) throw new BadRequestException("the form has no field file");
    const type = types[file.buffer.toString("hex", 0, 4)];
    if (type === undefined) throw new UnsupportedMediaTypeException("PDF, Excel, PNG and JPEG are taken");
    const booking = await this.dataSource.getRepository(Booking).findOneBy({ id, organizationId: user.org });
    if (booking === null) throw new NotFoundException("no such booking");
    const key = `${booking.organizationId}/${booking.id}/${file.originalname.replaceAll(/[^\p{L}\p{N}._-]/gu, "_")}`;
    await this.storage.upload(key, file.buffer, type);
    const documents = this.dataSource.getRepository(StoredDocument);
    // The same name again replaces the document.
    await documents.upsert({ bookingId: booking.id, key, size: file.size }, ["key"]);
    this.notifications.tell(booking.userId, "document-added", { booking: booking.id, key });
    return documents.findOneByOrFail({ key });
  }
}
