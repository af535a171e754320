/** Draws docs/case-lifecycle.md from the tables of moves; `--check` only compares. */
import { readFile, writeFile } from 'node:fs/promises';
import {
  FIRST_STATE,
  isOpen,
  orderTransitions,
  SYSTEM_ACTIONS,
  type Transitions,
  transitions,
} from '../src/casework/lifecycle.ts';
import type { CaseAction, CaseState } from '../src/kernel/case.ts';

const PATH = new URL('../docs/case-lifecycle.md', import.meta.url);

/** Arrows between states, one per pair with all actions that lead along it; moves that stay are left to the table. */
function draw(table: Transitions<string, string>, first: string, last: readonly string[]): string {
  const arrows = Object.entries(table).flatMap(([from, row]) => {
    const byTarget = Map.groupBy(
      Object.entries(row).filter(([, to]) => to !== from),
      ([, to]) => to,
    );
    return [...byTarget].map(([to, moves]) => `  ${from} --> ${to}: ${moves.map(([action]) => action).join(', ')}`);
  });
  return [
    '```mermaid',
    'stateDiagram-v2',
    `  [*] --> ${first}`,
    ...arrows,
    ...last.map((state) => `  ${state} --> [*]`),
    '```',
  ].join('\n');
}

function tabulate(table: Transitions<string, string>): string {
  const rows = Object.entries(table).map(([state, row]) => {
    const moves = Object.entries(row);
    const leaving = moves.filter(([, to]) => to !== state).map(([action, to]) => `${action} → ${to}`);
    const staying = moves.filter(([, to]) => to === state).map(([action]) => action);
    return `| ${state} | ${leaving.join('<br>')} | ${staying.join(', ')} |`;
  });
  return ['| state | moves on | leaves a trace and stays |', '| --- | --- | --- |', ...rows].join('\n');
}

const states = Object.keys(transitions) as CaseState[];
const actions = [...SYSTEM_ACTIONS] as CaseAction[];
const text = `<!-- Drawn from src/casework/lifecycle.ts by tools/case-lifecycle-doc.ts -->
# The life of a case as a table

An action that is not in the row of a state is refused there. What each action needs and who may take it is in [the life of a case](life-of-a-case.md).

## Case

${draw(transitions, FIRST_STATE, ['evaluated', 'dismissed', 'merged'])}

${tabulate(transitions)}

Open: ${states.filter(isOpen).join(', ')}. Taken by the system only: ${actions.join(', ')}.

## Work order

${draw(orderTransitions, 'issued', ['finished', 'cancelled'])}

${tabulate(orderTransitions)}
`;

const before = await readFile(PATH, 'utf8').catch(() => undefined);
if (process.argv.includes('--check')) {
  if (before !== text) {
    process.stderr.write('docs/case-lifecycle.md is not what the tables say; run node tools/case-lifecycle-doc.ts\n');
    process.exitCode = 1;
  }
} else {
  await writeFile(PATH, text);
}
