import { main } from "./command/cli.js";

process.exitCode = await main(process.argv.slice(2));
