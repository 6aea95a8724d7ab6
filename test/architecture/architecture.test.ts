/** The rules of the house, kept by reading the imports. */
import { describe, expect, it } from "vitest";
import { type Import, listFiles, moduleOf, readImports, readText } from "./imports.ts";

const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path) || /(^|\/)(contract|suite|conformance)/.test(path);
const SOURCES = listFiles("src", (name) => name.endsWith(".ts")).filter((file) => !isTest(file));
const IMPORTS: Import[] = SOURCES.flatMap(readImports);

const PURE = [
  "money",
  "errors",
  "digest",
  "ports",
  "policy",
  "routes",
  "forecast",
  "detect",
  "stress",
  "models",
  "backtest",
  "ledger",
  "prices",
  "credit",
  "authority",
  "wallets",
];
/** Packages a pure room may use: hashing and canonical JSON, both without I/O. */
const PURE_PACKAGES = ["canonicalize", "@noble/hashes/"];
/** Shell rooms whose bare types a pure room may name. */
const TYPES_FOR_ALL = /^src\/[a-z]+\/(types|port)\.ts$/;
/** Every folder of `venues/` is a connector or its transport, but for the suite that tests them all. */
const ADAPTERS = [
  ...["store/postgres/postgres.ts", "store/pglite/pglite.ts", "system"],
  ...new Set(SOURCES.flatMap((file) => /^src\/(venues\/[a-z_]+)\//.exec(file)?.[1] ?? [])),
];

const roomOf = (file: string): string => file.split("/")[1] ?? "";

describe("the house", () => {
  it("has sources to read", () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(IMPORTS.length).toBeGreaterThan(100);
  });

  it("keeps pure rooms pure", () => {
    const broken = IMPORTS.filter((entry) => PURE.includes(roomOf(entry.file)) && !isAllowedInPure(entry));
    expect(broken.map(show)).toEqual([]);
  });

  it("lets nobody but adapters and the composition root touch time, chance and the network", () => {
    const rooms = [...PURE, "transfers", "lending", "daemon", "simulate", "audit"];
    const ban =
      /\bDate\.now\(|new Date\(\)|Math\.random\(|\bset(?:Timeout|Interval|Immediate)\(|\bfetch\(|randomUUID\(/;
    const broken = SOURCES.filter((file) => rooms.includes(roomOf(file)))
      .filter((file) => file !== "src/simulate/guard.ts" && file !== "src/simulate/virtual_clock.ts")
      .filter((file) => ban.test(readText(file)));
    expect(broken).toEqual([]);
  });

  it("enters a module through its index, its types or its port", () => {
    const broken = IMPORTS.filter((entry) => entry.target !== null && !entersProperly(entry));
    expect(broken.map(show)).toEqual([]);
  });

  it("builds adapters in main.ts and in the rooms that own a world of their own", () => {
    const owners = ["src/main.ts", "src/compose/", "src/sandbox/"];
    const broken = IMPORTS.filter((entry) => {
      const target = entry.target?.replace(/^src\//, "");
      if (target === undefined || entry.type_only || moduleOf(entry.file) === moduleOf(entry.target ?? ""))
        return false;
      // Connectors stand on each other's shared floor: onchain, http.
      if (entry.file.startsWith("src/venues/") && target.startsWith("venues/")) return false;
      const adapter = ADAPTERS.some((path) => target.startsWith(path));
      return (
        adapter && !owners.some((owner) => entry.file.startsWith(owner) || entry.file.startsWith(owner.slice(0, -3)))
      );
    });
    expect(broken.map(show)).toEqual([]);
  });

  it("has no cycle between modules", () => {
    expect(findCycle(moduleGraph())).toBeNull();
  });

  it("shows the terminal nothing but types of the API", () => {
    const files = listFiles("web/src", (name) => /\.tsx?$/.test(name));
    const broken = files
      .flatMap(readImports)
      .filter((entry) => entry.target?.startsWith("src/") && !(entry.type_only && entry.target.startsWith("src/api/")));
    expect(broken.map(show)).toEqual([]);
  });

  it("keeps every file small enough to read", () => {
    const crowded = SOURCES.map((file) => ({ file, lines: readText(file).split("\n").length })).filter(
      (x) => x.lines > 450,
    );
    expect(crowded).toEqual([]);
  });

  it("moves no amount through a float", () => {
    const float = /parseFloat\(|Number\([a-z_.]*(?:amount|units|balance|price|fee)\b|\.toFixed\(/;
    // The one door between money and statistics, which are never paid.
    expect(SOURCES.filter((file) => float.test(readText(file)))).toEqual(["src/outlook/figure.ts"]);
  });
});

function isAllowedInPure(entry: Import): boolean {
  if (entry.target === null) return PURE_PACKAGES.some((name) => entry.specifier.startsWith(name));
  const room = roomOf(entry.target);
  if (PURE.includes(room)) return true;
  if (entry.type_only && TYPES_FOR_ALL.test(entry.target)) return true;
  // Rules that write rows take a transaction from their caller and name the tables; the store brings no I/O with that.
  return (
    entry.target === "src/store/index.ts" || /^src\/(transfers\/(types|states)|audit\/index)\.ts$/.test(entry.target)
  );
}

function entersProperly(entry: Import): boolean {
  const target = entry.target ?? "";
  if (moduleOf(entry.file) === moduleOf(target)) return true;
  if (!target.startsWith("src/"))
    return target === "package.json" || target.startsWith("web/") || target.startsWith("bench/");
  return (
    /\/(index|types|port|states)\.ts$/.test(target) ||
    (roomOf(target) === "system" && entry.file.startsWith("src/compose/"))
  );
}

function moduleGraph(): Map<string, Set<string>> {
  const graph = new Map<string, Set<string>>();
  for (const entry of IMPORTS) {
    if (entry.target === null || entry.type_only || !entry.target.startsWith("src/")) continue;
    const from = moduleOf(entry.file);
    const to = moduleOf(entry.target);
    if (from === to || /\/(types|port)\.ts$/.test(entry.target)) continue;
    graph.set(from, (graph.get(from) ?? new Set()).add(to));
  }
  return graph;
}

function findCycle(graph: Map<string, Set<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (node: string, path: string[]): string[] | null => {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next, [...path, node]);
      if (cycle) return cycle;
    }
    done.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node, []);
    if (cycle) return cycle;
  }
  return null;
}

function show(entry: Import): string {
  return `${entry.file} -> ${entry.specifier}`;
}
