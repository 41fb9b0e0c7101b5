import { UsageError } from "../model/error.ts";
import { hasPorts, l4Ports, l4Protocol, protocolNumber, sctp, tcp, udp, unionL4 } from "./l4.ts";
import type { L4Set } from "./l4.ts";

/** A named service and the points of the L4 axis it listens on. */
export interface PortService {
  readonly name: string;
  readonly l4: L4Set;
}

type PortRange = number | readonly [first: number, last: number];

function ports(protocol: number, ranges: readonly PortRange[]): L4Set[] {
  return ranges.map((range) =>
    typeof range === "number" ? l4Ports(protocol, range, range) : l4Ports(protocol, ...range),
  );
}

function service(
  name: string,
  listens: {
    readonly tcp?: readonly PortRange[];
    readonly udp?: readonly PortRange[];
    readonly sctp?: readonly PortRange[];
  },
): PortService {
  const sets = [...ports(tcp, listens.tcp ?? []), ...ports(udp, listens.udp ?? []), ...ports(sctp, listens.sctp ?? [])];
  return { name, l4: unionL4(sets) };
}

/** Ports that give control of a machine, or of many. */
export const adminPorts: readonly PortService[] = [
  service("SSH", { tcp: [22], sctp: [22] }),
  service("Telnet", { tcp: [23] }),
  service("WinRM", { tcp: [[5985, 5986]] }),
  service("RDP", { tcp: [3389], udp: [3389] }),
  service("VNC", { tcp: [5500, 5800, [5900, 5910]] }),
  service("Docker", { tcp: [[2375, 2376]] }),
  service("Kubernetes", { tcp: [6443, 10250, 10255] }),
  service("etcd", { tcp: [[2379, 2380]] }),
  service("RPC", { tcp: [135] }),
  service("SMB", { tcp: [445], udp: [445] }),
  service("NetBIOS", { tcp: [[137, 139]], udp: [[137, 139]] }),
  service("X11", { tcp: [[6000, 6010]] }),
  service("rsh, rlogin, rexec", { tcp: [[512, 514]] }),
  service("FTP", { tcp: [[20, 21]] }),
  service("TFTP", { udp: [69] }),
  service("SNMP", { udp: [161] }),
  service("LDAP", { tcp: [389, 636], udp: [389] }),
  service("Salt", { tcp: [[4505, 4506]] }),
  service("NFS", { tcp: [111, 2049], udp: [111, 2049] }),
  service("WebSM", { tcp: [9090] }),
];

/** Ports of databases, caches, search engines, queues and mail and name servers. */
export const dataPorts: readonly PortService[] = [
  service("MySQL", { tcp: [3306] }),
  service("PostgreSQL", { tcp: [5432], udp: [5432] }),
  service("SQL Server", { tcp: [1433], udp: [1434] }),
  service("Oracle", { tcp: [1521, [2483, 2484]], udp: [[2483, 2484]] }),
  service("MongoDB", { tcp: [[27017, 27019]] }),
  service("Redis", { tcp: [6379] }),
  service("Memcached", { tcp: [11211, [11214, 11215]], udp: [11211, [11214, 11215]] }),
  service("Cassandra", { tcp: [[7000, 7001], 7199, 8888, 9042, 9160, [61620, 61621]] }),
  service("Elasticsearch, OpenSearch", { tcp: [9200, 9300] }),
  service("Kibana", { tcp: [5601] }),
  service("Kafka", { tcp: [9092] }),
  service("ZooKeeper", { tcp: [2181] }),
  service("RabbitMQ", { tcp: [5672, 15672] }),
  service("CouchDB", { tcp: [5984] }),
  service("InfluxDB", { tcp: [8086] }),
  service("Neo4j", { tcp: [7474, 7687] }),
  service("Hadoop", { tcp: [8020, 50070, 50470] }),
  service("Solr", { tcp: [8983] }),
  service("DNS", { tcp: [53], udp: [53] }),
  service("SMTP", { tcp: [25] }),
  service("POP3", { tcp: [110] }),
  service("IMAP", { tcp: [143] }),
];

/** Ports meant to be public unless the user says otherwise. */
export const defaultPublicPorts: readonly PortService[] = [
  service("HTTP", { tcp: [80] }),
  service("HTTPS", { tcp: [443] }),
];

/** The union of what some services listen on. */
export function l4OfServices(services: Iterable<PortService>): L4Set {
  return unionL4([...services].map(({ l4 }) => l4));
}

/** The services of a list that listen on any point of a set, in the list's order. */
export function servicesIn(services: readonly PortService[], set: L4Set): readonly PortService[] {
  return services.filter(({ l4 }) =>
    l4.some((run) => set.some(({ first, last }) => first <= run.last && run.first <= last)),
  );
}

/**
 * Reads a port as users write it in rampart.yaml: `443` and `8000-8080` are TCP; `udp/443`, `tcp/8000-8080` and `sctp/22` name
 * the protocol; `gre` or `esp` alone is a whole protocol. A number is accepted for `443`.
 * @throws {UsageError} when the text is none of these.
 */
export function parsePortService(text: string | number): PortService {
  const name = String(text).trim();
  const match = /^(?:([a-z][a-z0-9-]*)\/)?(\d{1,5})(?:-(\d{1,5}))?$/i.exec(name);
  if (match === null) {
    const whole = /^[a-z][a-z0-9-]*$/i.test(name) ? protocolNumber(name) : null;
    if (whole !== null && !hasPorts(whole)) return { name, l4: l4Protocol(whole) };
    throw new UsageError(`"${name}" is not a port. Write 443, 8000-8080, udp/443 or tcp/8000-8080.`);
  }
  const protocol = match[1] === undefined ? tcp : protocolNumber(match[1]);
  if (protocol === null || !hasPorts(protocol)) {
    throw new UsageError(`"${name}": ${match[1] ?? ""} is not a protocol with ports. Use tcp, udp or sctp.`);
  }
  const first = Number(match[2]);
  const last = match[3] === undefined ? first : Number(match[3]);
  if (last > 0xffff) throw new UsageError(`"${name}": ports go from 0 to 65535.`);
  if (first > last) throw new UsageError(`"${name}": the range ends before it starts. Write ${last}-${first}.`);
  return { name, l4: l4Ports(protocol, first, last) };
}
