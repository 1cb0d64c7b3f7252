/** Debian's PostgreSQL 15, as the operator of the chart `postgresql` would run it: TLS, and a user for the application that owns its database. */
import { execFile, spawn } from "node:child_process";
import { access, chmod, chown, constants, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);
const programs = "/usr/lib/postgresql/15/bin";

export interface Postgresql extends AsyncDisposable {
  /** PEM of the authority that signed the server's certificate. */
  readonly authority: string;
  readonly username: string;
  readonly password: string;
  /** Starts it and waits until it answers. */
  start(): Promise<void>;
  /** Makes a database that belongs to the application's user. */
  createDatabase(name: string): Promise<void>;
  /** What a statement gives in a database, as text without decoration; as the administrator. */
  query(database: string, sql: string): Promise<string>;
}

/** Makes a server at port 5432 of an address of this machine, for the given host names. Nothing of it runs yet. */
export async function createPostgresql(address: string, hosts: readonly string[]): Promise<Postgresql> {
  await access(join(programs, "postgres"), constants.X_OK).catch(() => {
    throw new Error(`${programs}/postgres is not there: install PostgreSQL 15, on Debian with \`apt-get install -y postgresql-15\``);
  });
  const folder = await mkdtemp(join(tmpdir(), "pg-"));
  const data = join(folder, "data");
  // PostgreSQL refuses to run as root.
  const user: Identity = process.getuid?.() === 0 ? await nobody() : {};
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  const [username, password] = ["app", "S3cret-._~"];
  await execute(join(programs, "initdb"), ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"], {
    ...user,
    cwd: folder,
  });
  await certificate(folder, hosts, user);
  // As CloudNativePG: nobody without TLS and a password.
  await writeFile(join(data, "pg_hba.conf"), "local all postgres trust\nhostssl all all all scram-sha-256\n");
  let running: { readonly kill: () => void; readonly ended: Promise<unknown> } | undefined;

  const query = async (database: string, sql: string): Promise<string> => {
    const words = ["-h", folder, "-U", "postgres", "-d", database, "-v", "ON_ERROR_STOP=1", "-At", "-c", sql];
    return (await execute(join(programs, "psql"), words)).stdout.trim();
  };

  return {
    authority: await readFile(join(folder, "ca.crt"), "utf8"),
    username,
    password,
    query,
    async start() {
      const settings = {
        listen_addresses: address,
        unix_socket_directories: folder,
        ssl: "on",
        ssl_cert_file: join(folder, "server.crt"),
        ssl_key_file: join(folder, "server.key"),
        fsync: "off",
        max_connections: "60",
      };
      const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
      const server = spawn(join(programs, "postgres"), ["-D", data, ...words], { ...user, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      let output = "";
      for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (text: string) => (output += text));
      running = { kill: () => server.kill("SIGQUIT"), ended: new Promise((resolve) => server.once("close", resolve)) };
      for (let attempt = 0; !(await query("postgres", "SELECT 1").catch(() => "")); attempt += 1) {
        if (server.exitCode !== null || attempt > 100) throw new Error(`PostgreSQL does not start:\n${output}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await query("postgres", `CREATE ROLE ${username} LOGIN PASSWORD '${password}'`).catch(() => {});
    },
    async createDatabase(name) {
      await query("postgres", `CREATE DATABASE ${name} OWNER ${username}`);
    },
    async [Symbol.asyncDispose]() {
      running?.kill();
      await running?.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Identity {
  readonly uid?: number;
  readonly gid?: number;
}

async function nobody(): Promise<Identity> {
  const line = (await readFile("/etc/passwd", "utf8")).split("\n").find((each) => each.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error(`${userInfo().username} is root, and no user nobody is there to run PostgreSQL`);
  return { uid: Number(uid), gid: Number(gid) };
}

/** An authority, and a certificate for the hosts that it signs. */
async function certificate(folder: string, hosts: readonly string[], { uid, gid }: Identity): Promise<void> {
  const openssl = (...words: string[]) => execute("openssl", words, { cwd: folder });
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  await openssl("req", "-x509", ...key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=test authority", "-days", "2");
  const names = hosts.map((host) => `DNS:${host}`).join(",");
  const authority = ["-CA", "ca.crt", "-CAkey", "ca.key"];
  const subject = ["-subj", `/CN=${hosts[0]}`, "-addext", `subjectAltName=${names}`];
  await openssl("req", "-x509", ...authority, ...key, "-keyout", "server.key", "-out", "server.crt", ...subject, "-days", "2");
  await chmod(join(folder, "server.key"), 0o600);
  if (uid !== undefined && gid !== undefined) await chown(join(folder, "server.key"), uid, gid);
}
