// Comes before each of the other programs.
const { connect } = require("node:net");

/** Whether something accepts a connection in time. */
globalThis.accepts = (host, port, timeout) =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout });
    const end = (open) => {
      socket.destroy();
      resolve(open);
    };
    socket
      .once("connect", () => end(true))
      .once("timeout", () => end(false))
      .once("error", () => end(false));
  });
