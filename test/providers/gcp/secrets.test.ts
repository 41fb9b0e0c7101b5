import { describe, expect, it } from "vitest";

import { withoutSecrets } from "../../../src/providers/gcp/secrets.ts";
import type { VendorObject } from "../../../src/snapshot/record.ts";

describe("withoutSecrets", () => {
  it.each<readonly [string, VendorObject, VendorObject]>([
    [
      "keeps the keys of an instance's metadata, and not their values",
      {
        name: "vm",
        metadata: { kind: "compute#metadata", fingerprint: "f", items: [{ key: "ssh-keys", value: "hush" }] },
      },
      { name: "vm", metadata: { kind: "compute#metadata", fingerprint: "f", items: [{ key: "ssh-keys" }] } },
    ],
    [
      "and of a project's",
      { name: "p", commonInstanceMetadata: { items: [{ key: "startup-script", value: "hush" }] } },
      { name: "p", commonInstanceMetadata: { items: [{ key: "startup-script" }] } },
    ],
    ["leaves metadata without items as it is", { metadata: { fingerprint: "f" } }, { metadata: { fingerprint: "f" } }],
    ["keeps nothing of metadata that is none", { metadata: "hush" }, { metadata: null }],
    [
      "nor of members that it does not know",
      { metadata: { items: "hush", hidden: "hush" } },
      { metadata: { items: [] } },
    ],
    [
      "nor of a key that is no text",
      { metadata: { items: [{ key: { a: "hush" } }] } },
      { metadata: { items: [{ key: null }] } },
    ],
    ["leaves every other record as it came", { name: "n", labels: { a: "b" } }, { name: "n", labels: { a: "b" } }],
  ])("%s", (_what, data, expected) => {
    expect(withoutSecrets(data)).toEqual(expected);
    expect(JSON.stringify(withoutSecrets(data))).not.toContain("hush");
  });
});
