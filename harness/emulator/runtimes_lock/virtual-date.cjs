// Has Date tell the emulator's time. The descriptor named by _HARNESS_CLOCK_FD leads to sixteen
// bytes: the instant at which time stands (0 while it runs), and by how much it is ahead of the
// machine's clock, both in nanoseconds. Timers and performance.now() stay the machine's.
"use strict";

const fs = require("node:fs");
const os = require("node:os");

const MILLISECOND = 1000000n;
const descriptor = Number(process.env._HARNESS_CLOCK_FD);
delete process.env._HARNESS_CLOCK_FD;

if (descriptor) {
  const state = Buffer.alloc(16);
  const number =
    os.endianness() === "LE" ? (at) => state.readBigInt64LE(at) : (at) => state.readBigInt64BE(at);
  const Machine = Date;

  const now = () => {
    fs.readSync(descriptor, state, 0, 16, 0);
    const standsAt = number(0);
    const at = standsAt || BigInt(Machine.now()) * MILLISECOND + number(8);
    return Number(at / MILLISECOND);
  };

  const Virtual = new Proxy(Machine, {
    apply: () => new Machine(now()).toString(),
    construct: (target, given, wanted) =>
      Reflect.construct(target, given.length ? given : [now()], wanted === Virtual ? target : wanted),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  Machine.prototype.constructor = Virtual;
  globalThis.Date = Virtual;
}
