// node his.mjs ADDRESS VISIT.JSON — sends a visit record by record, each once the one before is answered.
import { readFile } from "node:fs/promises";
import { Kafka, logLevel } from "kafkajs";

const [address, file] = process.argv.slice(2);
const records = JSON.parse(await readFile(file, "utf8"));
const node = records[0].headers.ce_source;
const kafka = new Kafka({ brokers: [address], clientId: node, logLevel: logLevel.ERROR });
const producer = kafka.producer({ idempotent: true });
const consumer = kafka.consumer({ groupId: `${node}-his` });
const waiting = new Map();

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topic: `reply.${node}`, fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    if (String(message.headers.ce_type) !== "yidi.Answer.v1") return; // a notice: see "What else comes"
    const answered = waiting.get(String(message.headers.ce_causationid));
    answered?.({ position: String(message.headers.ce_position ?? ""), ...JSON.parse(message.value) });
  },
});

let position = "";
for (const { topic, key, headers, body, after } of records) {
  const answer = new Promise((resolve) => waiting.set(headers.ce_id, resolve));
  const sent = after && position ? { ...headers, ce_after: position } : headers;
  await producer.send({ topic, messages: [{ key, headers: sent, value: JSON.stringify(body) }] });
  const { outcome, code, where, result, position: reached } = await answer;
  if (outcome !== "accepted") throw new Error(`${headers.ce_type}: ${code} ${where}`);
  console.log(headers.ce_type, result.result, result.payments?.personal_fen ?? "");
  position = reached || position;
}
await consumer.disconnect();
await producer.disconnect();
