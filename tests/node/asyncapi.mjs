// Validate an AsyncAPI document with AsyncAPI's own parser, payloads in protobuf included.
// Usage: node asyncapi.mjs DOCUMENT.json. Prints what it complains of, and the operations it read.

import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";
import { ProtoBuffSchemaParser } from "@asyncapi/protobuf-schema-parser";

const parser = new Parser();
parser.registerSchemaParser(ProtoBuffSchemaParser());
const { document, diagnostics } = await parser.parse(await readFile(process.argv[2], "utf8"));
const complaints = diagnostics.map(({ code, severity, message, path }) => ({
  code,
  severity,
  message,
  path: path.join("/"),
}));
const operations = document?.operations().all().map((operation) => operation.id()) ?? null;
console.log(JSON.stringify({ complaints, operations }));
