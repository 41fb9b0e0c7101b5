import { describe, expect, it } from "vitest";
import { toCidrs } from "../../../../src/network/addresses.ts";
import { parseListFile } from "../../../../src/providers/aws/understand/threat-detection-file.ts";

/** The file in short: its minimal blocks and how many entries were something else, or why it could not be read. */
function read(format: string, text: string): string {
  const file = parseListFile(format, text);
  return file.kind === "unread"
    ? `unread: ${file.reason}`
    : `${toCidrs(file.addresses).join(" ")} +${file.otherEntries}`;
}

const stix = (...objects: readonly string[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<stix:STIX_Package xmlns:stix="http://stix.mitre.org/stix-1" version="1.2"><stix:Observables>
${objects.join("\n")}
</stix:Observables></stix:STIX_Package>`;
const address = (value: string, attributes = ""): string =>
  `<cybox:Properties category="ipv4-addr"><AddressObject:Address_Value${attributes}>${value}</AddressObject:Address_Value></cybox:Properties>`;

const fireEyeHeader =
  "reportId, title, threatScape, audience, intelligenceType, publishDate, reportLink, webLink, emailIdentifier, senderAddress, senderName, sourceDomain, sourceIp, subject, recipient, emailLanguage, fileName, fileSize, fuzzyHash, fileIdentifier, md5, sha1, sha256, description, fileType, packer, userAgent, registry, fileCompilationDateTime, filePath, asn, cidr, domain, domainTimeOfLookup, networkIdentifier, ip, port, protocol, registrantEmail, registrantName, networkType, url, malwareFamily, malwareFamilyId, actor, actorId, observationTime";
const fireEyeRow = (cidr: string, domain: string, ip: string): string =>
  [
    "01-1",
    '"Example, quoted"',
    ...Array.from({ length: 29 }, () => ""),
    cidr,
    domain,
    "",
    "Related",
    ip,
    ...Array.from({ length: 11 }, () => ""),
  ].join(", ");

// The samples are those of https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html
describe("a list in each of GuardDuty's formats", () => {
  it.each([
    ["TXT", "192.0.2.0/24\n198.51.100.1\n203.0.113.1\n", "192.0.2.0/24 198.51.100.1/32 203.0.113.1/32 +0"],
    ["TXT", "192.0.2.1\r\nexample.com\r\n*.example.org\r\n\r\n", "192.0.2.1/32 +2"],
    ["TXT", "\uFEFF  198.51.100.1  \n198.51.100.0\n", "198.51.100.0/31 +0"],
    ["TXT", "192.0.2.77/24\n", "192.0.2.0/24 +0"],
    ["TXT", "0.0.0.0/0", "0.0.0.0/0 +0"],
    ["TXT", "", " +0"],
    ["TXT", "2001:db8::/32\n999.1.1.1\n192.0.2.0/33\n# office\n", " +4"],
    [
      "ALIEN_VAULT",
      "198.51.100.1#4#2#Malicious Host#US##0.0,0.0#3\nwww.test.org#4#2#Malicious Host#CA#Brossard#45.4,-73.4#3\n",
      "198.51.100.1/32 +1",
    ],
    [
      "OTX_CSV",
      "Indicator type, Indicator, Description\nCIDR, 192.0.2.0/24, example\nIPv4, 198.51.100.1, example\nDomain name, example.net, example\n",
      "192.0.2.0/24 198.51.100.1/32 +1",
    ],
    [
      "PROOF_POINT",
      "ip, category, score, first_seen, last_seen, ports (|)\n198.51.100.1, 1, 100, 2000-01-01, 2000-01-01,\n203.0.113.1, 1, 100, 2000-01-01, 2000-01-01, 80\n",
      "198.51.100.1/32 203.0.113.1/32 +0",
    ],
    [
      "PROOF_POINT",
      "domain, category, score, first_seen, last_seen, ports (|)\n198.51.100.1, 1, 100, 2000-01-01, 2000-01-01,\nexample.com, 1, 1, , ,\n",
      "198.51.100.1/32 +1",
    ],
    [
      "FIRE_EYE",
      [
        fireEyeHeader,
        fireEyeRow("192.0.2.0/24", "", ""),
        fireEyeRow("", "", "198.51.100.1"),
        fireEyeRow("203.0.113.0/24", "example.com", "203.0.113.0"),
      ].join("\n\n"),
      "192.0.2.0/24 198.51.100.1/32 203.0.113.0/24 +1",
    ],
    [
      "STIX",
      stix(address("198.51.100.1"), address("203.0.113.0/24", ' condition="Equals"')),
      "198.51.100.1/32 203.0.113.0/24 +0",
    ],
    ["STIX", stix(address("192.0.2.0##comma##192.0.2.255", 'condition="InclusiveBetween"')), "192.0.2.0/24 +0"],
    ["STIX", stix(address("192.0.2.1##comma##192.0.2.3", ' condition="Equals"')), "192.0.2.1/32 192.0.2.3/32 +0"],
    ["STIX", stix('<DomainNameObj:Value condition="Equals">bad.example.com</DomainNameObj:Value>'), " +1"],
    ["STIX", stix(`<!-- ${address("8.8.8.8")} -->`, address("198.51.100.1")), "198.51.100.1/32 +0"],
    ["STIX", stix(address("192.0.2.9##comma##192.0.2.1", ' condition="InclusiveBetween"')), " +1"],
  ])("%s %j", (format, text, expected) => {
    expect(read(format, text)).toBe(expected);
  });
});

describe("a file that is not what its format says may hold anything", () => {
  it.each([
    ["OTX_CSV", "192.0.2.0/24\n"],
    ["PROOF_POINT", "192.0.2.0/24\n"],
    ["FIRE_EYE", "192.0.2.0/24\n"],
    ["STIX", "192.0.2.0/24\n"],
    ["STIX", '{"type": "bundle", "objects": []}'],
    ["STIX", stix(address("198.51", ' condition="StartsWith"'))],
    ["STIX", stix(address("&#49;98.51.100.1"))],
    ["STIX", stix("<AddressObject:Address_Value><![CDATA[0.0.0.0/0]]></AddressObject:Address_Value>")],
    ["YAML", "- 192.0.2.0/24\n"],
  ])("%s %j", (format, text) => {
    expect(read(format, text)).toMatch(/^unread: \S/);
  });
});

describe("a stranger's file does not hang the scan", () => {
  it.each([
    ["STIX", `<STIX_Package>${"<!--".repeat(300_000)}`],
    ["STIX", `<STIX_Package>${"<a:Address_Value ".repeat(100_000)}`],
    ["OTX_CSV", `Indicator\n${',"'.repeat(500_000)}`],
    ["TXT", "1.1.1.1/".repeat(200_000)],
  ])("%s", (format, text) => {
    expect(read(format, text)).toMatch(/\+\d+$/);
  });
});
