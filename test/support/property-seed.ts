import * as fc from "fast-check";

// Properties run from one seed, so that a change is judged by what it changes and not by luck. RAMPART_TEST_SEED=random explores others; a
// counterexample names its seed, which RAMPART_TEST_SEED then replays.
const asked = process.env["RAMPART_TEST_SEED"];
if (asked !== "random")
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: asked === undefined ? 20261121 : Number(asked) });
