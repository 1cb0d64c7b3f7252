// Runs in a pod: tries the connections in `attempts`, of which each is [address, port, protocol], and prints for each whether it
// was let through.
const { createSocket } = require("node:dgram");
const { connect } = require("node:net");

const milliseconds = 2500;
const together = 1000;

/** Whether something accepts the connection. */
const tcp = (host, port) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    const end = (open) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once("connect", () => end(true))
      .once("timeout", () => end(false))
      .once("error", () => end(false));
  });

/** Whether something answers a question for a name: over UDP silence and a refusal are the same. */
const dns = (host, port) =>
  new Promise((resolve) => {
    const labels = ["kubernetes", "default", "svc", "cluster", "local"].flatMap((label) => [label.length, ...Buffer.from(label)]);
    const question = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1]);
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    const ask = () => socket.send(question, port, host, () => {});
    const timers = [setTimeout(() => end(false), milliseconds), setTimeout(ask, milliseconds / 2)];
    const end = (open) => {
      timers.forEach(clearTimeout);
      socket.close();
      resolve(open);
    };
    socket.once("message", () => end(true)).once("error", () => end(false));
    ask();
  });

(async () => {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < attempts.length) {
      const index = next++;
      const [address, port, protocol] = attempts[index];
      results[index] = await (protocol === "UDP" ? dns : tcp)(address, port);
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  console.log(JSON.stringify(results));
})();
