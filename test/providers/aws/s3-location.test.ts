import { describe, expect, it } from "vitest";

import { parseS3Location } from "../../../src/providers/aws/s3-location.ts";

describe("parseS3Location", () => {
  it.each([
    ["s3://bucket/path/list.txt", "bucket", "path/list.txt"],
    ["S3://bucket/a%20b?c#d", "bucket", "a%20b?c#d"],
    ["https://s3.amazonaws.com/bucket.name/file.txt", "bucket.name", "file.txt"],
    ["https://s3-eu-west-1.amazonaws.com/bucket/file.txt", "bucket", "file.txt"],
    ["https://s3.eu-west-1.amazonaws.com/bucket/a/b.txt", "bucket", "a/b.txt"],
    ["https://s3.dualstack.us-west-2.amazonaws.com/bucket/file.txt", "bucket", "file.txt"],
    ["http://bucket.s3.amazonaws.com/file.txt", "bucket", "file.txt"],
    ["http://bucket.s3-eu-west-1.amazonaws.com/file.txt", "bucket", "file.txt"],
    ["https://bucket.s3.eu-central-1.amazonaws.com/dir/file.txt", "bucket", "dir/file.txt"],
    ["https://my.dotted.bucket.s3.eu-central-1.amazonaws.com/file.txt", "my.dotted.bucket", "file.txt"],
    ["https://bucket.s3.dualstack.eu-west-1.amazonaws.com/file.txt", "bucket", "file.txt"],
    ["https://bucket.s3.cn-north-1.amazonaws.com.cn/file.txt", "bucket", "file.txt"],
    ["https://bucket.s3-fips.us-gov-west-1.amazonaws.com:443/file.txt", "bucket", "file.txt"],
    ["https://bucket.s3.amazonaws.com/a%20list%2Fof%20ips.txt?versionId=1#x", "bucket", "a list/of ips.txt"],
    ["https://s3.amazonaws.com.s3.amazonaws.com/file.txt", "s3.amazonaws.com", "file.txt"],
  ])("%s", (location, bucket, key) => {
    expect(parseS3Location(location)).toEqual({ bucket, key });
  });

  it.each([
    "",
    "list.txt",
    "s3://bucket",
    "s3://bucket/",
    "https://s3.amazonaws.com/bucket",
    "https://s3.amazonaws.com/bucket/",
    "https://evil.example/bucket/list.txt",
    "https://bucket.s3.amazonaws.com.evil.example/list.txt",
    "https://bucket.s3.amazonaws.com/%zz",
    "ftp://bucket.s3.amazonaws.com/list.txt",
    "https://-.s3.amazonaws.com/list.txt",
  ])("%j is no address of an S3 object", (location) => {
    expect(parseS3Location(location)).toBeNull();
  });
});
