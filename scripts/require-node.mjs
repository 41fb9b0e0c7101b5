// npm puts node_modules/.bin first on the PATH, so scripts run on the Node that the lock file pins. With --ignore-scripts
// that Node is never installed and the machine's own would be used without a word; this says so instead.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `Rampart is developed on Node 24, and this is Node ${process.versions.node}.\n` +
      "The lock file brings Node 24 with it: run `npm ci` without --ignore-scripts, then start this through `npm run`.",
  );
  process.exit(1);
}
