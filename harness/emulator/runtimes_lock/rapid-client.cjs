// Stands in for the C++ extension of AWS's Node.js runtime client (aws-lambda-ric), which would need
// a compiler on the user's machine. The client loads "rapid-client.node" and calls next, done, error.
"use strict";

const dns = require("node:dns");
const Module = require("node:module");
const http = require("node:http");
const path = require("node:path");

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const prefix = "/2018-06-01/runtime/invocation/";

function call(method, where, body, headers) {
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, agent, path: prefix + where, headers };
    const request = http.request(options, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("error", reject);
      response.on("end", () => {
        resolve({ bodyJson: Buffer.concat(parts).toString("utf8"), headers: response.headers });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

// The extension's done and error return when the answer has been sent; here next waits for that.
let lastAnswer = Promise.resolve();

function answer(where, body, headers) {
  const content = Buffer.from(body, "utf8");
  const sized = { "Content-Type": "application/json", "Content-Length": content.length, ...headers };
  lastAnswer = lastAnswer.then(() => call("POST", where, content, sized));
  lastAnswer.catch(() => process.exit(1));
}

function headerSafe(text) {
  return text.length < 1024 * 1024 ? text.replace(/[^\x20-\x7e]/g, "?") : "";
}

const client = {
  async next() {
    await lastAnswer;
    return call("GET", "next");
  },
  done(id, body) {
    answer(`${id}/response`, body, {});
  },
  error(id, body, cause) {
    answer(`${id}/error`, body, {
      "Lambda-Runtime-Function-Error-Type": JSON.parse(body).errorType || "Runtime.Unknown",
      "Lambda-Runtime-Function-XRay-Error-Cause": headerSafe(cause),
    });
  },
};

// Names below localhost mean the emulator; no DNS server knows them offline.
const lookup = dns.lookup;
dns.lookup = (name, ...rest) => {
  const isOurs = /(^|\.)localhost(\.localstack\.cloud)?$/i.test(name);
  return lookup(isOurs ? "127.0.0.1" : name, ...rest);
};

const loadNative = Module._extensions[".node"];
Module._extensions[".node"] = (module, filename) => {
  if (path.basename(filename) === "rapid-client.node") {
    module.exports = client;
  } else {
    loadNative(module, filename);
  }
};
