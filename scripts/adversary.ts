/**
 * `npm run adversary [-- numbers…]`: every attack of the threat model that mallory can make, against the real device
 * over real HTTP, with its proofs and withholding them; and each proof that a device asks for kept back by itself, in
 * every manner. Prints what was expected and what happened; exits 1 if any
 * row falls short.
 */
import { EXPECTATIONS, shortfalls } from "../e2e/adversary/expectations.ts";
import { ATTACKS } from "../e2e/adversary/mallory/attacks.ts";
import { MANNERS } from "../e2e/adversary/mallory/lies/starved-command.ts";
import { cellsOf, layOut, type Row, TABLE_HEAD } from "../e2e/adversary/table.ts";
import { runAttack } from "../e2e/adversary/world/scenario.ts";
import { mannersOf, runStarved, STARVED, starveShortfalls } from "../e2e/adversary/world/starve-scenario.ts";

const numbers = process.argv.slice(2).map(Number);
const attacks = ATTACKS.filter(({ number }) => numbers.length === 0 || numbers.includes(number));
const rows: Row[] = [];
for (const attack of attacks) {
  const expected = EXPECTATIONS.get(attack.number);
  if (!expected) throw new Error(`attack ${attack.number} has no expectation`);
  for (const isWithholding of [false, true]) {
    process.stderr.write(`${attack.number} ${isWithholding ? "withholding" : "lying"} … `);
    const report = await runAttack(attack, isWithholding ? "proofs" : "nothing");
    const row = { attack, expected, isWithholding, report };
    rows.push({ ...row, shortfalls: shortfalls(expected, report, isWithholding) });
    process.stderr.write(`${rows.at(-1)?.shortfalls.length === 0 ? "ok" : "SHORT"}\n`);
  }
}
const starving: string[] = [];
let starvedShort = 0;
for (const starved of numbers.length === 0 || numbers.includes(45) ? STARVED : []) {
  for (const manner of mannersOf(starved, MANNERS)) {
    process.stderr.write(`45 ${starved.name} ${manner} … `);
    const report = await runStarved(starved, manner);
    const shortfall = starveShortfalls(starved, report);
    if (shortfall.length > 0) starvedShort++;
    const outcome = shortfall.length === 0 ? `${report.state} after ${report.seals} seals` : "SHORT";
    starving.push(
      [
        starved.name.padEnd(22),
        manner.padEnd(12),
        `${outcome}${shortfall.map((s) => `; ${s}`).join("")}`,
      ].join(""),
    );
    process.stderr.write(`${outcome}\n`);
  }
}
const short = starvedShort + rows.filter((row) => row.shortfalls.length > 0).length;
console.log(layOut([TABLE_HEAD, ...rows.map(cellsOf)]));
if (starving.length > 0) console.log(`\n45, each proof by itself:\n${starving.join("\n")}`);
console.log(`\n${rows.length + starving.length} runs of ${attacks.length} attacks, ${short} fell short.`);
// Streams to the servers that are gone would keep the process waiting.
process.exit(attacks.length > 0 && short === 0 ? 0 : 1);
