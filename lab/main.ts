import { main } from "./cli.js";
import { optimizeLater } from "./patience.js";

optimizeLater();
process.exitCode = await main(process.argv.slice(2));
