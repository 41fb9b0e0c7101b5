import * as fc from "fast-check";
import { expect, it } from "vitest";
import { impliedByOthers, rulesWorth } from "../../../checks/shared/rule-worth.ts";
import { noAddresses, parseCidr } from "../../../src/network/addresses.ts";
import { compile } from "../../../src/network/compile.ts";
import type { Firewall } from "../../../src/network/estate.ts";
import { knownExtent } from "../../../src/network/extent.ts";
import type { Filter, Rule } from "../../../src/network/filter.ts";
import { allL4, l4Ports, tcp } from "../../../src/network/l4.ts";
import { permitsSame } from "../../../src/network/permitted.ts";

const blocks = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "10.1.0.0/16", "::/0", "2000::/3"];
const traffic = [allL4, l4Ports(tcp, 20, 30), l4Ports(tcp, 22, 22), l4Ports(tcp, 25, 40)];

/** Groups by their rules (block, traffic) and the endpoints that carry them. */
const estates = fc.array(
  fc.record({
    rules: fc.array(fc.tuple(fc.nat(blocks.length - 1), fc.nat(traffic.length - 1)), { maxLength: 4 }),
    attachments: fc.subarray(["eni-1", "eni-2", "eni-3"]),
  }),
  { minLength: 1, maxLength: 4 },
);

function group(id: string, rules: readonly (readonly [number, number])[], attachments: readonly string[]): Firewall {
  const ingressRules = rules.map(([block, what], index): Rule => {
    const cidr = blocks[block] ?? "";
    return {
      key: `${index} ${cidr} ${what}`,
      id: null,
      action: "allow",
      peer: { kind: "cidr", cidr },
      remote: knownExtent(parseCidr(cidr) ?? noAddresses),
      l4: traffic[what] ?? [],
      sourcePorts: null,
      description: null,
    };
  });
  const resource = {
    cloud: "aws",
    account: "111122223333",
    region: "eu-west-1",
    type: "aws:ec2:security-group",
    id,
    name: null,
    arn: null,
  } as const;
  return {
    resource,
    scope: "endpoint",
    network: "vpc-1",
    isDefault: false,
    ingress: union(ingressRules),
    egress: union([]),
    ingressRules,
    egressRules: [],
    attachments,
    referencedBy: [],
  };
}

function union(rules: readonly Rule[]): Filter {
  return { kind: "anyOf", layer: "union", rules };
}

it("all rules called redundant can be removed together without changing what any endpoint lets in", () => {
  let removals = 0;
  fc.assert(
    fc.property(estates, (told) => {
      const firewalls = told.map(({ rules, attachments }, index) => group(`sg-${index}`, rules, attachments));
      const redundant = new Set<Rule>(impliedByOthers({ firewalls, networks: [] }).keys());
      removals += redundant.size;
      for (const { rule, verdict } of rulesWorth(firewalls)) if (verdict.kind === "implied") redundant.add(rule);
      for (const endpoint of ["eni-1", "eni-2", "eni-3"]) {
        const all = firewalls
          .filter(({ attachments }) => attachments.includes(endpoint))
          .flatMap(({ ingressRules }) => ingressRules);
        const kept = all.filter((rule) => !redundant.has(rule));
        expect(permitsSame(compile(union(all)).must, compile(union(kept)).must)).toBe(true);
      }
    }),
    { numRuns: 400, seed: 20261121 },
  );
  expect(removals, "the property was never put to the test").toBeGreaterThan(50);
});
