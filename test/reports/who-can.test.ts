import { stripVTControlCharacters } from "node:util";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textWidth } from "../../reports/table/width.ts";
import { renderWhoCanJson } from "../../reports/who-can/json.ts";
import { renderWhoCanTable } from "../../reports/who-can/table.ts";
import type { Grant, Question } from "../../src/identity/estate.ts";
import { reportWhoCan } from "../../src/identity/who-can-report.ts";
import type { WhoCanReport } from "../../src/model/who-can.ts";
import { anyText } from "../support/arbitrary-report.ts";
import "../support/property-seed.ts";
import {
  assume,
  grant,
  identities,
  perhaps,
  principal,
  statement,
  stranger,
  webGroup,
  withMfa,
  type Identities,
} from "../support/identity-estate.ts";

const plain = { colour: false, width: 100, unicode: true };
const all: Question = { action: null, resource: null };

function answer(who: Identities, question: Question = all): WhoCanReport {
  const estate = identities(who);
  return reportWhoCan(estate, question, estate.whoCan(question));
}

const admin = principal("admin", "user");
const dev = principal("dev", "user");
const sso = principal("sso", "role", { managedBy: "IAM Identity Center, permission set Admin" });
const deny = statement("office-only", { effect: "deny", statement: "OutsideTheOffice" });
const group = `arn:aws:iam::111122223333:group/developers`;
const sample: Identities = {
  grants: [
    grant(admin, {
      actions: [
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:CreateRoute",
        "ec2:ModifyManagedPrefixList",
        "wafv2:UpdateWebACL",
      ],
      breadth: { pattern: "*", statement: statement("AdministratorAccess") },
      statements: [statement("AdministratorAccess")],
    }),
    grant(dev, {
      decision: "only-if",
      condition: withMfa,
      statements: [statement("net", { attachedTo: group }), deny],
    }),
    grant(dev, {
      by: "escalation",
      path: [assume("deploy"), assume("network-admin", { statement: null })],
      shorterPath: { decision: "only-if", path: [assume("network-admin")] },
      statements: [statement("x", { policy: "arn:aws:iam::111122223333:role/network-admin inline policy change" })],
    }),
    perhaps(sso),
    grant(stranger, { by: "outside", path: [assume("partner")] }),
  ],
  blocked: [
    {
      principal: principal("sandbox"),
      actions: ["ec2:CreateRoute"],
      says: "denied by service control policy p-1 (NoFirewalls)",
      statements: [deny],
    },
  ],
  others: [principal("reader")],
  missing: ["identities of account 444455556666: iam:GetAccountAuthorizationDetails (denied)"],
};

