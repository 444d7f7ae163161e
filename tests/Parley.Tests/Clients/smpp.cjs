'use strict';
// The smpp package as an ESME: node smpp.cjs <port> <system_id> <password> <system_type>. Writes one line of JSON per
// thing that happened; reads lines of commands, so that the test decides when a phone answers and when it is over.
const smpp = require('smpp');
const [port, systemId, password, systemType] = process.argv.slice(2);
const say = (what, value) => console.log(JSON.stringify([what, value]));

function connect() {
  return new Promise((resolve, reject) => {
    const session = smpp.connect({ url: `smpp://127.0.0.1:${port}`, auto_enquire_link_period: 5000 }, () => resolve(session));
    session.on('error', reject);
  });
}

const ask = (session, name, fields) => new Promise((resolve) => session[name](fields, resolve));
const text = (pdu) => (pdu.short_message.message !== undefined ? pdu.short_message.message : '').toString();

async function refused(credentials) {
  const session = await connect();
  session.on('error', () => {});
  const answer = await ask(session, 'bind_transceiver', credentials);
  say('refused', answer.command_status);
  session.close();
}

(async () => {
  const good = { system_id: systemId, password, system_type: systemType, interface_version: 0x34 };
  await refused({ ...good, password: 'wrong' });
  await refused({ ...good, system_id: 'nobody' });
  await refused({ ...good, system_type: '99' });

  const session = await connect();
  session.on('deliver_sm', (pdu) => {
    say('deliver', {
      from: pdu.source_addr, to: pdu.destination_addr, esm: pdu.esm_class, text: text(pdu),
      id: pdu.receipted_message_id, state: pdu.message_state, error: pdu.network_error_code && pdu.network_error_code.toString('hex'),
      parts: pdu.short_message.udh ? pdu.short_message.udh.map((e) => e.toString('hex')) : undefined,
    });
    session.send(pdu.response());
  });
  session.on('close', () => process.exit(0));
  const bound = await ask(session, 'bind_transceiver', good);
  say('bound', [bound.command_status, bound.system_id]);
  say('link', (await ask(session, 'enquire_link', {})).command_status);

  const one = await ask(session, 'submit_sm', {
    destination_addr: '27999000770', short_message: 'Hello from a client', registered_delivery: 1, user_message_reference: 9,
  });
  say('one', [one.command_status, one.message_id]);

  // A window of fifty, answered in any order.
  const many = await Promise.all([...Array(50).keys()].map((n) => ask(session, 'submit_sm', {
    destination_addr: '27999000771', short_message: `window ${n}`, registered_delivery: 0,
  })));
  say('window', [many.filter((m) => m.command_status === 0).length, new Set(many.map((m) => m.message_id)).size]);

  const failed = await ask(session, 'submit_sm', { destination_addr: '27999000001', short_message: 'fails', registered_delivery: 2 });
  say('fails', [failed.command_status, failed.message_id]);

  for (const part of [1, 2]) {
    await ask(session, 'submit_sm', {
      destination_addr: '27999000772', esm_class: 0x40, registered_delivery: 0,
      short_message: { udh: Buffer.from([5, 0, 3, 21, 2, part]), message: `part ${part};` },
    });
  }
  await ask(session, 'submit_sm', { destination_addr: '27999000773', data_coding: 8, short_message: 'Добрый день', registered_delivery: 0 });
  const payload = await ask(session, 'submit_sm', { destination_addr: '27999000774', message_payload: { message: 'p'.repeat(400) }, registered_delivery: 0 });
  say('payload', payload.command_status);
  say('nowhere', (await ask(session, 'submit_sm', { destination_addr: '1', short_message: 'x' })).command_status);

  const later = await ask(session, 'submit_sm', {
    destination_addr: '27999000775', short_message: 'later', schedule_delivery_time: '000000010000000R', registered_delivery: 0,
  });
  say('query', (await ask(session, 'query_sm', { message_id: later.message_id })).message_state);
  say('cancel', (await ask(session, 'cancel_sm', { message_id: later.message_id })).command_status);
  say('again', (await ask(session, 'cancel_sm', { message_id: '0123456789abcdef0123456789abcdef' })).command_status);
  say('ready', null);

  process.stdin.on('data', async () => {
    say('unbound', (await ask(session, 'unbind', {})).command_status);
    session.close();
  });
})().catch((error) => { console.error(error); process.exit(1); });
