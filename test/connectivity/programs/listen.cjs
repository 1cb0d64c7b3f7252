// Runs in a pod: listens on the ports that nobody has there, and says on which ports somebody listens.
// `node -e <this> <seconds> <socket> <ports of the pod's own containers> <other ports>`; ends when asked on the socket, or by itself.
const { createServer } = require("node:net");
const { networkInterfaces } = require("node:os");

const [seconds, socketName, own, others] = process.argv.slice(1);
const ports = (text) => text.split(",").filter(Boolean).map(Number);
const address = Object.values(networkInterfaces())
  .flat()
  .find(({ internal, family }) => !internal && family === "IPv4").address;

const listen = (port) =>
  new Promise((resolve) => {
    createServer((socket) => socket.once("error", () => {}).end("connectivity\n"))
      .once("error", resolve)
      .listen(port, resolve);
  });

(async () => {
  // What the pod's own containers may want is left to them, also while one of them starts anew.
  await Promise.all(ports(others).map(listen));
  const all = [...ports(own), ...ports(others)];
  const open = await Promise.all(all.map((port) => accepts(address, port, 1000)));
  createServer(() => process.exit(0)).listen(`\0${socketName}`);
  setTimeout(() => process.exit(0), Number(seconds) * 1000);
  console.log(JSON.stringify({ listening: all.filter((_, index) => open[index]) }));
})();
