// The pinned compiler, kept warm: a request of standard JSON a line on stdin, its answer a line on stdout.
"use strict";

const fs = require("fs");
const path = require("path");
const readline = require("readline");

const compiler = require(path.join(__dirname, "..", "..", "node_modules", "solc"));

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
  writeAll(JSON.stringify(JSON.parse(compiler.compile(line))) + "\n");
});
