import { createHash } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderHtml } from "../../reports/html/render.ts";
import { verdict } from "../../reports/html/overview.ts";
import type { Finding, Json } from "../../src/model/finding.ts";
import type { Report } from "../../src/model/report.ts";
import { anyReport, anyText, hostileTexts } from "../support/arbitrary-report.ts";
import { firstUnbalanced, tagsOf } from "../support/html-tokens.ts";
import { openAdminRule, sampleFinding, sampleReport } from "../support/sample-report.ts";

/** What each element of the page may carry; what is not named here is nowhere on it. */
const attributes = new Set(
  `aria-hidden aria-label aria-labelledby aria-live autocomplete charset class colspan content cx cy d data-a data-check data-cloud data-filter data-go data-new
  data-open data-pack data-reset data-severity data-status data-tags dominant-baseline focusable height hidden href http-equiv id lang name open placeholder
  preserveAspectRatio r rel role rx scope spellcheck tabindex text-anchor transform type value viewBox width x y`.split(
    /\s+/,
  ),
);
const elements = new Set(
  `a b body button circle code dd desc details div dl dt em figcaption figure footer form g h1 h2 h3 h4 h5 head header html input label li main meta nav noscript
  ol option p path pre rect s script section select span strong style summary svg table tbody td text th thead title tr ul`.split(
    /\s+/,
  ),
);

/** The sample with some counts and flags changed. */
function sample(changes: {
  readonly summary?: Partial<Report["summary"]>;
  readonly complete?: boolean;
  readonly baseline?: Report["baseline"];
}): Report {
  const report = sampleReport();
  const none = { critical: 0, high: 0, medium: 0, low: 0, unknown: 0, suppressed: 0 };
  return {
    ...report,
    scan: { ...report.scan, complete: changes.complete ?? true },
    summary: { ...none, ...changes.summary },
    baseline: changes.baseline ?? null,
  };
}

function withFindings(findings: readonly Finding[]): Report {
  return { ...sampleReport(), findings };
}

/** A finding with some evidence, its resource the sample's first. */
function finding(id: string, evidence: Finding["evidence"], changes: Partial<Finding> = {}): Finding {
  const [first] = sampleReport().findings;
  if (first === undefined) throw new Error("the sample has no finding");
  return sampleFinding(openAdminRule, id, first.resource, `Message of ${id}.`, { evidence, ...changes });
}

const exposure: Finding["evidence"] = {
  workload: { type: "aws:ec2:instance", id: "i-1", name: "bastion" },
  open: {
    count: 1,
    first: [{ ports: [{ protocol: "tcp", ports: "22" }], to: { internetShare: { ipv4: 1, ipv6: 0 } } }],
  },
  ways: {
    count: 1,
    first: [
      {
        name: "public address 198.51.100.7",
        kind: "address",
        layers: [
          { layer: "public IPv4 address", kind: "public-address", direction: "packet", rules: { count: 0, first: [] } },
          {
            layer: "network ACL acl-1",
            kind: "subnet-firewall",
            direction: "packet",
            rules: { count: 1, first: [{ firewall: "acl-1", id: "100", key: "ingress 100 allow all 0.0.0.0/0" }] },
          },
          {
            layer: "security group sg-1",
            kind: "endpoint-firewall",
            direction: "packet",
            rules: { count: 1, first: [{ firewall: "sg-1", id: "sgr-1", key: "ingress allow tcp/22 0.0.0.0/0" }] },
          },
        ],
      },
    ],
  },
  closing: { count: 1, first: [{ firewall: "sg-1", rule: "sgr-1", key: "ingress allow tcp/22 0.0.0.0/0" }] },
  witness: { source: "9.9.9.9", sourcePort: 49152, protocol: "tcp", port: "22", certain: true, layers: [] },
};

const access: Finding["evidence"] = {
  principal: "arn:aws:iam::111122223333:user/dev",
  grants: {
    count: 1,
    first: [
      {
        decision: "yes",
        actions: { count: 1, first: ["ec2:AuthorizeSecurityGroupIngress"] },
        resources: { count: 28, first: ["sg-1"] },
        otherResources: "any",
        condition: { text: "with MFA" },
        path: [
          {
            says: "creates a function that runs as the role",
            via: "arn:aws:iam::111122223333:role/Build",
            statement: null,
          },
        ],
        statements: {
          count: 1,
          first: [{ policy: "p/Deploy", statement: "Open", effect: "allow", layer: "identity policy" }],
        },
      },
    ],
  },
};

