/**
 * The program that is killed: takes in calls of Observations from number `first` on, four at a time, and says on stdout which are
 * acknowledged: `call id id …`. Usage: kill-intake.child.ts SOCKET DATABASE FIRST
 */
import { writeSync } from 'node:fs';
import { openPool } from '#platform/storage/database.ts';
import { connectionTo } from '#platform/storage/embedded.ts';
import { createSensing } from '#sensing/sensing.ts';
import { quiet } from '#tests/support/database.ts';
import { columnsOfCall } from './kill-intake.calls.ts';

const [socket, name, first] = process.argv.slice(2);
const sensing = createSensing({
  database: openPool(connectionTo(socket!, name!), quiet, 4),
  clock: { now: () => Date.now() },
  log: quiet,
  onStored() {},
  merger: { everyMs: 20 },
});
await sensing.start();
const streams = Array.from(sensing.listDatastreams(), ({ id }) => id);
writeSync(1, 'ready\n');

let next = Number(first);
const sender = async () => {
  for (;;) {
    const call = next++;
    const { ids } = await sensing.submitColumns(columnsOfCall(streams, call));
    writeSync(1, `${call} ${ids.join(' ')}\n`);
  }
};
await Promise.all([sender(), sender(), sender(), sender()]);
