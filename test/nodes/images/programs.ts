import type { Image } from "./image.ts";
import type { LayerSource } from "./layers.ts";

/** A shell and its commands, for images whose containers are given scripts; the programs are those of one file. */
export const shell: LayerSource = {
  debian: ["busybox"],
};

/** The commands of a shell that Alpine Linux' busybox has, too, of which most images are made. */
const applets = (
  "[ ash awk base64 basename cat chgrp chmod chown chroot cmp cp cut date dd df diff dirname du echo egrep env expr false fgrep find free fsync " +
  "getopt grep gunzip gzip head hostname id ip kill killall less link ln ls md5sum mkdir mkfifo mktemp more mv nc netstat nice nohup nproc " +
  "nslookup od pidof ping pgrep printf ps pwd readlink realpath reset rm rmdir sed seq sh sha1sum sha256sum sha512sum shuf sleep sort stat " +
  "strings sync tac tail tar tee test time timeout top touch tr true truncate tty uname uniq unlink unzip uptime vi watch wc wget which " +
  "whoami xargs xxd yes zcat"
).split(" ");

/** Files that every image has, and the shell's commands by name. */
export const base: LayerSource = {
  files: {
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "/etc/group": "root:x:0:\nnogroup:x:65534:\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
    "/tmp/": "",
  },
  links: Object.fromEntries(applets.map((name) => [`/bin/${name}`, "/bin/busybox"])),
};

/** Node.js of this repository, with the libraries that it needs. */
export const node: readonly LayerSource[] = [
  { debian: ["libstdc++6", "busybox"] },
  base,
  { program: process.execPath, at: "/usr/local/bin/node" },
];

/** PostgreSQL as someone else runs it: a database and its owner are made when it first starts. Its data may be lost. */
export const postgresql: Image = {
  name: "outside/postgresql:15",
  layers: [
    { debian: ["postgresql-15", "busybox"], without: ["libllvm14", "libz3-4"] },
    base,
    {
      files: {
        "/etc/passwd": "postgres:x:20001:20001::/:/bin/sh\n",
        "/start.sh": `#!/bin/sh
set -e
export PGDATA=/data/pg
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  printf '%s' "$PASSWORD" > /tmp/password
  initdb --username=xpeditis --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
  echo 'CREATE DATABASE xpeditis' | postgres --single -D "$PGDATA" postgres
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off -c jit=off -c max_connections=200
`,
      },
    },
  ],
  entrypoint: ["/start.sh"],
  environment: { PATH: "/usr/lib/postgresql/15/bin:/usr/bin:/bin" },
};

/** Object storage as someone else runs it: a folder for each bucket. */
export const objectStorage: Image = {
  name: "outside/versitygw:1.8.0",
  layers: [shell, base, { tool: ["versitygw", "versitygw"], at: "/usr/local/bin/versitygw" }],
  entrypoint: ["versitygw"],
};

/** A web server of one page, for tests of the nodes themselves. */
export const web: Image = {
  name: "test/web:1",
  layers: [shell, base, { files: { "/www/index.html": "it works\n" } }],
  entrypoint: ["/bin/busybox", "httpd", "-f", "-v"],
  command: ["-p", "8080", "-h", "/www"],
};

/** Name resolution in the cluster. */
export const coredns: Image = {
  name: "coredns/coredns:1.14.7",
  layers: [base, { tool: ["coredns", "coredns"], at: "/coredns" }],
  entrypoint: ["/coredns"],
  user: "65532:65532",
};
