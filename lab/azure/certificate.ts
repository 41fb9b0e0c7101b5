import { generateKeyPairSync, randomBytes, sign } from "node:crypto";

/** A key with a certificate that it signed itself, both PEM. */
export interface ServerCertificate {
  readonly key: string;
  readonly certificate: string;
}

/**
 * Makes a certificate for localhost, 127.0.0.1 and ::1 that is good for a day. Node can read certificates but not make them, and one that
 * is kept in the repository would run out, so the few structures of X.509 that it takes are written here.
 * https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function makeCertificate(): ServerCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), utf8("Rampart lab"))));
  const day = 24 * 3_600_000;
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(utcTime(Date.now() - 3_600_000), utcTime(Date.now() + day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    explicit(3, sequence(authority, alternativeNames)),
  );
  const signature = sign("sha256", body, privateKey);
  const whole = sequence(body, ecdsaWithSha256, tlv(0x03, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replace(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** A tag, the length, and the content: https://www.itu.int/rec/T-REC-X.690 */
function tlv(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x30, ...parts);
}

function set(...parts: readonly Uint8Array[]): Buffer {
  return tlv(0x31, ...parts);
}

function explicit(number: number, content: Uint8Array): Buffer {
  return tlv(0xa0 | number, content);
}

function integer(bytes: Uint8Array): Buffer {
  return tlv(0x02, bytes);
}

function utf8(text: string): Buffer {
  return tlv(0x0c, Buffer.from(text));
}

/** The first two arcs share a byte; the others take seven bits a byte, all but the last with the high bit set. */
function oid(first: number, second: number, ...rest: readonly number[]): Buffer {
  const bytes = rest.flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80);
    return digits;
  });
  return tlv(0x06, Buffer.from([first * 40 + second, ...bytes]));
}

/** `YYMMDDHHMMSSZ`. */
function utcTime(at: number): Buffer {
  return tlv(0x17, Buffer.from(`${new Date(at).toISOString().slice(2, 19).replaceAll(/[-T:]/g, "")}Z`));
}

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
/** basicConstraints, critical: a certificate that is its own authority. */
const authority = sequence(
  oid(2, 5, 29, 19),
  tlv(0x01, Buffer.from([0xff])),
  tlv(0x04, sequence(tlv(0x01, Buffer.from([0xff])))),
);
const alternativeNames = sequence(
  oid(2, 5, 29, 17),
  tlv(
    0x04,
    sequence(
      tlv(0x82, Buffer.from("localhost")),
      tlv(0x87, Buffer.from([127, 0, 0, 1])),
      tlv(0x87, Buffer.from([...Buffer.alloc(15), 1])),
    ),
  ),
);
