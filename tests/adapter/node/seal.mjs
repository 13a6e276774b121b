// node seal.mjs KEY_ID PUBLIC_KEY "credential H51010000001 01" < NUMBER — seals what a patient shows; npm install @hpke/core
import { readFileSync } from "node:fs";
import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from "@hpke/core";

const [keyId, publicKey, purpose] = process.argv.slice(2);
const number = readFileSync(0, "utf8").trim();
const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const recipientPublicKey = await suite.kem.deserializePublicKey(Buffer.from(publicKey, "hex"));
const sender = await suite.createSenderContext({ recipientPublicKey, info: Buffer.from(purpose) });
const sealed = Buffer.concat([Buffer.from(sender.enc), Buffer.from(await sender.seal(Buffer.from(number)))]);
console.log(`${keyId}.${sealed.toString("base64url")}`);