describe("the verdict", () => {
  it.each<[string, Parameters<typeof sample>[0], string]>([
    ["findings", { summary: { critical: 2, low: 3 } }, "2 critical findings and 3 more in AWS."],
    ["one severity", { summary: { high: 1 } }, "1 high finding in AWS."],
    [
      "an incomplete scan",
      { summary: { high: 1 }, complete: false },
      "1 high finding in AWS; not everything could be read.",
    ],
    ["no findings", {}, "Everything was read, and nothing was found."],
    [
      "no findings in an incomplete scan",
      { complete: false },
      "Nothing was found in what could be read, which is not everything.",
    ],
    ["nothing but unknowns", { summary: { unknown: 4 } }, "Nothing was found, and 4 verdicts could not be reached."],
    [
      "a baseline",
      { summary: { high: 5 }, baseline: { comparedWith: "2026-11-20T02:00:00Z", new: 1, unchanged: 4, fixed: [] } },
      "5 high findings in AWS, 1 new since the last report.",
    ],
  ])("tells of %s", (_name, changes, words) => {
    expect(verdict(sample(changes))).toBe(words);
  });
});

describe("the page", () => {
  it("lets nothing run or apply but its own script and style, told by hash", () => {
    const page = renderHtml(sampleReport());
    const policy = /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1] ?? "";
    const hash = (element: string): string => {
      const text = new RegExp(`<${element}>([\\s\\S]*?)</${element}>`).exec(page)?.[1] ?? "";
      return `&#39;sha256-${createHash("sha256").update(text).digest("base64")}&#39;`;
    };
    expect(policy.split("; ")).toEqual([
      "default-src &#39;none&#39;",
      `script-src ${hash("script")}`,
      `style-src ${hash("style")}`,
      "base-uri &#39;none&#39;",
      "form-action &#39;none&#39;",
    ]);
  });

  it("says what was not read, right after the counts, and what that leaves unknown", () => {
    const page = renderHtml(sampleReport());
    expect(page.indexOf("Not everything was read")).toBeLessThan(page.indexOf("Clouds and accounts"));
    expect(page).toContain("is not authorized to perform ec2:DescribeFlowLogs");
    expect(page).toContain('<a href="#u-unlogged-firewall">');
    const whole = sampleReport();
    const complete = { ...whole, scan: { ...whole.scan, complete: true }, coverage: [] };
    expect(renderHtml(complete)).not.toContain("Not everything was read");
  });

  it("keeps a suppressed finding, with what matched", () => {
    const page = renderHtml(sampleReport());
    const suppressed = page.slice(page.indexOf('data-status="suppressed"'));
    for (const words of ["honeypot", "blue team", "SEC-7", "2027-01-01", "tags.env: lab"])
      expect(suppressed).toContain(words);
  });

  it("lists what was fixed since an earlier report", () => {
    const baseline = { comparedWith: "2026-11-20T02:00:00Z", new: 1, unchanged: 2, fixed: [finding("gone", {})] };
    const page = renderHtml({ ...sampleReport(), baseline });
    expect(page).toContain("Since the report of 2026-11-20 02:00");
    expect(page).toContain("Message of gone.");
  });

  it("gives each finding the anchor of its fingerprint, and no two the same", () => {
    const page = renderHtml(withFindings([finding("abc123", {}), finding("abc123", {}), finding('"><script>', {})]));
    const ids = [...page.matchAll(/<li\s+id="(f-[^"]+)"/g)].map(([, id]) => id);
    expect(ids).toHaveLength(3);
    expect(ids[0]).toBe("f-abc123");
    expect(new Set(ids).size).toBe(3);
  });

  it("leads to ATT&CK by ids alone", () => {
    const attack = { techniques: ["T1562.007", "javascript:alert(1)", "T1/../x"], mitigations: ["M1047"] };
    const page = renderHtml(withFindings([finding("a", {}, { attack })]));
    const links = [...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, href]) => href);
    expect(links).toEqual([
      "https://attack.mitre.org/techniques/T1562/007/",
      "https://attack.mitre.org/mitigations/M1047/",
    ]);
  });

  it("is the same for the same report", () => {
    expect(renderHtml(sampleReport())).toBe(renderHtml(sampleReport()));
  });
});

