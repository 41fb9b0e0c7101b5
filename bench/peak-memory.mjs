// Preloaded into a measured child: tells its peak memory in KiB on the pipe that is file descriptor 3.
import { writeSync } from "node:fs";

process.on("exit", () => {
  writeSync(3, String(process.resourceUsage().maxRSS));
});
