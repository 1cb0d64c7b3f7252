import { BadGatewayException, BadRequestException, Controller, Get, Logger, Query, Res } from "@nestjs/common";
import type { Response } from "express";
import { DataSource } from "typeorm";

import { Carriers, type Rate } from "./carriers.js";
import { RedisClients } from "./redis.js";

const cacheSeconds = 15 * 60;

@Controller("api/v1")
export class RatesController {
  private readonly logger = new Logger(RatesController.name);

  constructor(
    private readonly carriers: Carriers,
    private readonly redis: RedisClients,
    private readonly dataSource: DataSource,
  ) {}

  /** Prices of all carriers, at most 15 minutes old. */
  @Get("rates/search")
  async search(
    @Query("origin") origin: string,
    @Query("destination") destination: string,
    @Query("container") container: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Rate[]> {
    if (![origin, destination].every((code) => /^[A-Z]{3}$/.test(code)))
      throw new BadRequestException("origin and destination are codes such as HAM");
    if (!["20ft", "40ft", "40hc"].includes(container)) throw new BadRequestException("container is 20ft, 40ft or 40hc");
    const key = `rate:${origin}:${destination}:${container}`;
    const cached = await this.withoutRedis(() => this.redis.cache.get(key));
    response.setHeader("X-Cache", cached ? "hit" : "miss");
    if (cached) return JSON.parse(cached) as Rate[];
    const rates = await this.carriers.rates({ origin, destination, container });
    if (rates.length === 0) throw new BadGatewayException("no carrier answers");
    // With an end: only such keys give way when Redis' memory is full.
    await this.withoutRedis(() => this.redis.cache.set(key, JSON.stringify(rates), "EX", cacheSeconds));
    return rates;
  }

  /** Ports by a name that may be spelled wrong. */
  @Get("ports")
  async ports(@Query("name") name: string): Promise<{ code: string; name: string }[]> {
    if (typeof name !== "string" || name.length > 100) throw new BadRequestException("name is missing");
    return this.dataSource.query(`SELECT code, name FROM port WHERE name % $1 ORDER BY similarity(name, $1) DESC LIMIT 5`, [name]);
  }

  /** A cache that does not answer is an empty one. */
  private async withoutRedis<T>(use: () => Promise<T>): Promise<T | undefined> {
    try {
      return await use();
    } catch (error) {
      this.logger.warn(`no cache: ${String(error)}`);
    }
  }
}
