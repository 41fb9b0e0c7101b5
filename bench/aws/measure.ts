import { understandAws } from "../../src/providers/aws/understand/understand.ts";
import { measureEstate } from "../measure-estate.ts";
import { benchAwsSnapshot } from "./estate.ts";

// In a process of its own, so that the peak memory is its own: node measure.ts SIZE
console.log(JSON.stringify(measureEstate(benchAwsSnapshot(Number(process.argv[2] ?? "0"), 5), understandAws)));