describe("who-can as a table", () => {
  it("reads like this at 100 columns", () => {
    expect(renderWhoCanTable(answer(sample), plain)).toMatchInlineSnapshot(`
      "3 principals can change firewalls, as far as identities were read: 3 whatever the circumstances; 1
      of them from outside the organization; whether 1 more can is not known.

      ── YES (3) ────────────────────────────────────────────────────────────────────────────────────────
      arn:aws:iam::111122223333:user/admin                                                         direct
        can    change firewall rules, address lists and ways round firewalls (4 actions), on sg-1 (web)
               and any other
        by     statement #0 of AdministratorAccess; far wider than firewalls: *

      arn:aws:iam::111122223333:user/dev                                           by escalation, 2 steps
        can    change firewall rules (ec2:AuthorizeSecurityGroupIngress), on sg-1 (web) and any other
        path   1. assumes the role: role/deploy, by statement #0 of assume-deploy
               2. assumes the role: role/network-admin
        or     1 step under a condition; --format json tells them
        by     statement #0 of inline policy change of network-admin
        also   only if, direct:
        can    change firewall rules (ec2:AuthorizeSecurityGroupIngress), on sg-1 (web) and any other
        if     with MFA
        by     statement #0 of net (of developers)
        unless statement OutsideTheOffice of office-only

      arn:aws:iam::999988887777:root                                                 from outside, 1 step
        can    change firewall rules (ec2:AuthorizeSecurityGroupIngress), on sg-1 (web) and any other
        path   assumes the role: role/partner, by statement #0 of assume-partner
        by     statement #0 of net

      ── NOT KNOWN (1) ──────────────────────────────────────────────────────────────────────────────────
      arn:aws:iam::111122223333:role/sso                                                           direct
               managed by IAM Identity Center, permission set Admin
        can    change firewall rules (ec2:AuthorizeSecurityGroupIngress), on sg-1 (web) and any other
        by     statement #0 of net
        lacks  the service control policies

      ── WOULD, BUT FOR (1) ─────────────────────────────────────────────────────────────────────────────
      arn:aws:iam::111122223333:role/sandbox
        would  ec2:CreateRoute: denied by service control policy p-1 (NoFirewalls)

      Not known: identities of account 444455556666: iam:GetAccountAuthorizationDetails (denied)
      "
    `);
  });

  it.each<[string, Identities, Question, string]>([
    ["nobody", { others: [admin] }, all, "None of 1 principal can certainly change firewalls."],
    ["one", { grants: [grant(admin)] }, all, "1 principal can change firewalls: 1 whatever the circumstances."],
    [
      "only perhaps",
      { grants: [perhaps(admin)] },
      all,
      "None of 1 principal can certainly change firewalls; whether 1 can is not known.",
    ],
    [
      "one action on one resource",
      { grants: [grant(admin)] },
      { action: "ec2:AuthorizeSecurityGroupIngress", resource: "sg-1" },
      "1 principal can use ec2:AuthorizeSecurityGroupIngress on sg-1: 1 whatever the circumstances.",
    ],
    [
      "not everybody was read",
      { others: [admin], missing: ["identities of account 4"] },
      all,
      "None of 1 principal can certainly change firewalls, as far as identities were read.",
    ],
  ])("begins with the answer: %s", (_, who, question, sentence) => {
    const [first = "", second = ""] = renderWhoCanTable(answer(who, question), { ...plain, width: 160 }).split("\n");
    expect(`${first} ${second}`.trim()).toBe(sentence);
  });

  it("groups a principal by its strongest grant, once", () => {
    const table = renderWhoCanTable(answer(sample), plain);
    expect(table.split("\n").filter((line) => line.startsWith(dev.id))).toHaveLength(1);
    expect(table.indexOf(dev.id)).toBeLessThan(table.indexOf("NOT KNOWN"));
  });

  it("counts the principals that it does not show", () => {
    const grants = Array.from({ length: 103 }, (_, index) => grant(principal(`role-${index}`)));
    const table = renderWhoCanTable(answer({ grants }), plain);
    expect(table).toContain("YES (103)");
    expect(table).toContain("and 3 more principals; --format json lists them all");
    expect(table).not.toContain("role-100");
  });

  it("paints the sentence by the answer", () => {
    const colourOf = (who: Identities): string | undefined =>
      // oxlint-disable-next-line no-control-regex -- it is what colour is made of
      /^(?:\u001B\[\d+m)+/.exec(renderWhoCanTable(answer(who), { ...plain, colour: true }))?.[0];
    const [yes, conditional, unknown, nobody] = [
      colourOf({ grants: [grant(admin)] }),
      colourOf({ grants: [grant(admin, { decision: "only-if", condition: withMfa })] }),
      colourOf({ grants: [perhaps(admin)] }),
      colourOf({ others: [admin] }),
    ];
    expect(new Set([yes, conditional, unknown, nobody]).size).toBe(4);
    expect(colourOf({ others: [admin], missing: ["something"] })).toBe(unknown);
  });

  it("stays within the width, controls nothing and speaks to no runner, whatever names hold", () => {
    fc.assert(
      fc.property(anyText, anyText, fc.integer({ min: 40, max: 170 }), fc.boolean(), (id, text, width, unicode) => {
        const hostile = principal("x", "role", { id, names: [text], managedBy: text });
        const ref = statement("x", { policy: text, statement: text, attachedTo: text });
        const path = [assume("x", { says: text, via: id, statement: ref })];
        const who: Identities = {
          grants: [grant(hostile, { condition: { ...withMfa, text }, statements: [ref], path, missing: [text] })],
          blocked: [{ principal: hostile, actions: [text], says: text, statements: [ref] }],
          missing: [text],
          notes: () => [text],
        };
        const table = renderWhoCanTable(answer(who), { colour: false, width, unicode });
        expect(stripVTControlCharacters(table)).toBe(table);
        for (const line of table.split("\n")) {
          expect(textWidth(line)).toBeLessThanOrEqual(width);
          expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(line).not.toMatch(/^\s*::[a-z]/i);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("who-can as JSON", () => {
  const json = (who: Identities, question: Question = all): WhoCanReport =>
    JSON.parse(renderWhoCanJson(answer(who, question)));

  it("has CATALOGUE's members", () => {
    expect(json(sample).grants[2]).toMatchObject({
      principal: dev.id,
      cloud: "aws",
      account: "111122223333",
      decision: "yes",
      actions: ["ec2:AuthorizeSecurityGroupIngress"],
      resources: ["sg-1"],
      condition: null,
      by: "escalation",
      path: [
        {
          method: "sts-assume-role",
          via: "arn:aws:iam::111122223333:role/deploy",
          statement: "arn:aws:iam::111122223333:policy/assume-deploy#0",
        },
        { via: "arn:aws:iam::111122223333:role/network-admin", statement: null },
      ],
    });
    expect(json(sample).grants[1]).toMatchObject({
      decision: "only-if",
      condition: "with MFA",
      by: "direct",
      path: [],
    });
  });

  it("has what else is known: effects, who decides, which statements, and how to take it away", () => {
    expect(json(sample).grants[0]).toMatchObject({
      effects: ["rules", "address-list", "path"],
      scopes: [{ resources: ["sg-1"], beyond: "any" }],
      breadth: { pattern: "*" },
      statements: [
        { policy: "arn:aws:iam::111122223333:policy/AdministratorAccess", statement: "#0", effect: "allow" },
      ],
      removal: { text: `Detach net from ${admin.id}.` },
    });
    expect(json(sample).grants[1]).toMatchObject({
      controls: ["authentication"],
      conditionKeys: ["aws:MultiFactorAuthPresent"],
    });
    expect(json(sample)).toMatchObject({
      complete: false,
      blocked: [{ principal: principal("sandbox").id, says: expect.stringContaining("NoFirewalls") }],
      resources: [{ id: webGroup.id, name: "web" }],
      missing: [expect.stringContaining("444455556666")],
    });
  });

  it("speaks of the resource that was asked about alone", () => {
    expect(json({ grants: [grant(admin)] }, { action: null, resource: "sg-1" }).grants[0]?.scopes).toMatchObject([
      { beyond: "none" },
    ]);
  });

  it.each<[string, readonly Grant[], readonly string[], boolean]>([
    ["everything was read", [grant(admin)], [], true],
    ["one answer is not known", [grant(admin), perhaps(dev)], [], false],
    ["some identities were not read", [grant(admin)], ["account 4"], false],
  ])("is complete or not where %s", (_, grants, missing, complete) => {
    expect(json({ grants, missing }).complete).toBe(complete);
  });
});
