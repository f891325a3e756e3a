// The pinned compiler, kept warm: a request of standard JSON a line on stdin, a line of {code, error} on stdout for each.
"use strict";

const fs = require("fs");
const path = require("path");
const readline = require("readline");

const compiler = require(path.join(__dirname, "..", "node_modules", "solc"));

function writeAll(text) {
  const bytes = Buffer.from(text, "utf8");
  for (let at = 0; at < bytes.length; ) {
    try {
      at += fs.writeSync(1, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { request, unit, name } = JSON.parse(line);
  const answer = JSON.parse(compiler.compile(JSON.stringify(request)));
  const error = (answer.errors || []).find((e) => e.severity === "error");
  const evm = error ? undefined : answer.contracts[unit][name].evm;
  writeAll(
    JSON.stringify({
      error: error ? error.message : "",
      creation: evm ? evm.bytecode.object : "",
      deployed: evm ? evm.deployedBytecode.object : "",
    }) + "\n",
  );
});