describe("pictures", () => {
  it("draw how the internet gets there, with the rule that decides", () => {
    const page = renderHtml(withFindings([finding("e", exposure)]));
    expect(page).toContain("What the internet reaches");
    expect(page).toMatch(/<svg role="img"/);
    const list = page.slice(page.indexOf("How the internet gets there"));
    expect(list).toMatch(
      /Public address 198\.51\.100\.7[\s\S]*Network ACL acl-1[\s\S]*Security group sg-1[\s\S]*bastion/,
    );
    expect(list).toContain("<em>(decides)</em>");
    expect(list.match(/\(decides\)<\/em>/g)).toHaveLength(1);
  });

  it("draw how a principal comes to change firewalls", () => {
    const page = renderHtml(withFindings([finding("g", access)]));
    expect(page).toContain("Who can change the firewalls");
    const list = page.slice(page.indexOf("How it changes firewalls"));
    expect(list).toMatch(
      /user\/dev[\s\S]*runs as the role: role\/Build[\s\S]*only if with MFA[\s\S]*28 firewalls and any other/,
    );
  });

  it("name people and workloads before their ids, and keep the ids", () => {
    const objectId = "784955b5-d744-4815-8588-9f9f19effd19";
    const application = "26e1225f-7cf1-4dda-8826-a617faa9e14e";
    const statement = "a59dca65-a432-4aec-8fa1-e69faec696a3#Application Administrator";
    const path = [
      { says: "adds a credential to the application", via: application, viaName: "shop-deploy", statement },
    ];
    const user = { type: "azure:entra:user", id: objectId, name: "Mira Lindqvist", arn: null } as const;
    const place = { cloud: "azure", account: "3f1d6c52-8f0b-4f43-9c4e-6a2b7d90e1a4", region: "global" } as const;
    const grants = {
      count: 1,
      first: [{ actions: ["a/write"], resources: ["nsg-1"], otherResources: "matching", path }],
    };
    const azure = finding("a", { principal: objectId, grants }, { resource: { ...user, ...place } });
    const carried = { workload: "i-1", identity: application, how: "an identity", grants: access["grants"] ?? null };
    const page = renderHtml(withFindings([finding("e", exposure), azure, finding("w", carried)]));
    const map = page.slice(
      page.indexOf('id="access-map-t"'),
      page.indexOf("</svg>", page.indexOf('id="access-map-t"')),
    );
    const texts = [...map.matchAll(/class="(?:stop|says)[^>]*>([^<]*)</g)].map(([, text]) => text);
    expect(texts).toContain("Mira Lindqvist");
    expect(texts).toContain("adds a credential to the application");
    expect(texts.some((text) => text?.startsWith("shop-deploy (26e1"))).toBe(true);
    expect(texts).toContain("nsg-1 and some others");
    const [, ofAzure = "", ofWorkload = ""] = page.split(/How it changes firewalls(?=<\/figcaption>)/);
    expect(ofAzure).toMatch(new RegExp(`Mira Lindqvist[\\s\\S]*${objectId}[\\s\\S]*by Application Administrator<`));
    expect(ofWorkload).toMatch(/workload<\/text[^>]*>\s*<text class="stop passage"[^>]*>bastion</);
    expect(ofWorkload).toMatch(/identity<\/text[^>]*>\s*<text class="stop passage"[^>]*>shop-deploy</);
  });

  it("join an exposed workload with what its identity can change", () => {
    const { principal, grants } = access;
    const evidence = { ...exposure, identity: principal ?? null, how: "instance profile p", grants: grants ?? null };
    const page = renderHtml(withFindings([finding("j", evidence)]));
    const list = page.slice(page.indexOf("How it changes firewalls"));
    expect(list).toMatch(/The internet[\s\S]*Security group sg-1[\s\S]*bastion[\s\S]*user\/dev[\s\S]*28 firewalls/);
  });

  it("say where no firewall stands, and what holds it back", () => {
    const unguarded = finding("u", { ways: ["public address 198.51.100.8"] });
    const held = finding("h", {
      heldBackBy: {
        count: 1,
        first: [{ layer: "network ACL acl-9", kind: "subnet-firewall", opensBy: "a rule in acl-9" }],
      },
    });
    const page = renderHtml(withFindings([unguarded, held]));
    expect(page).toContain("No firewall stands in between");
    expect(page).toContain("Held back by network ACL acl-9");
    expect(page).toContain("would be opened by a rule in acl-9");
  });

  it("are left out where the evidence has nothing to draw", () => {
    const page = renderHtml(withFindings([finding("n", { ways: 7, grants: "none", heldBackBy: { first: 3 } })]));
    expect(page).not.toContain("<figure");
  });
});

describe("commands", () => {
  it("are shown whole, and copied as they are", () => {
    const cli = ["aws ec2 revoke-security-group-ingress --group-id sg-1", 'aws "a-b&c-d" <e-f>'];
    const remediation = { console: "", cli, terraform: null };
    const page = renderHtml(withFindings([finding("c", {}, { remediation })]));
    const [, pre = ""] = /<pre>([\s\S]*?)<\/pre>/.exec(page) ?? [];
    const copied = pre.replaceAll(/<\/?span[^>]*>/g, "");
    expect(copied).toBe(
      cli.join("\n").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
    );
    expect(pre).toContain('<span class="whole">--group-id</span>');
  });
});

describe("a large report", () => {
  const many = Array.from({ length: 1500 }, (_none, index) => finding(`f${index}`, exposure));
  const page = renderHtml(withFindings(many));

  it("lists every finding, and packs the details of the lesser ones", () => {
    expect(page.match(/<li\s+id="f-/g)).toHaveLength(1500);
    const packs = [...page.matchAll(/<script type="application\/octet-stream"\s+id="pack-(\d+)">([^<]*)/g)];
    const places = [...page.matchAll(/<div class="d"\s+data-pack="(\d+)\.(\d+)">/g)];
    expect(packs.length).toBeGreaterThan(1);
    const unpacked = packs.map(([, , text = ""]) => inflateRawSync(Buffer.from(text, "base64")).toString().split("\0"));
    expect(places).toHaveLength(unpacked.flat().length);
    const [, pack, index] = places.at(-1) ?? [];
    expect(unpacked[Number(pack)]?.[Number(index)]).toContain(">f1499<");
  });
});

/** Evidence as a careless or hostile report might have it: the members that pictures look for, with anything in them. */
const members = [
  "ways",
  "grants",
  "heldBackBy",
  "open",
  "closing",
  "witness",
  "workload",
  "principal",
  "identity",
  "layers",
  "rules",
  "kind",
  "path",
];
const oddEvidence: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.constantFrom<Json[]>(null, true, -1, "constructor", "__proto__"), anyText),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.record({ count: fc.constantFrom<Json[]>(0, 1, 1e9, -5, "x"), first: tie("value") }),
    fc.dictionary(fc.constantFrom(...members, "layer", "direction", "says", "key", "id", "first"), tie("value"), {
      maxKeys: 5,
      noNullPrototype: true,
    }),
  ),
})).value;

