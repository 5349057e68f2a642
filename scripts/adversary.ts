/**
 * `npm run adversary [-- numbers…]`: every attack of the threat model that mallory can make, against the real device
 * over real HTTP, with its proofs and withholding them. Prints what was expected and what happened; exits 1 if any
 * row falls short.
 */
import { EXPECTATIONS, shortfalls } from "../e2e/adversary/expectations.ts";
import { ATTACKS } from "../e2e/adversary/mallory/attacks.ts";
import { cellsOf, layOut, type Row, TABLE_HEAD } from "../e2e/adversary/table.ts";
import { runAttack } from "../e2e/adversary/world/scenario.ts";

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
const short = rows.filter((row) => row.shortfalls.length > 0).length;
console.log(layOut([TABLE_HEAD, ...rows.map(cellsOf)]));
console.log(`\n${rows.length} runs of ${attacks.length} attacks, ${short} fell short.`);
// Streams to the servers that are gone would keep the process waiting.
process.exit(attacks.length > 0 && short === 0 ? 0 : 1);
