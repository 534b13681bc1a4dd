import { expect, test } from "vitest";
import { crc32c, framed } from "./record.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

// RFC 3720, B.4 (there the bytes of the CRC from the lowest on), and the check value of catalogues of CRCs
test.each([
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["31 to 0", Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ["digits", Buffer.from("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
])("CRC-32C of %s", (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));

test("a frame, by hand", () => {
  // 0x8a9136aa turned right by 15 bits is 0x6d551522, and with 0xa282ead8 0x0fd7fffa
  expect(hex(framed(new Uint8Array(32)).subarray(12))).toBe(`${"00".repeat(32)}faffd70f`);
  // the first 12 bytes of every event file that TensorFlow has written: its first record has 24 bytes
  expect(hex(framed(new Uint8Array(24)).subarray(0, 12))).toBe("1800000000000000a37f4b22");
  // a CRC of nothing is 0, and the constant is left
  expect(hex(framed(new Uint8Array(0)).subarray(12))).toBe("d8ea82a2");
});
