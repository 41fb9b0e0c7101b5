import { changesOfExposure } from "../src/network/exposure-change.ts";
import { changeOfFirewall, pairById } from "../src/network/firewall-change.ts";
import type { Snapshot, VendorObject } from "../src/snapshot/record.ts";
import { understandAws } from "../src/providers/aws/understand/understand.ts";
import { benchAwsSnapshot } from "./aws/estate.ts";

/** How many security groups get a rule that opens a port. */
const opened = 100;

// In a process of its own, so that the peak memory is its own: node measure-diff.ts SIZE
const size = Number(process.argv[2] ?? "0");
const before = benchAwsSnapshot(size, 5);
const [old, fresh] = [understandAws(before).network, understandAws(withMoreOpen(benchAwsSnapshot(size, 5))).network];
const started = performance.now();
const firewalls = pairById(old.firewalls, fresh.firewalls).flatMap((pair) => changeOfFirewall(pair) ?? []);
const declared = performance.now();
const isRead = (): boolean => true;
const exposures = changesOfExposure(old, fresh, { both: isRead, before: isRead, after: isRead });
console.log(
  JSON.stringify({
    firewallsMs: declared - started,
    exposureMs: performance.now() - declared,
    peakMb: process.resourceUsage().maxRSS / 1024,
    note: `${firewalls.length} firewalls and ${exposures.length} endpoints changed`,
  }),
);

function withMoreOpen(snapshot: Snapshot): Snapshot {
  let left = opened;
  return {
    ...snapshot,
    records: snapshot.records.map((record) => {
      if (record.operation !== "ec2:DescribeSecurityGroups" || left === 0) return record;
      left -= 1;
      return Object.assign({}, record, { data: opening(record.data) });
    }),
  };
}

function opening(data: VendorObject): VendorObject {
  const rules = Array.isArray(data["IpPermissions"]) ? data["IpPermissions"] : [];
  const IpRanges = [{ CidrIp: "0.0.0.0/0" }];
  return { ...data, IpPermissions: [...rules, { IpProtocol: "tcp", FromPort: 4444, ToPort: 4444, IpRanges }] };
}