describe("whatever a report holds", () => {
  it("nothing of it becomes markup", () => {
    fc.assert(
      fc.property(
        anyReport,
        fc.dictionary(fc.constantFrom(...members), oddEvidence, { noNullPrototype: true }),
        (report, evidence) => {
          const page = renderHtml({ ...report, findings: [...report.findings, finding("odd", evidence)] });
          const tags = tagsOf(page);
          expect(firstUnbalanced(tags)).toBeNull();
          expect(new Set(tags.map(({ name }) => name)).difference(elements)).toEqual(new Set());
          const names = tags.flatMap((tag) => [...tag.attributes.keys()]);
          expect(new Set(names).difference(attributes)).toEqual(new Set());
          expect(tags.filter(({ name, closes }) => name === "li" && !closes).length).toBeGreaterThanOrEqual(
            report.findings.length,
          );
          expect(page.isWellFormed()).toBe(true);
          expect(page).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}]|[^\P{Cc}\n\t]/u);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a megabyte of text is cut, and how much is said", () => {
    const long = "x".repeat(1_000_000);
    const page = renderHtml(withFindings([finding("long", { note: long }, { message: long })]));
    expect(page.length).toBeLessThan(200_000);
    expect(page).toMatch(/… \(9\d\d\d\d\d more characters\)/);
  });

  it.each(hostileTexts.filter((text) => /[<>&"']/.test(text)))("%j stays text", (text) => {
    const page = renderHtml(withFindings([finding("h", { note: text }, { message: text })]));
    expect(() => tagsOf(page)).not.toThrow();
  });
});
