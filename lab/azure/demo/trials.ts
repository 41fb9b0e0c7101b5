import { publicIp, ref, virtualMachine, virtualNetwork } from "../build.ts";
import { securityGroup } from "../build-security-group.ts";
import { trials } from "./company.ts";

const everything = securityGroup(trials, "nsg-try-out", {
  "allow-all": { priority: 100, from: "*", protocol: "*", description: "does it work now?" },
});
const six = securityGroup(trials, "nsg-six", {
  "allow-ssh-6": { priority: 100, from: "::/0", ports: "22" },
  "allow-web": { priority: 110, from: "Internet", ports: "8080" },
});

const network = virtualNetwork(trials, "vnet-trials", ["192.168.0.0/20", "fd00:77::/48"], {
  benches: { prefixes: ["192.168.1.0/24", "fd00:77:0:1::/64"] },
});

const allIp = publicIp(trials, "pip-try-out", "40.68.12.50");
const all = virtualMachine(trials, "vm-try-out", {
  subnet: ref(network, "subnets/benches"),
  address: "192.168.1.10",
  publicIp: allIp,
  securityGroup: everything,
});

const sixIp = publicIp(trials, "pip-six", "2603:1020:206::5a");
const six4Ip = publicIp(trials, "pip-six-v4", "40.68.12.51");
const sixMachine = virtualMachine(trials, "vm-six", {
  subnet: ref(network, "subnets/benches"),
  address: "192.168.1.11",
  address6: "fd00:77:0:1::11",
  publicIp: six4Ip,
  publicIp6: sixIp,
  securityGroup: six,
});

// A Basic address lets everything in where no network security group says otherwise, and here none does.
const basicIp = publicIp(trials, "pip-bench", "40.68.12.52", "Basic");
const bench = virtualMachine(trials, "vm-bench", {
  subnet: ref(network, "subnets/benches"),
  address: "192.168.1.12",
  publicIp: basicIp,
});

/** The sandbox, which nobody tidies up. */
export const trialParts = [everything, six, network, allIp, ...all, sixIp, six4Ip, ...sixMachine, basicIp, ...bench];
