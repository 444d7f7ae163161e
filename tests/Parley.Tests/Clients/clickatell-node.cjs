'use strict';
// clickatell-node against both legacy families: node clickatell-node.cjs <address> <key> <user> <password> <api id>.
// One line of JSON per call: [family, call, error, answer].
const [address, key, user, password, apiId] = process.argv.slice(2);
require('./as-proxy.cjs')(address);
const clickatell = require('clickatell-node');

const call = (family, api, name, ...args) => new Promise((resolve) => {
  api[name](...args, (error, answer) => {
    const said = error ? { message: error.message, code: error.code } : null;
    console.log(JSON.stringify([family, name, said, answer === undefined ? null : answer]));
    resolve(answer);
  });
});

async function tour(family, api) {
  const sent = await call(family, api, 'sendMessage', ['27999000123', '27999000124'], `Hello from ${family}`, {});
  await call(family, api, 'queryMessage', sent[0].id);
  await call(family, api, 'getMessageCharge', sent[1].id);
  await call(family, api, 'sendMessage', ['27999000123'], 'One alone', { climsgid: 'alone' });
  await call(family, api, 'sendMessage', ['12'], 'To nobody', {});
  await call(family, api, 'sendMessage', ['27999000123', '12'], 'To one of two', {});
  const later = family === 'rest'
    ? { scheduledDeliveryTime: new Date(Date.now() + 3600000).toISOString() }
    : { scheduled_time: Math.floor(Date.now() / 1000) + 3600 };
  const [kept] = await call(family, api, 'sendMessage', ['27999000123'], 'Later', later);
  await call(family, api, 'stopMessage', kept.id);
  await call(family, api, 'queryMessage', '0123456789abcdef0123456789abcdef');
  await call(family, api, 'getBalance');
  await call(family, api, 'routeCoverage', '27999000123');
}

(async () => {
  await tour('http', clickatell.http(user, password, apiId));
  await tour('rest', clickatell.rest(key));
  await call('http-wrong', clickatell.http(user, password + 'x', apiId), 'getBalance');
  await call('rest-wrong', clickatell.rest('nobody'), 'getBalance');
})();
