import { createParamDecorator, Injectable, UnauthorizedException, type CanActivate, type ExecutionContext } from "@nestjs/common";
import { JwtService } from "@nestjs/jwt";
import type { Request } from "express";

/** Who a token was given to. */
export interface User {
  readonly sub: string;
  readonly org: string;
}

/** Reads tokens that are signed with JWT_SECRET by HS256, and no others. */
@Injectable()
export class Authentication implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  /** Throws if the token is missing, forged or out of date. */
  verify(token: unknown): User {
    const { sub, org } = this.jwt.verify<Partial<User>>(String(token), { algorithms: ["HS256"] });
    if (!sub || !org) throw new Error("the token names no user");
    return { sub, org };
  }

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request & { user?: User }>();
    try {
      request.user = this.verify(request.header("authorization")?.replace(/^Bearer /, ""));
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}

/** The user of a request that `Authentication` let pass. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest().user);
