'use strict';
// Which packages a run has.
for (const name of ['clickatell-node', 'smpp'])
  console.log(`${name} ${require(`${name}/package.json`).version}`);
