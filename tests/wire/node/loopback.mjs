// Loaded before a client (`node --import`): a connection to any other machine is an error.

import net from 'node:net';

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i;
const connect = net.Socket.prototype.connect;

net.Socket.prototype.connect = function (...given) {
  const [options] = net._normalizeArgs(Array.isArray(given[0]) ? given[0] : given);
  const host = options.host ?? 'localhost';
  if (!options.path && !LOOPBACK.test(host)) {
    throw new Error(`A client under test may not leave this machine: ${host}:${options.port}`);
  }
  return connect.apply(this, given);
};
