import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toCidrs } from "../../src/network/addresses.ts";
import { findEndpoint } from "../../src/network/reach-endpoints.ts";
import { readableInternet } from "../../src/network/reach-sources.ts";
import { publicPart } from "../../src/network/width.ts";
import { endpoint, resource } from "./exposure-samples.ts";
import { addresses } from "./random-filters.ts";

describe("finding an endpoint", () => {
  const web = endpoint("eni-1", [], {
    workload: { ...resource("i-1", "instance", "web"), arn: "arn:aws:ec2:eu-west-1:111122223333:instance/i-1" },
    aliases: ["web.example"],
    privateAddresses: addresses("10.0.0.5"),
    publicAddresses: addresses("198.51.100.7", "2600::7"),
  });
  const other = endpoint("eni-2", [], { workload: resource("i-2", "instance", "WEB") });
  const twin = endpoint("eni-3", [], { workload: resource("i-2", "instance", "other") });
  it.each([
    ["eni-1", "eni-1"],
    ["i-1", "eni-1"],
    ["web", "eni-1"],
    ["WEB", "eni-2"],
    ["web.example", "eni-1"],
    ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "eni-1"],
    ["10.0.0.5", "eni-1"],
    ["198.51.100.7", "eni-1"],
    ["2600:0::7", "eni-1"],
    [" eni-1 ", "eni-1"],
    ["i-2", "several: eni-2 eni-3"],
    ["Web", "several: eni-1 eni-2"],
    ["10.0.0.6", "none"],
    ["we", "none"],
    ["", "none"],
  ])("%j is %s", (word, expected) => {
    const found = findEndpoint([web, other, twin], word);
    const told =
      found.kind === "one"
        ? found.endpoint.resource.id
        : found.kind === "several"
          ? `several: ${found.endpoints.map((each) => each.resource.id).join(" ")}`
          : "none";
    expect(told).toBe(expected);
  });
});

describe("sources on the internet in few blocks", () => {
  it.each([
    [["0.0.0.0/0"], ["0.0.0.0/0"]],
    [["::/0"], ["::/0"]],
    [["2000::/3"], ["2000::/3"]],
    [["0.0.0.0/1"], ["0.0.0.0/1"]],
    [["203.0.112.0/24"], ["203.0.112.0/24"]],
    [["9.0.0.0/8"], ["9.0.0.0/8"]],
    [["1.0.0.0/8"], ["1.0.0.0/8"]],
    [
      ["8.8.8.8", "9.9.9.9"],
      ["8.8.8.8/32", "9.9.9.9/32"],
    ],
  ])("%j", (cidrs, expected) => {
    expect(toCidrs(readableInternet(publicPart(addresses(...cidrs))))).toEqual(expected);
  });

  it("never takes in an address that is routed and was not there, nor leaves one out", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(0xff_ff), fc.integer({ min: 1, max: 24 })), { maxLength: 6 }), (blocks) => {
        const set = publicPart(
          addresses(...blocks.map(([start, prefix]) => `${start >> 8}.${start & 255}.0.0/${prefix}`)),
        );
        expect(publicPart(readableInternet(set))).toEqual(set);
      }),
    );
  });
});
