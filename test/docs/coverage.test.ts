import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { checks } from "../../checks/registry.ts";
import { includesL4, l4Ports, sctp, tcp, udp } from "../../src/network/l4.ts";
import { adminPorts, dataPorts, defaultPublicPorts, l4OfServices } from "../../src/network/port-groups.ts";

const page = readFileSync(join(resolve(import.meta.dirname, "../.."), "docs/coverage.md"), "utf8");

/** The frameworks of the page's sections; the last one names its own in each row. */
const frameworks: ReadonlyMap<string, string> = new Map([
  ["Security Command Center", "gcp-security-command-center"],
  ["Security Hub", "aws-security-hub"],
  ["Azure Policy", "azure-policy"],
  ["Defender for Cloud", "defender-for-cloud"],
]);

interface Row {
  readonly framework: string;
  readonly ids: readonly string[];
  readonly asks: string;
  readonly answer: string;
  readonly named: readonly string[];
}

const quoted = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);

const rows: readonly Row[] = page.split(/^## /m).flatMap((section): readonly Row[] => {
  const title = section.slice(0, section.indexOf("\n"));
  return section
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [, first = "", asks = "", answer = ""] = line.split("|").map((cell) => cell.trim());
      const framework = frameworks.get(title) ?? quoted(first)[0] ?? "";
      return {
        framework,
        ids: frameworks.has(title) ? quoted(first) : [asks],
        asks,
        answer,
        named: quoted(answer).filter((text) => /^[a-z]+(?:-[a-z]+)+$/.test(text)),
      };
    });
});
const isAnswered = ({ answer }: Row): boolean => !answer.startsWith("not answered");
const keyOf = (framework: string, id: string): string => `${framework} ${id}`;

describe("docs/coverage.md", () => {
  it("has a table for each product", () => {
    for (const framework of frameworks.values())
      expect(rows.filter((row) => row.framework === framework).length, framework).toBeGreaterThan(5);
  });

  it("names each finding once", () => {
    const keys = rows.flatMap(({ framework, ids }) => ids.map((id) => keyOf(framework, id)));
    expect(keys).toEqual([...new Set(keys)]);
  });

  it("names checks that exist, and a check or a reason in every row", () => {
    const known = new Set(checks.map(({ id }) => id));
    for (const row of rows) {
      expect(
        row.named.filter((id) => !known.has(id)),
        row.ids.join(),
      ).toEqual([]);
      if (isAnswered(row)) expect(row.named.length, row.ids.join()).toBeGreaterThan(0);
      else expect(row.answer, row.ids.join()).toMatch(/^not answered[^:]*: \S+/);
    }
  });

  it("names the same checks as the controls of the checks do", () => {
    const onPage = rows
      .filter(isAnswered)
      .flatMap(({ framework, ids, named }) =>
        ids.flatMap((id) => named.map((check) => `${keyOf(framework, id)} ${check}`)),
      );
    const inChecks = checks.flatMap(({ id: check, controls }) =>
      Object.entries(controls).flatMap(([framework, ids]) => ids.map((id) => `${keyOf(framework, id)} ${check}`)),
    );
    expect(onPage.toSorted()).toEqual(inChecks.toSorted());
  });
});

type Range = number | readonly [first: number, last: number];

/** https://cloud.google.com/security-command-center/docs/concepts-vulnerabilities-findings */
const portClasses: readonly (readonly [
  name: string,
  group: "admin" | "data" | "public",
  ports: Readonly<Partial<Record<"tcp" | "udp" | "sctp", readonly Range[]>>>,
])[] = [
  ["OPEN_CASSANDRA_PORT", "data", { tcp: [[7000, 7001], 7199, 8888, 9042, 9160, [61620, 61621]] }],
  ["OPEN_CISCOSECURE_WEBSM_PORT", "admin", { tcp: [9090] }],
  ["OPEN_DIRECTORY_SERVICES_PORT", "admin", { tcp: [445], udp: [445] }],
  ["OPEN_DNS_PORT", "data", { tcp: [53], udp: [53] }],
  ["OPEN_ELASTICSEARCH_PORT", "data", { tcp: [9200, 9300] }],
  ["OPEN_FTP_PORT", "admin", { tcp: [21] }],
  ["OPEN_HTTP_PORT", "public", { tcp: [80] }],
  ["OPEN_LDAP_PORT", "admin", { tcp: [389, 636], udp: [389] }],
  ["OPEN_MEMCACHED_PORT", "data", { tcp: [11211, [11214, 11215]], udp: [11211, [11214, 11215]] }],
  ["OPEN_MONGODB_PORT", "data", { tcp: [[27017, 27019]] }],
  ["OPEN_MYSQL_PORT", "data", { tcp: [3306] }],
  ["OPEN_NETBIOS_PORT", "admin", { tcp: [[137, 139]], udp: [[137, 139]] }],
  ["OPEN_ORACLEDB_PORT", "data", { tcp: [1521, [2483, 2484]], udp: [[2483, 2484]] }],
  ["OPEN_POP3_PORT", "data", { tcp: [110] }],
  ["OPEN_POSTGRESQL_PORT", "data", { tcp: [5432], udp: [5432] }],
  ["OPEN_RDP_PORT", "admin", { tcp: [3389], udp: [3389] }],
  ["OPEN_REDIS_PORT", "data", { tcp: [6379] }],
  ["OPEN_SMTP_PORT", "data", { tcp: [25] }],
  ["OPEN_SSH_PORT", "admin", { tcp: [22], sctp: [22] }],
  ["OPEN_TELNET_PORT", "admin", { tcp: [23] }],
];

const groups = { admin: adminPorts, data: dataPorts, public: defaultPublicPorts };
const judging = {
  admin: ["exposed-admin-port", "open-admin-rule"],
  data: ["exposed-data-port", "open-data-rule"],
  public: ["exposed-workload", "open-port-rule"],
};

describe("ports that Security Command Center asks about", () => {
  it("has a class for each of its findings about a port", () => {
    const onPage = rows.flatMap(({ ids }) => ids).filter((id) => /^OPEN_\w+_PORT$/.test(id));
    expect(portClasses.map(([name]) => name)).toEqual(onPage);
  });

  it.each(portClasses)("%s is within the %s ports, and judged by the checks of these", (name, group, ports) => {
    const own = l4OfServices(groups[group]);
    for (const [protocol, number] of [
      ["tcp", tcp],
      ["udp", udp],
      ["sctp", sctp],
    ] as const) {
      for (const range of ports[protocol] ?? []) {
        const [first, last] = typeof range === "number" ? [range, range] : range;
        expect(includesL4(own, l4Ports(number, first, last)), `${protocol} ${first}-${last}`).toBe(true);
      }
    }
    expect(rows.find(({ ids }) => ids.includes(name))?.named.toSorted()).toEqual(judging[group]);
  });
});
