import { createHash } from "node:crypto";
import type { AwsBucket } from "../../estate.ts";
import { textInput } from "../call.ts";
import type { Call, Operations } from "../call.ts";
import { AwsError, serviceError } from "../errors.ts";
import { page } from "../paging.ts";
import type { Fields } from "../wire/protocols.ts";

/** Amazon S3, as far as it takes to read an object and to learn whose bucket it lies in. */
export const s3Operations: Operations = {
  ListBuckets(call) {
    const prefix = textInput(call, "Prefix");
    const region = call.input["BucketRegion"];
    const own = Object.entries(call.estate.buckets ?? {})
      .filter(([name, bucket]) => bucket.owner === call.account.id && name.startsWith(prefix))
      .filter(([, bucket]) => region === undefined || bucket.region === region)
      .map(([name, bucket]) => ({
        Name: name,
        CreationDate: bucket.createdAt ?? unsaid,
        BucketRegion: bucket.region,
        BucketArn: `arn:aws:s3:::${name}`,
      }));
    return { ...page(call, "Buckets", own), Owner: { ID: canonicalId(call.account.id) } };
  },
  HeadBucket(call) {
    const bucket = readable(call);
    return { BucketRegion: bucket.region };
  },
  GetBucketLocation(call) {
    const bucket = permitted(call);
    // The Region that S3 began in has no name here.
    return bucket.region === "us-east-1" ? {} : { LocationConstraint: bucket.region };
  },
  HeadObject(call) {
    const { Body: _, ...head } = object(call);
    return head;
  },
  GetObject(call) {
    const whole = object(call);
    const range = textInput(call, "Range");
    return range === "" ? whole : part(whole, range);
  },
};

const unsaid = new Date("2020-01-01T00:00:00Z");

function object(call: Call): Fields & { readonly Body: Uint8Array } {
  const bucket = readable(call);
  const key = textInput(call, "Key");
  const own = Object.hasOwn(bucket.objects ?? {}, key) ? bucket.objects?.[key] : undefined;
  if (own === undefined) throw new AwsError("NoSuchKey", 404, "The specified key does not exist.");
  const Body = typeof own.body === "string" ? new TextEncoder().encode(own.body) : own.body;
  return {
    Body,
    AcceptRanges: "bytes",
    ContentLength: Body.byteLength,
    ContentType: own.contentType ?? "binary/octet-stream",
    ETag: `"${createHash("md5").update(Body).digest("hex")}"`,
    LastModified: own.lastModified ?? unsaid,
    ServerSideEncryption: "AES256",
    ...(own.metadata === undefined ? {} : { Metadata: own.metadata }),
  };
}

/** One range of bytes, both ends inclusive. https://www.rfc-editor.org/rfc/rfc9110#section-14 */
function part(whole: Fields & { readonly Body: Uint8Array }, range: string): Fields {
  const size = whole.Body.byteLength;
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  if (first === "" && last === "") return whole;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end || start >= size) throw new AwsError("InvalidRange", 416, "The requested range is not satisfiable");
  const Body = whole.Body.subarray(start, end + 1);
  return { ...whole, Body, ContentLength: Body.byteLength, ContentRange: `bytes ${start}-${end}/${size}` };
}

/** The bucket that the request names, if it exists and the caller may read it. */
function permitted(call: Call): AwsBucket {
  const name = textInput(call, "Bucket");
  const buckets = call.estate.buckets ?? {};
  const bucket = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  if (bucket === undefined) throw new AwsError("NoSuchBucket", 404, "The specified bucket does not exist");
  const expected = call.input["ExpectedBucketOwner"];
  const mayRead = [call.account.id, "*"].some((reader) => bucket.owner === reader || bucket.readers?.includes(reader));
  if (!mayRead || (expected !== undefined && expected !== bucket.owner)) {
    throw serviceError(call.errors.denied, "Access Denied");
  }
  return bucket;
}

/** As `permitted`, and the request has come to the bucket's own Region. */
function readable(call: Call): AwsBucket {
  const bucket = permitted(call);
  if (bucket.region === call.region) return bucket;
  throw new AwsError(
    "PermanentRedirect",
    301,
    "The bucket you are attempting to access must be addressed using the specified endpoint.",
    { "x-amz-bucket-region": bucket.region },
  );
}

function canonicalId(accountId: string): string {
  return createHash("sha256").update(`canonical user of ${accountId}`).digest("hex");
}
