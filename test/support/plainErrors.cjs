// Preloaded into the program: see ProgramRun.plainErrors.
const util = require("node:util");

const { inspect } = util;

function plain(value, options, ...rest) {
  return typeof options === "object" && options !== null
    ? inspect(value, { ...options, colors: false })
    : inspect(value, options, ...rest);
}

util.inspect = Object.assign(plain, inspect);
