// Runs in a pod: tries the connections in `attempts`, of which each is [address, port, protocol], and prints for each whether it
// was let through.
const { createSocket } = require("node:dgram");

const milliseconds = 2500;
const together = 1000;

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
      results[index] = await (protocol === "UDP" ? dns(address, port) : accepts(address, port, milliseconds));
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  console.log(JSON.stringify(results));
})();
