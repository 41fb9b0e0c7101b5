import { understandGcp } from "../../src/providers/gcp/understand/understand.ts";
import { measureEstate } from "../measure-estate.ts";
import { benchGcpSnapshot } from "./estate.ts";

// In a process of its own, so that the peak memory is its own: node measure.ts SIZE
console.log(JSON.stringify(measureEstate(benchGcpSnapshot(Number(process.argv[2] ?? "0")), understandGcp)));
