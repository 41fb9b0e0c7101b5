import { X509Certificate } from "node:crypto";
import { get } from "node:https";

import { describe, expect, it } from "vitest";

import {
  child,
  networkInterface,
  publicIp,
  ref,
  resource,
  virtualNetwork,
  type Place,
} from "../../../lab/azure/build.ts";
import { securityGroup } from "../../../lab/azure/build-security-group.ts";
import { makeCertificate } from "../../../lab/azure/certificate.ts";
import { joined } from "../../../lab/azure/join.ts";
import { type AzureLab, startAzureLab } from "../../../lab/azure/server.ts";
import { main, smallEstate } from "../../providers/azure/small-estate.ts";

const place: Place = { subscription: main, group: "rg", location: "westeurope" };

async function withLab(work: (lab: AzureLab) => Promise<void>): Promise<void> {
  const lab = await startAzureLab(smallEstate);
  try {
    await work(lab);
  } finally {
    await lab.close();
  }
}

function ask(
  lab: AzureLab,
  path: string,
  headers = {},
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get(`${lab.endpoint}${path}`, { ca: lab.certificate, headers, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve({ status: response.statusCode, body }));
    }).on("error", reject);
  });
}

describe("the certificate", () => {
  const { certificate, key } = makeCertificate();
  const read = new X509Certificate(certificate);

  it("is for this machine alone, and for a day", () => {
    expect(read.checkHost("localhost")).toBe("localhost");
    expect(read.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(read.checkHost("management.azure.com")).toBeUndefined();
    expect(Date.parse(read.validTo) - Date.parse(read.validFrom)).toBe(25 * 3_600_000);
  });

  it("is signed by its own key, and another each time", () => {
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.ca).toBe(true);
    expect(key).toMatch(/^-----BEGIN PRIVATE KEY-----/);
    expect(makeCertificate().certificate).not.toBe(certificate);
  });

  it("is not trusted unless it is named", async () => {
    await withLab(async (lab) => {
      await expect(fetch(lab.endpoint)).rejects.toThrow();
      await expect(ask(lab, "/")).resolves.toMatchObject({ status: 401 });
    });
  });
});

describe("Azure Resource Manager", () => {
  it.each([
    ["without a token", {}, 401, "ExpiredAuthenticationToken"],
    ["with somebody's token", { authorization: "Bearer eyJ.eyJ.x" }, 401, "ExpiredAuthenticationToken"],
  ])("answers nothing %s", async (_what, headers, status, code) => {
    await withLab(async (lab) => {
      const answer = await ask(lab, "/subscriptions?api-version=2022-12-01", headers);
      expect(answer.status).toBe(status);
      expect(JSON.parse(answer.body)).toMatchObject({ error: { code } });
      expect(lab.requests.at(-1)).toMatchObject({ signedIn: false, status });
    });
  });
});

describe("builders", () => {
  const group = securityGroup(place, "nsg", {
    one: { priority: 100, from: "Internet", ports: "22" },
    many: { priority: 110, access: "Deny", from: ["10.0.0.0/8", "::/0"], ports: ["80", "8000-8010"] },
    groups: { priority: 120, from: { groups: [{ id: "/asg" }] }, protocol: "*" },
  });
  const network = virtualNetwork(place, "vnet", ["10.0.0.0/16"], {
    web: { prefixes: "10.0.1.0/24", securityGroup: group },
  });
  const address = publicIp(place, "pip", "20.0.0.1");
  const nic = networkInterface(place, "nic", {
    subnet: ref(network, "subnets/web"),
    address: "10.0.1.4",
    publicIp: address,
    securityGroup: group,
  });

  it("write rules as ARM does: in the singular or in the plural", () => {
    expect(group.properties["securityRules"]).toMatchObject([
      { properties: { sourceAddressPrefix: "Internet", sourceAddressPrefixes: [], destinationPortRange: "22" } },
      {
        properties: {
          access: "Deny",
          sourceAddressPrefixes: ["10.0.0.0/8", "::/0"],
          destinationPortRanges: ["80", "8000-8010"],
        },
      },
      { properties: { protocol: "*", sourceApplicationSecurityGroups: [{ id: "/asg" }], destinationPortRange: "*" } },
    ]);
    expect(JSON.stringify(group)).not.toContain('"sourceAddressPrefix":["');
  });

  it("add the default rules", () => {
    expect(group.properties["defaultSecurityRules"]).toMatchObject(
      [65000, 65001, 65500, 65000, 65001, 65500].map((priority) => ({ properties: { priority } })),
    );
  });

  it("tell both sides of an attachment", () => {
    const [joinedGroup, joinedNetwork, joinedAddress] = joined([group, network, address, nic]);
    const configuration = `${nic.id}/ipConfigurations/ipconfig1`;
    expect(joinedGroup?.properties).toMatchObject({
      subnets: [{ id: `${network.id}/subnets/web` }],
      networkInterfaces: [{ id: nic.id }],
    });
    expect(joinedNetwork?.properties["subnets"]).toMatchObject([
      { properties: { ipConfigurations: [{ id: configuration }] } },
    ]);
    expect(joinedAddress?.properties["ipConfiguration"]).toEqual({ id: configuration });
  });

  it("say nothing of what nobody is attached to", () => {
    const [alone] = joined([group]);
    expect(alone).toEqual(group);
  });

  it("name what lies below a resource by its parent", () => {
    const watcher = resource(place, "Microsoft.Network/networkWatchers", "w", {});
    expect(child(watcher, "flowLogs", "l", {})).toMatchObject({
      id: `/subscriptions/${main}/resourceGroups/rg/providers/Microsoft.Network/networkWatchers/w/flowLogs/l`,
      type: "Microsoft.Network/networkWatchers/flowLogs",
    });
  });
});
